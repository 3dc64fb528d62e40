//! Reads issues of other programs, and what is written of them.

use proptest::prelude::*;

use super::{LeftOut, read_markdown, written};

#[test]
fn an_issue_of_this_week_in_rust_keeps_its_links_under_their_sections() {
    let text = "Title: This Week in Rust 549\nNumber: 549\nDate: 2024-05-29\nCategory: This Week in Rust\n\nHello and welcome to [Rust](https://rust-lang.org).\n\n<!-- note -->\n\n\
        ## Updates from Rust Community\n\n### Official\n\n* [Announcing Rust 1.78](https://blog.rust-lang.org/a)\n* [video] [A talk](https://youtu.be/x)\n\n### Newsletters\n\n<img src=x>\n\n\
        * [The Embedded Rustacean](https://e.example/19)\n  More *words*.\n\n## Quote of the Week\n\n> Words.\n\n[Thanks][1] to Ada.\n\n[1]: https://t.example/\n";
    let issue = read_markdown(text, "2024-05-29-this-week-in-rust.md");
    assert_eq!((issue.number, issue.links(), issue.left_out.as_slice()), (Some(549), 3, &[(19, LeftOut::Html)][..]));
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

/// Returns the words of an issue that is one paragraph, and what was left out of it.
fn paragraph(text: &str) -> (String, Vec<(usize, LeftOut)>) {
    let issue = read_markdown(text, "1.md");
    (issue.intro, issue.left_out)
}

#[test]
fn simple_elements_become_markdown_and_of_others_the_words_stay() {
    let kept = |text: &str| {
        let (words, left_out) = paragraph(text);
        assert_eq!(left_out, [], "{text}");
        words
    };
    assert_eq!(kept("A <em>b</em>, <strong>c <i>d</i></strong>."), "A *b*, **c *d***.");
    assert_eq!(
        kept("See <a class=x href=\"https://a.example/?b&amp;c\">the <b>site</b></a>."),
        "See [the **site**](https://a.example/?b&c)."
    );
    assert_eq!(kept("Run <code>cargo *x*</code> or <kbd>a</kbd>"), "Run `cargo x` or `a`");
    assert_eq!(kept("One<br>two<br/>three"), "One\\\ntwo\\\nthree");
    assert_eq!(kept("A `Vec<T>` is a Vec<T> <!-- note -->!"), "A `Vec<T>` is a Vec\\<T\\> \\!");
    assert_eq!(paragraph("A <span style='x'>b</span> c"), ("A b c".to_owned(), vec![(1, LeftOut::Html)]));
    assert_eq!(paragraph("See [*us*](/about.html)!"), ("See *us*\\!".to_owned(), vec![(1, LeftOut::Link)]));
    assert_eq!(paragraph("See [a <a href='https://b.example/'>b</a>](https://a.example/)").1, [(1, LeftOut::Html)]);
    assert_eq!(paragraph("| a |\n|---|\n| b<br>c |").0, "| a |\n| --- |\n| b c |");
    assert_eq!(
        paragraph("| a |\n|---|\n| **b<br>c** <a href='https://b.example/'>d<br>e</a> |").0,
        "| a |\n| --- |\n| **b c** [d e](https://b.example/) |"
    );
    assert_eq!(paragraph("A <em>b"), ("A b".to_owned(), vec![(1, LeftOut::Html)]));
    assert_eq!(paragraph("A <img src=x> ![b](../media/b.png) c").1, [(1, LeftOut::Picture), (1, LeftOut::Picture)]);
}

#[test]
fn what_stands_above_an_issue_is_read_as_yaml_has_it() {
    let text = "---\nid: abc\nsubject: 'It''s \"here\"'\nstatus: published\nmetadata:\n  number: 7\npublish_date: 2024-03-15T10:00:00Z\n---\n\nHello.\n";
    let issue = read_markdown(text, "its-here.md");
    assert_eq!((issue.title.as_deref(), issue.number, issue.is_draft), (Some("It's \"here\""), None, false));
    let folded = read_markdown("---\nsubject: >-\n  A long\n  subject\nstatus: draft\n---\n\nHello.\n", "a.md");
    assert_eq!((folded.title.as_deref(), folded.is_draft), (Some("A long subject"), true));
    for (title, number) in [
        ("This Week in Rust 549", Some(549)),
        ("#12: Clocks", Some(12)),
        ("Issue 7 of 2024", Some(7)),
        ("The best of 2025", None),
        ("10 things about clocks", None),
    ] {
        assert_eq!(read_markdown(&format!("Title: {title}\n\nHello.\n"), "x.md").number, number, "{title}");
    }
}

proptest! {
    #[test]
    fn any_text_can_be_read_and_written(text in "(<a href='https://a.example/'>|</a>|<em>|</em>|<code>|</code>|<br>|<i>|</i>|<x|>|\\[|\\]|\\(/b\\)|\\(https://b.example/\\)|!|\\*|`|# |- |\\| a \\|\n\\|---\\|\n|\\| |\n|\n\n|  |\\PC){0,40}") {
        let issue = read_markdown(&text, "1.md");
        let written = written(&issue, Some(1), "A", chrono::NaiveDate::default());
        prop_assert!(written.starts_with("number = 1\n"));
    }
}
