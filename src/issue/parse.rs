//! Reads the text of an issue file into an [`Issue`]. Pure: a function argument measures the pictures.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::file::{IssueFile, pictures_folder, slug};
use super::key_hints::{hint_for_letter_key, hint_for_link_key};
use super::loaded::{IssuePlaces, LinkPlaces, LoadedIssue};
use super::picture::{Measure, measure};
use super::picture_source::PictureSource;
use super::text_values::{allowed_rules, plain_line, prose};
use super::{audience, lead, section, slots, subject};
use crate::diagnostic::suggestion::did_you_mean;
use crate::diagnostic::{Problem, Problems, SourceFile};
use crate::fs::regular_file;
use crate::model::{AudienceRule, Issue, IssueNumber, Prose, ProseSize, Publication, ReaderLetter, Section, Word};
use crate::toml::{Table, Text, read_toml, read_toml_partially};

impl LoadedIssue {
    /// Reads `file` of the newsletter in `root` and measures its pictures. Lines without a `subject` of their own get
    /// `subject_pattern`.
    ///
    /// Errors with every problem of the file.
    pub fn read(
        root: &Path,
        file: &IssueFile,
        publication: &Publication,
        subject_pattern: &str,
    ) -> Result<Self, Problems> {
        with_source(root, file, |source, measure| parse_issue(source, file, publication, subject_pattern, measure))?
    }

    /// Reads `text` as if it were the content of `file`, whose path is shown as `shown`. `new_pictures`: the sizes of
    /// pictures below `issues/img/` that are not written yet.
    ///
    /// Errors with every problem of the text.
    pub fn parse(
        root: &Path,
        file: &IssueFile,
        shown: &Path,
        text: &str,
        publication: &Publication,
        subject_pattern: &str,
        new_pictures: &dyn Fn(&str) -> Option<(u32, u32)>,
    ) -> Result<Self, Problems> {
        let pictures = pictures_folder(root);
        let source = Arc::new(SourceFile::new(shown, text));
        let size = |name: &str| new_pictures(name).map_or_else(|| measure(&pictures, name), Ok);
        parse_issue(&source, file, publication, subject_pattern, &size)
    }

    /// Reads what can be read of `file`, as [`Self::read`] does; values with errors are missing. `None` without a number, a
    /// title or a date.
    pub fn read_partially(
        root: &Path,
        file: &IssueFile,
        publication: &Publication,
        subject_pattern: &str,
    ) -> Option<Self> {
        let read = with_source(root, file, |source, measure| {
            let pictures = PictureSource::new(&publication.images, measure);
            let reader = Reader { file, publication, subject_pattern, pictures, letter: None };
            let (read, _) = read_toml_partially(source, &source.text, |top| reader.issue(top));
            let (issue, places) = read?;
            Some(Self { issue, source: Arc::clone(source), places, warnings: Vec::new() })
        });
        read.ok()?
    }
}

/// Calls `parse` with the content of `file` and what measures the pictures of the newsletter in `root`.
fn with_source<T>(
    root: &Path,
    file: &IssueFile,
    parse: impl FnOnce(&Arc<SourceFile>, Measure<'_>) -> T,
) -> Result<T, Problems> {
    let source = SourceFile::read(root, &file.path, regular_file::MAX_TEXT)?;
    let pictures = pictures_folder(root);
    Ok(parse(&source, &|name| measure(&pictures, name)))
}

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
    let pictures = PictureSource::new(&publication.images, measure);
    let reader = Reader { file, publication, subject_pattern, pictures, letter: None };
    let ((issue, places), warnings) = read_toml(source, &source.text, |top| reader.issue(top))?;
    Ok(LoadedIssue { issue, source: Arc::clone(source), places, warnings })
}

/// Reads the `letter` to one reader whose file is `source`.
///
/// Errors with every problem of the file, warnings included.
pub(super) fn parse_reader_letter(
    source: &Arc<SourceFile>,
    file: &IssueFile,
    letter: ReaderLetter,
    publication: &Publication,
    measure: Measure<'_>,
) -> Result<LoadedIssue, Problems> {
    let subject_pattern = publication.words.of(match letter {
        ReaderLetter::Confirm => Word::ConfirmSubject,
        ReaderLetter::Welcome => Word::WelcomeSubject,
    });
    let pictures = PictureSource::new(&publication.images, measure);
    let reader = Reader { file, publication, subject_pattern, pictures, letter: Some(letter) };
    let ((issue, places), warnings) = read_toml(source, &source.text, |top| {
        if letter == ReaderLetter::Confirm {
            refuse_slots(top, &source.text);
        }
        reader.issue(top)
    })?;
    Ok(LoadedIssue { issue, source: Arc::clone(source), places, warnings })
}

/// Reports slots in a letter to whoever was entered: it must not carry what a stranger typed.
fn refuse_slots(top: &Table<'_>, text: &str) {
    for (at, opening) in text.match_indices(slots::OPENING) {
        let problem = Problem::new("a confirmation has no word of whoever signed up");
        let help = "somebody else may have entered the address; write the text without `{subscriber.…}`";
        top.error(at..at + opening.len(), problem.help(help));
    }
}

/// The most sections and links, together, that an issue has.
const MOST_ITEMS: usize = 1000;

/// The most paragraphs, list items and pieces of text that an issue has.
const MOST_PIECES: usize = 5000;

struct Reader<'a> {
    file: &'a IssueFile,
    publication: &'a Publication,
    subject_pattern: &'a str,
    pictures: PictureSource<'a>,
    /// The letter to one reader that it is in place of an issue.
    letter: Option<ReaderLetter>,
}

/// What tells issues apart; the default is that of a letter to one reader, which shows none of it.
struct Edition {
    number: Option<IssueNumber>,
    date: Option<(NaiveDate, Option<DateTime<FixedOffset>>)>,
    slug: String,
    draft: bool,
    audience: AudienceRule,
}

impl Default for Edition {
    fn default() -> Self {
        Self {
            number: Some(IssueNumber(0)),
            date: Some((NaiveDate::default(), None)),
            slug: String::new(),
            draft: false,
            audience: AudienceRule::default(),
        }
    }
}

impl Reader<'_> {
    fn issue(&self, top: &Table<'_>) -> Option<(Issue, IssuePlaces)> {
        top.require(&[("title", "title = \"…\"")]);
        let title = plain_line(top, "title");
        if self.letter.is_some() {
            return self.content(top, title, Edition::default());
        }
        let date_in_name = self.file.number.date();
        let date_line = date_in_name.map_or("date = 2026-11-24".to_owned(), |date| format!("date = {date}"));
        top.require(&[("date", &date_line)]);
        let date = top.date_with_time("date");
        let number = match date_in_name {
            Some(expected) => {
                check_date_in_name(top, expected, date.as_ref().map(|(date, _)| *date));
                Some(self.file.number)
            }
            None => self.numbered(top),
        };
        let slug = top.parsed("slug", checked_slug).unwrap_or_else(|| self.file.slug.clone());
        let draft = top.boolean("draft").unwrap_or(false);
        let audience = audience::audience(top, &self.publication.topics);
        self.content(top, title, Edition { number, date, slug, draft, audience })
    }

    /// Reads what issues and letters to one reader have in common.
    fn content(&self, top: &Table<'_>, title: Option<Text<'_>>, edition: Edition) -> Option<(Issue, IssuePlaces)> {
        let subject = top.line("subject");
        let preheader = plain_line(top, "preheader");
        let allow = allowed_rules(top);
        let intro = prose(top, "intro", self.pictures);
        let (mut sections, link_places) = self.sections(top);
        let mut link_places: Vec<LinkPlaces> = link_places.into_iter().flatten().collect();
        lead::move_up(top, &mut sections, &mut link_places);
        let outro = outro(top, self.pictures);
        top.reject_unknown(|key| self.letter.and_then(|_| hint_for_letter_key(key)).or_else(|| hint_for_link_key(key)));
        let Edition { number, date, slug, draft, audience } = edition;
        let (number, title, (date, time)) = (number?, title?, date?);
        let title_place = title.span.clone();
        let values = subject::SubjectFields { publication: &self.publication.name, number, title: &title.value, date };
        let issue = Issue {
            number,
            slug,
            subject: subject::subject_line(top, subject.as_ref(), self.subject_pattern, &values),
            title: title.value,
            preheader: preheader.as_ref().map(|text| text.value.clone()).unwrap_or_default(),
            date,
            time,
            audience,
            draft,
            intro,
            sections,
            outro,
        };
        limit_prose(top, &issue, &title_place);
        let number_place = top.value_span("number").or_else(|| top.value_span("date")).unwrap_or_default();
        let or_number = |key: &'static str| top.value_span(key).unwrap_or_else(|| number_place.clone());
        let places = IssuePlaces {
            number: number_place.clone(),
            slug: or_number("slug"),
            draft: or_number("draft"),
            title: title_place.clone(),
            subject: subject.map_or_else(|| title_place.clone(), |text| text.span),
            preheader: preheader.map_or(title_place, |text| text.span),
            date: top.value_span("date").unwrap_or_default(),
            allow,
            links: link_places,
        };
        Some((issue, places))
    }

    fn numbered(&self, top: &Table<'_>) -> Option<IssueNumber> {
        top.require(&[("number", &format!("number = {}", self.file.number))]);
        let number = IssueNumber(top.integer("number", 1..=u32::MAX)?);
        if number != self.file.number {
            let problem = Problem::new(format!("`number` is {number}, but the file's name says {}", self.file.number));
            let help = format!("write `number = {}`, or rename the file", self.file.number);
            top.error(top.value_span("number").unwrap_or_default(), problem.help(help));
        }
        Some(number)
    }

    /// The sections, unless there are more than a reader takes in.
    fn sections(&self, top: &Table<'_>) -> (Vec<Section>, Vec<Vec<LinkPlaces>>) {
        let tables = top.tables("section");
        let mut items = 0;
        for table in &tables {
            items += 1 + table.count("link");
            if items > MOST_ITEMS {
                let message = format!("more than {MOST_ITEMS} sections and links, counted up to this section");
                top.error(table.span(), Problem::new(message).help("split it into several issues"));
                return (Vec::new(), Vec::new());
            }
        }
        let (sections, places): (Vec<Section>, Vec<Vec<LinkPlaces>>) =
            tables.iter().filter_map(|table| section::read(table, self.pictures)).unzip();
        let parts: usize = sections.iter().map(|section: &Section| section.parts.len().max(1)).sum();
        let found = parts + places.iter().map(Vec::len).sum::<usize>();
        if found > MOST_ITEMS {
            let problem = Problem::new(format!("{found} parts of sections and links, more than {MOST_ITEMS}"));
            let place = top.value_span("title").unwrap_or_default();
            top.error(place, problem.help("split it into several issues"));
        }
        (sections, places)
    }
}

/// Reports prose that is more than a reader takes in, and that would take long to lay out and check.
fn limit_prose(top: &Table<'_>, issue: &Issue, title: &Range<usize>) {
    let size = issue.texts().map(Prose::size).fold(ProseSize::default(), |sum, size| ProseSize {
        pieces: sum.pieces + size.pieces,
        links: sum.links + size.links,
    });
    let refuse = |what: String| top.error(title.clone(), Problem::new(what).help("split it into several issues"));
    if size.links > MOST_ITEMS {
        refuse(format!("the prose of this issue has {} links, more than {MOST_ITEMS}", size.links));
    }
    if size.pieces > MOST_PIECES {
        refuse(format!(
            "the prose of this issue has {} paragraphs and pieces of text, more than {MOST_PIECES}",
            size.pieces
        ));
    }
}

/// The outro: `[outro]` with its `text`, or a string above the first section.
fn outro(top: &Table<'_>, pictures: PictureSource<'_>) -> Prose {
    if top.has("outro") && !top.is_table("outro") {
        return prose(top, "outro", pictures);
    }
    let Some(table) = top.table("outro") else { return Prose::default() };
    table.require(&[("text", "text = \"…\"")]);
    let outro = prose(&table, "text", pictures);
    table.reject_unknown(|_| None);
    outro
}

fn checked_slug(text: &str) -> Result<String, Problem> {
    let right = slug(text);
    if right == text {
        return Ok(right);
    }
    let problem = Problem::new("a slug consists of lower-case letters, digits and hyphens");
    Err(match right.as_str() {
        "" => problem,
        right => problem.help(did_you_mean(right, [right]).unwrap_or_default()),
    })
}

/// Checks an issue without a number, whose file is named by its date.
fn check_date_in_name(top: &Table<'_>, expected: NaiveDate, date: Option<NaiveDate>) {
    if let Some(number) = top.integer("number", 0..=u32::MAX) {
        let problem = Problem::new(format!("`number` is {number}, but the file is named by its date"));
        let help = "remove `number`: the date takes its place; or begin the file's name with the number";
        top.error(top.value_span("number").unwrap_or_default(), problem.help(help));
    }
    if let Some(date) = date.filter(|date| *date != expected) {
        let problem = Problem::new(format!("`date` is {date}, but the file's name says {expected}"));
        let help = format!("write `date = {expected}`, or rename the file");
        top.error(top.value_span("date").unwrap_or_default(), problem.help(help));
    }
}

#[cfg(test)]
pub(super) mod tests;
