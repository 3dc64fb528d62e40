//! Reads the lines of an inbox.

use super::entry::InboxEntry;

/// The links of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InboxText {
    /// The links, in order.
    pub entries: Vec<InboxEntry>,
    /// The lines, from 1, that are neither link nor heading, and belong to no link.
    pub not_understood: Vec<usize>,
}

/// Reads `text`: a bare address, a list item with a link and a note, a title before an address; headings name sections.
pub fn read(text: &str) -> InboxText {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut found = InboxText::default();
    let mut section = None;
    let mut is_open = false;
    let mut in_comment = false;
    for (index, line) in text.lines().enumerate() {
        let words = line.trim();
        if in_comment || words.starts_with("<!--") {
            in_comment = !words.contains("-->");
            continue;
        }
        if words.is_empty() || words.chars().all(|character| "-*_=".contains(character)) {
            is_open = false;
            continue;
        }
        if let Some((level, title)) = heading(words) {
            // The heading of the whole file names no section.
            section = Some(title.to_owned()).filter(|title| level > 1 && !title.is_empty());
            is_open = false;
            continue;
        }
        let (content, is_item) = without_marker(words);
        if let Some(entry) = entry(content) {
            found.entries.push(InboxEntry { section: section.clone(), line: index + 1, ..entry });
            is_open = true;
        } else if let Some(last) =
            found.entries.last_mut().filter(|_| is_open && (!is_item || line.starts_with([' ', '\t'])))
        {
            // Further lines of a note.
            let more = without_tags(content, &mut last.tags);
            last.note = Some(match last.note.take() {
                Some(note) => format!("{note} {more}"),
                None => more,
            });
        } else {
            found.not_understood.push(index + 1);
        }
    }
    found
}

/// Returns the level and the title of a heading.
fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let title = line[level..].strip_prefix([' ', '\t'])?.trim().trim_end_matches('#').trim();
    (1..=6).contains(&level).then_some((level, title))
}

/// Returns a line without its list marker and check box, and whether it had a marker.
fn without_marker(line: &str) -> (&str, bool) {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let signs: &[char] = if digits == 0 { &['-', '*', '+', '•'] } else { &['.', ')'] };
    let Some(rest) = line[digits..].strip_prefix(signs).filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    else {
        return (line, false);
    };
    let rest = rest.trim_start();
    let boxes = ["[ ]", "[x]", "[X]"];
    let unboxed = boxes.iter().find_map(|mark| rest.strip_prefix(mark)).filter(|rest| rest.starts_with([' ', '\t']));
    (unboxed.unwrap_or(rest).trim_start(), true)
}

fn entry(content: &str) -> Option<InboxEntry> {
    let (title, url, rest) = markdown_link(content).or_else(|| address_in(content))?;
    let mut tags = Vec::new();
    let note = without_tags(rest.trim_start_matches([':', '-', '–', '—', ' ', '\t']), &mut tags);
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    Some(InboxEntry { url, title: title.and_then(some), note: some(note), tags, section: None, line: 0 })
}

/// Reads `[Title](https://…) rest` at the beginning of `text`.
fn markdown_link(text: &str) -> Option<(Option<String>, String, &str)> {
    let inside = text.strip_prefix('[')?;
    let mut depth = 1;
    let mut title = String::new();
    let mut characters = inside.char_indices();
    let end = loop {
        match characters.next()? {
            (_, '\\') => title.extend(characters.next().map(|(_, character)| character)),
            (at, ']') if depth == 1 => break at,
            (_, character) => {
                depth = match character {
                    '[' => depth + 1,
                    ']' => depth - 1,
                    _ => depth,
                };
                title.push(character);
            }
        }
    };
    let target = inside[end + 1..].strip_prefix('(')?.trim_start();
    if let Some(target) = target.strip_prefix('<') {
        let (url, rest) = target.split_once('>')?;
        let rest = &rest[rest.find(')')? + 1..];
        return is_web(url).then(|| (Some(title.trim().to_owned()), url.to_owned(), rest));
    }
    let mut depth = 0;
    let end = target.char_indices().find_map(|(at, character)| match character {
        '(' => {
            depth += 1;
            None
        }
        ')' if depth == 0 => Some(at),
        ')' => {
            depth -= 1;
            None
        }
        _ => None,
    })?;
    // A link may have a title of its own behind the address.
    let url = target[..end].split_whitespace().next()?;
    is_web(url).then(|| (Some(title.trim().to_owned()), url.to_owned(), &target[end + 1..]))
}

/// Reads `Title https://… rest`, with or without angle brackets.
fn address_in(text: &str) -> Option<(Option<String>, String, &str)> {
    let lower = text.to_ascii_lowercase();
    let start = [lower.find("https://"), lower.find("http://")].into_iter().flatten().min()?;
    let is_bracketed = text[..start].ends_with('<');
    let end = text[start..].find(|character: char| character.is_whitespace() || (is_bracketed && character == '>'));
    let end = end.map_or(text.len(), |end| start + end);
    let (mut url, mut rest) = (&text[start..end], &text[end..]);
    if is_bracketed {
        rest = rest.strip_prefix('>').unwrap_or(rest);
    } else {
        url = url.trim_end_matches([',', ';', '"', '\'', '>', '»', '”']);
        if !url.contains('(') {
            url = url.trim_end_matches(')');
        }
    }
    let title = text[..start].trim_end_matches('<').trim().trim_end_matches([':', '-', '–', '—', '(', '|']).trim();
    is_web(url).then(|| (Some(title.to_owned()), url.to_owned(), rest))
}

fn is_web(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    ["https://", "http://"].iter().any(|scheme| lower.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
}

/// Moves the tags at the end of `text` to `tags` and returns the rest.
fn without_tags(text: &str, tags: &mut Vec<String>) -> String {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let first = tags.len();
    while let Some(tag) = words.last().and_then(|word| tag(word)) {
        tags.insert(first, tag.to_owned());
        words.pop();
    }
    words.join(" ")
}

/// Returns the tag that `word` is, without its sign.
pub(super) fn tag(word: &str) -> Option<&str> {
    let is_tag = |tag: &&str| {
        tag.chars().next().is_some_and(char::is_alphabetic)
            && tag.chars().all(|character| character.is_alphanumeric() || "-_/".contains(character))
    };
    word.strip_prefix('#').filter(is_tag)
}
