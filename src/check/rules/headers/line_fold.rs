//! `hdr-line-fold`: see [`RULE`].

use crate::check::mime::Field;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "hdr-line-fold",
    level: CheckLevel::Warn,
    what: "Headers that can be folded are folded at 78 columns.",
    why: "Long lines are what sloppy software writes, and some filters count them.",
    example: "a `To` with a name of a hundred letters on one line",
    source: "RFC 5322, 2.1.1",
    check: Check::Issue(check),
};

/// Columns of a line.
const WIDEST: usize = 78;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let could_fold = |field: &&Field<'_>| {
        let mut first = field.name.len() + 1;
        field.written.split("\r\n").any(|line| {
            let width = std::mem::take(&mut first) + line.len();
            // A word is never cut, so a line that is one word may be as long as it is.
            width > WIDEST && line.trim().contains(' ')
        })
    };
    let fields = subject.messages[0].fields.iter().filter(could_fold);
    fields.map(|field| Finding::new(format!("a line of `{}` is wider than {WIDEST} columns", field.name))).collect()
}
