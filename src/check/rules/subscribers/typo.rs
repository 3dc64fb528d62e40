//! `list-typo`: see [`RULE`].

use crate::check::{Check, Finding, Rule};
use crate::load::CheckLevel;
use crate::model::Subscriber;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "list-typo",
    level: CheckLevel::Warn,
    what: "No address ends in a misspelt mail provider.",
    why: "The mail bounces, or goes to who registered the typo: some are spam traps, and one of them is enough for a blocklist.",
    example: "ada@gmial.com",
    source: "M3AAWG, typo traps",
    check: Check::Subscriber(check),
};

/// Misspelt domains seen on lists, with what was meant. Only those that are nobody's own mail domain.
const TYPOS: [(&str, &str); 44] = [
    ("gmial.com", "gmail.com"),
    ("gmai.com", "gmail.com"),
    ("gmal.com", "gmail.com"),
    ("gamil.com", "gmail.com"),
    ("gnail.com", "gmail.com"),
    ("gmaill.com", "gmail.com"),
    ("gmail.co", "gmail.com"),
    ("gmail.cm", "gmail.com"),
    ("gmail.con", "gmail.com"),
    ("gmail.om", "gmail.com"),
    ("gmail.comm", "gmail.com"),
    ("gmil.com", "gmail.com"),
    ("gmaik.com", "gmail.com"),
    ("gmsil.com", "gmail.com"),
    ("gmail.de", "gmail.com"),
    ("googlemail.co", "googlemail.com"),
    ("hotmial.com", "hotmail.com"),
    ("hotmal.com", "hotmail.com"),
    ("hotmai.com", "hotmail.com"),
    ("hotmil.com", "hotmail.com"),
    ("hotmaill.com", "hotmail.com"),
    ("hotmail.con", "hotmail.com"),
    ("hotmail.co", "hotmail.com"),
    ("hotmail.cm", "hotmail.com"),
    ("homail.com", "hotmail.com"),
    ("outlok.com", "outlook.com"),
    ("outloo.com", "outlook.com"),
    ("outlook.con", "outlook.com"),
    ("outlook.co", "outlook.com"),
    ("outllok.com", "outlook.com"),
    ("otlook.com", "outlook.com"),
    ("yaho.com", "yahoo.com"),
    ("yahooo.com", "yahoo.com"),
    ("yhoo.com", "yahoo.com"),
    ("yahho.com", "yahoo.com"),
    ("yahoo.con", "yahoo.com"),
    ("yahoo.cm", "yahoo.com"),
    ("yaoo.com", "yahoo.com"),
    ("iclod.com", "icloud.com"),
    ("icloud.con", "icloud.com"),
    ("icoud.com", "icloud.com"),
    ("icluod.com", "icloud.com"),
    ("protonmail.con", "protonmail.com"),
    ("aol.con", "aol.com"),
];

fn check(subscriber: &Subscriber) -> Option<Finding> {
    let address = &subscriber.address;
    let (_, meant) = TYPOS.iter().find(|(typo, _)| *typo == address.domain())?;
    let help = format!("did you mean `{}@{meant}`?", address.local());
    Some(Finding::new(format!("`{}` looks like a slip of the fingers", address.domain())).help(help))
}
