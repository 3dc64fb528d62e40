//! Writes a `[[section.link]]` block in the manner of a file.

use super::layout::Manner;
use crate::model::LinkKind;

/// A link to be added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewLink {
    /// Its address.
    pub url: String,
    /// Words after the address, in a comment: the reason for which the page was not read.
    pub comment: Option<String>,
    /// Its title, plain text.
    pub title: String,
    /// The author of the page.
    pub author: Option<String>,
    /// The kind of page.
    pub kind: Option<LinkKind>,
    /// Minutes it takes.
    pub reading_time: Option<u32>,
    /// Whether it is the lead of its issue.
    pub is_lead: bool,
    /// Its picture.
    pub image: Option<NewImage>,
    /// The curator's words, Markdown.
    pub note: Option<String>,
}

/// A picture of a link to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewImage {
    /// The file, as an issue names it.
    pub path: String,
    /// The text in its place; none if somebody has to describe it.
    pub alt: String,
}

/// Returns the block, without a line end after it. `escape`: marks of Markdown in the title get backslashes.
pub(super) fn written(link: &NewLink, manner: &Manner, escape: bool) -> String {
    let title = if escape { escaped(&link.title) } else { link.title.clone() };
    let kind = link.kind.and_then(|kind| LinkKind::ALL.iter().find(|(_, own)| *own == kind).map(|(name, _)| *name));
    let comment = link.comment.as_ref().map(|words| format!(" # {words}")).unwrap_or_default();
    let mut pairs = vec![("url", format!("{}{comment}", quoted(&link.url))), ("title", quoted(&title))];
    pairs.extend(link.is_lead.then(|| ("lead", "true".to_owned())));
    pairs.extend(link.author.as_ref().map(|author| ("author", quoted(author))));
    pairs.extend(kind.map(|kind| ("kind", quoted(kind))));
    pairs.extend(link.reading_time.map(|minutes| ("reading_time", minutes.to_string())));
    if let Some(image) = &link.image {
        pairs.extend([("image", quoted(&image.path)), ("alt", alt(&image.alt))]);
    }
    pairs.extend(link.note.as_ref().map(|note| ("description", quoted_lines(note, manner))));
    let mut lines = vec![format!("{}[[section.link]]", manner.indent)];
    lines.extend(
        pairs.iter().map(|(key, value)| format!("{}{key:width$} = {value}", manner.indent, width = manner.width)),
    );
    lines.join(manner.line_end)
}

/// Returns the text in place of a picture, with a note to the author where there is none.
pub(super) fn alt(text: &str) -> String {
    if text.is_empty() { "\"\" # describe it".to_owned() } else { quoted(text) }
}

/// Returns a basic string.
pub(in crate::issue) fn quoted(text: &str) -> String {
    let mut written = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => written.extend(['\\', character]),
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            control if control.is_control() => written.extend(unicode_escape(control)),
            other => written.push(other),
        }
    }
    written.push('"');
    written
}

/// Returns the escape of a control character: `\u001B`.
fn unicode_escape(control: char) -> impl Iterator<Item = char> {
    let digit = move |place: u32| char::from_digit((u32::from(control) >> (4 * place)) & 15, 16).unwrap_or('0');
    ['\\', 'u'].into_iter().chain((0..4).rev().map(digit))
}

/// Returns a string of one or several lines, with the quotes the file uses for texts.
fn quoted_lines(text: &str, manner: &Manner) -> String {
    let text = text.trim().replace("\r\n", "\n").replace('\r', "\n");
    let is_plain = !text.chars().any(|character| character.is_control() && character != '\n');
    let fits = |quotes: &str| !text.contains(&quotes[..1].repeat(3)) && !text.ends_with(&quotes[..1]);
    if text.contains('\n') && is_plain {
        let lines = text.replace('\n', manner.line_end);
        let end = manner.line_end;
        if manner.quotes == "'''" && fits("'''") {
            return format!("'''{end}{lines}{end}'''");
        }
        return format!("\"\"\"{end}{}{end}\"\"\"", lines.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\""));
    }
    quoted(&text)
}

/// Returns a string of one or several lines, as a file without a manner of its own has it.
pub(in crate::issue) fn quoted_text(text: &str) -> String {
    quoted_lines(text, &Manner::default())
}

/// Returns a title as Markdown: each character that can be a mark gets a backslash.
pub fn markdown_title(title: &str) -> String {
    escaped(title)
}

/// Puts a backslash before each character that can be a mark of Markdown.
fn escaped(text: &str) -> String {
    text.chars()
        .flat_map(|character| [Some('\\').filter(|_| "\\`*_[]<>&~!#|".contains(character)), Some(character)])
        .flatten()
        .collect()
}
