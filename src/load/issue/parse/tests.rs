use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::load::{MeasureError, parse_config};
use crate::model::{Block, Image, Inline, Kind, Piece, Slot, Slotted};

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
    let config = "[newsletter]\nname = 'Test'\nfrom = 'a@example.org'\nsite = 'https://example.org'\naddress = 'x'\n\
                  [unsubscribe]\nmailto = 'u@example.org'\n";
    let source = SourceFile::new("newsletter.toml", config);
    parse_config(&Arc::new(source), Path::new("/")).unwrap().publication
}

fn parse(text: &str) -> Result<LoadedIssue, Problems> {
    let file = IssueFile::at(Path::new("/issues/042-polonius.toml")).unwrap();
    let source = Arc::new(SourceFile::new("issues/042-polonius.toml", text));
    let measure = |name: &str| if name.len() > 9 { Err(MeasureError::Missing) } else { Ok((600, 300)) };
    parse_issue(&source, &file, &publication(), "{newsletter} #{number}: {title}", &measure)
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(vec![Inline::Text(text.to_owned())])
}

#[test]
fn every_key_reaches_the_model() {
    let friend = Slot::Field { column: "name".to_owned(), fallback: "friend".to_owned() };
    let read = Link {
        url: "https://www.example.org/what?a=%C3%BC".to_owned(),
        title: "What it accepts".to_owned(),
        kind: Kind::Paper,
        author: Some("Mina Berg".to_owned()),
        source: "example.org".to_owned(),
        reading_time: Some(9),
        tags: vec!["compiler".to_owned(), "borrowck".to_owned()],
        sponsored: true,
        image: Some(Image {
            url: "https://example.org/img/042%20a.png".to_owned(),
            file: Some("042 a.png".to_owned()),
            alt: "Two snippets".to_owned(),
            size: Some((600, 300)),
        }),
        blurb: Prose(vec![Block::Paragraph(vec![Inline::Strong(vec![Inline::Text("Read it.".to_owned())])])]),
    };
    let another = Link {
        url: "https://example.net/".to_owned(),
        title: "Another".to_owned(),
        kind: Kind::Article,
        author: None,
        source: "Net".to_owned(),
        reading_time: None,
        tags: Vec::new(),
        sponsored: false,
        image: Some(Image { url: "https://example.net/a.png".to_owned(), file: None, alt: String::new(), size: None }),
        blurb: Prose::default(),
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
            draft: true,
            intro: Prose(vec![Block::Paragraph(vec![
                Inline::Text("Hello ".to_owned()),
                Inline::Slot(friend),
                Inline::Text(".".to_owned()),
            ])]),
            sections: vec![Section {
                title: "Top reads".to_owned(),
                prose: Prose(vec![paragraph("Two."), paragraph("Or three.")]),
                links: vec![read, another],
            }],
            outro: Prose(vec![paragraph("Bye.")]),
        }
    );
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
    fn no_damage_to_an_issue_makes_reading_it_panic(
        cuts in proptest::collection::vec((0..FULL.len(), 0_usize..12, "[\\PC\n\"'\\[\\]={}]{0,4}"), 1..6)
    ) {
        let mut text = FULL.to_owned();
        for (at, length, put) in cuts {
            let start = text.floor_char_boundary(at.min(text.len()));
            let end = text.ceil_char_boundary((start + length).min(text.len()));
            text.replace_range(start..end, &put);
        }
        if let Err(problems) = parse(&text) {
            prop_assert!(crate::diagnostic::errors(&problems.0) > 0);
            crate::diagnostic::draw(&problems.0, true);
        }
    }
}
