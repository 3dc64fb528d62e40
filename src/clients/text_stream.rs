//! Finds the texts of one document in another that has other tags and other white space.

use crate::html::document::Document;

/// The texts of a document's body without white space, read from the start to the end.
pub(super) struct TextStream {
    letters: String,
    /// The offset at which each text begins, and the element around it.
    starts: Vec<(usize, usize)>,
    /// The end of the text that was found last.
    read: usize,
}

impl TextStream {
    pub(super) fn of(document: &Document<'_>) -> Self {
        let mut letters = String::new();
        let mut starts = Vec::new();
        for text in document.texts.iter().filter(|text| !is_in_head(document, text.element)) {
            starts.push((letters.len(), text.element));
            letters.push_str(&without_white_space(&text.content));
        }
        Self { letters, starts, read: 0 }
    }

    /// Returns the element around the next text that begins with `letters`, which have no white space.
    pub(super) fn find(&mut self, letters: &str) -> Option<usize> {
        let start = self.read + self.letters[self.read..].find(letters)?;
        self.read = start + letters.len();
        // Texts without letters begin at the same offset as the next one.
        let after = self.starts.partition_point(|(offset, _)| *offset <= start);
        self.starts[..after].last().map(|(_, element)| *element)
    }
}

/// Returns whether the element at `index` is in the head, whose texts, such as the title, are not shown.
pub(super) fn is_in_head(document: &Document<'_>, index: usize) -> bool {
    let mut around = std::iter::once(index).chain(document.ancestors(index));
    around.any(|index| document.elements[index].is(&["head"]))
}

/// Returns `text` without white space.
pub(super) fn without_white_space(text: &str) -> String {
    text.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_not_found_in_the_title() {
        let document = Document::parse("<head><title>a b</title></head><body><p>a</p></body>");
        let found = TextStream::of(&document).find("a").map(|index| document.elements[index].is(&["p"]));
        assert_eq!(found, Some(true));
    }

    #[test]
    fn texts_are_found_in_their_order_whatever_the_tags_are() {
        let document = Document::parse("<p>a  b <i>c</i></p> <p>\n<b>c</b> d</p>");
        let mut stream = TextStream::of(&document);
        let found: Vec<_> = ["ab", "c", "cd", "x"].map(|letters| stream.find(letters)).into();
        assert_eq!(found, [Some(0), Some(1), Some(3), None]);
    }
}
