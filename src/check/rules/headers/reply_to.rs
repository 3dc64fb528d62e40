//! `hdr-reply-to`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-reply-to",
    level: CheckLevel::Warn,
    what: "Readers can answer.",
    why: "Microsoft asks for a sender that takes replies, and an answer is the best sign for every filter that a letter is wanted.",
    example: "from = \"No Reply <noreply@example.org>\"",
    source: "Outlook.com's sender requirements",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let publication = subject.publication();
    let address = publication.reply_to.as_ref().unwrap_or(&publication.from.address);
    let local: String = address.local().to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    if !["noreply", "donotreply", "nichtantworten", "noresponder"].iter().any(|word| local.starts_with(word)) {
        return Vec::new();
    }
    let finding = Finding::new(format!("answers go to `{address}`, which does not want any"));
    let place = subject.place_in_settings(&address.to_string());
    vec![finding.at(place).help("use an address somebody reads, or set `reply_to` to one")]
}
