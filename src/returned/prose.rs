//! Finds out of running text who did not get a message, and what was said about each.

use std::sync::LazyLock;

use super::addresses::{Found, find};
use super::phrases::section;
use crate::model::EmailAddress;

/// A recipient named in a text, and the words about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) address: EmailAddress,
    pub(super) text: String,
    /// How plainly the text says that this is a recipient.
    place: Place,
}

impl Named {
    /// Returns whether it stands where only recipients do: first of its line.
    pub(super) fn is_plain(&self) -> bool {
        self.place >= Place::First
    }
}

/// The place of an address in its line, the plainest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// Somewhere in a sentence.
    Within,
    /// Behind a word for a recipient.
    Labelled,
    /// First of its line, with words behind it.
    First,
    /// Alone on its line, or before a colon.
    Alone,
}

static LABELS: LazyLock<Vec<&str>> = LazyLock::new(|| section("before a recipient"));
static OTHERS: LazyLock<Vec<&str>> = LazyLock::new(|| section("before another address"));

/// The most recipients that are looked for. Every message of ours has one.
const MOST_NAMED: usize = 100;

/// Returns the recipients that `prose` names, without those in `not`.
///
/// Only the plainest of places counts: if some stand alone on their lines, others in sentences are no recipients.
pub(super) fn recipients(prose: &str, not: &[String]) -> Vec<Named> {
    let lines: Vec<&str> = prose.lines().collect();
    let mut named: Vec<(usize, Named)> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if line.trim_start().starts_with('>') && !line.trim_start().starts_with(">>>") {
            continue;
        }
        for found in find(line) {
            let Some(place) = place(line, &found) else { continue };
            let key = found.address.key();
            if not.contains(&key) || is_service(&found.address) {
                continue;
            }
            match named.iter().position(|(_, one)| one.address.key() == key) {
                Some(known) => named[known].1.place = named[known].1.place.max(place),
                None if named.len() < MOST_NAMED => {
                    named.push((at, Named { address: found.address, text: String::new(), place }));
                }
                None => {}
            }
        }
    }
    let Some(plainest) = named.iter().map(|(_, one)| one.place).max() else { return Vec::new() };
    named.retain(|(_, one)| one.place == plainest || plainest == Place::Alone && one.place == Place::First);
    // The words about one end where another stands just as plainly, for the first time or again.
    let ends: Vec<usize> = named.iter().map(|(at, one)| end_of_words(&lines, *at, one)).collect();
    for ((at, one), end) in named.iter_mut().zip(ends) {
        one.text = lines[*at..end].join("\n");
    }
    named.into_iter().map(|(_, one)| one).collect()
}

fn end_of_words(lines: &[&str], start: usize, one: &Named) -> usize {
    let is_other = |line: &str| {
        find(line).iter().any(|found| {
            found.address.key() != one.address.key()
                && !is_service(&found.address)
                && place(line, found).is_some_and(|place| place == one.place)
        })
    };
    // Every line of some length is looked at once for each recipient; reports about thousands are not read that closely.
    let last = lines.len().min(start + 200);
    (start + 1..last).find(|&line| lines[line].contains('@') && is_other(lines[line])).unwrap_or(last)
}

/// Addresses of mail systems and their people.
pub(super) fn is_service(address: &EmailAddress) -> bool {
    let local = address.local().to_ascii_lowercase();
    ["postmaster", "post_master", "mailer-daemon", "abuse", "hostmaster", "webmaster", "support", "helpdesk", "noc"]
        .contains(&local.as_str())
}

fn place(line: &str, found: &Found) -> Option<Place> {
    let before = line[..found.start].trim_matches(|c: char| !c.is_alphanumeric());
    let behind = &line[found.end..];
    let behind = behind.trim_start_matches(['>', '"', '\'', ')', ']', ' ', '\t']);
    if before.is_empty() {
        // `<ada@example.org>:`, `ada@example.org`, `ada@example.org (expanded from ...)`.
        let alone = behind.is_empty() || behind.starts_with([':', '(']) || behind.starts_with("...");
        return Some(if alone { Place::Alone } else { Place::First });
    }
    // `550 5.1.1 <ada@example.org>... User unknown`: the transcript of sendmail.
    if before.bytes().all(|byte| byte.is_ascii_digit() || b". -#".contains(&byte)) {
        return Some(if behind.starts_with("...") { Place::Alone } else { Place::Labelled });
    }
    let low = before.to_lowercase();
    let ends = |words: &[&str]| {
        words.iter().any(|word| {
            low.strip_suffix(word)
                .is_some_and(|rest| rest.is_empty() || !rest.ends_with(|c: char| c.is_alphanumeric() || c == '-'))
        })
    };
    // `dda:SMTP=ada@example.org` in an X.400 address; the alias that Exim followed.
    if low.ends_with("smtp") && line[..found.start].ends_with('=') {
        return Some(Place::First);
    }
    if ends(&["generated from"]) {
        return Some(Place::Labelled);
    }
    if ends(&OTHERS) {
        return None;
    }
    // `Ada Lovelace <ada@example.org>`: the name again, `ada@example.org (ada@example.org)<mailto:...>`.
    Some(if ends(&LABELS) { Place::Labelled } else { Place::Within })
}
