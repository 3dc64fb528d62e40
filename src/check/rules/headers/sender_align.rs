//! `env-sender-align`: see [`RULE`].

use crate::check::domain::same_organisation;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "env-sender-align",
    level: CheckLevel::Warn,
    what: "Bounces go to the sender's domain.",
    why: "SPF vouches for the domain bounces go to; only when that is the sender's does it count for DMARC.",
    example: "from = \"ada@example.org\" with envelope_sender = \"b@relay.example.net\"",
    source: "RFC 9989 (DMARC), SPF alignment; Outlook.com's sender requirements",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let publication = subject.publication();
    let (sender, from) = (&publication.envelope_sender, &publication.from.address);
    if same_organisation(sender.domain(), from.domain()) {
        return Vec::new();
    }
    let wrong = format!("bounces go to `{sender}`, the letter is from `{from}`");
    let place = subject.place_in_settings(&sender.to_string());
    vec![Finding::new(wrong).at(place).help("use an address of the same domain, or of one below it")]
}
