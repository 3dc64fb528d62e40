//! `hdr-list-unsub-https`: see [`RULE`].

use crate::check::mime::list_addresses;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-list-unsub-https",
    level: CheckLevel::Warn,
    what: "`List-Unsubscribe` has an https address, for one click.",
    why: "Gmail and Yahoo require it of everybody who sends more than a few thousand mails a day; a `mailto:` or a link in the letter does not count.",
    example: "[unsubscribe] with `mailto` and no `url`",
    source: "RFC 8058; Gmail's and Yahoo's sender requirements",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let value = subject.messages[0].value("List-Unsubscribe").unwrap_or_default();
    let addresses = list_addresses(&value).unwrap_or_default();
    if addresses.is_empty() || addresses.iter().any(|address| address.starts_with("https://")) {
        return Vec::new();
    }
    let finding = Finding::new("there is no one-click way out, only a mail address");
    let help = "set `url` under `[unsubscribe]` to an https page that unsubscribes on a POST";
    vec![finding.at(subject.place_in_settings("[unsubscribe]")).help(help)]
}
