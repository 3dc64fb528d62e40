//! Tests `newsletter list`, and the issue that `next` names.

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
No  Date        State      Sent  Links  Title
4   -           broken     -     -      2 errors   <- newsletter check 4
3   2026-11-20  draft      -     2      First things
2   2026-11-20  ready      -     2      First things
1   2026-11-20  rehearsed  0/2   2      First things

"#]]
    );
    let json: serde_json::Value = serde_json::from_str(&project.run(["list", "--json"]).stdout).unwrap();
    let states: Vec<_> = json.as_array().unwrap().iter().map(|issue| issue["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["broken", "draft", "ready", "rehearsed"]);
    let numbers = |name: &str| json[3][name].as_u64();
    assert_eq!([numbers("sent"), numbers("rehearsed"), numbers("total")], [Some(0), Some(2), Some(2)]);
    assert_eq!(json[3]["slug"].as_str(), Some("first-things"));
}

#[test]
fn a_terminal_shows_states_in_weight_and_colour_and_a_pipe_does_not() {
    let project = project();
    let sent = project.run(["send", "1", "--yes", "--color", "always"]);
    assert!(sent.stderr.contains("\u{1b}[1mIssue 1 · First things\u{1b}[0m"), "{}", sent.stderr);
    assert!(sent.stderr.contains("\u{1b}[1mRehearsed issue 1 for 2 of 2 recipients"), "{}", sent.stderr);
    for command in ["list", "status"] {
        let [plain, coloured] = ["never", "always"].map(|colour| project.run([command, "--color", colour]).stdout);
        assert_eq!(project.run([command]).stdout, plain, "a pipe and NO_COLOR have none");
        assert!(coloured.starts_with("\u{1b}[1mNo\u{1b}[0m"), "{coloured}");
        assert!(coloured.contains("\u{1b}[2mrehearsed\u{1b}[0m"), "{coloured}");
        let stripped: String = coloured
            .split('\u{1b}')
            .enumerate()
            .map(|(at, piece)| if at == 0 { piece } else { piece.split_once('m').map_or(piece, |(_, rest)| rest) })
            .collect();
        assert_eq!(stripped, plain, "columns stand where they stand without colour");
    }
    let listed = project.run(["list", "--color", "always"]).stdout;
    assert!(listed.contains("\u{1b}[1m\u{1b}[91mbroken\u{1b}[0m"), "{listed}");
    assert!(listed.contains("\u{1b}[36m<- newsletter check 4\u{1b}[0m"), "{listed}");
}

#[test]
fn an_issue_that_send_refuses_has_errors() {
    let wrong = issue(2, "").replace("First things", "Hello *|FNAME|*");
    let project = Project::new().file("issues/2.toml", wrong).subscribers(["ada@example.org"]);
    assert_eq!(project.run(["send", "2", "--yes"]).code, 3);
    let json: serde_json::Value = serde_json::from_str(&project.run(["list", "--json"]).stdout).unwrap();
    assert_eq!([&json[0]["state"], &json[1]["state"]], ["errors", "ready"]);
    let listed = project.run(["list"]).stdout;
    assert!(listed.contains("Hello *|FNAME|*   <- newsletter check 2"), "{listed}");
    // What is a draft, or went out already, is not sent.
    let draft = project.read("issues/2.toml").replace("number = 2", "number = 2\ndraft = true");
    project.write("issues/2.toml", &draft);
    let json: serde_json::Value = serde_json::from_str(&project.run(["list", "--json"]).stdout).unwrap();
    assert_eq!(json[0]["state"], "draft");
}

#[test]
fn next_is_the_newest_issue_that_is_not_sent() {
    let project = Project::new().file("issues/2.toml", issue(2, "")).subscribers(["ada@example.org"]);
    let sent = |word: &str| project.run(["send", word, "--yes"]).stderr.lines().last().unwrap_or_default().to_owned();
    assert_eq!(sent("next"), "Rehearsed issue 2 for 1 of 1 recipient");
    assert_eq!(sent("next"), "Rehearsed issue 1 for 1 of 1 recipient");
    let Output { code, stderr, .. } = project.run(["send", "next", "--yes"]);
    assert_eq!(code, 3);
    assert_data_eq!(
        stderr,
        str![[r#"
error: every issue has been sent
help: `newsletter new` creates the next one

"#]]
    );
}

#[test]
fn a_newsletter_without_issues_says_what_to_do() {
    let project = Project::empty().file("newsletter.toml", crate::support::CONFIG);
    let output = project.run(["list"]);
    assert_eq!(output.code, 0);
    assert_eq!(output.stderr, "no issues yet; `newsletter new` creates the first\n");
}
