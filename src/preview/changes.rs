//! Finds what has changed between two letters, in the words of the letter: titles, paragraphs, links, pictures.

use similar::DiffTag;

use super::diff::{changed_words, operations};
use crate::app::test_mail::MARK;
use crate::html::document::Document;
use crate::message::ParsedMessage;
use crate::templates::preview::changes::{Change, Segment};

/// Elements that are compared as wholes.
const BLOCKS: [&str; 10] = ["h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "pre", "img"];

/// The unchanged words shown beside those that changed.
const WORDS_AROUND: usize = 4;

/// The most words shown of a text that is new or gone.
const MOST_WORDS: usize = 16;

/// A piece of a letter.
struct Block {
    element: usize,
    /// The name of its element. Only texts of one kind are versions of each other.
    kind: String,
    /// The title of the section it is in, or what it is.
    place: String,
    words: String,
    /// The words and where they lead.
    key: String,
}

/// What has changed from `earlier` to `now`: the subject, then the HTML part in its order.
pub(super) fn changes(earlier: &ParsedMessage, now: &ParsedMessage) -> Vec<Change> {
    let mut changes = Vec::new();
    // A test mail says that it is one.
    let subject = earlier.subject.strip_prefix(MARK).unwrap_or(&earlier.subject);
    if subject != now.subject {
        changes.push(change("Subject".to_owned(), subject, &now.subject, [None, None]));
    }
    let (old, new) = (blocks(&earlier.html), blocks(&now.html));
    let keys = |blocks: &'_ [Block]| -> Vec<String> { blocks.iter().map(|block| block.key.clone()).collect() };
    let (old_keys, new_keys) = (keys(&old), keys(&new));
    let old_keys: Vec<&str> = old_keys.iter().map(String::as_str).collect();
    let new_keys: Vec<&str> = new_keys.iter().map(String::as_str).collect();
    for operation in operations(&old_keys, &new_keys) {
        if operation.tag() == DiffTag::Equal {
            continue;
        }
        let (removed, added) = (&old[operation.old_range()], &new[operation.new_range()]);
        let element_before = |blocks: &[Block], start: usize| Some(blocks.get(start.checked_sub(1)?)?.element);
        // What is on one side only stands after what was last on both.
        let mut last =
            [element_before(&old, operation.old_range().start), element_before(&new, operation.new_range().start)];
        for (gone, fresh) in pairs(removed, added) {
            let Some(place) = fresh.or(gone).map(|block| block.place.clone()) else { continue };
            let element = |block: Option<&Block>| block.map(|block| block.element);
            last = [element(gone).or(last[0]), element(fresh).or(last[1])];
            let words = |block: Option<&Block>| block.map(|block| block.words.clone()).unwrap_or_default();
            let (before, after) = (words(gone), words(fresh));
            changes.push(if before == after {
                let place = format!("{place}, the address of");
                Change { after: plain(&after), before: Vec::new(), ..change(place, "", "", last) }
            } else {
                change(place, &before, &after, last)
            });
        }
    }
    changes
}

/// Returns `removed` and `added` side by side where they are of one kind, in order.
fn pairs<'a>(removed: &'a [Block], added: &'a [Block]) -> Vec<(Option<&'a Block>, Option<&'a Block>)> {
    let kinds = |blocks: &'a [Block]| -> Vec<&'a str> { blocks.iter().map(|block| block.kind.as_str()).collect() };
    let mut pairs = Vec::new();
    for operation in operations(&kinds(removed), &kinds(added)) {
        let (gone, fresh) = (&removed[operation.old_range()], &added[operation.new_range()]);
        if operation.tag() == DiffTag::Equal {
            pairs.extend(gone.iter().zip(fresh).map(|(gone, fresh)| (Some(gone), Some(fresh))));
        } else {
            pairs.extend(gone.iter().map(|gone| (Some(gone), None)));
            pairs.extend(fresh.iter().map(|fresh| (None, Some(fresh))));
        }
    }
    pairs
}

fn change(place: String, before: &str, after: &str, [element_before, element_after]: [Option<usize>; 2]) -> Change {
    let [before, after] = match (before.is_empty(), after.is_empty()) {
        (false, false) => changed_words(before, after).map(shortened),
        _ => [plain(before), plain(after)],
    };
    Change { place, before, after, element_before, element_after }
}

/// A text that is new or gone as a whole.
fn plain(text: &str) -> Vec<Segment> {
    if text.is_empty() {
        return Vec::new();
    }
    vec![Segment { text: first_words(text, MOST_WORDS), is_changed: false }]
}

fn first_words(text: &str, most: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() <= most { text.to_owned() } else { format!("{} …", words[..most].join(" ")) }
}

/// Leaves out the unchanged words that are far from every change.
fn shortened(segments: Vec<Segment>) -> Vec<Segment> {
    if !segments.iter().any(|segment| segment.is_changed) {
        let whole: String = segments.iter().map(|segment| segment.text.as_str()).collect();
        return plain(&whole);
    }
    let last = segments.len() - 1;
    let shorten = |(index, segment): (usize, Segment)| {
        let words: Vec<&str> = segment.text.split_whitespace().collect();
        let (lead, tail) = (if index > 0 { WORDS_AROUND } else { 0 }, if index < last { WORDS_AROUND } else { 0 });
        if segment.is_changed || words.len() <= lead + tail + 1 {
            return segment;
        }
        let text = format!("{} … {}", words[..lead].join(" "), words[words.len() - tail..].join(" "));
        Segment { text: format!("{} ", text.trim()), is_changed: false }
    };
    segments.into_iter().enumerate().map(shorten).collect()
}

fn blocks(html: &str) -> Vec<Block> {
    let document = Document::parse(html);
    let mut section = "Opening".to_owned();
    let mut blocks = Vec::new();
    for (index, element) in document.elements_named(&BLOCKS) {
        let inner = &document.elements[index + 1..element.subtree_end];
        if inner.iter().any(|inner| inner.is(&BLOCKS) && !inner.is(&["img"])) {
            continue;
        }
        let is_picture = element.is(&["img"]);
        let words = match element.attribute("alt").filter(|_| is_picture) {
            Some(alt) => alt.to_owned(),
            None => document.text_content(index).split_whitespace().collect::<Vec<_>>().join(" "),
        };
        let source = element.attribute("src").unwrap_or_default();
        if words.is_empty() && source.is_empty() {
            continue;
        }
        let kind = element.name.to_ascii_lowercase();
        let place = match kind.as_str() {
            "h1" => "Title".to_owned(),
            "h2" => {
                section.clone_from(&words);
                "Section".to_owned()
            }
            "img" => format!("{section}, picture"),
            _ => section.clone(),
        };
        let around = std::iter::once(element).chain(inner);
        // A link to write a mail has the title in it, which is compared where it is read.
        let targets: Vec<&str> = around
            .filter_map(|inner| inner.attribute("href"))
            .filter(|target| !target.starts_with("mailto:"))
            .collect();
        let key = format!("{} {words} {source} {}", element.name, targets.join(" "));
        let words = if words.is_empty() { file_name(source).to_owned() } else { words };
        blocks.push(Block { element: index, kind, place, words, key });
    }
    blocks
}

/// Returns the last part of an address, by which a picture without words is told.
fn file_name(address: &str) -> &str {
    address.rsplit('/').next().unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(subject: &str, html: &str) -> ParsedMessage {
        ParsedMessage {
            bytes: Vec::new(),
            sender: String::new(),
            subject: subject.to_owned(),
            headers: Vec::new(),
            all_headers: Vec::new(),
            html: html.to_owned(),
            text: String::new(),
        }
    }

    fn written(changes: &[Change]) -> Vec<String> {
        let text = |segments: &[Segment]| -> String {
            let marked = |segment: &Segment| {
                if segment.is_changed { format!("[{}]", segment.text) } else { segment.text.clone() }
            };
            segments.iter().map(marked).collect()
        };
        let line = |change: &Change| {
            let elements = (change.element_before.unwrap_or(0), change.element_after.unwrap_or(0));
            format!("{}: {} > {} {elements:?}", change.place, text(&change.before), text(&change.after))
        };
        changes.iter().map(line).collect()
    }

    const BEFORE: &str = "<html><body><h1>What a retry survives</h1><p>Hello.</p><h2>The second time</h2>\
        <h3><a href=\"https://example.org/1\">On keys</a></h3><p>One two three four five six seven eight nine ten eleven twelve.</p>\
        <img src=\"a.png\" alt=\"A map\"><h2>Also seen</h2><ul><li>A tour</li></ul></body></html>";

    #[test]
    fn a_letter_that_has_not_changed_has_no_changes() {
        assert_eq!(changes(&message("a", BEFORE), &message("a", BEFORE)), []);
    }

    #[test]
    fn changes_say_where_they_are_and_what_was_there_before() {
        let after = BEFORE
            .replace("What a retry survives", "What survives a retry")
            .replace("example.org/1", "example.org/2")
            .replace("twelve", "thirteen")
            .replace("<img src=\"a.png\" alt=\"A map\">", "")
            .replace("<li>A tour</li>", "<li>A tour</li><li>A talk</li>");
        assert_eq!(
            written(&changes(&message("[test] Retries", BEFORE), &message("Retries, again", &after))),
            [
                "Subject: Retries > Retries, again (0, 0)",
                "Title: What a retry [survives] > What [survives ]a retry (2, 2)",
                "The second time, the address of:  > On keys (5, 5)",
                "The second time: … eight nine ten eleven [twelve.] > … eight nine ten eleven [thirteen.] (7, 7)",
                "The second time, picture: A map >  (8, 7)",
                "Also seen:  > A talk (11, 11)",
            ]
        );
    }

    #[test]
    fn texts_of_one_kind_are_compared_and_a_picture_without_words_is_told_by_its_name() {
        let earlier = "<html><body><img src=\"https://a.example/41-band.png\" alt=\"\"><p>4 links</p><h1>Clocks</h1></body></html>";
        let now = "<html><body><p>9 links</p><h1>Retries</h1></body></html>";
        assert_eq!(
            written(&changes(&message("a", earlier), &message("a", now))),
            [
                "Opening, picture: 41-band.png >  (2, 0)",
                "Opening: [4 ]links > [9 ]links (3, 2)",
                "Title: Clocks > Retries (4, 3)",
            ]
        );
    }
}
