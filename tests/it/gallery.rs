//! The newsletters of `docs/gallery`: each is copied, checked and rendered as a curator would who begins with it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use newsletter::model::Word;

use crate::message_judges::{html_validate, html5_errors, spamassassin};
use crate::support::{Project, judged};

/// A reader whose name is not on the list.
const READER: &str = "noname@example.net";

/// A newsletter of the gallery.
struct Example {
    folder: &'static str,
    issue: &'static str,
    /// How its text part begins.
    opening: [&'static str; 2],
    links: usize,
    /// The most bytes of HTML that its letter may have.
    most_bytes: usize,
}

const GALLERY: [Example; 4] = [
    Example {
        folder: "one-paper",
        issue: "027-trusting-trust",
        opening: ["מאמר אחד 27", "27 בנובמבר 2026 · קישור אחד · כ־15 דקות"],
        links: 1,
        most_bytes: 22_000,
    },
    Example {
        folder: "weekly",
        issue: "118-the-height-of-things",
        opening: ["Contour Interval 118", "26 November 2026 · 15 links · about 3 hours"],
        // One is paid for, and does not count.
        links: 16,
        most_bytes: 36_000,
    },
    Example {
        folder: "digest",
        issue: "031-where-a-line-ends",
        opening: ["Loose Leading 31", "24 November 2026 · 15 links"],
        links: 15,
        most_bytes: 30_000,
    },
    Example {
        folder: "long-list",
        issue: "012-requests-for-comments",
        opening: ["Running Code 12", "25 November 2026 · 150 links"],
        links: 150,
        most_bytes: 86_000,
    },
];

impl Example {
    fn folder(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/gallery").join(self.folder)
    }

    /// Returns a copy to work in.
    fn copied(&self) -> Project {
        let project = Project::empty();
        let copied = Command::new("cp").arg("-r").arg(self.folder().join(".")).arg(project.root()).status().unwrap();
        assert!(copied.success());
        project
    }

    /// Returns the file of its issue.
    fn issue(&self) -> String {
        format!("issues/{}.toml", self.issue)
    }
}

fn rendered(project: &Project, part: &str) -> String {
    let output = project.command(["render", "latest", part, "--as", READER]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the addresses of all links of an issue file, those of its lists too.
fn links(issue: &str) -> Vec<String> {
    let issue: toml::Table = issue.parse().unwrap();
    let mut links = Vec::new();
    for section in issue["section"].as_array().unwrap() {
        let own = section.get("link").and_then(toml::Value::as_array).into_iter().flatten();
        links.extend(own.map(|link| link["url"].as_str().unwrap().to_owned()));
        let entries = section.get("list").and_then(toml::Value::as_str).unwrap_or_default().lines();
        links.extend(entries.map(|entry| entry.split_once("](").unwrap().1.split_once(')').unwrap().0.to_owned()));
    }
    links
}

#[test]
fn nothing_is_to_be_said_against_the_gallery() {
    for example in GALLERY {
        let output = example.copied().run(["check", "--strict"]);
        let number = example.opening[0].rsplit(' ').next().unwrap();
        assert_eq!((output.code, output.stderr), (0, format!("issue {number}: no problems\n")), "{}", example.folder);
    }
}

#[test]
fn letters_of_the_gallery_say_what_they_are_and_stay_small() {
    for example in GALLERY {
        let project = example.copied();
        let [text, html] = ["--text", "--html"].map(|part| rendered(&project, part));
        // Without the marks that keep the directions of a line apart.
        let opening: Vec<_> =
            text.lines().take(2).map(|line| line.trim_start_matches(['\u{200e}', '\u{200f}'])).collect();
        assert_eq!(opening, example.opening);
        assert!(html.len() <= example.most_bytes, "{}: {} bytes", example.folder, html.len());
        let links = links(&project.read(&example.issue()));
        assert_eq!(links.len(), example.links, "{}", example.folder);
        assert_eq!(links.iter().collect::<BTreeSet<_>>().len(), example.links, "{}", example.folder);
        for link in links {
            assert!(link.starts_with("https://"), "{link}");
            assert!(html.contains(&format!("href=\"{link}\"")) && text.contains(&link), "{link}");
        }
    }
}

#[test]
fn two_parsers_find_the_gallery_sound() {
    for example in GALLERY {
        let project = example.copied();
        let message = rendered(&project, "--eml").into_bytes();
        let facts = judged([&message]).remove(0);
        assert_eq!(facts["html"].as_str().unwrap().trim_end(), rendered(&project, "--html").trim_end());
    }
}

#[test]
fn the_letter_that_reads_from_right_to_left_has_no_english_words_and_no_reversed_code() {
    let [example, ..] = GALLERY;
    let project = example.copied();
    let html = rendered(&project, "--html");
    assert!(html.contains("<html lang=\"he\" dir=\"rtl\""));
    // `\v` and `login`; the program in a block of its own has a direction as a block.
    assert_eq!(html.matches("<code dir=\"ltr\"").count(), 2);
    assert_eq!(project.run(["build"]).code, 0);
    let pages = ["index.html", "27-trusting-trust/index.html"].map(|page| project.read(&format!("public/{page}")));
    for page in pages.iter().chain([&html]) {
        for word in [Word::Unsubscribe, Word::Online, Word::AllIssues, Word::Start, Word::Forwarded, Word::Friend] {
            let (.., english) = Word::ALL.iter().find(|(own, ..)| *own == word).unwrap();
            assert!(!page.contains(english), "{english}");
        }
    }
}

#[test]
fn a_list_whose_links_have_one_source_says_it_once() {
    let [.., example] = GALLERY;
    let html = rendered(&example.copied(), "--html");
    let lists = html.matches("<ul ").count();
    assert_eq!((lists, html.matches("<bdi>rfc-editor.org</bdi>").count()), (12, 12));
}

#[test]
fn pictures_of_the_gallery_are_small_and_used() {
    for example in GALLERY {
        let issue = std::fs::read_to_string(example.folder().join(example.issue())).unwrap();
        let pictures = std::fs::read_dir(example.folder().join("issues/img")).into_iter().flatten();
        for picture in pictures.map(Result::unwrap) {
            let name = picture.file_name().into_string().unwrap();
            assert!(issue.contains(&format!("img/{name}")), "{name} is in no issue");
            assert!(picture.metadata().unwrap().len() <= 80_000, "{name} is large");
        }
        let read_me = std::fs::read_to_string(example.folder().join("README.md")).unwrap();
        assert!(read_me.contains("](letter.png)") && example.folder().join("letter.png").exists());
    }
}

#[test]
#[ignore = "needs SpamAssassin; ./check runs it"]
fn spamassassin_holds_next_to_nothing_against_the_gallery() {
    for example in GALLERY {
        let (score, report) = spamassassin(rendered(&example.copied(), "--eml").as_bytes());
        assert!(score <= 0.5, "{}: {report}", example.folder);
    }
}

#[test]
#[ignore = "needs html-validate; ./check runs it"]
fn html_validate_finds_no_error_in_the_gallery() {
    for example in GALLERY {
        let project = example.copied();
        project.write("letter.html", rendered(&project, "--html"));
        html_validate("letter.json", &project.path("letter.html"));
        assert_eq!(project.run(["build"]).code, 0);
        html_validate("page.json", &project.path("public"));
    }
}

#[test]
#[ignore = "needs html5lib; ./check runs it"]
fn html5lib_finds_no_error_in_the_gallery() {
    for example in GALLERY {
        let project = example.copied();
        project.write("letter.html", rendered(&project, "--html"));
        assert_eq!(html5_errors(&project.path("letter.html")), "", "{}", example.folder);
    }
}
