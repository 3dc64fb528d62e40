//! `a11y-table-role`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "a11y-table-role",
    level: CheckLevel::Error,
    what: "Tables that lay out have `role=\"presentation\"`, and none of the parts of a table of data.",
    why: "Without it screen readers read out rows and columns that mean nothing.",
    example: "<table><tr><td>Hello</td></tr></table>",
    source: "Email Markup Consortium, accessibility report",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let document = &subject.document;
    let wrong = document.named(&["table"]).filter_map(|(index, table)| {
        let is_layout = table.attribute("role").is_some_and(|role| role == "presentation" || role == "none");
        // What stands in a table inside this one is that one's.
        let is_own =
            |part: usize| document.around(part).find(|&outer| document.elements[outer].is(&["table"])) == Some(index);
        let data =
            document.named(&["th", "caption"]).any(|(part, _)| is_own(part)) || table.attribute("summary").is_some();
        match (is_layout, data) {
            (false, false) => Some(Finding::new("a table without `role=\"presentation\"`")),
            (true, true) => Some(Finding::new("a table for layout with parts of a table of data")),
            _ => None,
        }
    });
    wrong.take(1).collect()
}
