//! `hdr-ctl`: see [`RULE`].

use crate::check::mime::Field;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-ctl",
    level: CheckLevel::Error,
    what: "No header holds a control character.",
    why: "A line end in a header starts another header: somebody else's. Receivers refuse the rest.",
    example: "a name with a NUL in it",
    source: "RFC 5322, 2.2",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let wrong = |field: &&Field<'_>| {
        let unfolded = field.written.replace("\r\n ", "").replace("\r\n\t", "");
        unfolded.chars().any(|character| character.is_control() && character != '\t')
    };
    let fields = subject.messages[0].fields.iter().filter(wrong);
    fields.map(|field| Finding::new(format!("a control character in `{}`", field.name))).collect()
}
