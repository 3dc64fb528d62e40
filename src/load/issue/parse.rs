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
        top.finish(belongs_below);
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
    if top.has("outro") && !top.is_table("outro") {
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

/// Where a key belongs that stands at the top of a file by mistake.
fn belongs_below(key: &str) -> Option<String> {
    let inside = "links stand in sections: write `[[section]]` with its `title`, then `[[section.link]]`";
    matches!(key, "link" | "links" | "item" | "article").then(|| inside.to_owned())
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
mod tests;
