//! `layout-tall-table`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "layout-tall-table",
    level: CheckLevel::Warn,
    what: "No table holds more than 25 links.",
    why: "Outlook on Windows breaks a table taller than about 1,700 pixels at a page boundary, in the middle of a line.",
    example: "a section with 40 links",
    source: "Email on Acid: Outlook's page breaks",
    check: Check::Issue(check),
};

/// Links of some 65 pixels each fill a page of Word's.
const MOST: usize = 25;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let long = subject.issue().sections.iter().filter(|section| section.links.len() > MOST);
    let findings = long.map(|section| {
        let wrong = format!("the section {} has {} links in one table", quoted(&section.title), section.links.len());
        let place = subject.place_of(&section.title);
        Finding::new(wrong).at(place).help("make two sections of it")
    });
    findings.collect()
}
