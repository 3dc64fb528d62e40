//! `layout-width`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;
use crate::markup::css::Declaration;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "layout-width",
    level: CheckLevel::Warn,
    what: "The letter is 600 pixels wide at most, and nothing in it has a fixed width over 640.",
    why: "Reading panes are narrower than browsers: wide letters scroll sideways.",
    example: "<table width=\"800\">",
    source: "what mail clients show",
    check: Check::Issue(check),
};

/// In pixels.
const WIDEST: f64 = 640.0;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut container = false;
    for element in &subject.document.elements {
        let written = element.attribute("width").and_then(|width| width.parse::<f64>().ok());
        let styled = element.declaration("width").and_then(Declaration::pixels);
        if let Some(width) = [written, styled].into_iter().flatten().find(|&width| width > WIDEST) {
            found.push(Finding::new(format!("`<{}>` is {width} pixels wide; {WIDEST} is the most", element.name)));
        }
        let most = element.declaration("max-width").and_then(Declaration::pixels);
        container |= element.is(&["table", "div"]) && most.is_some_and(|most| (400.0..=WIDEST).contains(&most));
    }
    if !container {
        found.push(Finding::new("nothing keeps the letter to 600 pixels").help("`max-width: 600px` on the tables"));
    }
    found
}
