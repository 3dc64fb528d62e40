//! Adds missing facts to the links of an issue file, and changes nothing else.

use std::ops::Range;

use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use super::block::{alt, quoted};
use super::layout::Layout;

/// A link of an issue file, as far as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenLink {
    /// Its place: section and link, from 0.
    place: (usize, usize),
    /// Its address.
    pub url: String,
    /// The line of its address, from 1.
    pub line: usize,
    /// Whether it has a picture.
    pub has_image: bool,
    /// The facts that it does not state, pictures aside. A guessed title is none.
    pub missing: Vec<MissingFact>,
    /// Whether its title is a guess.
    has_guess: bool,
}

/// A fact that a link can do without, or should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingFact {
    /// `title`.
    Title,
    /// `author`.
    Author,
    /// `kind`.
    Kind,
    /// `reading_time`.
    ReadingTime,
    /// `image`.
    Image,
    /// `alt`.
    Alt,
}

impl MissingFact {
    /// What every link should have, or can do without.
    const TEXTS: [Self; 4] = [Self::Title, Self::Author, Self::Kind, Self::ReadingTime];

    /// Its key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Author => "author",
            Self::Kind => "kind",
            Self::ReadingTime => "reading_time",
            Self::Image => "image",
            Self::Alt => "alt",
        }
    }
}

/// The value of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactValue {
    /// Text.
    Text(String),
    /// A number.
    Number(u32),
}

/// Returns the links of the issue file `text` that have an address; none if it is not TOML.
pub fn written_links(text: &str) -> Vec<WrittenLink> {
    let (_, body) = split_mark(text);
    let Ok(document) = DeTable::parse(body) else { return Vec::new() };
    let mut found = Vec::new();
    for (section, table) in tables(document.get_ref(), "section").into_iter().enumerate() {
        let Some(table) = table else { continue };
        for (index, link) in tables(table.1, "link").into_iter().enumerate() {
            let Some((_, link)) = link else { continue };
            let Some(DeValue::String(url)) = link.get("url").map(Spanned::get_ref) else { continue };
            let span = link.get("url").map_or(0..0, Spanned::span);
            let has_guess = not_read_reason(body, span.end).is_some() && link.contains_key(MissingFact::Title.key());
            let is_guess = |fact: &MissingFact| has_guess && *fact == MissingFact::Title;
            let missing =
                MissingFact::TEXTS.into_iter().filter(|fact| is_guess(fact) || !link.contains_key(fact.key()));
            found.push(WrittenLink {
                place: (section, index),
                url: url.to_string(),
                line: body[..span.start].matches('\n').count() + 1,
                has_image: link.contains_key("image"),
                missing: missing.collect(),
                has_guess,
            });
        }
    }
    found
}

/// Returns the reason in the comment `# not read: 403` behind the address that ends at `end` of `text`; the title beside it is
/// a guess. Empty where the comment names none.
pub fn not_read_reason(text: &str, end: usize) -> Option<&str> {
    let rest = text.get(end..)?.split('\n').next()?;
    let comment = rest.trim().strip_prefix("# not read")?;
    Some(comment.trim_start_matches(':').trim())
}

/// Returns `text` with `facts` more in `link`, a title in place of a guessed one; `None` where the file is written so that no
/// lines fit in, as with inline tables.
pub fn insert_facts(text: &str, link: &WrittenLink, facts: &[(MissingFact, FactValue)]) -> Option<String> {
    if link.has_guess && facts.iter().any(|(fact, _)| *fact == MissingFact::Title) {
        let link = WrittenLink { has_guess: false, ..link.clone() };
        return insert_facts(&without_guess(text, &link)?, &link, facts);
    }
    let (mark, body) = split_mark(text);
    let document = DeTable::parse(body).ok()?;
    let (header, own) = table_of(link, document.get_ref())?;
    if !body[header.start..].starts_with("[[") || own.contains_key(facts.first()?.0.key()) {
        return None;
    }
    let layout = Layout::of(body)?;
    let manner = layout.manner();
    let line_end = |key: &str| {
        let end = own.get(key)?.span().end;
        Some(body[end..].find('\n').map_or(body.len(), |at| end + at + 1))
    };
    let after_address = line_end("url")?;
    let after_title = line_end("title").unwrap_or(after_address);
    let indent: String =
        body[..own.get("url")?.span().start].rsplit('\n').next()?.chars().take_while(|c| " \t".contains(*c)).collect();
    let mut changed = body.to_owned();
    // From the end, so that earlier offsets stay.
    for (fact, value) in facts.iter().rev() {
        let place = if *fact == MissingFact::Title { after_address } else { after_title };
        let value = match value {
            FactValue::Text(text) if *fact == MissingFact::Alt => alt(text),
            FactValue::Text(text) => quoted(text),
            FactValue::Number(number) => number.to_string(),
        };
        let pair = format!("{indent}{key:width$} = {value}", key = fact.key(), width = manner.width);
        let is_line_start = changed[..place].ends_with('\n');
        let inserted =
            if is_line_start { format!("{pair}{}", manner.line_end) } else { format!("{}{pair}", manner.line_end) };
        changed.insert_str(place, &inserted);
    }
    is_only_change(body, &changed, link, facts).then(|| format!("{mark}{changed}"))
}

/// Returns `text` without the guessed title of `link` and the comment that says so; `None` where the title has no line of its
/// own.
fn without_guess(text: &str, link: &WrittenLink) -> Option<String> {
    let (mark, body) = split_mark(text);
    let document = DeTable::parse(body).ok()?;
    let (_, own) = table_of(link, document.get_ref())?;
    let line_end = |at: usize| body[at..].find('\n').map_or(body.len(), |length| at + length);
    let address_end = own.get("url")?.span().end;
    let comment = address_end..address_end + body[address_end..line_end(address_end)].trim_end_matches('\r').len();
    let (key, title) = own.get_key_value("title")?;
    let title_start = body[..key.span().start].rfind('\n').map_or(0, |at| at + 1);
    let title_line = title_start..(line_end(title.span().end) + 1).min(body.len());
    let is_alone = body[title_start..key.span().start].trim().is_empty() && title_start >= comment.end;
    let mut changed = body.to_owned();
    changed.replace_range(title_line, "");
    changed.replace_range(comment, "");
    let (mut expected, left) = (body.parse::<Table>().ok()?, changed.parse::<Table>().ok()?);
    nth(&mut expected, "section", link.place.0).and_then(|section| nth(section, "link", link.place.1))?.remove("title");
    (is_alone && left == expected).then(|| format!("{mark}{changed}"))
}

/// Returns whether `new` is `old` with exactly these facts more.
fn is_only_change(old: &str, new: &str, link: &WrittenLink, facts: &[(MissingFact, FactValue)]) -> bool {
    let (Ok(mut expected), Ok(new)) = (old.parse::<Table>(), new.parse::<Table>()) else { return false };
    let Some(own) = nth(&mut expected, "section", link.place.0).and_then(|section| nth(section, "link", link.place.1))
    else {
        return false;
    };
    for (fact, value) in facts {
        let value = match value {
            FactValue::Text(text) => Value::String(text.clone()),
            FactValue::Number(number) => Value::Integer(i64::from(*number)),
        };
        if own.insert(fact.key().to_owned(), value).is_some() {
            return false;
        }
    }
    expected == new
}

fn nth<'t>(table: &'t mut Table, key: &str, index: usize) -> Option<&'t mut Table> {
    table.get_mut(key)?.as_array_mut()?.get_mut(index)?.as_table_mut()
}

/// Splits a byte order mark off `text`.
fn split_mark(text: &str) -> (&str, &str) {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.split_at(text.len() - body.len())
}

/// Returns the table of `link` with the span of its header.
fn table_of<'t>(link: &WrittenLink, document: &'t DeTable<'_>) -> Option<(Range<usize>, &'t DeTable<'t>)> {
    let (_, section) = tables(document, "section").into_iter().nth(link.place.0)??;
    tables(section, "link").into_iter().nth(link.place.1)?
}

/// Returns the tables of the list `key`, each with the span of its header; `None` for other values.
fn tables<'t>(table: &'t DeTable<'_>, key: &str) -> Vec<Option<(Range<usize>, &'t DeTable<'t>)>> {
    let Some(DeValue::Array(values)) = table.get(key).map(Spanned::get_ref) else { return Vec::new() };
    let table = |value: &'t Spanned<DeValue<'_>>| match value.get_ref() {
        DeValue::Table(table) => Some((value.span(), table)),
        _ => None,
    };
    values.iter().map(table).collect()
}
