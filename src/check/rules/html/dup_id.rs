//! `html-dup-id`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "html-dup-id",
    level: CheckLevel::Warn,
    what: "Every `id` is there once, and every `#` link leads to one.",
    why: "A link inside the letter goes to the first, or nowhere.",
    example: "<a href=\"#tools\"> without id=\"tools\"",
    source: "caniemail: html-anchor-links",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut ids: Vec<&str> = subject.document.elements.iter().filter_map(|element| element.attribute("id")).collect();
    ids.sort_unstable();
    let twice = ids.windows(2).filter(|pair| pair[0] == pair[1]);
    let mut found: Vec<_> =
        twice.map(|pair| Finding::new(format!("two elements have the id {}", quoted(pair[0])))).collect();
    let fragments = subject.anchors().filter_map(|anchor| anchor.href.strip_prefix('#').map(str::to_owned));
    let lost = fragments.filter(|fragment| !ids.contains(&fragment.as_str()));
    found.extend(lost.map(|fragment| Finding::new(format!("a link leads to `#{fragment}`, which is not there"))));
    found
}
