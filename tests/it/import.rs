//! Tests `newsletter import` with issues of other programs.

use snapbox::{assert_data_eq, str};

use crate::support::Project;

const PAST: &str = "Title: This Week in Rust 549\nNumber: 549\nDate: 2024-05-29\n\nHello.\n\n## Updates\n\n### Official\n\n* [Announcing Rust](https://blog.rust-lang.org/a)\n* [Clocks](https://lwn.net/clocks) tick.\n\n<div>x</div>\n";

const CURATED: &str = r#"{"issues":[{"number":12,"title":"Twelve","published_at":"2020-02-03T10:00:00Z","summary":"<p>Hello &amp; welcome.</p>",
    "categories":[{"name":"Tools","items":[{"type":"link","title":"A <b>tool</b>","url":"https://lwn.net/tool","description":"<p>Words.</p>"},{"type":"text","body":"Just words."}]}]}]}"#;

#[test]
fn past_issues_are_written_with_a_marker_and_cannot_be_sent() {
    let project = Project::new()
        .subscribers(["ada@example.org"])
        .file("2024-05-29-this-week.md", PAST)
        .file("curated.json", CURATED);
    let dry = project.run(["import", "2024-05-29-this-week.md", "curated.json", "-n"]);
    assert_eq!(dry.code, 4, "{}", dry.stderr);
    assert!(!project.path("issues/549.sent").exists());
    let output = project.run(["import", "2024-05-29-this-week.md", "curated.json"]);
    assert_data_eq!(
        output.stderr,
        str![[r#"
[..]2024-05-29-this-week.md: wrote issues/549-this-week-in-rust-549.toml with 2 links
warning: [..]2024-05-29-this-week.md:14: HTML was left out
[..]curated.json: wrote issues/012-twelve.toml with 1 link

"#]]
    );
    assert_data_eq!(
        project.read("issues/012-twelve.toml"),
        str![[r#"
number = 12
title = "Twelve"
date = 2020-02-03

intro = "Hello & welcome."

[[section]]
title = "Tools"

[[section.link]]
url = "https://lwn.net/tool"
title = "A tool"
description = "Words."

[[section.part]]
text = "Just words."

"#]]
    );
    for number in ["12", "549"] {
        let sent = project.run(["send", number, "--yes"]);
        assert!(sent.code == 6 && sent.stderr.contains("was imported"), "{sent:?}");
        let filled = project.run(["fill", number]);
        assert!(filled.code == 3 && filled.stderr.contains("is sent"), "{filled:?}");
    }
    // Links of imported issues are known.
    let known = project.file("a.md", "- https://lwn.net/tool\n").run(["gather", "a.md"]);
    assert!(known.stderr.contains("1 known already"), "{known:?}");
}

#[test]
fn what_is_there_stays_and_what_cannot_be_imported_is_named() {
    let project = Project::new()
        .file("one.md", "---\nnumber: 1\ndate: 2020-01-07\n---\n\n## A\n\n- [A](https://lwn.net/a)\n")
        .file("undated.md", "## A\n\n- [A](https://lwn.net/a)\n")
        .file("list.csv", "email\nada@example.org\n")
        .file("x.zip", "PK\u{3}\u{4}x");
    let before = project.read("issues/001-first-things.toml");
    let output = project.run(["import", "one.md", "undated.md"]);
    assert_eq!(output.code, 4);
    assert!(output.stderr.contains("001-first-things.toml is there already"), "{}", output.stderr);
    assert!(output.stderr.contains("undated.md: it does not say its date"), "{}", output.stderr);
    assert_eq!(project.read("issues/001-first-things.toml"), before);
    for (file, code, words) in [("list.csv", 2, "`newsletter subscribers import "), ("x.zip", 3, "is an archive")] {
        let output = project.run(["import", file]);
        assert!(output.code == code && output.stderr.contains(words), "{output:?}");
    }
}
