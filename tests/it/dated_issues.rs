//! Tests issues without a number, which are known by their date.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use snapbox::{assert_data_eq, str};

use crate::support::{CONFIG, ISSUE, Output, Project};

const FILE: &str = "issues/2026-11-20-first-things.toml";

fn dated() -> String {
    ISSUE.replace("number = 1\n", "")
}

fn project() -> Project {
    Project::empty()
        .file("newsletter.toml", CONFIG)
        .file(FILE, dated())
        .subscribers(["ada@example.org", "bo@example.org"])
}

#[test]
fn the_date_takes_the_place_of_the_number_everywhere() {
    let project = project();
    assert_eq!(project.run(["send", "2026-11-20", "--yes"]).code, 0);
    assert!(project.path("outbox/2026-11-20/00001-ada@example.org.eml").exists());
    assert_data_eq!(
        project.run(["list"]).stdout,
        str![[r#"
No          Date        State      Sent  Links  Title
2026-11-20  2026-11-20  rehearsed  0/2   2      First things

"#]]
    );
    let json: serde_json::Value = serde_json::from_str(&project.run(["list", "--json"]).stdout).unwrap();
    assert_eq!(json[0]["issue"], "2026-11-20");
    for word in ["2026-11-20", "20261120", "first-things", "latest", FILE] {
        let Output { code, stdout, .. } = project.run(["render", word, "--text"]);
        let expected = "Test Letter\n20 November 2026 · 2 links";
        assert!(code == 0 && stdout.starts_with(expected), "{word}: {stdout}");
    }
    let message = project.read("outbox/2026-11-20/00001-ada@example.org.eml");
    let header = |name: &str| message.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    assert_eq!(header("Subject:"), "Subject: Test Letter: First things");
    assert!(header("Feedback-ID:").starts_with("Feedback-ID: issue2026-11-20:"), "{message}");
    assert_eq!(project.run(["build"]).code, 0);
    assert!(project.path("public/2026-11-20-first-things/index.html").exists());
    assert!(!project.read("public/index.html").contains("Issue "));
}

#[test]
fn a_mailed_issue_leaves_a_marker_of_its_date_and_is_not_mailed_again() {
    let project = project()
        .config("[send]\ncourier = \"sendmail\"\nsendmail = \"./sendmail\"\n")
        .file("sendmail", "#!/bin/sh\nexec cat > /dev/null\n");
    fs::set_permissions(project.path("sendmail"), fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(project.run(["send", "2026-11-20", "--yes"]).code, 0);
    assert!(project.path("issues/2026-11-20.sent").exists());
    project.write("sendmail", "#!/bin/sh\nexit 75\n");
    assert_eq!(project.run(["send", "latest", "--yes"]).code, 0, "nobody is left to mail");
    let status: serde_json::Value = serde_json::from_str(&project.run(["status", "--json"]).stdout).unwrap();
    assert_eq!((&status[0]["issue"], &status[0]["counts"]["accepted"]), (&"2026-11-20".into(), &2.into()));
}

#[test]
fn the_next_issue_of_a_dated_newsletter_is_dated() {
    let project = project();
    let path = project.run(["new", "2027-01-01", "--title", "A new year"]).stdout;
    assert_eq!(path, "issues/2027-01-01-a-new-year.toml\n");
    let written = project.read("issues/2027-01-01-a-new-year.toml");
    assert!(!written.contains("number") && written.contains("= 2027-01-01\n"), "{written}");
    let next = project.run(["new"]).stdout;
    assert_eq!(next, "issues/2027-01-08.toml\n");
}

#[test]
fn what_contradicts_the_date_in_the_name_is_an_error_in_its_place() {
    let wrong = dated().replace("date = 2026-11-20", "number = 7\ndate = 2026-11-21\nsubject = \"No {number}\"");
    let project = project().file(FILE, wrong);
    assert_data_eq!(
        project.run(["check"]).stderr,
        str![[r#"
error: `number` is 7, but the file is named by its date
 --> issues/2026-11-20-first-things.toml:3:10
  |
3 | number = 7
  |          ^
  |
  = help: remove `number`: the date takes its place; or begin the file's name with the number

error: `date` is 2026-11-21, but the file's name says 2026-11-20
 --> issues/2026-11-20-first-things.toml:4:8
  |
4 | date = 2026-11-21
  |        ^^^^^^^^^^
  |
  = help: write `date = 2026-11-20`, or rename the file

error: this issue has no number for `{number}`
 --> issues/2026-11-20-first-things.toml:5:15
  |
5 | subject = "No {number}"
  |               ^^^^^^^^
  |
  = help: write `{date}` instead, or leave it out

issue 2026-11-20: 3 errors

"#]]
    );
}

#[test]
fn a_subject_with_a_number_is_refused_and_words_without_one_are_kept() {
    let config = CONFIG.replace("[unsubscribe]", "subject = \"Week {number}: {title}\"\n\n[unsubscribe]");
    let output = project().file("newsletter.toml", config).run(["check"]);
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: this issue has no number for `{number}` in the newsletter's `subject`
 --> issues/2026-11-20-first-things.toml:3:8
  |
3 | date = 2026-11-20
  |        ^^^^^^^^^^
  |
  = help: change `subject` in `newsletter.toml`, or write one in this issue

issue 2026-11-20: 1 error

"#]]
    );
    let words = format!("{CONFIG}\n[words]\nissue = \"The weekly letter\"\n");
    let output = project().file("newsletter.toml", words).run(["render", "latest", "--text"]);
    assert!(output.stdout.starts_with("Test Letter\n20 November 2026 · 2 links"), "{}", output.stdout);
}
