//! `link-unwell`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;
use crate::web::{Ending, Standing};

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "link-unwell",
    level: CheckLevel::Warn,
    what: "With `--online`: the server of every link answers in time, with TLS to be trusted and without an error of its own.",
    why: "It may be over when readers come, or it may not.",
    example: "a page that answers 503, a certificate that has expired, ten seconds of silence",
    source: "RFC 9110, 15.6",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let unwell = subject.answers().into_iter().filter(|(_, answer)| answer.standing() == Standing::Unwell);
    let findings = unwell.map(|(written, answer)| {
        let wrong = match &answer.ending {
            Ending::NoLookUp(reason) => format!("cannot be looked up: {reason}"),
            Ending::NoConnection(reason) => format!("cannot be reached: {reason}"),
            Ending::NoTls(reason) => format!("is not to be trusted: {reason}"),
            Ending::TooSlow => "does not answer in time".to_owned(),
            Ending::NotHttp(reason) => format!("does not answer as a web server does: {reason}"),
            Ending::Astray(to) => format!("redirects to {}, where browsers do not go or warn first", quoted(to)),
            Ending::Status(status) => format!("answers {status}"),
            // These stand otherwise.
            Ending::NoSuchHost | Ending::NotPublic(..) | Ending::RunsInCircles | Ending::NotAsked => String::new(),
        };
        let by_way = answer.led_to().map(|to| format!(", by way of {}", quoted(to))).unwrap_or_default();
        Finding::new(format!("{} {wrong}{by_way}", quoted(written)))
            .at(subject.place_of_link(written))
            .help("open it yourself; `--refresh` asks again")
    });
    findings.collect()
}
