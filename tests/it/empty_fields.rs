//! Tests that feeds and pages of the archive have no empty fields.

use crate::support::{CONFIG, Project};

#[test]
fn what_is_empty_is_left_out_of_feeds_and_pages() {
    let config = CONFIG.replace("description = \"Links for tests.\"\n", "");
    let bare =
        |number: u32, more: &str| format!("number = {number}\ntitle = \"Issue {number}\"\ndate = 2026-11-27\n{more}");
    let link = "[[section]]\n[[section.link]]\nurl = \"https://example.org/\"\ntitle = \"Words\"\n";
    let project = Project::empty()
        .file("newsletter.toml", config)
        .file("issues/1.toml", bare(1, ""))
        .file("issues/2.toml", bare(2, "intro = \"Words alone.\"\n"))
        .file("issues/3.toml", bare(3, link));
    let output = project.run(["build"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let atom = project.read("public/feed.atom");
    assert!(!atom.contains("></") && !atom.contains("<subtitle") && !atom.contains("<summary/>"), "{atom}");
    assert_eq!([atom.matches("<summary>").count(), atom.matches("<content ").count()], [1, 2], "{atom}");
    let json = project.read("public/feed.json");
    assert!(!json.contains("\"\"") && !json.contains("null"), "{json}");
    let feed: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(feed["items"][2]["content_text"], "Issue 1");
    assert_eq!(
        feed["items"][1]["content_html"],
        "<div lang=\"en\" dir=\"ltr\"><div class=\"prose\"><p>Words alone.</p></div></div>"
    );
    for page in ["index.html", "1/index.html", "2/index.html"] {
        let page = project.read(&format!("public/{page}"));
        assert!(!page.contains("content=\"\"") && !page.contains("<p></p>"), "{page}");
    }
}
