//! Adds links to the text of an inbox, and changes nothing else.

use super::entry::InboxEntry;

/// Returns `text` with `entry` more: at the end of its section, or of the links before all sections.
pub fn append(text: &str, entry: &InboxEntry) -> String {
    append_all(text, std::slice::from_ref(entry))
}

/// Returns `text` with `entries` more, as [`append`] adds them.
pub fn append_all(text: &str, entries: &[InboxEntry]) -> String {
    // Neighbors mostly share their section: one place is looked for, whatever their number.
    let groups = entries.chunk_by(|one, other| one.section == other.section);
    groups.fold(text.to_owned(), |text, group| append_group(&text, group))
}

/// Adds entries of one section.
fn append_group(text: &str, entries: &[InboxEntry]) -> String {
    let Some(entry) = entries.first() else { return text.to_owned() };
    let line_end = if text.matches("\r\n").count() * 2 > text.matches('\n').count() { "\r\n" } else { "\n" };
    let line = entries.iter().map(InboxEntry::to_line).collect::<Vec<_>>().join(line_end);
    let Some(place) = end_of_section(text, entry.section.as_deref()) else {
        let title = entry.section.as_deref().unwrap_or_default();
        let apart =
            if text.is_empty() { String::new() } else { line_end.repeat(1 + usize::from(!text.ends_with('\n'))) };
        return format!("{text}{apart}## {title}{line_end}{line_end}{line}{line_end}");
    };
    let (before, after) = text.split_at(place);
    let is_after_heading = before.lines().next_back().is_some_and(|last| last.trim_start().starts_with('#'));
    let first = if before.is_empty() || before.ends_with('\n') { "" } else { line_end };
    let blank = if is_after_heading { line_end } else { "" };
    let last = if after.trim_start_matches([' ', '\t']).starts_with('#') { line_end } else { "" };
    format!("{before}{first}{blank}{line}{line_end}{last}{after}")
}

/// Returns the offset after the last line of the section called `title`, or after the last line before all sections;
/// `None` if there is no such section.
fn end_of_section(text: &str, title: Option<&str>) -> Option<usize> {
    let same = |one: &str, other: &str| one.trim().to_lowercase() == other.trim().to_lowercase();
    let mut is_here = title.is_none();
    let mut end = is_here.then_some(if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 });
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim().trim_start_matches('\u{feff}');
        if words.starts_with("##") {
            let own = words.trim_matches('#');
            is_here = title.is_some_and(|title| same(own, title));
        }
        start += line.len();
        if is_here && !words.is_empty() {
            end = Some(start);
        }
    }
    end
}
