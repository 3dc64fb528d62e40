//! Renders the text part from the model, in the same order and hierarchy as the HTML. It is 72 columns wide; a web
//! address is never broken and has a line of its own.

use super::markers::Markers;
use super::text_prose::{self, indented, inline_text};
use super::wrap::{width, wrap};
use crate::model::{Block, Heading, Inline, Item, Link, Prose, Quote, Section, Slot, Word, Words, plain_text};
use crate::templates::footer::{reason, writer};
use crate::templates::mail::view::LetterView;
use crate::templates::{date, link};

/// The width in columns.
const COLUMNS: usize = 72;

/// The indentation below a link's title, so that the titles stand out at the edge.
const INDENT: &str = "  ";

/// The indentation of the person below a quotation.
const BY_INDENT: &str = "      ";

/// Returns the text of a letter, its slots as markers. Lines end in `\n`, and none ends in a space.
pub(super) fn render(view: &LetterView, markers: &Markers) -> String {
    let mut page = TextPart { text: String::new(), markers };
    opening(view, &mut page);
    let publication = view.publication;
    for section in &view.issue.sections {
        self::section(section, &publication.words, &mut page);
    }
    if !view.issue.outro.is_empty() {
        page.gap(2);
        page.lines(&text_prose::prose_lines(&view.issue.outro, COLUMNS, markers, &publication.words));
    }
    footer(view, &mut page);
    page.text
}

fn opening(view: &LetterView, page: &mut TextPart) {
    let LetterView { issue, publication, .. } = view;
    let date = date::long(issue.date, &publication.language, publication.direction);
    let number = publication.issue(issue.number);
    let facts: Vec<&str> =
        [Some(publication.name.as_str()), number.as_deref(), Some(&date)].into_iter().flatten().collect();
    page.paragraph(&facts.join(" · "));
    page.gap(1);
    page.title(&issue.title, "=");
    if !issue.intro.is_empty() {
        page.gap(1);
        page.lines(&text_prose::prose_lines(&issue.intro, COLUMNS, page.markers, &publication.words));
    }
}

fn section(section: &Section, words: &Words, page: &mut TextPart) {
    page.gap(2);
    // The gap before the first block of the section is there already.
    let mut is_blank = true;
    if let Some(title) = &section.heading {
        page.heading(title, "-");
        is_blank = false;
    }
    for part in &section.parts {
        if let Some(title) = &part.heading {
            page.gap(usize::from(!is_blank));
            page.heading(title, "~");
            is_blank = false;
        }
        for item in &part.items {
            page.gap(usize::from(!is_blank));
            self::item(item, words, page);
            is_blank = false;
        }
    }
}

fn item(item: &Item, words: &Words, page: &mut TextPart) {
    match item {
        Item::Prose(text) => page.lines(&text_prose::prose_lines(text, COLUMNS, page.markers, words)),
        Item::Link(link) => self::link(link, words, page),
        Item::List(links) => links.iter().for_each(|link| list_item(link, words, page)),
        Item::Quote(quote) => self::quote(quote, words, page),
    }
}

fn link(link: &Link, words: &Words, page: &mut TextPart) {
    page.paragraph(&inline_text(&link.title, page.markers));
    let mut quiet: Vec<String> = sponsored(link, words).into_iter().collect();
    quiet.extend(link::facts(link, words).into_iter().map(str::to_owned));
    quiet.extend(link.author.clone());
    quiet.extend(link::length(link, words));

    let columns = COLUMNS - INDENT.len();
    let mut lines = Vec::new();
    if !quiet.is_empty() {
        lines.extend(wrap(&quiet.join(" · "), columns, page.markers));
    }
    lines.extend(text_prose::prose_lines(&link.description, columns, page.markers, words));
    lines.extend(link.url.clone());
    page.lines(&indented(lines, INDENT, INDENT));
}

/// Writes a link of a compact list: `* Video · On clocks (example.org · Ada) #time`, its description and its address.
fn list_item(link: &Link, words: &Words, page: &mut TextPart) {
    let kind = link.kind.map(|kind| words.of(kind.word()).to_owned());
    let title = inline_text(&link.title, page.markers);
    let first: Vec<String> = sponsored(link, words).into_iter().chain(kind).chain([title]).collect();
    let names: Vec<&str> = link.source.iter().chain(&link.author).map(String::as_str).collect();
    let names = if names.is_empty() { String::new() } else { format!(" ({})", names.join(" · ")) };
    let tags = link::tags(link).map(|tags| format!(" {tags}")).unwrap_or_default();

    let columns = COLUMNS - INDENT.len();
    let mut lines = wrap(&format!("{}{names}{tags}", first.join(" · ")), columns, page.markers);
    lines.extend(text_prose::prose_lines(&link.description, columns, page.markers, words));
    lines.extend(link.url.clone());
    page.lines(&indented(lines, "* ", INDENT));
}

fn sponsored(link: &Link, words: &Words) -> Option<String> {
    link.sponsored.then(|| words.of(Word::Sponsored).to_owned())
}

/// Writes a quotation, with the person and the source below it.
fn quote(quote: &Quote, words: &Words, page: &mut TextPart) {
    let text = with_quotation_marks(&quote.text);
    let lines = text_prose::prose_lines(&text, COLUMNS - INDENT.len(), page.markers, words);
    page.lines(&indented(lines, INDENT, INDENT));
    if let Some(by) = &quote.by {
        let lines = wrap(by, COLUMNS - BY_INDENT.len() - 2, page.markers);
        page.lines(&indented(lines, &format!("{BY_INDENT}— "), &format!("{BY_INDENT}  ")));
    }
    if let Some(url) = &quote.url {
        page.lines(&[format!("{BY_INDENT}  {url}")]);
    }
}

/// Returns a single paragraph between quotation marks, unless it has its own; several are marked by their indentation.
fn with_quotation_marks(text: &Prose) -> Prose {
    let [Block::Paragraph(words)] = text.0.as_slice() else { return text.clone() };
    if plain_text(words).starts_with(|first: char| !first.is_alphanumeric()) {
        return text.clone();
    }
    let mark = || std::iter::once(Inline::Text("\"".to_owned()));
    Prose(vec![Block::Paragraph(mark().chain(words.iter().cloned()).chain(mark()).collect())])
}

fn footer(view: &LetterView, page: &mut TextPart) {
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
struct TextPart<'a> {
    text: String,
    markers: &'a Markers,
}

impl TextPart<'_> {
    fn lines(&mut self, lines: &[String]) {
        for line in lines {
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    /// Adds blank lines.
    fn gap(&mut self, count: usize) {
        self.text.extend(std::iter::repeat_n('\n', count));
    }

    fn paragraph(&mut self, text: &str) {
        let lines = wrap(text, COLUMNS, self.markers);
        self.lines(&lines);
    }

    /// Adds the title of a section or part, and its address.
    fn heading(&mut self, heading: &Heading, line: &str) {
        let text = inline_text(&heading.text, self.markers);
        self.title(&text, line);
        if let Some(url) = &heading.url {
            self.lines(std::slice::from_ref(url));
        }
    }

    /// Adds `text` underlined with `line`.
    fn title(&mut self, text: &str, line: &str) {
        let lines = wrap(text, COLUMNS, self.markers);
        let longest = lines.iter().map(|line| width(line, self.markers)).max().unwrap_or(0);
        self.lines(&lines);
        self.lines(&[line.repeat(longest.min(COLUMNS))]);
    }
}
