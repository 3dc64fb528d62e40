//! Finds invisible and confusable characters in addresses.

use std::fmt::Write;

use unicode_normalization::UnicodeNormalization;

use crate::model::EmailAddress;
use crate::subscribers::vocabulary::normalize;

/// A suspicious detail of an address, with a hint.
pub(super) struct Oddity {
    pub(super) message: String,
    pub(super) help: String,
}

/// Returns the apostrophe that a spreadsheet puts before a possible formula, if `cell` begins with one.
pub(super) fn check_apostrophe(cell: &str) -> Option<Oddity> {
    let [b'\'', b'=' | b'+' | b'-' | b'@', ..] = cell.as_bytes() else { return None };
    let message = "a spreadsheet added the leading `'` before a formula".to_owned();
    Some(Oddity { message, help: format!("write `{}`", &cell[1..]) })
}

/// Returns a suspicious detail of the address in `cell`, if there is one: an invisible character, or a
/// character that looks like another.
pub(super) fn check_address(cell: &str) -> Option<Oddity> {
    if cell.is_ascii() {
        return None;
    }
    let letter = cell.chars().find(|letter| !letter.is_ascii() && name(*letter).is_some())?;
    let message = format!("it contains U+{:04X}, {}", u32::from(letter), name(letter).unwrap_or_default());
    let meant: String = cell.nfkc().filter(|letter| !normalize::is_invisible(*letter)).collect();
    let meant = meant.trim_matches(|letter: char| !letter.is_alphanumeric());
    let help = match EmailAddress::parse(meant) {
        Ok(_) if meant.is_ascii() => format!("retype it: `{meant}`"),
        _ => "retype the address".to_owned(),
    };
    Some(Oddity { message, help })
}

/// Returns a description of a character that is invisible or looks like another.
fn name(letter: char) -> Option<&'static str> {
    Some(match letter {
        '\u{200b}' => "a zero-width space",
        '\u{200c}' | '\u{200d}' => "a zero-width joiner",
        '\u{feff}' => "a byte order mark",
        '\u{ad}' => "a soft hyphen",
        '\u{a0}' | '\u{202f}' => "a no-break space",
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}' => "a direction mark",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "a typographic dash",
        '\u{2018}'..='\u{201f}' | '\u{2032}' | '\u{2033}' | '«' | '»' | '‹' | '›' | 'ʼ' => "a typographic quote",
        '\u{2026}' => "an ellipsis",
        '\u{ff20}' | '\u{fe6b}' => "a wide `@`",
        '\u{ff0e}' | '\u{3002}' | '\u{ff61}' | '\u{2024}' | '\u{fe52}' => "a dot from another script",
        '\u{ff01}'..='\u{ff5e}' => "a wide character",
        '\u{2028}' | '\u{2029}' => "a line end",
        letter if normalize::is_invisible(letter) => "an invisible character",
        letter if letter.is_whitespace() => "a typographic space",
        _ => return None,
    })
}

/// Returns `cell` with invisible characters made visible.
pub(super) fn escape_invisible(cell: &str) -> String {
    let mut visible = String::new();
    for letter in cell.chars() {
        if normalize::is_invisible(letter) || letter.is_whitespace() && letter != ' ' {
            write!(visible, "<U+{:04X}>", u32::from(letter)).expect("writing to a string");
        } else {
            visible.push(letter);
        }
    }
    visible
}
