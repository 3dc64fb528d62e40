//! Recognizes what is drawn as a picture.

/// Returns whether `grapheme`, what a reader sees as one character, is a picture: an emoji with all that is joined to it,
/// a flag, a dingbat, an arrow.
pub(super) fn is_pictogram(grapheme: &str) -> bool {
    // Some are letters or digits until a variation selector makes them pictures.
    grapheme.contains('\u{fe0f}') || grapheme.chars().next().is_some_and(is_picture)
}

fn is_picture(character: char) -> bool {
    matches!(character, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2500}'..='\u{27bf}'
        | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use unicode_segmentation::UnicodeSegmentation;

    use super::*;

    #[test]
    fn what_is_drawn_as_one_picture_is_one() {
        let count = |text: &str| text.graphemes(true).filter(|drawn| is_pictogram(drawn)).count();
        for one in ["👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "👍🏽", "1️⃣", "❤️", "©️", "→", "🧑🏿‍🚀"]
        {
            assert_eq!(count(one), 1, "{one}");
        }
        assert_eq!(count("🇩🇪🇫🇷 👩‍💻👩‍💻"), 4);
        assert_eq!(count("Version 1 © € „a“ 漢字 ک‌ا"), 0);
    }
}
