//! Small questions about text that several rules ask.

/// Whether `character` is drawn as a picture: an emoji, a dingbat, an arrow.
pub(super) fn is_pictogram(character: char) -> bool {
    matches!(character, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2500}'..='\u{27bf}'
        | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// `text` in backticks, cut where it gets long.
pub(super) fn quoted(text: &str) -> String {
    crate::load::quote(text)
}

/// `1 word`, `2 words`.
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
