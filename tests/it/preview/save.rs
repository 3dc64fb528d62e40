//! Changes of files while the preview runs, whatever is in them.

use crate::support::{ISSUE, Project, Served};

#[test]
fn a_save_is_reported_and_shown() {
    let project = Project::new();
    let mut preview = Served::start(&project, &["1"]);
    assert_eq!(preview.line(), "Pages reload on every save. Press Ctrl-C to stop.");
    let mut events = preview.events();
    let before = preview.get("/1.html").body;

    project.write("issues/001-first-things.toml", ISSUE.replace("Two links about clocks", "Two links about time"));
    assert!(!before.contains("Two links about time"));
    let generation = events.until(|| preview.get("/1.html").body.contains("Two links about time"));
    assert!(preview.get("/1").body.contains(&format!("data-generation=\"{generation}\"")));

    project.write("templates/letter.css", ".intro { letter-spacing: 3px; }");
    events.until(|| preview.get("/1.html").body.contains("letter-spacing:"));
    let config = project.read("newsletter.toml").replace("Test Letter", "Renamed Letter");
    project.write("newsletter.toml", config);
    events.until(|| preview.get("/1").body.contains("Renamed Letter"));

    let mut line = preview.line();
    while !line.ends_with(" ms") {
        line = preview.line();
    }
    assert!(line.contains("  issues/001-first-things.toml  "), "{line}");
}

#[test]
fn an_error_is_shown_above_the_last_good_version_until_it_is_fixed() {
    let project = Project::new();
    let mut preview = Served::start(&project, &["1"]);
    preview.line();
    let mut events = preview.events();
    let good = preview.get("/1.html").body;
    assert!(!preview.get("/1").body.contains("class=\"overlay\""));

    project.write("issues/001-first-things.toml", ISSUE.replace("title = \"On clocks\"", "titel = \"On clocks\""));
    events.until(|| preview.get("/1").body.contains("unknown key `titel`"));
    let broken = preview.get("/1").body;
    assert!(broken.contains("class=\"overlay\""), "{broken}");
    assert!(broken.contains("did you mean `title`?"), "{broken}");
    assert_eq!(preview.get("/1.html").body, good);
    let list = preview.get("/").body;
    assert!(list.contains("issues/001-first-things.toml:13:1: unknown key `titel`"), "{list}");
    while !preview.line().ends_with("1 error, the preview keeps the last good version") {}
    assert!(preview.line().starts_with("error"));

    project.write("issues/001-first-things.toml", ISSUE);
    events.until(|| !preview.get("/1").body.contains("class=\"overlay\""));
}

#[test]
fn a_newsletter_with_errors_can_be_opened_and_fixed() {
    let project = Project::new();
    let config = project.read("newsletter.toml");
    project.write("newsletter.toml", "[newsletter\n");
    let preview = Served::start(&project, &[]);
    let mut events = preview.events();
    assert!(preview.get("/").body.contains("newsletter.toml:1:"));
    assert_eq!(preview.get("/1").status, 200);
    assert_eq!(preview.get("/1.html").status, 404);
    project.write("newsletter.toml", config);
    events.until(|| preview.get("/1.html").body.contains("On clocks"));
}

#[test]
fn issues_can_be_added_and_deleted() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    let mut events = preview.events();
    let waiting = preview.get("/2");
    assert_eq!(waiting.status, 404);
    assert!(waiting.body.contains("no issue 2 in `issues/`"), "{}", waiting.body);

    let second = ISSUE.replace("number = 1", "number = 2").replace("First things", "Second things");
    project.write("issues/002.toml", second);
    events.until(|| preview.get("/").body.contains("Second things"));
    assert_eq!(preview.get("/2").status, 200);
    assert!(preview.get("/1").body.contains("aria-label=\"Next issue, 2\""));

    std::fs::remove_file(project.path("issues/002.toml")).unwrap();
    events.until(|| !preview.get("/").body.contains("Second things"));
    assert!(preview.get("/2").body.contains("the file of issue 2 was deleted"));
    assert!(preview.get("/2.html").body.contains("Second things"));
}

#[test]
fn any_bytes_in_any_file_are_survived() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    let mut events = preview.events();
    let deep = vec![b'['; 100_000];
    for path in ["issues/001-first-things.toml", "newsletter.toml", "templates/letter.css", "subscribers.csv"] {
        let before = std::fs::read(project.path(path)).ok();
        for bytes in [b"", b"\xff\xfe\x00" as &[u8], b"= = =", b"a = \"\"\"", &deep, b"</style>{{{;"] {
            project.write(path, bytes);
            events.next();
            for page in ["/", "/1", "/1/frame?scheme=forced&images=off"] {
                assert!(matches!(preview.get(page).status, 200 | 404), "{path} {bytes:?} {page}");
            }
        }
        match before {
            Some(before) => project.write(path, before),
            None => std::fs::remove_file(project.path(path)).unwrap(),
        }
    }
    events.until(|| !preview.get("/1").body.contains("class=\"overlay\""));
}

#[test]
fn noise_in_every_watched_file_is_survived() {
    let picture =
        ISSUE.replacen("title = \"On clocks\"", "title = \"On clocks\"\nimage = \"img/map.png\"\nalt = \"A map\"", 1);
    let project = Project::new()
        .file("issues/001-first-things.toml", &picture)
        .file("issues/_template.toml", ISSUE)
        .file("issues/001.sent", "plan = \"\"\n")
        .file("issues/img/map.png", std::fs::read("tests/browser/src/map.png").unwrap())
        .file("templates/letter.css", "p { color: #222222 }\n")
        .file("templates/web.css", "p { color: #222222 }\n")
        .subscribers(["ada@example.org"]);
    let preview = Served::start(&project, &[]);
    let mut events = preview.events();
    assert_eq!(preview.get("/1.html").status, 200);
    // xorshift64: the same damage in every run.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut noise = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap()
    };
    for path in [
        "issues/001-first-things.toml",
        "newsletter.toml",
        "issues/_template.toml",
        "issues/001.sent",
        "issues/img/map.png",
        "templates/letter.css",
        "templates/web.css",
        "subscribers.csv",
    ] {
        let original = std::fs::read(project.path(path)).unwrap();
        let mut present = original.clone();
        for round in 0..12 {
            let bytes = damaged(&original, &mut noise);
            if bytes == present {
                continue;
            }
            project.write(path, &bytes);
            events.next();
            for page in ["/", "/1", "/1/text", "/1/frame?scheme=forced", "/1/clients", "/1/compare", "/1.eml"] {
                // The last good letter stays, whatever is in the file now.
                assert_eq!(preview.get(page).status, 200, "{path} {round} {page}");
            }
            let page = preview.get("/1").body;
            let is_named = page.contains("class=\"overlay\"") && path != "issues/img/map.png";
            assert!(!is_named || page.contains(&format!("--&gt; {path}")), "{path} {round}\n{page}");
            present = bytes;
        }
        if present != original {
            project.write(path, &original);
            events.until(|| !preview.get("/1").body.contains("class=\"overlay\""));
        }
        assert!(preview.get("/1/frame").body.contains("On clocks"), "{path}");
    }
}

/// The bytes of a damaged file: noise, a truncated file, flipped bits, stray characters.
fn damaged(original: &[u8], noise: &mut impl FnMut() -> usize) -> Vec<u8> {
    let mut bytes = original.to_vec();
    match noise() % 4 {
        0 => (0..noise() % 3_000).map(|_| noise().to_le_bytes()[0]).collect(),
        1 => {
            bytes.truncate(noise() % (bytes.len() + 1));
            bytes
        }
        2 => {
            for _ in 0..=noise() % 8 {
                let at = noise() % bytes.len().max(1);
                bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << (noise() % 8));
            }
            bytes
        }
        _ => {
            let marks = b"[]{}()<>\"'`=#,;:/\\\0\n\r\t\xff\xef\xbb\xbf";
            let at = noise() % (bytes.len() + 1);
            let strayed: Vec<u8> = (0..=noise() % 6).map(|_| marks[noise() % marks.len()]).collect();
            bytes.splice(at..at, strayed);
            bytes
        }
    }
}
