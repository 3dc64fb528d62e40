//! Finds slots such as `{subscriber.name|friend}` in an author's text.

use std::ops::Range;

use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::quote;
use crate::model::Slot;

/// The prefix of every slot for a subscriber's column.
pub(crate) const OPENING: &str = "{subscriber.";

/// The column that is the address itself.
const ADDRESS_COLUMN: &str = "email";

/// A piece of a text cut at its slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part<'t> {
    Text(&'t str),
    Slot(Slot),
    /// A slot with something wrong about it, and where in the text it stands.
    Invalid(Range<usize>, Problem),
}

/// Cuts `text` at its slots. Every other brace is an ordinary character.
pub(crate) fn split_at_slots(text: &str) -> Vec<Part<'_>> {
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
                Err(problem) => Part::Invalid(start..rest, problem),
            });
        } else {
            rest = end;
            let problem = Problem::new(format!("`{OPENING}` is not closed")).help("write `{subscriber.name|friend}`");
            parts.push(Part::Invalid(start..end, problem));
        }
    }
    if rest < text.len() {
        parts.push(Part::Text(&text[rest..]));
    }
    parts
}

/// The slot whose braces hold `subscriber.` and `inside`.
fn slot(inside: &str) -> Result<Slot, Problem> {
    let (column, fallback) = match inside.split_once('|') {
        Some((column, fallback)) => (column, Some(fallback)),
        None => (inside, None),
    };
    // As the loader of subscriber lists names columns: `First Name` is `first_name`.
    let name = column.to_lowercase().split_whitespace().collect::<Vec<_>>().join("_");
    if name.is_empty() {
        let problem = Problem::new(format!("`{OPENING}{inside}}}` does not name a column"));
        return Err(problem.help("write `{subscriber.name|friend}`"));
    }
    if let Some(wrong) = name.chars().find(|&letter| !letter.is_alphanumeric() && !"_-".contains(letter)) {
        let message = format!("{} is not allowed in a column name", quote(wrong.encode_utf8(&mut [0; 4])));
        return Err(Problem::new(message).help("write `{subscriber.name|friend}`"));
    }
    if name == ADDRESS_COLUMN {
        return Ok(Slot::Address);
    }
    let Some(fallback) = fallback else {
        let problem = Problem::new(format!("`{OPENING}{inside}}}` has no text for subscribers without a {name}"));
        let example = if name == "name" { "friend" } else { "…" };
        return Err(problem.help(format!("add a fallback: `{OPENING}{inside}|{example}}}`")));
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
            split_at_slots("{{Hi}} {subscriber.Name|dear friend}, {x} {subscriber.email}{subscriber.First Name|}"),
            [
                Part::Text("{{Hi}} "),
                field("name", "dear friend"),
                Part::Text(", {x} "),
                Part::Slot(Slot::Address),
                field("first_name", ""),
            ]
        );
        assert_eq!(split_at_slots(""), []);
    }

    #[test]
    fn a_wrong_slot_says_what_is_wrong_and_where() {
        let cases = [
            ("a {subscriber.name} b", 2..19, "`{subscriber.name}` has no text for subscribers without a name"),
            ("{subscriber.}", 0..13, "`{subscriber.}` does not name a column"),
            ("{subscriber.|x}", 0..15, "`{subscriber.|x}` does not name a column"),
            ("{subscriber.a.b|x}", 0..18, "`.` is not allowed in a column name"),
            ("{subscriber.name|x", 0..18, "`{subscriber.` is not closed"),
            ("{subscriber.name\n|x}", 0..16, "`{subscriber.` is not closed"),
        ];
        for (text, place, message) in cases {
            let wrong = split_at_slots(text).into_iter().find_map(|part| match part {
                Part::Invalid(place, problem) => Some((place, problem.message)),
                _ => None,
            });
            assert_eq!(wrong, Some((place, message.to_owned())), "{text}");
        }
    }
}
