//! Tests `newsletter check --fix`.

use snapbox::{assert_data_eq, str};

use crate::support::{ISSUE, Project};

const URL: &str = "https://lwn.net/Articles/1000000/?utm_source=feed&page=2#comments";

/// An issue with addresses to fix in a link, in a list and in a text, and one in a comment.
fn issue(number: u32) -> String {
    let text = ISSUE
        .replace("number = 1", &format!("number = {number}"))
        .replace("https://example.org/clocks\"", &format!("{URL}\" # {URL}"))
        .replace("first* issue.\"", "first* issue of [a list](https://lwn.net/?fbclid=1).\"")
        .replace("title = \"Reading\"\n", "title = \"Reading\"\nlist = \"\"\"\n* [A](https://lwn.net/a?gclid=2) by Ada\n\"\"\"\n# https://lwn.net/a?gclid=2\n");
    format!("\u{feff}{}", text.replace('\n', "\r\n"))
}

#[test]
fn tracking_parameters_are_removed_and_nothing_else_changes() {
    let project = Project::new().file("issues/001-first-things.toml", issue(1));
    let shown = project.run(["check", "1", "--fix", "-n"]);
    assert_eq!(project.read("issues/001-first-things.toml"), issue(1));
    assert!(shown.stderr.contains("would replace"), "{}", shown.stderr);
    let fixed = project.run(["check", "1", "--fix", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&fixed.stdout).unwrap();
    assert_data_eq!(
        format!("{:#}\n", json["fixed"]),
        str![[r#"
[
  {
    "addresses": [
      {
        "from": "https://lwn.net/?fbclid=1",
        "to": "https://lwn.net/"
      },
      {
        "from": "https://lwn.net/a?gclid=2",
        "to": "https://lwn.net/a"
      },
      {
        "from": "https://lwn.net/Articles/1000000/?utm_source=feed&page=2#comments",
        "to": "https://lwn.net/Articles/1000000/?page=2#comments"
      }
    ],
    "file": "issues/001-first-things.toml"
  }
]

"#]]
    );
    let expected = issue(1)
        .replace("(https://lwn.net/?fbclid=1)", "(https://lwn.net/)")
        .replace("(https://lwn.net/a?gclid=2)", "(https://lwn.net/a)")
        .replacen("1000000/?utm_source=feed&page=2", "1000000/?page=2", 1);
    assert_eq!(project.read("issues/001-first-things.toml"), expected);
    let again = project.run(["check", "1", "--fix"]);
    assert!(!again.stderr.contains("replaced") && !again.stderr.contains("tracks clicks"), "{}", again.stderr);
}

#[test]
fn a_sent_issue_and_an_allowed_link_stay_as_they_are() {
    let allowed =
        issue(2).replace("title = \"On clocks\"", "title = \"On clocks\"\r\nallow = [\"link-tracking-parameters\"]");
    let project = Project::new()
        .file("issues/001-first-things.toml", ISSUE.replace("https://example.org/clocks", "https://lwn.net/?fbclid=1"))
        .file("issues/002-second.toml", &allowed)
        .subscribers(["ada@example.org"]);
    let sent = project.run(["send", "1", "--yes"]);
    assert_eq!(sent.code, 0, "{}", sent.stderr);
    let before = project.read("issues/001-first-things.toml");
    project.run(["check", "--fix"]);
    assert_eq!(project.read("issues/001-first-things.toml"), before);
    let after = project.read("issues/002-second.toml");
    assert!(after.contains(&format!("\"{URL}\"")) && after.contains("(https://lwn.net/a)"), "{after}");
}
