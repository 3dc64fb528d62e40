//! The letter, whole: expected `.html` and `.txt` files that open as they are, and what every
//! letter keeps to.
//!
//! `SNAPSHOTS=overwrite cargo test --test it letter` rewrites the files; look at them before committing.

mod issues;
mod properties;

use std::path::Path;
use std::sync::Arc;

use newsletter::diagnostic::SourceFile;
use newsletter::issue::{IssueFile, parse_issue};
use newsletter::letter::{self, Letter, LetterStyleSheet};
use newsletter::model::{Direction, Issue, Prose, Publication, Slot};
use newsletter::templates::mail::letter::CSS;
use newsletter::templates::web::issue::content;
use newsletter::templates::web::surface::Surface;
use snapbox::assert_data_eq;

use self::issues::{figures, full_link, link, publication, rich, section};

fn render(issue: &Issue, publication: &Publication, css: &str) -> anyhow::Result<Letter> {
    letter::render(issue, publication, &LetterStyleSheet::prepare(css, publication.theme)?)
}

// ---- Whole letters ----

#[test]
fn a_rich_issue_is_this_letter() {
    let letter = render(&rich(), &publication(), CSS).unwrap();
    assert_data_eq!(html(&letter), snapbox::file!["../fixtures/letter/rich.html"].raw());
    assert_data_eq!(text(&letter), snapbox::file!["../fixtures/letter/rich.txt"].raw());
}

#[test]
fn an_issue_that_reads_from_right_to_left_is_this_letter() {
    let publication = Publication { language: "he".into(), direction: Direction::RightToLeft, ..publication() };
    let letter = render(&rich(), &publication, CSS).unwrap();
    assert_data_eq!(html(&letter), snapbox::file!["../fixtures/letter/right-to-left.html"].raw());
}

#[test]
fn an_issue_with_nothing_but_titles_is_this_letter() {
    let issue = Issue {
        preheader: String::new(),
        intro: Prose::default(),
        outro: Prose::default(),
        sections: vec![section("Reading", vec![link("https://example.org/clocks", "On clocks")])],
        ..rich()
    };
    let mut publication = Publication { logo: None, ..publication() };
    publication.from.name = None;
    let letter = render(&issue, &publication, CSS).unwrap();
    assert_data_eq!(html(&letter), snapbox::file!["../fixtures/letter/plain.html"].raw());
    assert_data_eq!(text(&letter), snapbox::file!["../fixtures/letter/plain.txt"].raw());
}

#[test]
fn tables_pictures_and_struck_words_are_this_letter() {
    let issue = Issue { sections: Vec::new(), intro: figures(), ..rich() };
    let letter = render(&issue, &publication(), CSS).unwrap();
    assert_data_eq!(html(&letter), snapbox::file!["../fixtures/letter/figures.html"].raw());
    assert_data_eq!(text(&letter), snapbox::file!["../fixtures/letter/figures.txt"].raw());
}

#[test]
fn an_issue_of_parts_lists_and_quotations_is_this_letter() {
    let issue = from_file(include_str!("../fixtures/letter/parts.toml"));
    let letter = render(&issue, &publication(), CSS).unwrap();
    assert_data_eq!(html(&letter), snapbox::file!["../fixtures/letter/parts.html"].raw());
    assert_data_eq!(text(&letter), snapbox::file!["../fixtures/letter/parts.txt"].raw());
    let page = content(&issue, &publication(), Surface::Page { up: "../", images: &publication().images });
    let page = page.into_string().replace("><", ">\n<");
    assert_data_eq!(page, snapbox::file!["../fixtures/letter/parts-page.html"].raw());
    let publication = Publication { language: "he".into(), direction: Direction::RightToLeft, ..publication() };
    let letter = render(&issue, &publication, CSS).unwrap();
    assert_data_eq!(html(&letter), snapbox::file!["../fixtures/letter/parts-right-to-left.html"].raw());
}

#[test]
fn the_same_issue_gives_the_same_bytes() {
    assert_eq!(render(&rich(), &publication(), CSS).unwrap(), render(&rich(), &publication(), CSS).unwrap());
}

#[test]
fn the_subject_is_the_issue_s_slots_and_all() {
    let subject = render(&rich(), &publication(), CSS).unwrap().subject;
    assert_eq!(subject, rich().subject);
}

// ---- Size, and what mail clients cannot take ----

#[test]
fn thirty_links_stay_below_seventy_kilobytes_and_the_style_element_below_eight() {
    let mut issue = rich();
    issue.sections = (0..5).map(|_| section("Section", vec![full_link(); 6])).collect();
    let html = html(&render(&issue, &publication(), CSS).unwrap());
    assert!(html.len() <= 70 * 1024, "{} bytes", html.len());
    assert!(style(&html).len() <= 8 * 1024, "{} bytes", style(&html).len());
}

#[test]
fn issue_42_of_this_repository_stays_below_twenty_seven_kilobytes() {
    let issue = from_file(include_str!("../../issues/042-what-survives-a-retry.toml"));
    let html = html(&render(&issue, &publication(), CSS).unwrap());
    assert!(html.len() < 27_000, "{} bytes", html.len());
}

/// As many as an issue of This Week in Rust has, which is a list of lists; titles and addresses as long as there.
#[test]
fn a_hundred_and_fifty_five_links_in_lists_stay_below_what_gmail_cuts() {
    let mut issue = "number = 42\ntitle = \"T\"\ndate = 2026-11-24\n".to_owned();
    for section in 0..5 {
        issue.push_str("[[section]]\ntitle = \"Updates from the community\"\n");
        for part in 0..5 {
            issue.push_str("[[section.part]]\ntitle = \"Observations and thoughts\"\nlist = \"\"\"\n");
            for link in 0..if section == 0 { 7 } else { 6 } {
                let host = format!("https://blog-{section}-{part}-{link}.example.org");
                let path = "2026/08/13/an-address-as-long-as-it-is-usual-there";
                let title = "A title of some fifty-five letters, as long as it usually is";
                issue.extend(["* [", title, "](", &host, "/", path, ")\n"]);
            }
            issue.push_str("\"\"\"\n");
        }
    }
    let issue = from_file(&issue);
    assert_eq!(issue.links().count(), 155);
    let html = html(&render(&issue, &publication(), CSS).unwrap());
    assert!(html.len() <= 100 * 1000, "{} bytes", html.len());
}

#[test]
fn nothing_is_left_that_makes_a_client_drop_a_style() {
    let html = html(&render(&rich(), &publication(), CSS).unwrap());
    for killer in ["var(", "rgb(", "rgba(", "hsl(", "calc(", "--", "/*", "@import", "url(", "!important;!", "rem;"] {
        let found = html.replace("<!--", "").replace("-->", "").contains(killer);
        assert!(!found, "{killer}");
    }
    for (at, _) in html.match_indices("!important") {
        assert_eq!(&html[at - 1..at], " ", "Outlook wants a space before `!important`");
    }
}

#[test]
fn every_class_is_styled_inline_or_is_for_at_rules_only() {
    for issue in [rich(), from_file(include_str!("../fixtures/letter/parts.toml"))] {
        let html = html(&render(&issue, &publication(), CSS).unwrap());
        let tags = tags(&html);
        let unstyled = tags.iter().filter(|tag| tag.contains(" class=\"") && !tag.contains(" style=\""));
        // These carry no look of their own, only that of what is inside or next.
        let bare = ["div class=\"prose\"", "tr class=\"titled\"", "tr class=\"paid\"", "tr class=\"hanging\""];
        for tag in unstyled {
            assert!(bare.iter().any(|bare| tag.starts_with(bare)), "{tag}");
        }
    }
}

#[test]
fn tables_are_for_layout_and_every_element_is_closed() {
    let parts = from_file(include_str!("../fixtures/letter/parts.toml"));
    let letters = [rich(), parts].map(|issue| html(&render(&issue, &publication(), CSS).unwrap()));
    let html = letters.concat();
    let tags = tags(&html);
    for table in tags.iter().filter(|tag| tag.starts_with("table")) {
        assert!(table.contains(r#" role="presentation""#), "{table}");
    }
    for name in ["table", "tr", "td", "p", "a", "div", "ul", "ol", "li", "h1", "h2", "h3", "h4", "blockquote"] {
        let count = |wanted: &str| tags.iter().filter(|tag| tag.split(' ').next() == Some(wanted)).count();
        assert_eq!(count(name), count(&format!("/{name}")), "{name}");
    }
}

#[test]
fn headings_descend_and_pictures_have_words_and_widths() {
    let html = html(&render(&rich(), &publication(), CSS).unwrap());
    let names = |prefix: &str| tags(&html).iter().filter(|tag| tag.starts_with(prefix)).count();
    // The invitation has one too.
    assert_eq!((names("h1"), names("h2"), names("h3")), (1, rich().sections.len() + 1, rich().links().count()));
    let logo = publication().logo.unwrap().url;
    for picture in tags(&html).iter().filter(|tag| tag.starts_with("img")) {
        assert!(picture.contains(" width=\""), "{picture}");
        // The name of the newsletter is beside its logo.
        assert_eq!(picture.contains(" alt=\"\""), picture.contains(&logo), "{picture}");
    }
}

#[test]
fn a_picture_has_no_height_that_could_stretch_it_and_is_never_blown_up() {
    let cases = [
        (Some((1200, 675)), r#" width="552""#),
        (Some((552, 10_000)), r#" width="96""#),
        (Some((80, 40)), r#" width="80""#),
        (Some((3000, 1)), r#" width="552""#),
        (None, r#" width="96""#),
    ];
    for (size, expected) in cases {
        let mut link = full_link();
        link.image.as_mut().unwrap().size = size;
        let issue = Issue { sections: vec![section("Reading", vec![link])], ..rich() };
        let html = html(&render(&issue, &Publication { logo: None, ..publication() }, CSS).unwrap());
        let tags = tags(&html);
        let picture = tags.iter().find(|tag| tag.starts_with("img")).unwrap();
        let sizes = picture.split_once(" width=").unwrap().1.split_once(" style=").unwrap().0;
        assert_eq!(format!(" width={sizes}"), expected, "{size:?}");
    }
}

// ---- A newsletter's own style sheet ----

#[test]
fn an_own_style_sheet_takes_the_place_of_the_built_in_one() {
    let css = ":root { --ink: #222222 } h1 { color: var(--ink); background: var(--paper, #fafafa) }";
    let html = html(&render(&rich(), &publication(), css).unwrap());
    assert!(html.contains(r#"<h1 style="color:#222222;background:#fafafa">"#), "{html}");
}

#[test]
fn a_broken_style_sheet_is_read_leniently_or_refused_with_its_line() {
    let lenient = [
        "",
        "}",
        "{{{",
        "h1 { color: ",
        "@media (",
        "h1 { color: 'unclosed\n}",
        "/* unclosed",
        "a{b:c;;;}}",
        ":root{--a",
    ];
    for css in lenient {
        assert!(render(&rich(), &publication(), css).is_ok(), "{css:?}");
    }
    let refused = [
        (
            "a {}\n</STYLE ><script>",
            "`letter.css` line 2: `</style` would end the style sheet inside the letter; remove it",
        ),
        (
            "\n\na::after { content: '\u{e000}' }",
            "`letter.css` line 3: a private-use character; write it as an escape, `\\e000`",
        ),
        (
            "/* one\n two */\nh1 { color: var(--inc) }",
            "`letter.css` line 3: `--inc` is not defined; give it a value in a `:root` rule outside every at-rule",
        ),
        ("h1 { color: var(--ink", "`letter.css` line 1: this `var(` is never closed"),
        (
            ":root { --a: var(--b); --b: var(--a) }\nh1 { color: var(--a) }",
            "`letter.css` line 1: custom properties refer to one another more than 8 times in a row",
        ),
    ];
    for (css, message) in refused {
        assert_eq!(render(&rich(), &publication(), css).unwrap_err().to_string(), message, "{css:?}");
    }
}

#[test]
fn every_address_is_in_both_parts() {
    let issue = rich();
    let letter = render(&issue, &publication(), CSS).unwrap();
    let (html, text) = (html(&letter), text(&letter));
    for link in issue.links() {
        let url = link.url.as_deref().unwrap();
        assert!(html.contains(&format!("href=\"{}\"", url.replace('&', "&amp;"))), "{url}");
        assert!(text.lines().any(|line| line.trim_start() == url), "{url}");
    }
    for own in ["https://letter.example.org/u/TOKEN", "https://letter.example.org/42-what-survives/"] {
        assert!(html.contains(own) && text.lines().any(|line| line == own), "{own}");
    }
}

/// The issue that `text` says, its pictures 320 pixels wide and 200 high.
fn from_file(text: &str) -> Issue {
    let file = IssueFile::at(Path::new("/issues/042-parts.toml")).unwrap();
    let source = Arc::new(SourceFile::new("issues/042-parts.toml", text));
    parse_issue(&source, &file, &publication(), "{title}", &|_| Ok((320, 200))).unwrap().issue
}

// ---- The letter of Grace ----

fn value(slot: &Slot) -> String {
    match slot {
        Slot::Field { .. } => "Grace".into(),
        Slot::Address => "grace@example.net".into(),
        Slot::UnsubscribeUrl => "https://letter.example.org/u/TOKEN".into(),
    }
}

fn html(letter: &Letter) -> String {
    letter.html.fill(value)
}

fn text(letter: &Letter) -> String {
    letter.text.fill(value)
}

fn style(html: &str) -> &str {
    &html[html.find("<style>").unwrap()..html.find("</style>").unwrap()]
}

/// The tags of a document in order, those inside conditional comments too, without their angle brackets.
fn tags(html: &str) -> Vec<&str> {
    let (mut tags, mut rest) = (Vec::new(), &html[html.find("</style>").unwrap()..]);
    while let Some(start) = rest.find('<') {
        let mut quoted = false;
        let ends = |character| {
            quoted ^= character == '"';
            character == '>' && !quoted
        };
        let end = start + rest[start..].find(ends).unwrap();
        tags.push(&rest[start + 1..end]);
        rest = &rest[end..];
    }
    tags
}
