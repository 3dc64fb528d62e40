//! Knows Korean text, which is the only text in wide characters whose lines end at spaces.

/// Whether `character` is a letter or syllable of Korean.
pub fn is_hangul(character: char) -> bool {
    matches!(
        character,
        '\u{1100}'..='\u{11ff}'
            | '\u{3130}'..='\u{318f}'
            | '\u{a960}'..='\u{a97f}'
            | '\u{ac00}'..='\u{d7ff}'
            | '\u{ffa0}'..='\u{ffdc}'
    )
}

/// Whether `character` is a letter of Chinese or Japanese, whose lines end anywhere.
fn is_han_or_kana(character: char) -> bool {
    matches!(
        character,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'
    )
}

/// Whether `markup` has Korean text, and more of it than Chinese and Japanese, whatever language a newsletter declares.
pub(super) fn is_korean(markup: &str) -> bool {
    let (mut korean, mut others) = (0_usize, 0_usize);
    for character in markup.chars().filter(|character| !character.is_ascii()) {
        korean += usize::from(is_hangul(character));
        others += usize::from(is_han_or_kana(character));
    }
    korean > others
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_korean_by_its_letters() {
        let cases = [
            ("<p>이번 주 소식</p>", true),
            ("Docker와 대한민국(大韓民國)", true),
            ("<p>关于韩语（한국어）的文章</p>", false),
            ("<p>Hello</p>", false),
            ("", false),
        ];
        for (markup, expected) in cases {
            assert_eq!(is_korean(markup), expected, "{markup}");
        }
    }
}
