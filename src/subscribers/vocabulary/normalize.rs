//! Normalizes headings and words for comparison: without case, accents, widths, separators and invisible characters.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// The words of `text`, folded: `Opt-In IP`, `opt_in_ip`, `optInIp` and `ＯＰＴ　ＩＮ　ＩＰ` are the same three.
pub(in crate::subscribers) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before = ' ';
    for letter in text.nfkd().filter(|letter| canonical_combining_class(*letter) == 0 && !is_invisible(*letter)) {
        if letter.is_alphanumeric() {
            // camelCase: a capital letter after a small one begins a word.
            if letter.is_uppercase() && before.is_lowercase() && !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            push_folded(letter, &mut word);
        } else if is_mark(letter) {
            word.push(letter);
        } else if !is_joint(letter) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        before = letter;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The folded words without anything between them: `Opt-In`, `optin` and `OPT IN` are the same.
pub(in crate::subscribers) fn joined(text: &str) -> String {
    if text.is_ascii() {
        // The fast path for nearly every cell; there may be millions.
        let letters = text.bytes().filter(|&byte| byte.is_ascii_alphanumeric() || b"?+".contains(&byte));
        return letters.map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    }
    words(text).concat()
}

fn push_folded(letter: char, word: &mut String) {
    match letter {
        'ß' | 'ẞ' => word.push_str("ss"),
        'ø' | 'Ø' => word.push('o'),
        'ł' | 'Ł' => word.push('l'),
        'đ' | 'Đ' | 'ð' | 'Ð' => word.push('d'),
        'ı' | 'İ' => word.push('i'),
        'æ' | 'Æ' => word.push_str("ae"),
        'œ' | 'Œ' => word.push_str("oe"),
        'þ' | 'Þ' => word.push_str("th"),
        // Arabic is written with and without these marks.
        'أ' | 'إ' | 'آ' | 'ٱ' => word.push('ا'),
        'ى' => word.push('ي'),
        'ς' => word.push('σ'),
        other => word.extend(other.to_lowercase()),
    }
}

/// Characters between letters that do not end a word: `désinscrit·e`, `d'envoi`.
fn is_joint(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '·' | '•' | '״' | '׳' | 'ـ')
}

/// Signs with a meaning when they are the complete value.
fn is_mark(letter: char) -> bool {
    matches!(letter, '✓' | '✔' | '✗' | '✘' | '☑' | '☐' | '✅' | '❌' | '☒' | '○' | '×' | '?' | '+' | '◯' | '✖')
}

/// Characters that are invisible: formatting, marks of direction, joiners, soft hyphens.
pub(in crate::subscribers) fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_heading_fold_to_one() {
        let alike = [
            ["Opt-In IP", "opt_in_ip", "optInIp", "ＯＰＴ　ＩＮ　ＩＰ", "\u{feff}opt\u{200b} in.ip", "OPT IN IP"],
            ["Désabonné", "DESABONNE", "de\u{301}sabonne\u{301}", "désabonné\u{a0}", " désabonné ", "“désabonné”"],
            ["İptal", "iptal", "IPTAL", "ıptal", "İPTAL", "i̇ptal"],
        ];
        for spellings in alike {
            for spelling in spellings {
                assert_eq!(joined(spelling), joined(spellings[0]), "{spelling}");
            }
        }
        assert_eq!(words("unsubscribedAt"), ["unsubscribed", "at"]);
        assert_eq!(words("UNSUB_TIME"), ["unsub", "time"]);
    }
}
