//! `hdr-unsub-token`: see [`RULE`].

use crate::check::mime::list_addresses;
use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-unsub-token",
    level: CheckLevel::Error,
    what: "Every reader's way out is their own, names nobody, and cannot be guessed.",
    why: "One link for all unsubscribes the wrong person; an address in it leaks, and lets anybody unsubscribe anybody.",
    example: "https://example.org/u?email=grace@example.org",
    source: "RFC 8058, 3.1 and 6",
    check: Check::Issue(check),
};

/// Characters a token of 64 bits has at least, at six bits each.
const SHORTEST: usize = 11;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let urls = subject.messages.each_ref().map(|message| {
        let value = message.value("List-Unsubscribe").unwrap_or_default();
        list_addresses(&value).unwrap_or_default().into_iter().find(|address| address.starts_with("https://"))
    });
    let [Some(one), Some(other)] = urls else { return Vec::new() };
    let lower = one.to_lowercase();
    let address = subject.samples[0].reader.address.key();
    let same = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    let wrong = if one == other {
        "two readers have the same way out"
    } else if lower.contains(&address) || lower.contains(&address.replace('@', "%40")) {
        "the way out has the reader's address in it"
    } else if one.contains(['{', '}']) || lower.contains("%7b") {
        "the way out has a placeholder left in it"
    } else if one.chars().count() - same < SHORTEST {
        "the way out differs between readers in fewer than 64 bits"
    } else {
        return Vec::new();
    };
    vec![Finding::new(format!("{wrong}: {}", quoted(&one))).at(subject.place_in_settings("[unsubscribe]"))]
}
