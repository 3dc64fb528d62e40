//! `hdr-list-unsub-mailto`: see [`RULE`].

use crate::check::mime::list_addresses;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-list-unsub-mailto",
    level: CheckLevel::Warn,
    what: "`List-Unsubscribe` has a mail address as well.",
    why: "Mail programs that know no one-click POST use it, Apple's among them.",
    example: "[unsubscribe] with `url` and no `mailto`",
    source: "RFC 2369, 2; Yahoo's sender requirements",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let value = subject.messages[0].value("List-Unsubscribe").unwrap_or_default();
    let addresses = list_addresses(&value).unwrap_or_default();
    if addresses.is_empty() || addresses.iter().any(|address| address.starts_with("mailto:")) {
        return Vec::new();
    }
    let finding = Finding::new("there is no mail address to unsubscribe with");
    vec![finding.at(subject.place_in_settings("[unsubscribe]")).help("set `mailto` under `[unsubscribe]` too")]
}
