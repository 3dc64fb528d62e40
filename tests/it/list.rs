//! `newsletter list`, and what `next` means.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

use snapbox::{assert_data_eq, str};

use crate::support::{ISSUE, Output, Project};

fn issue(number: u32, more: &str) -> String {
    ISSUE.replace("number = 1", &format!("number = {number}\n{more}"))
}

fn project() -> Project {
    Project::new()
        .file("issues/2.toml", issue(2, ""))
        .file("issues/3-later.toml", issue(3, "draft = true"))
        .file("issues/4.toml", "number = 4\n")
        .subscribers(["ada@example.org", "bo@example.org"])
}

#[test]
fn every_issue_is_listed_with_how_it_stands() {
    let project = project();
    assert_eq!(project.run(["send", "1", "--yes"]).code, 0);
    let Output { code, stdout, stderr } = project.run(["list"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert_data_eq!(
        stdout,
        str![[r#"
No  Date        State   Sent  Links  Title
4   -           broken  -     -      2 errors   <- newsletter check 4
3   2026-11-20  draft   -     2      First things
2   2026-11-20  ready   -     2      First things
1   2026-11-20  sent    2/2   2      First things

"#]]
    );
    let json: serde_json::Value = serde_json::from_str(&project.run(["list", "--json"]).stdout).unwrap();
    let states: Vec<_> = json.as_array().unwrap().iter().map(|issue| issue["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["broken", "draft", "ready", "sent"]);
    assert_eq!((json[3]["sent"].as_u64(), json[3]["slug"].as_str()), (Some(2), Some("first-things")));
}

#[test]
fn next_is_the_newest_issue_that_is_not_sent() {
    let project = Project::new().file("issues/2.toml", issue(2, "")).subscribers(["ada@example.org"]);
    let sent = |word: &str| project.run(["send", word, "--yes"]).stderr.lines().last().unwrap_or_default().to_owned();
    assert_eq!(sent("next"), "Sent issue 2 to 1 of 1");
    assert_eq!(sent("next"), "Sent issue 1 to 1 of 1");
    let Output { code, stderr, .. } = project.run(["send", "next", "--yes"]);
    assert_eq!(code, 3);
    assert_data_eq!(
        stderr,
        str![[r#"
error: every issue is sent
help: `newsletter new` makes the next one

"#]]
    );
}

#[test]
fn a_newsletter_without_issues_says_what_to_do() {
    let project = Project::empty().file("newsletter.toml", crate::support::CONFIG);
    let output = project.run(["list"]);
    assert_eq!(output.code, 0);
    assert_eq!(output.stderr, "no issues yet; `newsletter new` makes the first\n");
}
