//! Cleans the names of subscribers and joins them from their parts.

use crate::subscribers::columns::known_headings::NamePart;
use crate::subscribers::vocabulary::status_words::StatusWord;
use crate::subscribers::vocabulary::{normalize, status_words};

/// The parts of the name in a row that are valid names.
#[derive(Debug, Default)]
pub(super) struct NameParts {
    whole: Option<String>,
    given: Option<String>,
    family: Option<String>,
}

impl NameParts {
    /// Adds a part, unless there is one already: the first column of a kind counts.
    pub(super) fn add(&mut self, part: NamePart, name: &str) {
        let slot = match part {
            NamePart::Whole => &mut self.whole,
            NamePart::Given => &mut self.given,
            NamePart::Family => &mut self.family,
        };
        slot.get_or_insert_with(|| name.to_owned());
    }

    /// Returns the full name, or else the given name and the family name as far as present.
    pub(super) fn into_full_name(self) -> Option<String> {
        match (self.whole, self.given, self.family) {
            (Some(whole), ..) => Some(whole),
            (None, Some(given), Some(family)) if is_han(&given) && is_han(&family) => Some(family + &given),
            (None, Some(given), Some(family)) => Some(format!("{given} {family}")),
            (None, given, family) => given.or(family),
        }
    }
}

/// Returns whether it is written like Chinese, Japanese and Korean names, with the family name
/// first and no space.
fn is_han(name: &str) -> bool {
    name.chars()
        .all(|letter| matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'))
}

/// Returns the name in a cell, without invisible characters; `None` for `NULL`, `N/A`, dashes or an
/// address.
pub(super) fn clean_name(cell: &str, address: &str) -> Option<String> {
    // Some scripts need zero-width joiners (Persian, Sinhala); in others they are stray.
    let is_joiner =
        |letter: char| matches!(letter, '\u{200c}' | '\u{200d}') && !cell.is_ascii() && cell.chars().any(needs_joiners);
    let seen: String = cell.chars().filter(|letter| !normalize::is_invisible(*letter) || is_joiner(*letter)).collect();
    let name = seen.split(char::is_whitespace).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let name = name.trim_matches(['"', '“', '”']).trim();
    let is_nothing =
        name.is_empty() || matches!(status_words::status_word(name), Some(StatusWord::Empty)) && !may_be_a_name(name);
    let is_address = name.contains('@') || name.eq_ignore_ascii_case(address);
    let has_letters = name.chars().any(char::is_alphabetic);
    (!is_nothing && !is_address && has_letters && !name.starts_with("http")).then(|| name.to_owned())
}

/// Words for nothing that are also names of people: `Nie`, `Mai`, `Na`, `Jamais`, unlike `NULL`,
/// `N/A`, `None`.
fn may_be_a_name(name: &str) -> bool {
    let is_placeholder = ["na", "null", "nil", "none", "undefined", "nan", "empty", "blank", "unknown"];
    let folded = normalize::joined(name);
    !folded.is_empty()
        && (!is_placeholder.contains(&folded.as_str()) || folded == "na" && !name.contains(['/', '.']) && name != "NA")
}

fn needs_joiners(letter: char) -> bool {
    matches!(letter, '\u{0600}'..='\u{06ff}' | '\u{0900}'..='\u{0dff}' | '\u{1780}'..='\u{17ff}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_not_a_name_is_not_greeted() {
        for cell in [
            "NULL",
            "N/A",
            "n/a",
            "None",
            "-",
            "—",
            "",
            " ",
            "ada@example.org",
            "ADA@EXAMPLE.ORG",
            "\u{200b}",
            "(empty)",
            "null",
            "undefined",
            "12345",
            "https://example.org",
        ] {
            assert_eq!(clean_name(cell, "ada@example.org"), None, "{cell}");
        }
    }

    #[test]
    fn a_name_is_shown_without_what_nobody_sees() {
        let cases = [
            ("A\u{200b}da", "Ada"),
            ("\u{feff}Ada\u{a0}Lovelace ", "Ada Lovelace"),
            ("Ada\u{ad}", "Ada"),
            ("\u{202a}Ada\u{202c}", "Ada"),
            ("Mai", "Mai"),
            ("Na", "Na"),
            ("“Ada”", "Ada"),
            ("O’Brien", "O’Brien"),
            ("Zoë  van der  Berg", "Zoë van der Berg"),
            ("علی\u{200c}رضا", "علی\u{200c}رضا"),
        ];
        for (cell, expected) in cases {
            assert_eq!(clean_name(cell, "ada@example.org").as_deref(), Some(expected), "{cell}");
        }
    }

    #[test]
    fn the_whole_name_counts_else_its_parts() {
        let cases: [(&[(NamePart, &str)], &str); 6] = [
            (&[(NamePart::Whole, "Ada King"), (NamePart::Given, "Ada")], "Ada King"),
            (&[(NamePart::Given, "Ada"), (NamePart::Family, "Lovelace")], "Ada Lovelace"),
            (&[(NamePart::Family, "Lovelace"), (NamePart::Given, "Ada")], "Ada Lovelace"),
            (&[(NamePart::Given, "Ada")], "Ada"),
            (&[(NamePart::Family, "Lovelace")], "Lovelace"),
            (&[(NamePart::Family, "山田"), (NamePart::Given, "花子")], "山田花子"),
        ];
        for (parts, expected) in cases {
            let mut name = NameParts::default();
            for (part, text) in parts {
                name.add(*part, text);
            }
            assert_eq!(name.into_full_name().as_deref(), Some(expected));
        }
    }
}
