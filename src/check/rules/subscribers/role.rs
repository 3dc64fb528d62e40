//! `list-role`: see [`RULE`].

use crate::check::{Check, Finding, Rule};
use crate::load::CheckLevel;
use crate::model::Subscriber;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "list-role",
    level: CheckLevel::Warn,
    what: "No subscriber is a role instead of a person.",
    why: "`abuse@` and `postmaster@` never subscribe; they were entered by somebody else, and they report.",
    example: "postmaster@example.org",
    source: "RFC 2142; M3AAWG, sender best common practices",
    check: Check::Subscriber(check),
};

/// Mailboxes every domain has for those who keep it (RFC 2142), and others nobody reads a letter in.
const ROLES: [&str; 18] = [
    "abuse",
    "postmaster",
    "hostmaster",
    "webmaster",
    "noc",
    "security",
    "mailer-daemon",
    "noreply",
    "no-reply",
    "donotreply",
    "root",
    "admin",
    "administrator",
    "spam",
    "usenet",
    "www",
    "uucp",
    "ftp",
];

fn check(subscriber: &Subscriber) -> Option<Finding> {
    let local = subscriber.address.local().to_ascii_lowercase();
    ROLES.contains(&local.as_str()).then(|| {
        Finding::new(format!("`{}` is a role, not a reader", subscriber.address))
            .help("ask who wanted it, or take it out")
    })
}
