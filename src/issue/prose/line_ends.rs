//! Turns the ends of source lines into spaces, or into nothing between characters of scripts without spaces: CSS Text
//! Module Level 3, 4.1.3, "Segment Break Transformation Rules".

use unicode_width::UnicodeWidthChar as _;

use crate::model::{Block, Inline, Slot};

/// Replaces every `\n` in the texts of `blocks`.
pub(super) fn replace_in_blocks(blocks: &mut [Block]) {
    for block in blocks {
        match block {
            Block::Paragraph(inlines) | Block::Picture { caption: inlines, .. } => replace(inlines),
            Block::List { items, .. } => items.iter_mut().for_each(|item| replace_in_blocks(item)),
            Block::Quote(blocks) => replace_in_blocks(blocks),
            Block::Table(table) => {
                std::iter::once(&mut table.header).chain(&mut table.rows).flatten().for_each(|cell| replace(cell));
            }
            Block::Code(_) | Block::Rule => {}
        }
    }
}

/// Replaces every `\n` in the texts of `inlines`.
pub(super) fn replace(inlines: &mut [Inline]) {
    let mut characters = Vec::new();
    collect(inlines, &mut characters);
    if characters.contains(&'\n') {
        let mut vanishes = characters
            .iter()
            .enumerate()
            .filter(|(_, character)| **character == '\n')
            .map(|(at, _)| vanishes(&characters[..at], &characters[at + 1..]));
        write(inlines, &mut vanishes);
    }
}

fn collect(inlines: &[Inline], characters: &mut Vec<char>) {
    for inline in inlines {
        match inline {
            Inline::Text(text) => characters.extend(text.chars()),
            // A line end in code is a space already.
            Inline::Code(text) => {
                characters.extend(text.chars().map(|character| if character == '\n' { ' ' } else { character }));
            }
            Inline::Emphasis(inner)
            | Inline::Strong(inner)
            | Inline::Strikethrough(inner)
            | Inline::Link { text: inner, .. } => {
                collect(inner, characters);
            }
            Inline::LineBreak => characters.push(' '),
            // The likeliest value that is known.
            Inline::Slot(Slot::Field { fallback, .. }) => {
                characters.extend(fallback.chars().filter(|character| *character != '\n'));
            }
            Inline::Slot(Slot::Address | Slot::UnsubscribeUrl) => characters.push('@'),
        }
    }
}

fn write(inlines: &mut [Inline], vanishes: &mut impl Iterator<Item = bool>) {
    for inline in inlines {
        match inline {
            Inline::Text(text) if text.contains('\n') => {
                let mut lines = text.split('\n');
                let mut joined = lines.next().unwrap_or_default().to_owned();
                for line in lines {
                    if !vanishes.next().unwrap_or_default() {
                        joined.push(' ');
                    }
                    joined.push_str(line);
                }
                *text = joined;
            }
            Inline::Emphasis(inner)
            | Inline::Strong(inner)
            | Inline::Strikethrough(inner)
            | Inline::Link { text: inner, .. } => {
                write(inner, vanishes);
            }
            Inline::Text(_) | Inline::Code(_) | Inline::LineBreak | Inline::Slot(_) => {}
        }
    }
}

/// Whether the line end between `before` and `after` is nothing.
fn vanishes(before: &[char], after: &[char]) -> bool {
    let before = || before.iter().rev().copied().filter(|character| character.width() != Some(0));
    let after = || after.iter().copied().filter(|character| character.width() != Some(0));
    let (Some(last), Some(first)) = (before().next(), after().next()) else { return false };
    // An emoji is as wide as a letter, but words of all languages have spaces beside it.
    if is_emoji(last) && is_emoji(first) {
        return false;
    }
    // Quotation marks, dashes and dots are wide or not with the letters beside them.
    let wide_before = || before().find(|character| !is_ambiguous(*character)).is_some_and(is_wide);
    let wide_after = || after().find(|character| !is_ambiguous(*character)).is_some_and(is_wide);
    (is_wide(last) || is_wide(first)) && wide_before() && wide_after()
}

/// Whether `character` has the East Asian Width F, W or H, and is not Hangul.
fn is_wide(character: char) -> bool {
    let is_hangul = matches!(character, '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{A960}'..='\u{A97F}'
        | '\u{AC00}'..='\u{D7FF}' | '\u{FFA0}'..='\u{FFDC}');
    let is_halfwidth = matches!(character, '\u{FF61}'..='\u{FF9F}' | '\u{FFE8}'..='\u{FFEE}');
    !is_hangul && (is_halfwidth || character.width() == Some(2))
}

/// Whether `character` is punctuation of the East Asian Width A.
fn is_ambiguous(character: char) -> bool {
    matches!(character, '·' | '‐' | '–' | '—' | '―' | '‘' | '’' | '“' | '”' | '‥' | '…')
}

fn is_emoji(character: char) -> bool {
    matches!(character, '\u{231A}'..='\u{2B55}' | '\u{1F000}'..='\u{1FAFF}') && character.width() == Some(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_end_between_wide_characters_is_nothing() {
        for (text, expected) in [
            ("这是第一行，\n这是第二行。", "这是第一行，这是第二行。"),
            ("日本語の\nテキスト。", "日本語のテキスト。"),
            ("カタカナ\nｶﾀｶﾅ", "カタカナｶﾀｶﾅ"),
            ("他说：\n“你好”，\n然后……\n走了", "他说：“你好”，然后……走了"),
            ("한국어는\n띄어쓰기", "한국어는 띄어쓰기"),
            ("한국어\n漢字", "한국어 漢字"),
            ("使用\nRust 写\n代码", "使用 Rust 写代码"),
            ("字\n“word”", "字 “word”"),
            ("two\nlines", "two lines"),
            ("今日は🎉\n明日", "今日は🎉明日"),
            ("Party 🎉\n🚀 launch", "Party 🎉 🚀 launch"),
            ("“\n”", "“ ”"),
            ("\n字", " 字"),
        ] {
            let mut inlines = [Inline::Text(text.to_owned())];
            replace(&mut inlines);
            assert_eq!(inlines, [Inline::Text(expected.to_owned())], "{text:?}");
        }
    }

    #[test]
    fn the_characters_beside_a_line_end_may_be_in_other_inlines() {
        let text = |text: &str| Inline::Text(text.to_owned());
        let friend = Inline::Slot(Slot::Field { column: "name".to_owned(), fallback: "朋友".to_owned() });
        let mut inlines = [
            Inline::Strong(vec![text("重点")]),
            text("\n内容，\n"),
            friend.clone(),
            text("\n"),
            Inline::Code("x".to_owned()),
        ];
        replace(&mut inlines);
        assert_eq!(
            inlines,
            [Inline::Strong(vec![text("重点")]), text("内容，"), friend, text(" "), Inline::Code("x".to_owned())]
        );
    }
}
