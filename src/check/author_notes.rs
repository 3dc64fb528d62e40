//! Recognizes notes of authors to themselves. The same words are ordinary ones too ("Building a TODO app", "Topic TBD"), so
//! their place in the text decides.

use crate::diagnostic::Severity;

/// Words that begin a note. One is written in halves because this repository must not contain it.
const NOTES: [&str; 4] = ["TODO", concat!("FIX", "ME"), "TBD", "INSERT TEXT"];

/// The filler text of typesetters, and the word that follows where it fills.
const FILLER: (&str, &str) = ("lorem ipsum", " dolor");

/// Where a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextPosition {
    /// At the beginning of a paragraph.
    Start,
    /// Later in a paragraph.
    Middle,
    /// In a heading or a link, which may be called by such a word.
    Name,
}

/// Returns the first note in `text`, and its severity: an error where it can be nothing else.
pub(super) fn author_note(text: &str, position: TextPosition) -> Option<(&'static str, Severity)> {
    NOTES.into_iter().find_map(|note| Some((note, note_severity(text, note, position)?))).or_else(|| {
        let lower = text.to_lowercase();
        let (filler, next) = FILLER;
        let at = lower.find(filler)?;
        let begins = lower.trim_start().starts_with(filler) && position != TextPosition::Name;
        let is_filling = lower[at + filler.len()..].starts_with(next) || begins;
        Some((filler, if is_filling { Severity::Error } else { Severity::Warning }))
    })
}

fn note_severity(text: &str, note: &str, position: TextPosition) -> Option<Severity> {
    let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let found = text.match_indices(note).filter_map(|(at, _)| {
        let (before, after) = (text[..at].trim_end(), &text[at + note.len()..]);
        if is_letter(text[..at].chars().next_back()) || is_letter(after.chars().next()) {
            return None;
        }
        let begins = before.is_empty() && position != TextPosition::Middle;
        let is_alone = begins && !after.contains(char::is_alphanumeric);
        let is_label = after.starts_with([':', '(']);
        let follows_sentence = before.ends_with(['.', '!', '?', '。', '[', '(', '<', '{']);
        match position {
            // What is announced later is said with this word.
            _ if note == "TBD" && is_alone => (position == TextPosition::Start).then_some(Severity::Warning),
            _ if note == "TBD" => None,
            _ if is_alone || (begins && is_label) => Some(Severity::Error),
            TextPosition::Name => None,
            _ if begins || follows_sentence => Some(Severity::Error),
            _ => is_label.then_some(Severity::Warning),
        }
    });
    found.max()
}

#[cfg(test)]
mod tests {
    use super::TextPosition::{Middle, Name, Start};
    use super::*;

    #[test]
    fn a_note_is_an_error_where_it_can_be_nothing_else() {
        for (text, position) in [
            ("TODO", Name),
            (" TODO. ", Start),
            ("TODO: a title", Name),
            ("TODO(ada): check the number", Start),
            ("TODO say why.", Start),
            ("It is fast. TODO by how much?", Start),
            (" [TODO the number] ", Middle),
            ("INSERT TEXT HERE", Start),
            ("Lorem ipsum dolor sit amet", Middle),
            ("Lorem ipsum", Start),
        ] {
            assert_eq!(author_note(text, position).map(|(_, severity)| severity), Some(Severity::Error), "{text}");
        }
        for (text, position) in [
            ("TBD", Start),
            ("my TODO: milk", Middle),
            ("Why designers write lorem ipsum", Name),
            ("lorem ipsum", Name),
        ] {
            assert_eq!(author_note(text, position).map(|(_, severity)| severity), Some(Severity::Warning), "{text}");
        }
        for (text, position) in [
            ("Building a TODO app in Rust", Name),
            ("TODO apps compared", Name),
            ("Topic TBD", Name),
            ("TBD", Name),
            ("2026-09-11 | TBD | Rust Berlin", Start),
            ("A todo list, and the TODOs of others.", Start),
            ("TODO", Middle),
            ("a list of TODO comments", Middle),
            ("AUTODOC", Name),
        ] {
            assert_eq!(author_note(text, position), None, "{text}");
        }
    }
}
