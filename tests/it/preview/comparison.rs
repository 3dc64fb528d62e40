//! An issue beside an earlier letter.

use crate::support::{ISSUE, Project, Served};

#[test]
fn an_issue_is_compared_with_the_letter_that_was_sent() {
    let project = Project::new().subscribers(["ada@example.org"]);
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
    assert!(page.contains("Readers who have had it do not get it again."), "{page}");
    assert!(preview.get("/1/frame?version=sent").body.contains("On clocks"));
    assert!(!preview.get("/1/frame").body.contains("On clocks"));
}

#[test]
fn an_issue_is_compared_with_its_last_test_mail() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    assert!(preview.get("/1/compare").body.contains("Nobody has got a test mail of issue 1 yet."));
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

    // The next test mail takes its place; a damaged one is said and mended by it.
    assert_eq!(project.run(["send", "1", "--test", "ada@example.org"]).code, 0);
    assert!(preview.get("/1/compare").body.contains("Nothing has changed since the last test mail ("));
    project.write(".newsletter/tests/001.letter", "{");
    let page = preview.get("/1/compare").body;
    assert!(page.contains("is damaged; the next test mail writes it anew"), "{page}");
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
    assert!(
        page.contains("Beside issue 1: in the text part ") && page.contains("<ins>+ On <b>watches</b>\n</ins>"),
        "{page}"
    );
    assert!(preview.get("/2/frame?version=previous").body.contains("On clocks"));
}
