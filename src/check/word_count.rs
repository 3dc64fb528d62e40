//! Counts the words of prose, in scripts without spaces too.

use unicode_segmentation::UnicodeSegmentation;

use crate::model::{Block, Inline, Prose};

/// Letters of an average word in Chinese or Japanese.
const WIDE_WORD: usize = 2;

/// Letters of an average word in Thai, Lao, Burmese or Khmer, without marks.
const SOUTH_EAST_ASIAN_WORD: usize = 4;

/// Returns the number of words in a piece of prose.
pub(super) fn prose_words(prose: &Prose) -> usize {
    words(&blocks(&prose.0))
}

/// Returns the number of words in `text`. Where words are not separated, Unicode (UAX 29) sees a word in each letter;
/// their number is estimated from that of the letters.
pub fn words(text: &str) -> usize {
    let (mut separated, mut wide, mut south_east_asian) = (0, 0_usize, 0_usize);
    for word in text.unicode_words() {
        match word.chars().next() {
            Some('\u{e01}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}') => {
                south_east_asian += word.chars().filter(|character| character.is_alphabetic()).count();
            }
            Some(
                '\u{3040}'..='\u{309f}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}',
            ) => {
                wide += 1;
            }
            _ => separated += 1,
        }
    }
    separated + wide.div_ceil(WIDE_WORD) + south_east_asian.div_ceil(SOUTH_EAST_ASIAN_WORD)
}

fn blocks(blocks: &[Block]) -> String {
    let text = |block: &Block| match block {
        Block::Paragraph(words) => inlines(words),
        Block::List { items, .. } => items.iter().map(|item| self::blocks(item)).collect::<Vec<_>>().join(" "),
        Block::Quote(quoted) => self::blocks(quoted),
        Block::Code(lines) => lines.clone(),
        Block::Picture { image, caption } => format!("{} {}", image.alt, inlines(caption)),
        Block::Table(table) => {
            let cells = std::iter::once(&table.header).chain(&table.rows).flatten();
            cells.map(|cell| inlines(cell)).collect::<Vec<_>>().join(" ")
        }
        Block::Rule => String::new(),
    };
    blocks.iter().map(text).collect::<Vec<_>>().join(" ")
}

fn inlines(words: &[Inline]) -> String {
    words
        .iter()
        .map(|word| match word {
            Inline::Text(text) | Inline::Code(text) => text.clone(),
            Inline::Emphasis(inner)
            | Inline::Strong(inner)
            | Inline::Strikethrough(inner)
            | Inline::Link { text: inner, .. } => inlines(inner),
            Inline::LineBreak | Inline::Slot(_) => " ".to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_with_and_without_spaces() {
        let cases = [
            ("Two clocks never agree.", 4),
            ("이번 주 소식", 3),
            ("Часы никогда", 2),
            // 再試行 | が | 注文 | を | 二度 | 届ける
            ("再試行が注文を二度届ける。", 6),
            ("データベース", 1),
            ("Docker 是容器", 3),
            // ระบบ | กระจาย | ทำงาน | อย่างไร
            ("ระบบกระจายทำงานอย่างไร", 6),
            ("", 0),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), expected, "{text}");
        }
    }
}
