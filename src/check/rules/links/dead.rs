//! `link-dead`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;
use crate::web::{Ending, Standing};

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "link-dead",
    level: CheckLevel::Error,
    what: "With `--online`: every link leads to a page that is there.",
    why: "A link that leads nowhere is the one thing readers write about.",
    example: "a page that answers 404, a host that is no more, an address inside somebody's network",
    source: "RFC 9110, 15.5.5 and 15.5.11; RFC 6890",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let dead = subject.answers().into_iter().filter(|(_, answer)| answer.standing() == Standing::Dead);
    let findings = dead.map(|(written, answer)| {
        let wrong = match &answer.ending {
            Ending::Status(410) => "is gone for good: 410".to_owned(),
            Ending::Status(status) => format!("is not there: {status}"),
            Ending::NoSuchHost => "leads to a host that does not exist".to_owned(),
            Ending::NotPublic(address, kind) => format!("leads to `{address}`, a {kind} address"),
            _ => "redirects in circles".to_owned(),
        };
        let by_way = answer.led_to().map(|to| format!(", by way of {}", quoted(to))).unwrap_or_default();
        let help = match answer.ending {
            Ending::NotPublic(..) => "it was not asked: no reader can get there".to_owned(),
            _ => format!("see where it went, or link a copy: `https://web.archive.org/web/{written}`"),
        };
        Finding::new(format!("{} {wrong}{by_way}", quoted(written))).at(subject.place_of_link(written)).help(help)
    });
    findings.collect()
}
