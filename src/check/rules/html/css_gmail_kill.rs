//! `css-gmail-kill`: see [`RULE`].

use std::collections::BTreeSet;

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;
use crate::markup::css::{Declaration, has_spaced_colour};

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "css-gmail-kill",
    level: CheckLevel::Error,
    what: "Nothing in the style makes Gmail drop all of it: no `rgb(0 0 0)`, no `var()`, no at-rule inside an at-rule.",
    why: "Gmail does not skip what it cannot read: it throws away the whole `style` attribute, or the whole sheet.",
    example: "color: rgb(0 0 0)",
    source: "caniemail: css-rgb, css-variables; github.com/hteumeuleu/caniemail, 144",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    let mut seen = BTreeSet::new();
    for used in subject.declarations() {
        let declaration = used.declaration;
        let Some(reason) = deadly(declaration) else { continue };
        if seen.insert((declaration.property.clone(), declaration.written)) {
            let written = quoted(&format!("{}:{}", declaration.property, declaration.written));
            let finding = Finding::new(format!("Gmail drops the whole style for {written}"));
            found.push(finding.at(subject.place_of_style(declaration, used.element)).help(reason));
        }
    }
    let nested = subject.sheets.iter().flat_map(|sheet| &sheet.at_rules).filter(|at| at.is_nested());
    found.extend(nested.map(|at| {
        let inner = at.prelude();
        Finding::new(format!("Gmail drops the style sheet for an at-rule inside another: {}", quoted(inner)))
            .at(subject.place_in_sheet(inner))
            .help("write the two conditions as one: `@media (a) and (b)`")
    }));
    found
}

/// Why Gmail cannot read the declaration.
fn deadly(declaration: &Declaration<'_>) -> Option<&'static str> {
    let value = declaration.value.to_ascii_lowercase();
    if value.contains("var(") || declaration.property.starts_with("--") {
        return Some("write the value itself");
    }
    if has_spaced_colour(&value) {
        return Some("write the colour as `#rrggbb`");
    }
    // Gmail knows the word in lower case only.
    let word = declaration.written.rsplit('!').next().unwrap_or_default().trim();
    (declaration.important && word != "important").then_some("write `!important` in lower case")
}
