//! `css-not-inlined`: see [`RULE`].

use crate::check::document::Element;
use crate::check::selector::Selector;
use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "css-not-inlined",
    level: CheckLevel::Error,
    what: "No element depends on a `style` element for how it looks on paper.",
    why: "Gmail's app drops `style` elements for addresses that are not Google's; only `style` attributes are left.",
    example: "<p class=\"note\"> with .note { padding: 8px } in <style> alone",
    source: "caniemail: html-style",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for rule in subject.sheets.iter().flat_map(|sheet| &sheet.rules).filter(|rule| rule.at.is_empty()) {
        let selectors = rule.selectors.iter().filter_map(|text| Some((*text, Selector::read(text)?)));
        for (text, selector) in selectors {
            let missing = subject.document.elements.iter().enumerate().any(|(index, element)| {
                selector.matches(&subject.document, index)
                    && rule.declarations.iter().any(|declaration| !has(element, &declaration.property))
            });
            if missing {
                found.push(Finding::new(format!("the rule {} is in the `style` element alone", quoted(text))));
            }
        }
    }
    found
}

/// Whether the `style` attribute says something of `property`, be it through its shorthand.
fn has(element: &Element<'_>, property: &str) -> bool {
    let shorthand = property.split('-').next().unwrap_or(property);
    element.style.iter().any(|own| own.property == property || own.property == shorthand)
}
