//! `a11y-contrast-dark`: see [`RULE`].

use crate::check::contrast;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "a11y-contrast-dark",
    level: CheckLevel::Warn,
    what: "Text stands out from its ground in the dark too: by the letter's own dark rules, and where a client inverts its colours.",
    why: "Half of all phones are set to dark; Gmail on iOS and Outlook on Windows invert whatever they get.",
    example: "a dark ground in the dark rules without a light ink",
    source: "WCAG 2.2, 1.4.3; caniemail: css-at-media-prefers-color-scheme",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let own = contrast::faint(subject, subject.dark(), |paint| *paint);
    let forced = contrast::faint(subject, subject.light(), |paint| paint.forced_dark());
    let own = own.into_iter().map(|faint| faint.finding(subject, "text of too little contrast in the dark"));
    let forced = forced
        .into_iter()
        .map(|faint| faint.finding(subject, "text of too little contrast where a client inverts the colours"));
    own.chain(forced).collect()
}
