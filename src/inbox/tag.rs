//! Gives a link of the inbox a tag, or takes it away, and changes nothing else.

use super::entry::InboxEntry;
use super::read::{read, tag};

/// Returns `text` with the link at `line` having the tag `tag`, and no other that begins with `prefix`; `None` if no link is
/// there, or its line is one that takes no tags.
pub fn retag(text: &str, line: usize, prefix: &str, tag: Option<&str>) -> Option<String> {
    let before = read(text).entries;
    let index = before.iter().position(|entry| entry.line == line)?;
    let next = before.get(index + 1).map_or(usize::MAX, |entry| entry.line);
    let mut changed = String::new();
    for (own, number) in text.split_inclusive('\n').zip(1..) {
        let words = own.trim_end();
        let kept = if (line..next).contains(&number) { without_tags(words, prefix) } else { words.to_owned() };
        changed.push_str(&kept);
        if let Some(tag) = tag.filter(|_| number == line) {
            changed.extend([" #", tag]);
        }
        changed.push_str(&own[words.len()..]);
    }
    // What is left must be the same links but for this tag.
    let mut expected = before;
    expected[index].tags.retain(|own| !own.starts_with(prefix));
    expected[index].tags.extend(tag.map(str::to_owned));
    let found = read(&changed).entries;
    expected.into_iter().map(sorted).eq(found.into_iter().map(sorted)).then_some(changed)
}

/// Returns `line` without those of the tags at its end that begin with `prefix`.
fn without_tags(line: &str, prefix: &str) -> String {
    let (mut rest, mut tags) = (line, Vec::new());
    while let Some((before, word)) = rest.rsplit_once([' ', '\t']).filter(|(_, word)| tag(word).is_some()) {
        tags.push(word);
        rest = before.trim_end();
    }
    let is_other = |tag: &&str| !tag[1..].starts_with(prefix);
    if tags.iter().all(is_other) {
        return line.to_owned();
    }
    let kept = tags.into_iter().rev().filter(is_other);
    std::iter::once(rest).chain(kept).collect::<Vec<_>>().join(" ")
}

/// A further line of a note may have tags as well, which come before those of the first.
fn sorted(mut entry: InboxEntry) -> InboxEntry {
    entry.tags.sort();
    entry
}
