//! `html-doctype`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "html-doctype",
    level: CheckLevel::Error,
    what: "The HTML begins with `<!DOCTYPE html>`.",
    why: "Without it clients fall back to how they rendered pages in 1998.",
    example: "<html> alone",
    source: "caniemail: html-doctype",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let right = subject.html().get(..15).is_some_and(|start| start.eq_ignore_ascii_case("<!DOCTYPE html>"));
    if right { Vec::new() } else { vec![Finding::new("the HTML does not begin with `<!DOCTYPE html>`")] }
}
