//! The files people write.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::input::text;
use crate::config::parse_config;
use crate::diagnostic::{Diagnostic, SourceFile, draw};
use crate::issue::{IssueFile, MeasureError, parse_issue};
use crate::letter::{self, LetterStyleSheet};
use crate::model::{EmailAddress, Publication};
use crate::subscribers::SubscriberList;
use crate::subscribers::exports::{Export, ExportEntry, ExportError, ExportKind, ExportOptions};
use crate::templates;

/// The configuration an issue is read with: the smallest there is.
const SETTINGS: &str = "[newsletter]\nname = \"Fuzz\"\nfrom = \"ada@example.org\"\nsite = \"https://example.org/\"\n\
    address = \"1 Street, Town\"\n\
    [unsubscribe]\nurl = \"https://example.org/u/{token}\"\nsecret = { env = \"SECRET\" }\n";

fn source(path: &str, text: String) -> Arc<SourceFile> {
    Arc::new(SourceFile::new(path, text))
}

/// Whatever is wrong can be shown, and in its place.
fn shown(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        if let Some(place) = &diagnostic.place {
            assert!(place.source.text.get(place.span.clone()).is_some(), "{diagnostic:?} is no place in the text");
        }
    }
    draw(diagnostics, false);
}

/// `newsletter.toml`.
pub fn settings(data: &[u8]) {
    match parse_config(&source("newsletter.toml", text(data)), Path::new("/letter")) {
        Ok(config) => shown(&config.warnings),
        Err(problems) => {
            assert!(!problems.0.is_empty());
            shown(&problems.0);
        }
    }
}

pub(super) fn publication() -> Publication {
    let config = parse_config(&source("newsletter.toml", SETTINGS.to_owned()), Path::new("/letter"));
    config.expect("the configuration of this target is right").publication
}

/// An issue, and the letter it makes: no markup of its author's gets into it, and every link is one of the web or mail.
pub fn issue(data: &[u8]) {
    let file = IssueFile::at(Path::new("issues/7-fuzz.toml")).expect("a file name of an issue");
    let measure = |_: &str| Err(MeasureError::Missing(None));
    match parse_issue(&source("issues/7-fuzz.toml", text(data)), &file, &publication(), "{title}", &measure) {
        Err(problems) => {
            assert!(!problems.0.is_empty());
            shown(&problems.0);
        }
        Ok(loaded) => {
            shown(&loaded.warnings);
            let publication = publication();
            let style = LetterStyleSheet::prepare(templates::mail::letter::CSS, publication.theme);
            let style = style.expect("the built-in style sheet has no mistake");
            let letter = letter::render(&loaded.issue, &publication, &style);
            let html = letter.expect("an issue without errors makes a letter").html.plain().to_ascii_lowercase();
            for markup in ["<script", "<iframe", "<object", "<form", "href=\"\"javascript", "href=\"\"data"] {
                assert!(!markup_of(&html).contains(markup), "{markup} in the letter");
            }
        }
    }
}

/// The tags of `html`, of the values of their attributes only what is before the first colon, and that in front of it.
fn markup_of(html: &str) -> String {
    let (mut markup, mut in_tag) = (String::new(), false);
    // Of what is between quotes every other piece is a value, as long as we are in a tag.
    let mut rest = html;
    while let Some(at) = rest.find(if in_tag { ['>', '"'] } else { ['<', '<'] }) {
        let (before, after) = rest.split_at(at);
        if in_tag {
            markup.push_str(before);
        }
        rest = &after[1..];
        match after.as_bytes()[0] {
            b'"' => {
                let (value, after) = rest.split_once('"').unwrap_or((rest, ""));
                let scheme = value.split_once(':').map_or("", |(scheme, _)| scheme);
                markup.push_str("\"\"");
                markup.push_str(&scheme.replace('<', "&lt;"));
                rest = after;
            }
            b'<' => {
                in_tag = true;
                markup.push('<');
            }
            _ => {
                in_tag = false;
                markup.push('>');
            }
        }
    }
    markup
}

/// A list of subscribers: every row is a sound address or a problem with its place.
pub fn subscribers(data: &[u8]) {
    let list = match SubscriberList::read(PathBuf::from("subscribers.csv"), data.to_vec()) {
        Ok(list) => list,
        Err(problems) => return shown(&problems.0),
    };
    for row in list.rows().expect("it is in memory") {
        let row = row.expect("it is in memory");
        assert!(!row.text.is_empty() && !row.text.ends_with('\n'), "{row:?}");
        match row.entry {
            Err(rejection) => shown(&[*rejection.diagnostic]),
            Ok(entry) => {
                let subscriber = entry.subscriber;
                assert_eq!(EmailAddress::parse(&subscriber.address.to_string()), Ok(subscriber.address.clone()));
                let control = |text: &String| text.chars().any(char::is_control);
                assert!(!subscriber.fields.values().any(control), "{subscriber:?}");
            }
        }
    }
}

/// An export of a service: every row is about a sound address or a problem with its place, and says nothing that a letter
/// could not show.
pub fn exports(data: &[u8]) {
    for kind in [None, Some(ExportKind::Plain)] {
        let options = ExportOptions { kind, ..ExportOptions::default() };
        let export = match Export::read(PathBuf::from("export.csv"), data.to_vec(), &options) {
            Ok(export) => export,
            Err(ExportError::Problems(problems)) => return shown(&problems.0),
            Err(_) => continue,
        };
        for row in export.rows().expect("it is in memory") {
            match row.expect("it is in memory").entry {
                Err(diagnostic) => shown(&[*diagnostic]),
                Ok((address, entry)) => {
                    assert_eq!(EmailAddress::parse(&address.to_string()), Ok(address.clone()));
                    let (fields, tags) = match entry {
                        ExportEntry::Foreign(reader) => (reader.fields, reader.tags),
                        ExportEntry::Own(reader) => {
                            reader.subscription.map(|kept| (kept.fields, kept.tags)).unwrap_or_default()
                        }
                    };
                    let is_bad = |text: &String| text.is_empty() || text.chars().any(char::is_control);
                    assert!(!fields.values().any(is_bad) && !tags.iter().any(is_bad), "{fields:?} {tags:?}");
                }
            }
        }
    }
}
