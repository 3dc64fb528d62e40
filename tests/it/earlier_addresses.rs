//! Tests what becomes of the address of an issue's page when its slug or file name changes.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::support::Project;

#[test]
fn an_earlier_address_of_an_issue_leads_to_its_page() {
    let project = Project::new();
    assert_eq!(project.run(["build"]).code, 0);
    let feeds = || ["atom", "json"].map(|format| project.read(&format!("public/feed.{format}")));
    let ids = |feed: &str| feed.matches("https://letter.example.org/#issue-1").count();
    let before = feeds();
    fs::rename(project.path("issues/001-first-things.toml"), project.path("issues/001-second.toml")).unwrap();
    assert_eq!(project.run(["build"]).code, 0);
    fs::rename(project.path("issues/001-second.toml"), project.path("issues/001-third.toml")).unwrap();
    for _ in 0..2 {
        assert_eq!(project.run(["build"]).code, 0);
        for earlier in ["1-first-things", "1-second"] {
            assert_data_eq!(
                project.read(&format!("public/{earlier}/index.html")),
                str![[r#"
<!DOCTYPE html><html lang="en" dir="ltr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>First things · Test Letter</title><link rel="canonical" href="https://letter.example.org/1-third/"><meta http-equiv="refresh" content="0; url=../1-third/index.html"></head><body><p><a href="../1-third/index.html">First things</a></p></body></html>

"#]]
            );
        }
    }
    // Readers of the feeds know the entry by its id and do not get it twice.
    assert_eq!(feeds().map(|feed| ids(&feed)), before.map(|feed| ids(&feed)));
    assert!(!project.read("public/sitemap.xml").contains("1-first-things"));
    // A page that was removed by hand is not wanted.
    fs::remove_file(project.path("public/1-second/index.html")).unwrap();
    assert_eq!(project.run(["build"]).code, 0);
    assert!(!project.path("public/1-second/index.html").exists());
    assert!(project.path("public/1-first-things/index.html").exists());
}

#[test]
fn the_marker_of_a_sent_issue_keeps_its_address_in_a_new_folder() {
    let marker = "plan = 'p'\nstarted = '2026-11-20T10:00:00Z'\nletter = 'l'\naccepted = 3\ntotal = 3\n";
    let project = Project::new();
    // An earlier version wrote no pages, and an edited one may name anything.
    for pages in ["", "pages = ['../outside', '2-other', 'img', '1-third']\n"] {
        project.write("issues/001.sent", format!("{marker}{pages}"));
        assert_eq!(project.run(["build"]).code, 0);
    }
    assert!(project.read("public/1-third/index.html").contains("url=../1-first-things/index.html"));
    assert!(!project.path("outside").exists() && !project.path("public/2-other").exists());
    let output = project.run(["check"]);
    assert!(output.stderr.contains("warning[page-moved]"), "{}", output.stderr);
    fs::rename(project.path("issues/001-first-things.toml"), project.path("issues/002-first-things.toml")).unwrap();
    project.write("issues/001.sent", format!("{marker}pages = ['1-third']\n"));
    let output = project.run(["check"]);
    assert_data_eq!(
        output.stderr.split("\n\n").find(|finding| finding.contains("1-third")).unwrap_or_default(),
        str![[r#"
warning: letters link to `https://letter.example.org/1-third/`, but there is no issue 1
help: restore its file under the number it was sent with; to give up the page, remove it from `pages` in `issues/001.sent`
"#]]
    );
}
