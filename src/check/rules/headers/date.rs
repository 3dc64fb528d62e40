//! `hdr-date`: see [`RULE`].

use chrono::{DateTime, TimeDelta};

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-date",
    level: CheckLevel::Error,
    what: "The message has a date, and it is not in the future.",
    why: "SpamAssassin scores a missing date with 2.7 and one in the future with up to 2.9; Yahoo refuses one out of range.",
    example: "Date: tomorrow",
    source: "RFC 5322, 3.6.1; SpamAssassin MISSING_DATE, DATE_IN_FUTURE_*; Yahoo's sender requirements",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(date) = subject.messages[0].value("Date") else {
        return vec![Finding::new("the message has no `Date`")];
    };
    match DateTime::parse_from_rfc2822(&date) {
        Err(_) => vec![Finding::new(format!("`Date` is not a date: {}", quoted(&date)))],
        Ok(date) if date.to_utc() > subject.now() + TimeDelta::hours(6) => {
            vec![Finding::new(format!("the message is from the future: {}", date.to_rfc2822()))]
        }
        Ok(_) => Vec::new(),
    }
}
