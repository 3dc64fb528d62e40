//! Reads issues of other programs, and what is written of them.

use super::{read_markdown, written};

#[test]
fn an_issue_of_this_week_in_rust_keeps_its_links_under_their_sections() {
    let text = "Title: This Week in Rust 549\nNumber: 549\nDate: 2024-05-29\nCategory: This Week in Rust\n\nHello and welcome to [Rust](https://rust-lang.org).\n\n<!-- note -->\n\n\
        ## Updates from Rust Community\n\n### Official\n\n* [Announcing Rust 1.78](https://blog.rust-lang.org/a)\n* [video] [A talk](https://youtu.be/x)\n\n### Newsletters\n\n<img src=x>\n\n\
        * [The Embedded Rustacean](https://e.example/19)\n  More *words*.\n\n## Quote of the Week\n\n> Words.\n\n[Thanks][1] to Ada.\n\n[1]: https://t.example/\n";
    let issue = read_markdown(text, "2024-05-29-this-week-in-rust.md");
    assert_eq!((issue.number, issue.links(), issue.left_out.as_slice()), (Some(549), 3, &[19][..]));
    let expected = r#"number = 549
title = "This Week in Rust 549"
date = 2024-05-29

intro = "Hello and welcome to [Rust](https://rust-lang.org)."

[[section]]
title = "Updates from Rust Community"

[[section.part]]
title = "Official"

[[section.part.link]]
url = "https://blog.rust-lang.org/a"
title = "Announcing Rust 1.78"

[[section.part]]
text = "- \\[video\\] [A talk](https://youtu.be/x)"

[[section.part]]
title = "Newsletters"

[[section.part.link]]
url = "https://e.example/19"
title = "The Embedded Rustacean"
description = "More *words*."

[[section]]
title = "Quote of the Week"
text = "> Words."

[[section.link]]
url = "https://t.example/"
title = "Thanks"
description = "to Ada."
"#;
    assert_eq!(written(&issue, Some(549), "This Week in Rust 549", issue.date.unwrap()), expected);
}

#[test]
fn an_issue_of_haskell_weekly_keeps_authors_and_quotations() {
    let text = "---\ntitle: Issue 400\npublish_date: 2023-12-28T10:00:00Z\n---\n\n# Issue 400\n\nWelcome.\n\n## Featured\n\n-   **[A *post*](https://h.example/a)** by Ada Lovelace\n\n    > What it says,\n    > in two lines.\n\n-   [Other](https://h.example/b) by somebody; who knows?\n";
    let issue = read_markdown(text, "issue-400.markdown");
    assert_eq!((issue.number, issue.intro.as_str()), (Some(400), "Welcome."));
    assert_eq!(issue.date.unwrap().to_string(), "2023-12-28");
    let [first, other] = &issue.sections[0].parts[0].links[..] else { panic!("{issue:?}") };
    assert_eq!((first.title.as_str(), first.author.as_deref()), ("A post", Some("Ada Lovelace")));
    assert_eq!(first.note, "> What it says,\n> in two lines.");
    assert_eq!((other.author.as_deref(), other.note.as_str()), (None, "by somebody; who knows?"));
}
