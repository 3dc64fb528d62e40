//! Tests `newsletter gather` with files that other programs export.

use snapbox::{assert_data_eq, str};

use crate::support::Project;

const BOOKMARKS: &str = "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>Bookmarks</TITLE>\n<DL><p>\n\
    <DT><A HREF=\"https://lwn.net/a?utm_source=feed\" ADD_DATE=\"1795910400\" TAGS=\"rust\">A title</A>\n<DD>My note\n\
    <DT><A HREF=\"https://lwn.net/b\" ADD_DATE=\"1700000000\">Old</A>\n\
    <DT><A HREF=\"http://www.lwn.net/a/\" ADD_DATE=\"1795910400\">The same</A>\n\
    <DT><A HREF=\"https://example.org/clocks\" ADD_DATE=\"1795910400\">In issue 1</A>\n\
    <DT><A HREF=\"http://intranet/x\" ADD_DATE=\"1795910400\">Inside</A>\n</DL>\n";

#[test]
fn the_links_of_a_file_go_into_the_inbox_once() {
    let project = Project::new().file("bookmarks.html", BOOKMARKS);
    let dry = project.run(["gather", "bookmarks.html", "-n"]);
    assert_eq!(dry.code, 4);
    assert!(!project.path("links.md").exists());
    let output = project.run(["gather", "bookmarks.html", "--since", "2026-11-01"]);
    assert_eq!(output.code, 4, "{}", output.stderr);
    assert_data_eq!(
        output.stderr,
        str![[r#"
warning: [..]bookmarks.html: the host `intranet` has no dot[..]
[..]bookmarks.html: added 1 link to links.md; 2 known already; 1 left out

"#]]
    );
    assert_data_eq!(
        project.read("links.md"),
        str![[r#"
- [A title](https://lwn.net/a) My note #rust

"#]]
    );
    let json: serde_json::Value =
        serde_json::from_str(&project.run(["gather", "bookmarks.html", "--tag", "rust", "--json"]).stdout).unwrap();
    assert_eq!((&json["files"][0]["known"], &json["files"][0]["left_out"]), (&1.into(), &4.into()));
}

#[test]
fn a_file_without_links_is_named_and_nothing_is_written() {
    let project = Project::new().file("list.csv", "email\nada@example.org\n").file("a.md", "- https://lwn.net/a\n");
    let output = project.run(["gather", "a.md", "list.csv"]);
    assert_eq!(output.code, 3, "{}", output.stderr);
    assert!(output.stderr.contains("has no links in a format that is known"), "{}", output.stderr);
    assert!(!project.path("links.md").exists());
}
