//! Tests `newsletter build`: the archive as a folder of files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use image::codecs::jpeg::JpegEncoder;
use image::{ImageEncoder, Rgb, RgbImage};
use snapbox::{assert_data_eq, file, str};

use crate::support::{Output, Project};

/// An issue with everything a page can show.
const RICH: &str = r#"number = 2
title = "Second \"things\" & <more>"
date = 2026-11-27
preheader = "A picture, a sponsor, and a name that is not yours"

intro = "Dear {subscriber.name|reader}, see <b>this</b>."

[[section]]
title = "Looking"
intro = "Two of them."

[[section.link]]
url = "https://example.org/picture?a=1&b=2"
title = "A wide picture"
kind = "video"
author = "Bo <Bosse>"
reading_time = 12
tags = ["drawing", "light"]
image = "img/wide one.png"
alt = "Lines that meet"
description = "With `code`, a [link](https://example.net/) and *stress*.\n\n- one\n- two"

[[section.link]]
url = "https://example.com/tool"
title = "A tool somebody pays for"
kind = "tool"
sponsored = true
description = "It does one thing."

[[section]]
title = "Said"
text = "> Words.\n>\n> Someone"
"#;

/// A PNG header of 1200 by 675 pixels: enough to be measured and copied.
pub(crate) const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\xb0\0\0\x02\xa3\x08\x02\0\0\0";

fn project() -> Project {
    Project::new()
        .file("issues/002-second-things.toml", RICH)
        .file("issues/img/wide one.png", PICTURE)
        .file("issues/img/unused.png", PICTURE)
        .subscribers(["secret.reader@example.com"])
}

fn built() -> Project {
    let project = project();
    let output = project.run(["build"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    project
}

/// Whether the file at `path` is a PNG.
pub(crate) fn is_picture(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "png")
}

/// Every file below `folder`, as paths in it.
pub(crate) fn files(folder: &Path) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    files
}

#[test]
fn a_build_says_what_it_wrote_and_the_next_one_that_nothing_changed() {
    let project = project();
    let wrote = "wrote public/index.html
wrote public/style.css
wrote public/sitemap.xml
wrote public/find.js
wrote public/links.js
wrote public/feed.atom
wrote public/feed.json
wrote public/2-second-things/index.html
wrote public/1-first-things/index.html
wrote public/topics/index.html
wrote public/topics/drawing/index.html
wrote public/topics/light/index.html
wrote public/img/wide one.png
wrote public/ornament/2-band.png
wrote public/ornament/1-cover.png
wrote public/ornament/1-card.png
wrote public/.newsletter-ornaments
";
    let said = "2 issues: 17 files written, 0 unchanged\n".to_owned();
    assert_eq!(project.run(["build"]), Output { code: 0, stdout: wrote.to_owned(), stderr: said });
    let said = "2 issues: 0 files written, 17 unchanged\n".to_owned();
    assert_eq!(project.run(["build"]), Output { code: 0, stdout: String::new(), stderr: said });
}

#[test]
fn the_pages_are_these() {
    let project = built();
    assert_data_eq!(project.read("public/index.html"), file!["../fixtures/archive/index.html"]);
    assert_data_eq!(project.read("public/2-second-things/index.html"), file!["../fixtures/archive/issue.html"]);
    assert_data_eq!(project.read("public/topics/drawing/index.html"), file!["../fixtures/archive/topic.html"]);
    assert_data_eq!(project.read("public/topics/index.html"), file!["../fixtures/archive/topics.html"]);
    assert_data_eq!(project.read("public/links.js"), file!["../fixtures/archive/links.js": Text]);
    assert_eq!(project.read("public/style.css"), include_str!("../../templates/web.css"));
    assert_eq!(fs::read(project.path("public/img/wide one.png")).unwrap(), PICTURE);
}

#[test]
fn the_feeds_and_the_sitemap_are_these() {
    let project = built();
    assert_data_eq!(project.read("public/feed.atom"), file!["../fixtures/archive/feed.atom": Text]);
    assert_data_eq!(project.read("public/feed.json"), file!["../fixtures/archive/feed.json": Text]);
    assert_data_eq!(project.read("public/sitemap.xml"), file!["../fixtures/archive/sitemap.xml": Text]);
}

#[test]
#[ignore = "needs Python; ./check runs it"]
fn python_reads_the_feeds_back_as_their_formats_want_them() {
    let project = built();
    let script = r#"
import json, xml.etree.ElementTree as ET
atom = "{http://www.w3.org/2005/Atom}"
feed = ET.parse("public/feed.atom").getroot()
assert feed.tag == atom + "feed"
for element in [feed, *feed.iter(atom + "entry")]:
    for name in ["title", "id", "updated"]:
        assert len(element.findall(atom + name)) == 1, name
print([entry.find(atom + "title").text for entry in feed.iter(atom + "entry")])
print([entry.find(atom + "content").get("type") for entry in feed.iter(atom + "entry")])
content = [entry.find(atom + "content").text for entry in feed.iter(atom + "entry")]
document = json.load(open("public/feed.json"))
assert [item["content_html"] for item in document["items"]] == content
print([(item["title"], item["url"], item["id"]) for item in document["items"]])
sitemap = ET.parse("public/sitemap.xml").getroot()
print([url[0].text for url in sitemap])
"#;
    let output = Command::new("python3").args(["-c", script]).current_dir(project.root()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_data_eq!(
        String::from_utf8(output.stdout).unwrap(),
        str![[r#"
['Second "things" & <more>', 'First things']
['html', 'html']
[('Second "things" & <more>', 'https://letter.example.org/2-second-things/', 'https://letter.example.org/#issue-2'), ('First things', 'https://letter.example.org/1-first-things/', 'https://letter.example.org/#issue-1')]
['https://letter.example.org/', 'https://letter.example.org/2-second-things/', 'https://letter.example.org/1-first-things/', 'https://letter.example.org/topics/', 'https://letter.example.org/topics/drawing/', 'https://letter.example.org/topics/light/']

"#]]
    );
}

/// The values of `href` and `src` in `html`, and those of `id`.
fn attributes(html: &str) -> (Vec<String>, BTreeSet<String>) {
    let values = |name: &str| -> Vec<String> {
        let start = format!(" {name}=\"");
        html.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&")).collect()
    };
    // Also what the script loads, and what a style sheet shows.
    let shown = html.split("url(").skip(1).map(|rest| rest.split(')').next().unwrap().to_owned()).collect();
    let links = [values("href"), values("src"), values("data-links"), shown].concat();
    (links, values("id").into_iter().collect())
}

#[test]
fn every_relative_link_leads_somewhere_in_the_folder() {
    let project = built();
    let public = project.path("public");
    let pages: Vec<PathBuf> =
        files(&public).iter().filter(|path| path.ends_with("index.html")).map(|path| public.join(path)).collect();
    let mut followed = BTreeSet::new();
    for page in &pages {
        let html = fs::read_to_string(page).unwrap();
        // Other sites fetch a card by its whole address.
        let cards = html.split("content=\"https://letter.example.org/ornament/").skip(1);
        followed.extend(cards.map(|rest| Path::new("ornament").join(rest.split('"').next().unwrap())));
        let (links, _) = attributes(&html);
        for link in links.iter().filter(|link| !link.contains("://") && !link.starts_with("mailto:")) {
            let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
            let here = page.file_name().and_then(|name| name.to_str()).filter(|_| path.is_empty());
            let target = page.parent().unwrap().join(here.unwrap_or(path).replace("%20", " "));
            assert!(target.is_file(), "{} leads to {link}", page.display());
            if !fragment.is_empty() {
                let (_, ids) = attributes(&fs::read_to_string(&target).unwrap());
                assert!(ids.contains(fragment), "{} leads to {link}", page.display());
            }
            followed.insert(target.canonicalize().unwrap().strip_prefix(&public).unwrap().to_owned());
        }
    }
    let everything =
        files(&public).into_iter().filter(|path| !path.starts_with(".newsletter-") && path != "sitemap.xml");
    assert_eq!(followed, everything.map(PathBuf::from).collect());
}

#[test]
fn nothing_of_a_subscriber_is_in_the_archive() {
    let project = built();
    for path in files(&project.path("public")).iter().filter(|path| !path.ends_with("style.css") && !is_picture(path)) {
        let text = project.read(&format!("public/{path}"));
        for word in ["secret.reader", "unsubscribe", "{subscriber", "{token}", "/u/"] {
            assert!(!text.contains(word), "{path} holds {word}");
        }
        let private_use = |character| ('\u{e000}'..='\u{f8ff}').contains(&character) || character >= '\u{f0000}';
        assert!(!text.contains(private_use), "{path}");
    }
}

#[test]
fn outdated_pages_are_removed_and_other_files_stay() {
    let project = built();
    project.write("public/CNAME", "letter.example.org");
    project.write("public/1-first-things/notes.txt", "mine");
    fs::remove_file(project.path("issues/002-second-things.toml")).unwrap();
    fs::rename(project.path("issues/001-first-things.toml"), project.path("issues/001-renamed.toml")).unwrap();
    let output = project.run(["build"]);
    assert_data_eq!(
        output.stdout,
        str![[r#"
wrote public/index.html
wrote public/sitemap.xml
wrote public/feed.atom
wrote public/feed.json
wrote public/1-renamed/index.html
wrote public/1-first-things/index.html
wrote public/ornament/1-band.png
wrote public/.newsletter-ornaments
removed public/2-second-things/index.html
removed public/find.js
removed public/img/wide one.png
removed public/links.js
removed public/ornament/1-cover.png
removed public/ornament/2-band.png
removed public/topics/drawing/index.html
removed public/topics/index.html
removed public/topics/light/index.html

"#]]
    );
    let left = [
        ".newsletter-build",
        ".newsletter-ornaments",
        "1-first-things/index.html",
        "1-first-things/notes.txt",
        "1-renamed/index.html",
        "CNAME",
        "feed.atom",
        "feed.json",
        "index.html",
        "ornament/1-band.png",
        "ornament/1-card.png",
        "sitemap.xml",
        "style.css",
    ];
    assert_eq!(files(&project.path("public")), left.map(str::to_owned).into());
    assert!(!project.path("public/2-second-things").exists());
}

#[test]
fn a_file_in_the_way_that_no_build_wrote_is_not_touched() {
    let project = project().file("public/index.html", "my own page").file("public/img/wide one.png", "my own picture");
    let output = project.run(["build"]);
    assert_eq!((output.code, output.stdout.as_str()), (3, ""));
    assert_data_eq!(
        output.stderr,
        str![[r"
error: `public/index.html` already exists and was not written by `build`
help: move it away, or set another `folder` in `[build]`

error: `public/img/wide one.png` already exists and was not written by `build`
help: move it away, or set another `folder` in `[build]`
error: 2 errors; nothing was sent or written

"]]
    );
    assert_eq!(project.read("public/index.html"), "my own page");
    assert_eq!(files(&project.path("public")).len(), 2);
}

#[test]
fn a_list_of_files_that_leads_out_of_the_folder_removes_nothing_there() {
    let project = built().file("keep.txt", "mine");
    let outside = project.path("keep.txt");
    let list = format!("../keep.txt\n{}\n./../keep.txt\n", outside.display());
    project.write("public/.newsletter-build", list + &project.read("public/.newsletter-build"));
    assert_eq!(project.run(["build"]).code, 0);
    assert_eq!(project.read("keep.txt"), "mine");
}

#[test]
fn drafts_are_left_out_and_named() {
    let project = project();
    project.write("issues/002-second-things.toml", RICH.replace("number = 2", "number = 2\ndraft = true"));
    let output = project.run(["build"]);
    assert_eq!(output.stderr, "1 issue: 9 files written, 0 unchanged; left out as drafts: 2\n");
    let public = files(&project.path("public"));
    let mut texts = public.iter().filter(|path| !is_picture(path));
    assert!(!texts.any(|path| project.read(&format!("public/{path}")).contains("Second")));
}

#[test]
fn a_newsletter_s_own_style_sheet_takes_the_place_of_the_built_in_one() {
    let css = ":root { --ground: #000000; --tint: #000000; }\nbody { color: var(--accent); }\n";
    let project = project().file("templates/web.css", css).config("[theme]\naccent = \"#000080\"");
    assert_eq!(project.run(["build"]).code, 0);
    assert_eq!(project.read("public/style.css"), css);
    // Navy on black is lightened until it can be read.
    let accent = project.read("public/index.html").split_once("--accent:").unwrap().1[..7].to_owned();
    assert_eq!(accent, "#6e6eb7");
}

#[test]
fn a_bad_issue_stops_the_build_before_anything_is_written() {
    let project = project().file("issues/003.toml", "number = 3\n");
    let output = project.run(["build"]);
    assert_eq!((output.code, output.stdout.as_str()), (3, ""));
    assert!(!project.path("public").exists());
}

#[test]
fn a_newsletter_without_issues_has_a_home_page_and_valid_feeds() {
    let project = Project::empty().file("newsletter.toml", crate::support::CONFIG);
    let output = project.run(["build"]);
    assert_eq!((output.code, output.stderr.as_str()), (0, "0 issues: 5 files written, 0 unchanged\n"));
    assert!(project.read("public/index.html").contains("The first issue is being written."));
    assert!(project.read("public/feed.atom").contains("<updated>1970-01-01T00:00:00+00:00</updated>"));
}

#[test]
fn a_photo_that_lies_on_its_side_is_published_upright_and_another_as_it_is() {
    let lying = photo(Some(6));
    let upright = photo(None);
    let issue = RICH.replace("img/wide one.png", "img/lying.jpg").replace(
        "title = \"A tool somebody pays for\"",
        "title = \"A tool somebody pays for\"\nimage = \"img/upright.jpg\"\nalt = \"Upright\"",
    );
    let project = Project::new()
        .file("issues/002-second-things.toml", issue)
        .file("issues/img/lying.jpg", &lying)
        .file("issues/img/upright.jpg", &upright);
    let output = project.run(["build"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let page = project.read("public/2-second-things/index.html");
    assert!(page.contains("width=\"30\" height=\"60\"") && page.contains("width=\"60\" height=\"30\""), "{page}");
    let published = image::load_from_memory(&fs::read(project.path("public/img/lying.jpg")).unwrap()).unwrap();
    assert_eq!((published.width(), published.height()), (30, 60));
    assert_eq!(fs::read(project.path("public/img/upright.jpg")).unwrap(), upright);
    assert_eq!(fs::read(project.path("issues/img/lying.jpg")).unwrap(), lying);
}

/// A JPEG of 60 by 30 pixels with this orientation in its metadata.
fn photo(orientation: Option<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new(&mut bytes);
    if let Some(orientation) = orientation {
        // The header of the table, and one field of one number.
        let metadata =
            [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(), &[orientation, 0, 0, 0, 0, 0, 0, 0]];
        encoder.set_exif_metadata(metadata.concat()).unwrap();
    }
    encoder
        .encode_image(&RgbImage::from_fn(60, 30, |x, y| Rgb([x, y, 9].map(|part| part.to_le_bytes()[0] * 4))))
        .unwrap();
    bytes
}
