//! Renders the text part from the model, in the same order and hierarchy as the HTML. It is 72 columns wide; a web
//! address is never broken and has a line of its own.

use super::slot_characters::SlotCharacters;
use super::text_prose::{self, indented, inline_text};
use super::wrap::{width, wrap};
use crate::model::{
    Block, Heading, Inline, Item, Link, Prose, Quote, Section, SectionStyle, Slot, Word, Words, plain_text,
};
use crate::templates::footer::{entrance, reason, writer};
use crate::templates::mail::view::LetterView;
use crate::templates::{link, opening_line};

/// The width in columns.
const COLUMNS: usize = 72;

/// The indentation below a link's title, so that the titles stand out at the edge.
const INDENT: &str = "  ";

/// The prefix of the lines of a quotation.
const QUOTED: &str = "  > ";

/// Returns the text of a letter, its slots as slot characters. Lines end in `\n`, and none ends in a space.
pub(super) fn render(view: &LetterView, slot_characters: &SlotCharacters) -> String {
    let mut page = TextPart { text: String::new(), slot_characters };
    opening(view, &mut page);
    if let Some((label, url)) = view.mail.and_then(|mail| mail.button) {
        page.gap(1);
        page.lines(&[format!("{label}:"), url.to_owned()]);
    }
    let publication = view.publication;
    for section in &view.issue.sections {
        self::section(section, &publication.words, &mut page);
    }
    if !view.issue.outro.is_empty() {
        page.gap(2);
        page.lines(&text_prose::prose_lines(&view.issue.outro, COLUMNS, slot_characters, &publication.words));
    }
    footer(view, &mut page);
    page.text
}

fn opening(view: &LetterView, page: &mut TextPart) {
    let LetterView { issue, publication, .. } = view;
    if view.mail.is_some() {
        page.paragraph(&publication.name);
    } else {
        let number = publication.shown_number(issue.number).map(|number| format!(" {number}"));
        page.paragraph(&format!("{}{}", publication.name, number.unwrap_or_default()));
        page.paragraph(&opening_line::parts(issue, publication).join(&separator(&publication.words)));
    }
    page.gap(1);
    page.title(&issue.title, "=");
    if !issue.intro.is_empty() {
        page.gap(1);
        page.lines(&text_prose::prose_lines(&issue.intro, COLUMNS, page.slot_characters, &publication.words));
    }
}

fn section(section: &Section, words: &Words, page: &mut TextPart) {
    page.gap(2);
    // The gap before the first block of the section is there already.
    let mut is_blank = true;
    if let Some(title) = &section.heading {
        page.heading(title, "-");
        is_blank = false;
    } else if section.style == SectionStyle::Lead && !words.of(Word::Start).is_empty() {
        page.title(words.of(Word::Start), "-");
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
            self::item(item, section.style, words, page);
            is_blank = false;
        }
    }
}

fn item(item: &Item, style: SectionStyle, words: &Words, page: &mut TextPart) {
    match item {
        Item::Prose(text) => page.lines(&text_prose::prose_lines(text, COLUMNS, page.slot_characters, words)),
        Item::Link(link) if style == SectionStyle::Brief => list_item(link, words, page),
        Item::Link(link) if link.sponsored => sponsored(link, words, page),
        Item::Link(link) => self::link(link, words, page),
        Item::List(links) => links.iter().for_each(|link| list_item(link, words, page)),
        Item::Quote(quote) => self::quote(quote, words, page),
    }
}

fn link(link: &Link, words: &Words, page: &mut TextPart) {
    page.paragraph(&inline_text(&link.title, page.slot_characters));
    let columns = COLUMNS - INDENT.len();
    let mut lines = Vec::new();
    let meta = link::meta(link, words);
    if !meta.is_empty() {
        lines.extend(wrap(&meta.join(&separator(words)), columns, page.slot_characters));
    }
    lines.extend(text_prose::prose_lines(&link.description, columns, page.slot_characters, words));
    lines.extend(link.url.clone());
    page.lines(&indented(lines, INDENT, INDENT));
}

/// Returns what stands between the facts of a line.
fn separator(words: &Words) -> String {
    format!(" {} ", words.between())
}

/// Writes a link that was paid for, between lines that say so.
fn sponsored(link: &Link, words: &Words, page: &mut TextPart) {
    let sponsor = link::sponsor(link).map(|name| format!(" {}", words.filled(Word::Sponsor, &[("name", name)])));
    page.paragraph(&format!("[{}{}]", words.of(Word::Sponsored), sponsor.unwrap_or_default()));
    page.paragraph(&inline_text(&link.title, page.slot_characters));
    let columns = COLUMNS - INDENT.len();
    let mut lines = text_prose::prose_lines(&link.description, columns, page.slot_characters, words);
    if let Some(button) = &link.button {
        lines.extend(wrap(&format!("{button}:"), columns, page.slot_characters));
    }
    lines.extend(link.url.clone());
    page.lines(&indented(lines, INDENT, INDENT));
    page.paragraph(&format!("[{}]", words.of(Word::SponsoredEnd)));
}

/// Writes a link of a compact list: `* Video · On clocks (example.org · Ada) #time`, its description and its address.
fn list_item(link: &Link, words: &Words, page: &mut TextPart) {
    let kind = link.kind.map(|kind| words.of(kind.word()).to_owned());
    let title = inline_text(&link.title, page.slot_characters);
    let paid = link.sponsored.then(|| words.of(Word::Sponsored).to_owned());
    let first: Vec<String> = paid.into_iter().chain(kind).chain([title]).collect();
    let names: Vec<&str> = link.source.iter().chain(&link.author).map(String::as_str).collect();
    let names = if names.is_empty() { String::new() } else { format!(" ({})", names.join(" · ")) };
    let tags = link::tags(link).map(|tags| format!(" {tags}")).unwrap_or_default();

    let columns = COLUMNS - INDENT.len();
    let mut lines = wrap(&format!("{}{names}{tags}", first.join(" · ")), columns, page.slot_characters);
    lines.extend(text_prose::prose_lines(&link.description, columns, page.slot_characters, words));
    lines.extend(link.url.clone());
    page.lines(&indented(lines, "* ", INDENT));
}

/// Writes a quotation behind `>`, the person too, and the source below it.
fn quote(quote: &Quote, words: &Words, page: &mut TextPart) {
    let columns = COLUMNS - QUOTED.len();
    let text = with_quotation_marks(&quote.text);
    let lines = text_prose::prose_lines(&text, columns, page.slot_characters, words);
    page.lines(&indented(lines, QUOTED, QUOTED));
    if let Some(by) = &quote.by {
        let lines = wrap(by, columns - 2, page.slot_characters);
        page.lines(&indented(lines, &format!("{QUOTED}— "), &format!("{QUOTED}  ")));
    }
    if let Some(url) = &quote.url {
        page.lines(&[format!("{INDENT}{url}")]);
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
    let words = &publication.words;
    let (url, label) = entrance(publication);
    page.gap(2);
    page.lines(&["-".repeat(COLUMNS)]);
    if let Some((sentence, label, url)) = view.mail.map(|mail| mail.exit) {
        page.paragraph(sentence);
        page.lines(&[format!("{label}:"), url.to_owned()]);
        page.gap(1);
        page.paragraph(&publication.postal_address);
        return;
    }
    if !publication.description.is_empty() {
        page.paragraph(&publication.description);
    }
    page.paragraph(&format!("{} {}:", words.of(Word::Forwarded), words.of(label)));
    page.lines(&[url.to_owned()]);
    page.gap(1);
    page.lines(&[format!("{}:", words.of(Word::Online)), publication.page(&format!("{}/", issue.path()))]);
    page.gap(1);
    let reason = reason(publication, &slot(&Slot::Address));
    let space = words.full_stop().space;
    page.paragraph(&writer(publication).into_iter().chain([reason]).collect::<Vec<_>>().join(space));
    page.gap(1);
    page.lines(&[format!("{}:", words.of(Word::Unsubscribe)), slot(&Slot::UnsubscribeUrl)]);
    if let Some(query) = publication.topic_page() {
        page.lines(&[format!("{}:", words.of(Word::ChooseTopics)), slot(&Slot::UnsubscribeUrl) + query]);
    }
    page.gap(1);
    page.paragraph(&publication.postal_address);
}

/// The text so far.
struct TextPart<'a> {
    text: String,
    slot_characters: &'a SlotCharacters,
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
        let lines = wrap(text, COLUMNS, self.slot_characters);
        self.lines(&lines);
    }

    /// Adds the title of a section or part, and its address.
    fn heading(&mut self, heading: &Heading, line: &str) {
        let text = inline_text(&heading.text, self.slot_characters);
        self.title(&text, line);
        if let Some(url) = &heading.url {
            self.lines(std::slice::from_ref(url));
        }
    }

    /// Adds `text` underlined with `line`.
    fn title(&mut self, text: &str, line: &str) {
        let lines = wrap(text, COLUMNS, self.slot_characters);
        let longest = lines.iter().map(|line| width(line, self.slot_characters)).max().unwrap_or(0);
        self.lines(&lines);
        self.lines(&[line.repeat(longest.min(COLUMNS))]);
    }
}
