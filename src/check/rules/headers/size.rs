//! `hdr-size`: see [`RULE`].

use crate::check::mime::Field;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-size",
    level: CheckLevel::Error,
    what: "No header is larger than 32 KB, all together no larger than 500 KB.",
    why: "Gmail takes no more.",
    example: "a `Subject` of 40 KB",
    source: "Gmail's message header limits",
    check: Check::Issue(check),
};

/// Of one header, in bytes.
const ONE: usize = 32 * 1024;
/// Of all of them.
const ALL: usize = 500 * 1024;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let fields = &subject.messages[0].fields;
    let size = |field: &Field<'_>| field.name.len() + field.written.len() + 3;
    let large = fields.iter().filter(|field| size(field) > ONE);
    let mut found: Vec<_> = large.map(|field| Finding::new(format!("`{}` is larger than 32 KB", field.name))).collect();
    if fields.iter().map(size).sum::<usize>() > ALL {
        found.push(Finding::new("the headers are larger than 500 KB"));
    }
    found
}
