//! The page that compares an issue with an earlier letter.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::{ISSUE, Project, Served};

/// A newsletter with one subscriber that mails through the shell script `sendmail`.
fn mailing_through(sendmail: &str) -> Project {
    let project = Project::new()
        .subscribers(["ada@example.org"])
        .config("[send]\ncourier = \"sendmail\"\nsendmail = \"./sendmail\"\n")
        .file("sendmail", format!("#!/bin/sh\n{sendmail}\n"));
    fs::set_permissions(project.path("sendmail"), fs::Permissions::from_mode(0o700)).unwrap();
    project
}

#[test]
fn an_issue_is_compared_with_the_letter_that_was_sent() {
    let project = mailing_through("cat > /dev/null");
    let preview = Served::start(&project, &[]);
    assert!(preview.get("/1/compare?version=sent").body.contains("Issue 1 has not been sent."));
    assert_eq!(preview.get("/1/frame?version=sent").status, 404);

    assert_eq!(project.run(["send", "1", "--yes"]).code, 0);
    assert!(preview.get("/1/compare").body.contains("Nothing has changed since it was sent ("));

    let mut events = preview.events();
    project.write("issues/001-first-things.toml", ISSUE.replace("On clocks", "On watches"));
    events.until(|| preview.get("/1.txt").body.contains("On watches"));
    let page = preview.get("/1/compare").body;
    assert!(
        page.contains("<del>- On <b>clocks</b>\n</del>") && page.contains("<ins>+ On <b>watches</b>\n</ins>"),
        "{page}"
    );
    assert!(page.contains("Subscribers who already received it will not receive it again."), "{page}");
    assert!(preview.get("/1/frame?version=sent").body.contains("On clocks"));
    assert!(!preview.get("/1/frame").body.contains("On clocks"));
}

#[test]
fn a_letter_that_was_not_mailed_is_not_the_one_that_was_sent() {
    let rehearsed = Project::new().subscribers(["ada@example.org"]);
    assert_eq!(rehearsed.run(["send", "1", "--yes"]).code, 0);
    let rejected = mailing_through("exit 78");
    assert_eq!(rejected.run(["send", "1", "--yes"]).code, 5);
    for project in [rehearsed, rejected] {
        let preview = Served::start(&project, &[]);
        assert!(preview.get("/1/compare?version=sent").body.contains("Issue 1 has not been sent."));
        assert_eq!(preview.get("/1/frame?version=sent").status, 404);
    }
}

#[test]
fn an_issue_is_compared_with_its_last_test_mail() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    assert!(preview.get("/1/compare").body.contains("No test mail of issue 1 has been sent."));
    assert_eq!(project.run(["send", "1", "--test", "ada@example.org"]).code, 0);
    assert!(preview.get("/1/compare").body.contains("Nothing has changed since the last test mail ("));
    assert!(!project.path(".newsletter/ledger.sqlite3").exists(), "a test mail is no delivery");

    let mut events = preview.events();
    project.write("issues/001-first-things.toml", ISSUE.replace("On clocks", "On watches"));
    events.until(|| preview.get("/1.txt").body.contains("On watches"));
    let page = preview.get("/1/compare").body;
    assert!(
        page.contains("Changed since the last test mail (") && page.contains("<del>- On <b>clocks</b>\n</del>"),
        "{page}"
    );
    assert!(preview.get("/1/frame?version=test").body.contains("On clocks"));

    // The next test mail replaces it, also when the stored letter is damaged, which is reported.
    assert_eq!(project.run(["send", "1", "--test", "ada@example.org"]).code, 0);
    assert!(preview.get("/1/compare").body.contains("Nothing has changed since the last test mail ("));
    project.write(".newsletter/tests/001.letter", "{");
    let page = preview.get("/1/compare").body;
    assert!(page.contains("is damaged; the next test mail replaces it"), "{page}");
    assert_eq!(project.run(["send", "1", "--test", "ada@example.org"]).code, 0);
    assert!(preview.get("/1/compare").body.contains("Nothing has changed since the last test mail ("));
}

#[test]
fn an_issue_is_compared_with_the_one_before() {
    let second = ISSUE.replace("number = 1", "number = 2").replace("On clocks", "On watches");
    let project = Project::new().file("issues/002.toml", second);
    let preview = Served::start(&project, &[]);
    assert!(preview.get("/1/compare?version=previous").body.contains("There is no issue before this one."));
    let page = preview.get("/2/compare").body;
    assert!(page.contains("Compared with issue 1: ") && page.contains("<ins>+ On <b>watches</b>\n</ins>"), "{page}");
    assert!(preview.get("/2/frame?version=previous").body.contains("On clocks"));
}
