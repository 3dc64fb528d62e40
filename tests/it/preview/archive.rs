//! The web archive inside the preview.

use crate::support::{ISSUE, Project, Served};

/// The newsletter with a picture in its issue, and a second issue that is a draft.
fn with_a_draft() -> Project {
    let picture = std::fs::read("tests/browser/src/map.png").unwrap();
    let with_picture = "title = \"On clocks\"\nimage = \"img/a map.png\"\nalt = \"A map\"";
    let draft = ISSUE.replace("number = 1", "number = 2\ndraft = true").replace("First things", "Second things");
    Project::new()
        .file("issues/img/a map.png", picture)
        .file("issues/001-first-things.toml", ISSUE.replacen("title = \"On clocks\"", with_picture, 1))
        .file("issues/002-second-things.toml", draft)
}

#[test]
fn the_archive_has_the_pages_that_build_writes() {
    let project = with_a_draft();
    let preview = Served::start(&project, &[]);
    assert_eq!(project.run(["build"]).code, 0);
    for path in ["index.html", "1-first-things/index.html"] {
        let shown = preview.get(&format!("/1/site/light/{path}")).body;
        let built = project.read(&format!("public/{path}"));
        // The frame decides on the scheme, and opens other sites in a new tab.
        let plain = |page: &str| {
            let page = page.replace("<style>:root{color-scheme:only light!important}</style>", "");
            page.replace(" target=\"_blank\"", "")
        };
        assert_eq!(plain(&shown), plain(&built), "{path}");
    }
    assert!(preview.get("/1/site/light/1-first-things/").body.contains("On clocks"));
    assert!(preview.get("/1/site/light/feed.atom").body.contains("<title>First things</title>"));
    assert_eq!(preview.get("/1/site/light/img/a%20map.png").status, 200);
    for path in ["img/b.png", "../newsletter.toml", "%2e%2e/newsletter.toml", "2-second-things/", "", "%00"] {
        let expected = if path.is_empty() { 200 } else { 404 };
        assert_eq!(preview.get(&format!("/1/site/light/{path}")).status, expected, "{path}");
    }
}

#[test]
fn a_draft_is_shown_as_if_it_were_published() {
    let project = with_a_draft();
    let preview = Served::start(&project, &[]);
    let page = preview.get("/2/archive?part=issue").body;
    assert!(page.contains("; the draft as if it were published"), "{page}");
    assert!(page.contains("src=\"/2/site/light/2-second-things/index.html\""), "{page}");
    assert!(preview.get("/2/site/light/index.html").body.contains("Second things"));
    assert!(!preview.get("/1/site/light/index.html").body.contains("Second things"));
    assert!(!preview.get("/1/archive").body.contains("as if it were published"));
}

#[test]
fn the_scheme_of_the_archive_is_the_one_chosen() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    assert!(preview.get("/1/archive?scheme=dark").body.contains("src=\"/1/site/dark/index.html\""));
    let css = |scheme: &str| preview.get(&format!("/1/site/{scheme}/style.css")).body;
    assert!(css("dark").contains("@media (min-width: 0px)"));
    assert!(css("light").contains("@media (max-width: 0px)"));
    assert!(!css("dark").contains("prefers-color-scheme"));
}

#[test]
fn the_feed_and_the_card_show_the_issue() {
    let project = with_a_draft();
    let preview = Served::start(&project, &[]);
    let feed = preview.get("/1/feed").body;
    assert!(feed.contains("<h2>First things</h2>") && feed.contains("On clocks"), "{feed}");
    assert!(feed.contains("src=\"/1/site/light/img/a%20map.png\""), "{feed}");
    let card = preview.get("/1/card").body;
    assert!(card.contains("<p class=\"host\">letter.example.org</p><h2>First things</h2>"), "{card}");
    assert_eq!(preview.get("/7/card").status, 404);
}

#[test]
fn an_archive_that_cannot_be_built_says_why() {
    let project = with_a_draft();
    let preview = Served::start(&project, &[]);
    project.write("issues/002-second-things.toml", "number = 2\n");
    assert!(preview.get("/1/archive").body.contains("; without issue 2, which has errors"));
    let broken = preview.get("/2/archive").body;
    assert!(broken.contains("class=\"overlay\"") && !broken.contains("<iframe"), "{broken}");
    assert_eq!(preview.get("/2/site/light/index.html").status, 404);
    project.write("templates/web.css", b"\xff");
    assert!(preview.get("/1/archive").body.contains("templates/web.css"));
}
