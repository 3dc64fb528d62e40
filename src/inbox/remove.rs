//! Takes a link out of the text of an inbox, and changes nothing else.

use super::read::read;

/// Returns `text` without the link at `line` and the further lines of its note; `None` if no link is there.
pub fn remove(text: &str, line: usize) -> Option<String> {
    let before = read(text);
    let index = before.entries.iter().position(|entry| entry.line == line)?;
    let next = before.entries.get(index + 1).map_or(usize::MAX, |entry| entry.line);
    let is_note = |number: usize, words: &str| {
        let words = words.trim();
        let is_heading = words.starts_with('#') && words.trim_start_matches('#').starts_with([' ', '\t']);
        number < next
            && !words.is_empty()
            && !words.starts_with("<!--")
            && !is_heading
            && !before.not_understood.contains(&number)
    };
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let end = (line + 1..=lines.len()).find(|&number| !is_note(number, lines[number - 1])).unwrap_or(lines.len() + 1);
    let mut kept = lines[..line - 1].concat();
    if line == 1 && text.starts_with('\u{feff}') {
        kept.push('\u{feff}');
    }
    kept.push_str(&lines[end - 1..].concat());
    // What is left must be the same links without this one.
    let after = read(&kept);
    let words = |entry: &super::InboxEntry| super::InboxEntry { line: 0, ..entry.clone() };
    let expected = before.entries.iter().enumerate().filter(|(own, _)| *own != index).map(|(_, entry)| words(entry));
    expected.eq(after.entries.iter().map(words)).then_some(kept)
}
