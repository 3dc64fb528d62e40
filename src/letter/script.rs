//! Knows where writing systems allow the end of a line, as far as the rules for line breaking of Unicode (UAX 14) do not
//! say it.

/// Whether a line may end between these neighbours, of which the second begins a grapheme cluster. UAX 14 leaves South-East
/// Asian scripts to dictionaries (class SA).
pub(super) fn may_end_line_between(before: char, after: char) -> bool {
    // Vowels before their consonant in Thai and Lao; signs that stack the next consonant in Myanmar and Khmer.
    let is_joined = matches!(
        before,
        '\u{e40}'..='\u{e44}' | '\u{ec0}'..='\u{ec4}' | '\u{1039}' | '\u{17d2}'
    );
    // Vowels after their consonant, and signs for repetition and abbreviation, in Thai and Lao.
    let joins = matches!(
        after,
        '\u{e2f}'..='\u{e33}' | '\u{e45}' | '\u{e46}' | '\u{eaf}'..='\u{eb3}' | '\u{ec6}'
    );
    !is_joined && !joins
}

/// Returns whether `letter` is of a script of South East Asia that has no spaces between words (class SA of UAX 14). All
/// are three bytes long, as is the letter they are replaced with.
pub(super) fn needs_dictionary(letter: char) -> bool {
    matches!(
        letter,
        '\u{e01}'..='\u{e3a}' | '\u{e40}'..='\u{e4e}' | '\u{e80}'..='\u{eff}' | '\u{1000}'..='\u{103f}'
            | '\u{1050}'..='\u{108f}' | '\u{109a}'..='\u{109f}' | '\u{1780}'..='\u{17d3}' | '\u{17d7}'
            | '\u{17dc}' | '\u{17dd}' | '\u{1950}'..='\u{19df}' | '\u{1a20}'..='\u{1aad}'
            | '\u{a9e0}'..='\u{a9ef}' | '\u{a9fa}'..='\u{a9fe}' | '\u{aa60}'..='\u{aac2}' | '\u{aadb}'..='\u{aadf}'
    )
}
