//! The text part, composed from the model: the same order and hierarchy as the HTML, with nothing but characters.
//! 72 columns wide; web addresses are whole, each on a line of its own.

use super::markers::Markers;
use super::text_prose::{self, indented};
use super::wrap::{width, wrap};
use crate::model::{Link, Section, Slot, Word, Words};
use crate::templates::letter::{LetterView, reason, writer};
use crate::templates::{date, link};

/// The measure, in columns.
const COLUMNS: usize = 72;

/// What a link says stands to the right of its title, so that an eye going down the edge reads titles only.
const INDENT: &str = "  ";

/// The text of a letter, its slots as markers. Lines end in `\n`; none ends in a space.
pub(super) fn compose(view: &LetterView, markers: &Markers) -> String {
    let mut page = Page { text: String::new(), markers };
    opening(view, &mut page);
    let publication = view.publication;
    for section in &view.issue.sections {
        self::section(section, &publication.words, &mut page);
    }
    if !view.issue.outro.is_empty() {
        page.gap(2);
        page.lines(&text_prose::lines(&view.issue.outro, COLUMNS, markers));
    }
    footer(view, &mut page);
    page.text
}

fn opening(view: &LetterView, page: &mut Page) {
    let LetterView { issue, publication, .. } = view;
    let date = date::long(issue.date, &publication.language, publication.direction);
    page.paragraph(&format!("{} · {} · {date}", publication.name, publication.issue(issue.number)));
    page.gap(1);
    page.title(&issue.title, "=");
    if !issue.intro.is_empty() {
        page.gap(1);
        page.lines(&text_prose::lines(&issue.intro, COLUMNS, page.markers));
    }
}

fn section(section: &Section, words: &Words, page: &mut Page) {
    page.gap(2);
    page.title(&section.title, "-");
    if !section.prose.is_empty() {
        page.gap(1);
        page.lines(&text_prose::lines(&section.prose, COLUMNS, page.markers));
    }
    for link in &section.links {
        page.gap(1);
        self::link(link, words, page);
    }
}

fn link(link: &Link, words: &Words, page: &mut Page) {
    page.paragraph(&link.title);
    let sponsored = link.sponsored.then(|| words.of(Word::Sponsored).to_owned());
    let mut quiet: Vec<String> = sponsored.into_iter().collect();
    quiet.extend([words.of(link.kind.word()).to_owned(), link.source.clone()]);
    quiet.extend(link.author.clone());
    quiet.extend(link::length(link, words));

    let columns = COLUMNS - INDENT.len();
    let mut lines = wrap(&quiet.join(" · "), columns, page.markers);
    lines.extend(text_prose::lines(&link.blurb, columns, page.markers));
    lines.push(link.url.clone());
    page.lines(&indented(lines, INDENT, INDENT));
}

fn footer(view: &LetterView, page: &mut Page) {
    let LetterView { issue, publication, slot, .. } = view;
    page.gap(2);
    page.lines(&["-".repeat(COLUMNS)]);
    if let Some(writer) = writer(publication) {
        page.paragraph(&writer);
    }
    page.paragraph(&reason(publication, &slot(&Slot::Address)));
    for (label, address) in [
        (Word::Unsubscribe, slot(&Slot::UnsubscribeUrl)),
        (Word::Online, publication.page(&format!("{}/", issue.path()))),
    ] {
        page.gap(1);
        page.lines(&[format!("{}:", publication.words.of(label)), address]);
    }
    page.gap(1);
    page.paragraph(&publication.postal_address);
}

/// The text so far.
struct Page<'a> {
    text: String,
    markers: &'a Markers,
}

impl Page<'_> {
    fn lines(&mut self, lines: &[String]) {
        for line in lines {
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    /// Blank lines.
    fn gap(&mut self, count: usize) {
        self.text.extend(std::iter::repeat_n('\n', count));
    }

    fn paragraph(&mut self, text: &str) {
        let lines = wrap(text, COLUMNS, self.markers);
        self.lines(&lines);
    }

    /// `text` underlined.
    fn title(&mut self, text: &str, line: &str) {
        let lines = wrap(text, COLUMNS, self.markers);
        let longest = lines.iter().map(|line| width(line, self.markers)).max().unwrap_or(0);
        self.lines(&lines);
        self.lines(&[line.repeat(longest.min(COLUMNS))]);
    }
}
