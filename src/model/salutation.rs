//! Finds the salutation of a letter, which pages for everybody go without.

use super::prose::{Block, Inline, Prose, plain_text};
use super::slot::Slot;

/// The most characters of a salutation, without the name.
const LONGEST: usize = 60;

impl Prose {
    /// Returns the prose without a salutation at its beginning: a first paragraph, or a first line of it, that is short and
    /// ends in a comma, or that has a field of the reader and is one short sentence. The sentence after it may have begun
    /// with a small letter.
    #[must_use]
    pub fn without_salutation(&self) -> Self {
        let Some(Block::Paragraph(words)) = self.0.first() else { return self.clone() };
        let end = words.iter().position(|word| *word == Inline::LineBreak).unwrap_or(words.len());
        if !is_salutation(&words[..end]) {
            return self.clone();
        }
        let rest = words.get(end + 1..).unwrap_or_default();
        let first = (!rest.is_empty()).then(|| Block::Paragraph(rest.to_vec()));
        let mut blocks: Vec<Block> = first.into_iter().chain(self.0.iter().skip(1).cloned()).collect();
        if let Some(Block::Paragraph(words)) = blocks.first_mut()
            && let Some(Inline::Text(text)) = words.first_mut()
        {
            *text = capitalized(text);
        }
        Self(blocks)
    }
}

fn is_salutation(line: &[Inline]) -> bool {
    let has_field = line.iter().any(|word| matches!(word, Inline::Slot(Slot::Field { .. })));
    let said = plain_text(line);
    let said = said.trim();
    let is_short = said.chars().count() <= LONGEST;
    let is_one_sentence = || {
        let inside = said.trim_end_matches(|last: char| !last.is_alphanumeric());
        !inside.contains(['.', '?', '!', '。', '؟', '？', '！'])
    };
    is_short && (said.ends_with([',', '،', '，', '、']) || has_field && is_one_sentence())
}

/// Returns `text` with a capital letter, if it begins with a word of small letters alone.
fn capitalized(text: &str) -> String {
    let word: String = text.chars().take_while(|letter| letter.is_alphanumeric()).collect();
    let mut letters = text.chars();
    match letters.next() {
        // `iPhone` is written as it is.
        Some(first) if word.chars().all(|letter| !letter.is_uppercase()) => {
            first.to_uppercase().collect::<String>() + letters.as_str()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &str) -> Inline {
        Inline::Text(words.to_owned())
    }

    fn name() -> Inline {
        Inline::Slot(Slot::Field { column: "name".to_owned(), fallback: "friend".to_owned() })
    }

    fn paragraph(words: &[Inline]) -> Block {
        Block::Paragraph(words.to_vec())
    }

    #[test]
    fn a_salutation_of_its_own_goes_and_the_next_sentence_begins_with_a_capital() {
        let next = paragraph(&[text("most of what breaks")]);
        let greetings = [
            vec![text("Hello "), name(), text(",")],
            vec![text("Good morning, "), name(), text("!")],
            vec![text("Liebe Leserinnen und Leser,")],
            vec![text("مرحبا "), name(), text("،")],
            vec![name(), text("さん、こんにちは。")],
            vec![text("Hello "), name(), text(","), Inline::LineBreak, text("most of what breaks")],
        ];
        for greeting in greetings {
            let blocks = if greeting.contains(&Inline::LineBreak) {
                vec![paragraph(&greeting)]
            } else {
                vec![paragraph(&greeting), next.clone()]
            };
            assert_eq!(
                Prose(blocks).without_salutation(),
                Prose(vec![paragraph(&[text("Most of what breaks")])]),
                "{greeting:?}"
            );
        }
    }

    #[test]
    fn a_first_sentence_stays() {
        let openings = [
            vec![text("Dear "), name(), text(", see this. It is new.")],
            vec![text("Three links.")],
            vec![text("iPhone users of this letter, and there are more of them than of all the others together,")],
        ];
        for opening in openings {
            let prose = Prose(vec![paragraph(&opening)]);
            assert_eq!(prose.without_salutation(), prose);
        }
        let kept = Prose(vec![paragraph(&[text("Hello,")]), paragraph(&[text("iPhones are out.")])]);
        assert_eq!(kept.without_salutation(), Prose(vec![paragraph(&[text("iPhones are out.")])]));
    }
}
