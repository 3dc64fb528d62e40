//! `{subscriber.name|friend}` in what an author writes.

use std::ops::Range;

use super::suggestion::quote;
use super::toml_file::Fault;
use crate::model::Slot;

/// What every slot for a subscriber's column starts with.
pub(super) const OPENING: &str = "{subscriber.";

/// The column that is the address itself.
const ADDRESS_COLUMN: &str = "email";

/// A piece of a text cut at its slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part<'t> {
    Text(&'t str),
    Slot(Slot),
    /// A slot with something wrong about it, and where in the text it stands.
    Wrong(Range<usize>, Fault),
}

/// Cuts `text` at its slots. Every other brace is an ordinary character.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = 0;
    while let Some(found) = text[rest..].find(OPENING) {
        let start = rest + found;
        if start > rest {
            parts.push(Part::Text(&text[rest..start]));
        }
        let inside = start + OPENING.len();
        let length = text[inside..].find(['{', '}', '\n']).unwrap_or(text.len() - inside);
        let end = inside + length;
        if text[end..].starts_with('}') {
            rest = end + 1;
            parts.push(match slot(&text[inside..end]) {
                Ok(slot) => Part::Slot(slot),
                Err(fault) => Part::Wrong(start..rest, fault),
            });
        } else {
            rest = end;
            let fault = Fault::new(format!("`{OPENING}` is not closed")).help("write `{subscriber.name|friend}`");
            parts.push(Part::Wrong(start..end, fault));
        }
    }
    if rest < text.len() {
        parts.push(Part::Text(&text[rest..]));
    }
    parts
}

/// The slot whose braces hold `subscriber.` and `inside`.
fn slot(inside: &str) -> Result<Slot, Fault> {
    let (column, fallback) = match inside.split_once('|') {
        Some((column, fallback)) => (column, Some(fallback)),
        None => (inside, None),
    };
    // As the loader of subscriber lists names columns: `First Name` is `first_name`.
    let name = column.to_lowercase().split_whitespace().collect::<Vec<_>>().join("_");
    if name.is_empty() {
        let fault = Fault::new(format!("`{OPENING}{inside}}}` names no column"));
        return Err(fault.help("write `{subscriber.name|friend}`"));
    }
    if let Some(wrong) = name.chars().find(|&letter| !letter.is_alphanumeric() && !"_-".contains(letter)) {
        let message = format!("{} is not allowed in the name of a column", quote(wrong.encode_utf8(&mut [0; 4])));
        return Err(Fault::new(message).help("write `{subscriber.name|friend}`"));
    }
    if name == ADDRESS_COLUMN {
        return Ok(Slot::Address);
    }
    let Some(fallback) = fallback else {
        let fault = Fault::new(format!("`{OPENING}{inside}}}` says nothing for subscribers without a {name}"));
        let example = if name == "name" { "friend" } else { "…" };
        return Err(fault.help(format!("add the words for them: `{OPENING}{inside}|{example}}}`")));
    };
    Ok(Slot::Field { column: name, fallback: fallback.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(column: &str, fallback: &str) -> Part<'static> {
        Part::Slot(Slot::Field { column: column.to_owned(), fallback: fallback.to_owned() })
    }

    #[test]
    fn text_is_cut_at_slots_and_other_braces_stay() {
        assert_eq!(
            parts("{{Hi}} {subscriber.Name|dear friend}, {x} {subscriber.email}{subscriber.First Name|}"),
            [
                Part::Text("{{Hi}} "),
                field("name", "dear friend"),
                Part::Text(", {x} "),
                Part::Slot(Slot::Address),
                field("first_name", ""),
            ]
        );
        assert_eq!(parts(""), []);
    }

    #[test]
    fn a_wrong_slot_says_what_is_wrong_and_where() {
        let cases = [
            ("a {subscriber.name} b", 2..19, "`{subscriber.name}` says nothing for subscribers without a name"),
            ("{subscriber.}", 0..13, "`{subscriber.}` names no column"),
            ("{subscriber.|x}", 0..15, "`{subscriber.|x}` names no column"),
            ("{subscriber.a.b|x}", 0..18, "`.` is not allowed in the name of a column"),
            ("{subscriber.name|x", 0..18, "`{subscriber.` is not closed"),
            ("{subscriber.name\n|x}", 0..16, "`{subscriber.` is not closed"),
        ];
        for (text, place, message) in cases {
            let wrong = parts(text).into_iter().find_map(|part| match part {
                Part::Wrong(place, fault) => Some((place, fault.message)),
                _ => None,
            });
            assert_eq!(wrong, Some((place, message.to_owned())), "{text}");
        }
    }
}
