//! Tests the keys of an issue, their defaults and their errors.

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::issue::MeasureError;
use crate::issue::specimen;
use crate::model::{
    AudienceRule, Block, Colour, Direction, EmailAddress, Heading, Image, Inline, Item, Link, LinkKind, Mailbox, Part,
    Piece, Quote, SectionStyle, Slot, Slotted, Theme, Unsubscribe, Words,
};
use crate::toml::{damaged, recorded_keys};

/// Every key an issue can have.
const FULL: &str = r#"
number    = 42
title     = "Polonius is (nearly) here"
preheader = "A new borrow checker, async closures in anger, a 4 KB web server"
date      = 2026-11-24
draft     = true
slug      = "borrowed"
subject   = "{title}, {subscriber.name|friend}"

intro = '''
Hello {subscriber.name|friend}.
'''

[[section]]
title = "Top reads"
intro = "Two."
text  = "Or three."

[[section.link]]
url          = "https://www.Example.org/what?a=ü"
title        = "What it accepts"
author       = "Mina Berg"
kind         = "paper"
reading_time = 9
tags         = ["compiler", "borrowck"]
image        = "img/042 a.png"
alt          = "Two snippets"
sponsored    = true
description  = "**Read it.**"

[[section.link]]
url    = "https://example.net/"
title  = "Another"
source = "Net"
image  = "https://example.net/a.png"
alt    = ""

[outro]
text = "Bye."
"#;

fn publication() -> Publication {
    let address = || EmailAddress::parse("a@example.org").unwrap();
    Publication {
        name: "Test".to_owned(),
        description: String::new(),
        from: Mailbox { name: None, address: address() },
        reply_to: None,
        envelope_sender: address().into(),
        site: "https://example.org/".to_owned(),
        images: "https://example.org/img/".to_owned(),
        list_id: "test.example.org".to_owned(),
        sender_id: "test-letter".to_owned(),
        postal_address: "x".to_owned(),
        reason: String::new(),
        language: "en".to_owned(),
        direction: Direction::LeftToRight,
        theme: Theme::of_accent(Colour { red: 0, green: 0, blue: 0 }),
        logo: None,
        unsubscribe: Unsubscribe { url: None, mailto: Some(address().into()) },
        topics: Vec::new(),
        has_topic_page: false,
        subscription: None,
        words: Words::default(),
    }
}

pub(in crate::issue) fn parse(text: &str) -> Result<LoadedIssue, Problems> {
    let file = IssueFile::at(Path::new("/issues/042-polonius.toml")).unwrap();
    let source = Arc::new(SourceFile::new("issues/042-polonius.toml", text));
    let measure = |name: &str| if name.len() > 9 { Err(MeasureError::Missing(None)) } else { Ok((600, 300)) };
    parse_issue(&source, &file, &publication(), "{newsletter} #{number}: {title}", &measure)
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(vec![Inline::Text(text.to_owned())])
}

#[test]
fn every_key_reaches_the_model() {
    let friend = Slot::Field { column: "name".to_owned(), fallback: "friend".to_owned() };
    let read = Link {
        url: Some("https://www.example.org/what?a=%C3%BC".to_owned()),
        title: vec![Inline::Text("What it accepts".to_owned())],
        kind: Some(LinkKind::Paper),
        facts: Vec::new(),
        author: Some("Mina Berg".to_owned()),
        source: Some("example.org".to_owned()),
        reading_time: Some(9),
        tags: vec!["compiler".to_owned(), "borrowck".to_owned()],
        sponsored: true,
        button: None,
        image: Some(Image {
            url: "https://example.org/img/042%20a.png".to_owned(),
            file: Some("042 a.png".to_owned()),
            alt: "Two snippets".to_owned(),
            size: Some((600, 300)),
        }),
        description: Prose(vec![Block::Paragraph(vec![Inline::Strong(vec![Inline::Text("Read it.".to_owned())])])]),
    };
    let another = Link {
        url: Some("https://example.net/".to_owned()),
        title: vec![Inline::Text("Another".to_owned())],
        kind: None,
        facts: Vec::new(),
        author: None,
        source: Some("Net".to_owned()),
        reading_time: None,
        tags: Vec::new(),
        sponsored: false,
        button: None,
        image: Some(Image { url: "https://example.net/a.png".to_owned(), file: None, alt: String::new(), size: None }),
        description: Prose::default(),
    };
    let loaded = parse(FULL).unwrap();
    assert_eq!(loaded.warnings, []);
    assert_eq!(
        loaded.issue,
        Issue {
            number: IssueNumber(42),
            slug: "borrowed".to_owned(),
            title: "Polonius is (nearly) here".to_owned(),
            subject: Slotted(vec![
                Piece::Literal("Polonius is (nearly) here, ".to_owned()),
                Piece::Slot(friend.clone()),
            ]),
            preheader: "A new borrow checker, async closures in anger, a 4 KB web server".to_owned(),
            date: "2026-11-24".parse().unwrap(),
            time: None,
            audience: AudienceRule::default(),
            draft: true,
            intro: Prose(vec![Block::Paragraph(vec![
                Inline::Text("Hello ".to_owned()),
                Inline::Slot(friend),
                Inline::Text(".".to_owned()),
            ])]),
            sections: vec![Section {
                style: SectionStyle::Full,
                heading: Some(Heading { text: vec![Inline::Text("Top reads".to_owned())], url: None }),
                parts: vec![Part {
                    heading: None,
                    items: vec![
                        Item::Prose(Prose(vec![paragraph("Two."), paragraph("Or three.")])),
                        Item::Link(Box::new(read)),
                        Item::Link(Box::new(another)),
                    ],
                }],
            }],
            outro: Prose(vec![paragraph("Bye.")]),
        }
    );
}

#[test]
fn parts_lists_and_quotations_keep_the_order_of_the_file() {
    let text = r#"
number = 42
title = "T"
date = 2026-11-24T18:00:00+01:00
allow = ["subject-length"]

[[section]]
text = "One."
link = [{ url = "https://a.org", title = "`A` *b*", allow = ["link-duplicate"] }]
list = "* [B](https://b.org)"

[[section.part]]
title = "[P](https://p.org)"

[[section.part.quote]]
text = "Q."
url = "https://q.org"

[[section.part.link]]
title = "C"
facts = ["one", "two"]
description = "[c](https://c.org)"

[[section.part.link]]
url = "https://d.org"
title = "1. D"

[[section.part]]
text = "After."
"#;
    let loaded = parse(text).unwrap();
    let plain = |text: &str| vec![Inline::Text(text.to_owned())];
    let prose = |text: &str| Prose(vec![paragraph(text)]);
    let link = |url: &str, title: Vec<Inline>| Link {
        url: Some(format!("https://{url}/")),
        title,
        kind: None,
        facts: Vec::new(),
        author: None,
        source: Some(url.to_owned()),
        reading_time: None,
        tags: Vec::new(),
        sponsored: false,
        button: None,
        image: None,
        description: Prose::default(),
    };
    let first = vec![Inline::Code("A".to_owned()), Inline::Text(" ".to_owned()), Inline::Emphasis(plain("b"))];
    let without_url = Link {
        url: None,
        source: None,
        facts: vec!["one".to_owned(), "two".to_owned()],
        description: Prose(vec![Block::Paragraph(vec![Inline::Link {
            url: "https://c.org/".to_owned(),
            text: plain("c"),
        }])]),
        ..link("c.org", plain("C"))
    };
    let quote = Quote { text: prose("Q."), by: Some("q.org".to_owned()), url: Some("https://q.org/".to_owned()) };
    let heading = Heading { text: plain("P"), url: Some("https://p.org/".to_owned()) };
    assert_eq!(
        loaded.issue.sections,
        [Section {
            style: SectionStyle::Full,
            heading: None,
            parts: vec![
                Part {
                    heading: None,
                    items: vec![
                        Item::Prose(prose("One.")),
                        Item::Link(Box::new(link("a.org", first))),
                        Item::List(vec![link("b.org", plain("B"))]),
                    ],
                },
                Part {
                    heading: Some(heading),
                    items: vec![
                        Item::Quote(quote),
                        Item::Link(Box::new(without_url)),
                        Item::Link(Box::new(link("d.org", plain("1. D"))))
                    ]
                },
                Part { heading: None, items: vec![Item::Prose(prose("After."))] },
            ],
        }]
    );
    let places = &loaded.places;
    let written: Vec<&str> = places.links.iter().map(|link| &text[link.title.clone()]).collect();
    assert_eq!(written, ["\"`A` *b*\"", "B", "\"C\"", "\"1. D\""]);
    let allowed: Vec<&str> =
        [&places.allow, &places.links[0].allow].into_iter().flatten().map(|allowed| allowed.name.as_str()).collect();
    assert_eq!(allowed, ["subject-length", "link-duplicate"]);
    assert_eq!(loaded.issue.date.to_string(), "2026-11-24");
    assert_eq!(loaded.issue.time.unwrap().to_rfc3339(), "2026-11-24T18:00:00+01:00");
}

#[test]
fn places_point_at_values() {
    let loaded = parse(FULL).unwrap();
    let places = &loaded.places;
    let link = &places.links[0];
    let written: Vec<&str> = [&places.number, &places.title, &places.subject, &places.date, &link.header, &link.url]
        .map(|place| &FULL[place.clone()])
        .to_vec();
    assert_eq!(
        written,
        [
            "42",
            "\"Polonius is (nearly) here\"",
            "\"{title}, {subscriber.name|friend}\"",
            "2026-11-24",
            "[[section.link]]",
            "\"https://www.Example.org/what?a=ü\"",
        ]
    );
    assert_eq!((&FULL[link.alt.clone().unwrap()], places.links.len()), ("\"Two snippets\"", 2));
}

#[test]
fn what_is_not_said_has_a_default() {
    let issue = parse("number = 42\ntitle = 'T'\ndate = 2026-11-24\noutro = 'Bye.'\n").unwrap().issue;
    assert_eq!((issue.slug.as_str(), issue.draft, issue.preheader.as_str()), ("polonius", false, ""));
    assert_eq!(issue.subject, Slotted::from("Test #42: T"));
    assert_eq!(issue.outro, Prose(vec![paragraph("Bye.")]));
}

proptest! {
    #[test]
    fn no_text_makes_reading_an_issue_panic(text in "(?s).{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn no_damage_to_an_issue_makes_reading_it_panic(text in damaged(FULL)) {
        if let Err(problems) = parse(&text) {
            prop_assert!(crate::diagnostic::errors(&problems.0) > 0);
            crate::diagnostic::draw(&problems.0, true);
        }
    }
}

#[test]
fn the_specimen_of_everything_can_be_read() {
    let links = specimen(&publication()).map(|issue| issue.links().count());
    assert!(links.as_ref().is_ok_and(|count| *count > 10), "{links:?}");
}

/// The keys in the first column of the tables of `document`; values such as `true` are not.
fn described(document: &str) -> BTreeSet<&str> {
    let rows = document.lines().filter_map(|line| line.strip_prefix("| "));
    let code = rows.filter_map(|row| row.split(" | ").next()).flat_map(|cell| cell.split('`').skip(1).step_by(2));
    let keys = code.filter_map(|code| code.split(" = ").next()).flat_map(|keys| keys.split(['[', ']', '.', ' ']));
    keys.filter(|key| !key.is_empty()).collect()
}

#[test]
fn the_document_about_issues_has_every_key_and_no_other() {
    let read = recorded_keys(|| _ = parse(FULL));
    let read: BTreeSet<&str> = read.into_iter().map(|(_, key)| key).collect();
    let document = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/write.md")).unwrap();
    assert_eq!(described(&document), read);
}
