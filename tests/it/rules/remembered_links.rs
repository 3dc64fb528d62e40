//! Tests the file that keeps the links of all issues: it is believed for as long as an issue is as it was.

use std::fs;

use crate::support::{ISSUE, Project};

const FILE: &str = ".newsletter/issue-links.jsonl";

/// Two issues with one link, and a folder for the ledger.
fn two_issues() -> Project {
    let first = ISSUE.replace("example.org/clocks", "kettle.dev/clocks");
    let second = first.replace("number = 1", "number = 2").replace("2026-11-20", "2026-11-27");
    let project = Project::new().file("issues/001-first-things.toml", first).file("issues/002-more.toml", second);
    fs::create_dir(project.path(".newsletter")).unwrap();
    project
}

/// Returns the line of issue 1 that `check 2` names.
fn named_line(project: &Project) -> String {
    let output = project.run(["check", "2"]);
    let hint = output.stderr.lines().find(|line| line.contains("see issues/001"));
    hint.unwrap_or(&output.stderr).trim().to_owned()
}

#[test]
fn links_are_read_from_an_issue_once() {
    let project = two_issues();
    assert_eq!(named_line(&project), "= help: see issues/001-first-things.toml:12");
    let kept = project.read(FILE);
    project.write(FILE, kept.replace(r#""line":12"#, r#""line":99"#));
    assert_eq!(named_line(&project), "= help: see issues/001-first-things.toml:99");
}

#[test]
fn links_are_read_again_from_an_issue_that_changed() {
    let project = two_issues();
    named_line(&project);
    project
        .write("issues/001-first-things.toml", format!("# Later.\n{}", project.read("issues/001-first-things.toml")));
    assert_eq!(named_line(&project), "= help: see issues/001-first-things.toml:13");
    project.write("issues/001-first-things.toml", ISSUE);
    assert_eq!(project.run(["check", "2"]).stderr, "issue 2: no problems\n");
}

#[test]
fn links_are_read_again_when_the_newsletter_has_other_settings() {
    let project = two_issues();
    named_line(&project);
    let kept = project.read(FILE).replace(r#""line":12"#, r#""line":99"#);
    project.write(FILE, kept);
    let project = project.config("[check]\nlink-http = \"off\"\n");
    assert_eq!(named_line(&project), "= help: see issues/001-first-things.toml:12");
}

#[test]
fn a_damaged_file_is_written_anew() {
    let project = two_issues();
    named_line(&project);
    let kept = project.read(FILE);
    for damaged in ["", "{}\n", "[1,2]\n", &kept[..kept.len() - 9], &kept.replacen("kettle", "\u{0}", 1)] {
        project.write(FILE, damaged);
        assert_eq!(named_line(&project), "= help: see issues/001-first-things.toml:12", "{damaged}");
        assert_eq!(project.read(FILE), kept, "{damaged}");
    }
}

#[test]
fn an_issue_with_errors_has_no_links_and_keeps_nothing_from_being_kept() {
    let project = two_issues().file("issues/003-broken.toml", "number = 3\n");
    assert_eq!(named_line(&project), "= help: see issues/001-first-things.toml:12");
    assert_eq!(project.read(FILE).matches(r#""number":"#).count(), 2);
}

#[test]
fn nothing_is_written_where_there_is_no_ledger() {
    let project = two_issues();
    fs::remove_dir(project.path(".newsletter")).unwrap();
    named_line(&project);
    assert!(!project.path(".newsletter").exists());
}
