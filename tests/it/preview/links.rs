//! Files that links lead to, pictures in folders, and changes that the system does not report.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::support::{ISSUE, Project, Served};

const FILE: &str = "issues/001-first-things.toml";

/// Moves `path` of the newsletter to `kept/`, as dotfile managers do, and leaves a link to it.
fn keep_elsewhere(project: &Project, path: &str) {
    let kept = project.path("kept").join(Path::new(path).file_name().unwrap());
    fs::create_dir_all(project.path("kept")).unwrap();
    fs::rename(project.path(path), &kept).unwrap();
    symlink(kept, project.path(path)).unwrap();
}

/// Replaces a file by another one of its name, as most editors save. Nothing changes in another folder.
fn replace(project: &Project, path: &str, content: &str) {
    let draft = Path::new(path).with_file_name("draft");
    fs::write(project.path("").join(&draft), content).unwrap();
    fs::rename(project.path("").join(draft), project.path(path)).unwrap();
}

fn picture_of(frame: &str) -> &str {
    let address = frame.split("src=\"").find(|rest| rest.starts_with("/img/")).expect("a picture in the letter");
    address.split('"').next().unwrap()
}

#[test]
fn a_save_of_a_file_behind_a_link_is_reported() {
    let project = Project::new().file("templates/letter.css", "p { color: #222222 }\n");
    for path in [FILE, "newsletter.toml", "templates/letter.css"] {
        keep_elsewhere(&project, path);
    }
    let preview = Served::start(&project, &[]);
    let mut events = preview.events();
    replace(&project, "kept/001-first-things.toml", &ISSUE.replace("Two links about clocks", "Two links about time"));
    events.until(|| preview.get("/1.html").body.contains("Two links about time"));
    replace(&project, "kept/letter.css", ".intro { letter-spacing: 3px; }");
    events.until(|| preview.get("/1.html").body.contains("letter-spacing:"));
    let config = project.read("newsletter.toml").replace("Test Letter", "Renamed Letter");
    replace(&project, "kept/newsletter.toml", &config);
    events.until(|| preview.get("/1").body.contains("Renamed Letter"));
}

#[test]
fn a_link_that_leads_elsewhere_now_is_reported_and_so_are_saves_there() {
    let project = Project::new();
    project.write("kept/second/001-first-things.toml", ISSUE.replace("On clocks", "On watches"));
    fs::rename(project.path("issues"), project.path("kept/first")).unwrap();
    symlink("first", project.path("kept/current")).unwrap();
    symlink("kept/current", project.path("issues")).unwrap();
    let preview = Served::start(&project, &[]);
    let mut events = preview.events();
    assert!(preview.get("/1.txt").body.contains("On clocks"));
    symlink("second", project.path("kept/next")).unwrap();
    fs::rename(project.path("kept/next"), project.path("kept/current")).unwrap();
    events.until(|| preview.get("/1.txt").body.contains("On watches"));
    replace(&project, "kept/second/001-first-things.toml", &ISSUE.replace("On clocks", "On sundials"));
    events.until(|| preview.get("/1.txt").body.contains("On sundials"));
}

#[test]
fn a_new_picture_in_a_folder_of_the_pictures_is_reported() {
    let with_picture = "title = \"On clocks\"\nimage = \"img/2026/map.png\"\nalt = \"A map\"";
    let picture = fs::read("tests/browser/src/map.png").unwrap();
    let project = Project::new().file("shots/map.png", &picture);
    project.write(FILE, ISSUE.replacen("title = \"On clocks\"", with_picture, 1));
    let preview = Served::start(&project, &[]);
    let mut events = preview.events();
    assert!(preview.get("/1").body.contains("no file `img/2026/map.png`"));
    fs::create_dir(project.path("issues/img")).unwrap();
    symlink("../../shots", project.path("issues/img/2026")).unwrap();
    // A link back to the folder it is in has no end.
    symlink(".", project.path("issues/img/here")).unwrap();
    events.until(|| !preview.get("/1").body.contains("no file `img/2026/map.png`"));
    let before = picture_of(&preview.get("/1/frame").body).to_owned();
    assert_eq!(preview.get(&before).status, 200);
    project.write("shots/map.png", [picture.as_slice(), b"and a comment"].concat());
    events.until(|| picture_of(&preview.get("/1/frame").body) != before);
}

#[test]
fn a_page_shows_what_is_on_the_disk_also_when_no_event_was_sent() {
    let project = Project::new();
    // A write through another name of the file is an event only in the folder of that name.
    project.write("kept/issue", "");
    fs::remove_file(project.path("kept/issue")).unwrap();
    fs::hard_link(project.path(FILE), project.path("kept/issue")).unwrap();
    let preview = Served::start(&project, &[]);
    let pages = [
        "/1",
        "/1.html",
        "/1.txt",
        "/1.eml",
        "/1/frame",
        "/1/text",
        "/1/clients",
        "/1/compare",
        "/1/archive",
        "/1/checks",
        "/1/site/light/index.html",
        "/1/feed",
        "/1/card",
        "/",
    ];
    for (number, page) in pages.into_iter().enumerate() {
        let title = format!("Issue as of save {number}");
        let saved = ISSUE.replace("First things", &title).replace("On clocks", &title);
        fs::write(project.path("kept/issue"), saved).unwrap();
        let body = preview.get(page).body;
        assert!(body.contains(&title), "{page}\n{body}");
    }
}
