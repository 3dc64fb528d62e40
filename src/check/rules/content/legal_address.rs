//! `legal-address`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "legal-address",
    level: CheckLevel::Warn,
    what: "The postal address stands in both parts.",
    why: "Laws against spam ask for it, the American CAN-SPAM and the German DDG among them.",
    example: "address = \"-\"",
    source: "CAN-SPAM, 15 U.S.C. 7704(a)(5)",
    check: Check::Issue(check),
};

/// The shortest address there can be.
const SHORTEST: usize = 10;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let publication = subject.publication();
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let address = squeezed(&publication.postal_address);
    let html: String = subject.document.texts.iter().map(|text| text.words.as_ref()).collect();
    let wrong = if address.chars().count() < SHORTEST {
        format!("{} is no postal address", quoted(&publication.postal_address))
    } else if !squeezed(&html).contains(&address) {
        "the HTML part does not show the postal address".to_owned()
    } else if !squeezed(subject.text()).contains(&address) {
        "the text part does not show the postal address".to_owned()
    } else {
        return Vec::new();
    };
    vec![Finding::new(wrong).at(subject.place_in_settings(&publication.postal_address))]
}
