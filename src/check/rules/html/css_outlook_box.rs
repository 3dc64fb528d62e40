//! `css-outlook-box`: see [`RULE`].

use std::collections::BTreeSet;

use crate::check::document::Element;
use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;
use crate::markup::css::{Declaration, pixels};

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "css-outlook-box",
    level: CheckLevel::Warn,
    what: "Padding stands on cells, widths on tables, cells and pictures, margins are numbers, lengths are not `rem`.",
    why: "Outlook on Windows lays letters out with Word, which ignores the rest: texts touch the edge, columns fall apart.",
    example: "<div style=\"padding:24px\">",
    source: "caniemail: css-padding, css-width, css-max-width, css-margin, css-unit-rem",
    check: Check::Issue(check),
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, element) in subject.document.elements.iter().enumerate() {
        for declaration in &element.style {
            if subject.light()[index].hidden || !ignored(element, declaration) {
                continue;
            }
            let written = format!("{}: {}", declaration.property, declaration.value);
            if seen.insert((element.name.to_ascii_lowercase(), written.clone())) {
                let wrong = format!("Outlook on Windows ignores {} on `<{}>`", quoted(&written), element.name);
                found.push(Finding::new(wrong).at(subject.place_of_style(declaration, index)));
            }
        }
    }
    found
}

/// Whether Word ignores the declaration there, with nothing beside it that does the same.
fn ignored(element: &Element<'_>, declaration: &Declaration<'_>) -> bool {
    let value = declaration.value;
    let is_zero = value.split_whitespace().all(|part| pixels(part) == Some(0.0));
    let is_box = element.is(&["div", "p", "a", "img", "span"]);
    match declaration.property.as_str() {
        property if property.starts_with("padding") => is_box && !is_zero,
        // A picture's attribute says it for Word; as much as there is, a block takes anyway.
        "width" => is_box && element.attribute("width").is_none() && value != "100%" && value != "auto",
        "max-width" => !element.is(&["table"]) && value != "100%",
        "margin" | "margin-left" | "margin-right" if value.split_whitespace().any(|part| part == "auto") => {
            // Tables are centred by the conditional comment around them.
            !element.is(&["table"])
        }
        _ => value.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.').any(is_rem),
    }
}

fn is_rem(word: &str) -> bool {
    word.strip_suffix("rem").is_some_and(|number| number.parse::<f64>().is_ok())
}
