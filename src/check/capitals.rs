//! Recognizes texts in capitals. Names and abbreviations have capitals too, and many scripts have none, so what counts is
//! words, and the share of all letters they have.

/// The letters of the shortest word that is more likely shouted than an abbreviation.
const LONG: usize = 6;

/// How much of a text is in capitals.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Capitals {
    /// The letters of the text, those of scripts without capitals too.
    pub(super) letters: usize,
    /// The letters of its words in capitals.
    capital_letters: usize,
    /// Its words in capitals.
    words: usize,
    /// The most of them in a row, without a comma or another mark between them.
    in_a_row: usize,
    /// Whether one of them is too long for an abbreviation.
    has_long_word: bool,
}

impl Capitals {
    /// Counts the letters and words of `text`.
    pub(super) fn of(text: &str) -> Self {
        let mut all = Self::default();
        let mut row = 0;
        for written in text.split_whitespace() {
            let word = written.trim_matches(|character: char| !character.is_alphanumeric());
            let letters = word.chars().filter(|character| character.is_alphabetic()).count();
            all.letters += letters;
            if is_in_capitals(word) {
                all.capital_letters += letters;
                all.words += 1;
                all.has_long_word |= letters >= LONG;
                row += 1;
                all.in_a_row = all.in_a_row.max(row);
            }
            if !is_in_capitals(word) || !written.ends_with(char::is_alphanumeric) {
                row = 0;
            }
        }
        all
    }

    /// Returns whether every letter is a capital, in at least `words` words.
    pub(super) fn is_everything(&self, words: usize) -> bool {
        self.capital_letters == self.letters && self.words >= words && self.has_long_word
    }

    /// Returns whether more than half of the letters are in capitals, or at least `row` words in a row.
    pub(super) fn is_shouting(&self, row: usize) -> bool {
        self.has_long_word && (self.in_a_row >= row || (self.words > 3 && 2 * self.capital_letters > self.letters))
    }
}

/// Returns whether `word` is in capitals. `OP_CAT`, `CVE-2025` and `ASP.NET` are names.
fn is_in_capitals(word: &str) -> bool {
    let is_capital = |character: char| character.is_uppercase() || matches!(character, '\'' | '’');
    !word.is_empty() && word.chars().all(is_capital)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_capitals_shout_and_abbreviations_do_not() {
        for shouting in [
            "BUY this NOW before EVERYTHING is GONE",
            "READ THIS AND TELL ALL YOUR FRIENDS ABOUT IT TODAY. Morling compares keys and shows what a consumer needs.",
            "ЧИТАЙТЕ ЭТО И РАССКАЖИТЕ ВСЕМ, что бы ни случилось с вами и вашими друзьями сегодня",
            "DON'T MISS THIS AMAZING OFFER",
        ] {
            assert!(Capitals::of(shouting).is_shouting(5), "{shouting}");
        }
        for quiet in [
            "Learn SQL and SQLx by Building a Book Library CLI in Rust",
            "Heracles - Chosen Plaintext Attack on AMD SEV-SNP",
            "KEP-6164: SIG API Machinery: Eliminating Internal API Types",
            "HTTP, TLS, DNS and SMTP",
            "最新 CSS HTML SVG WEBGPU 的文章都在这里讲到，还有更多的内容",
            "CommonJS(CJS)는 여전히 사용되지만, 지난 2년 동안 TypeScript, NODEJS 및 브라우저",
            "OP_CHECKTEMPLATEVERIFY OP_CHECKSIGFROMSTACK OP_INTERNALKEY OP_CAT OP_VAULT",
            "CVE-2025-24813 CVE-2024-50379 CVE-2024-56337 CVE-2025-1974",
            "",
            "ß 1 2 3",
        ] {
            assert!(!Capitals::of(quiet).is_shouting(5), "{quiet}");
        }
    }

    #[test]
    fn a_text_is_all_capitals_when_no_letter_is_anything_else() {
        assert!(Capitals::of("THE SECOND TIME IS THE INTERESTING ONE").is_everything(3));
        for other in [
            "THE SECOND TIME IS the INTERESTING ONE",
            "OP_CHECKTEMPLATEVERIFY",
            "CLTV有効期限の検証を厳格化します",
            "HTML CSS SVG",
            "北京大学 中国科学院 清华大学",
            "2026",
        ] {
            assert!(!Capitals::of(other).is_everything(3), "{other}");
        }
    }
}
