//! The text of an issue file to an [`Issue`]: pure, pictures are measured by a function that comes in.

use std::sync::Arc;

use super::link;
use super::{IssueFile, IssuePlaces, LinkPlaces, LoadedIssue};
use crate::diagnostic::SourceFile;
use crate::load::picture::Measure;
use crate::load::subject;
use crate::load::suggestion::did_you_mean;
use crate::load::table::Table;
use crate::load::text::Text;
use crate::load::toml_file::{Fault, TomlFile};
use crate::load::{Problems, slots};
use crate::model::{Issue, IssueNumber, Link, Prose, Publication, Section};

/// Reads the issue whose file is `source`, named as `file` says. Lines without a `subject` of their own get
/// `subject_pattern`.
///
/// Errors with every problem of the file, warnings included.
pub fn parse_issue(
    source: &Arc<SourceFile>,
    file: &IssueFile,
    publication: &Publication,
    subject_pattern: &str,
    measure: Measure<'_>,
) -> Result<LoadedIssue, Problems> {
    let reader = Reader { file, publication, subject_pattern, measure };
    let ((issue, places), warnings) = TomlFile::read(source, &source.text, |top| reader.issue(top))?;
    Ok(LoadedIssue { issue, source: Arc::clone(source), places, warnings })
}

struct Reader<'a> {
    file: &'a IssueFile,
    publication: &'a Publication,
    subject_pattern: &'a str,
    measure: Measure<'a>,
}

impl Reader<'_> {
    fn issue(&self, top: &Table<'_>) -> Option<(Issue, IssuePlaces)> {
        let number_line = format!("number = {}", self.file.number);
        top.require(&[("number", &number_line), ("title", "title = \"…\""), ("date", "date = 2026-11-24")]);
        let number = self.number(top);
        let title = plain_line(top, "title");
        let date = top.date("date");
        let subject = top.line("subject");
        let preheader = plain_line(top, "preheader");
        let slug = top.parsed("slug", checked_slug).unwrap_or_else(|| self.file.slug.clone());
        let draft = top.boolean("draft").unwrap_or(false);
        let intro = prose(top, "intro");
        let (sections, link_places): (Vec<Section>, Vec<Vec<LinkPlaces>>) =
            top.tables("section").iter().filter_map(|table| self.section(table)).unzip();
        let outro = outro(top);
        top.finish(|_| None);
        let (number, title, date) = (number?, title?, date?);
        let title_place = title.span.clone();
        let values = subject::Values { publication: &self.publication.name, number, title: &title.value, date };
        let issue = Issue {
            number,
            slug,
            subject: subject::read(top, subject.as_ref(), self.subject_pattern, &values),
            title: title.value,
            preheader: preheader.as_ref().map(|text| text.value.clone()).unwrap_or_default(),
            date,
            draft,
            intro,
            sections,
            outro,
        };
        let places = IssuePlaces {
            number: top.value_span("number").unwrap_or_default(),
            title: title_place.clone(),
            subject: subject.map_or_else(|| title_place.clone(), |text| text.span),
            preheader: preheader.map_or(title_place, |text| text.span),
            date: top.value_span("date").unwrap_or_default(),
            links: link_places.into_iter().flatten().collect(),
        };
        Some((issue, places))
    }

    fn number(&self, top: &Table<'_>) -> Option<IssueNumber> {
        let number = IssueNumber(top.integer("number", 1..=u32::MAX)?);
        if number != self.file.number {
            let fault = Fault::new(format!("`number` is {number}, but the file's name says {}", self.file.number));
            let help = format!("write `number = {}`, or rename the file", self.file.number);
            top.error(top.value_span("number").unwrap_or_default(), fault.help(help));
        }
        Some(number)
    }

    fn section(&self, table: &Table<'_>) -> Option<(Section, Vec<LinkPlaces>)> {
        table.require(&[("title", "title = \"…\"")]);
        let title = plain_line(table, "title");
        let mut words = prose(table, "intro");
        words.0.extend(prose(table, "text").0);
        let (links, places): (Vec<Link>, Vec<LinkPlaces>) =
            table.tables("link").iter().filter_map(|link| link::read(link, self.publication, self.measure)).unzip();
        table.finish(belongs_to_the_issue);
        Some((Section { title: title?.value, prose: words, links }, places))
    }
}

/// The outro: `[outro]` with its `text`, or a string above the first section.
fn outro(top: &Table<'_>) -> Prose {
    if top.is_text("outro") {
        return prose(top, "outro");
    }
    let Some(table) = top.table("outro") else { return Prose::default() };
    table.require(&[("text", "text = \"…\"")]);
    let outro = prose(&table, "text");
    table.finish(|_| None);
    outro
}

/// Where a key belongs that the last section or link of a file swallowed: TOML gives every key to the table above it.
pub(super) fn belongs_to_the_issue(key: &str) -> Option<String> {
    match key {
        "outro" => {
            Some("`outro` belongs above the first `[[section]]`, or write `[outro]` and `text` below it".to_owned())
        }
        "number" | "date" | "preheader" | "subject" | "draft" | "slug" | "intro" => {
            Some(format!("`{key}` belongs above the first `[[section]]`"))
        }
        // A word for the same thing in other tools.
        "blurb" | "summary" | "body" | "content" => Some("the words about a link are its `description`".to_owned()),
        _ => None,
    }
}

/// A line that is the same for every subscriber.
pub(super) fn plain_line<'a>(table: &Table<'a>, key: &'static str) -> Option<Text<'a>> {
    let text = table.line(key)?;
    if let Some(at) = text.value.find(slots::OPENING) {
        let fault = Fault::new(format!("`{key}` is the same for every subscriber"));
        let help = "`{subscriber.…}` stands in `subject`, `intro`, `text`, `description` and `outro`";
        table.error(text.place(at..at + slots::OPENING.len()), fault.help(help));
    }
    Some(text)
}

/// Markdown; empty when there is none.
pub(super) fn prose(table: &Table<'_>, key: &'static str) -> Prose {
    let Some(text) = table.lines(key) else { return Prose::default() };
    let (prose, faults) = crate::load::prose::parse(&text.value);
    for (range, fault) in faults {
        table.error(text.place(range), fault);
    }
    prose
}

fn checked_slug(text: &str) -> Result<String, Fault> {
    let right = super::slug(text);
    if right == text {
        return Ok(right);
    }
    let fault = Fault::new("a slug has lower-case letters, digits and hyphens");
    Err(match right.as_str() {
        "" => fault,
        right => fault.help(did_you_mean(right, [right]).unwrap_or_default()),
    })
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

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
        let source = SourceFile { path: PathBuf::from("newsletter.toml"), text: config.to_owned() };
        parse_config(&Arc::new(source), Path::new("/")).unwrap().publication
    }

    fn parse(text: &str) -> Result<LoadedIssue, Problems> {
        let file = IssueFile::at(Path::new("/issues/042-polonius.toml")).unwrap();
        let source = Arc::new(SourceFile { path: PathBuf::from("issues/042-polonius.toml"), text: text.to_owned() });
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
            image: Some(Image {
                url: "https://example.net/a.png".to_owned(),
                file: None,
                alt: String::new(),
                size: None,
            }),
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
        let written: Vec<&str> =
            [&places.number, &places.title, &places.subject, &places.date, &link.header, &link.url]
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
}
