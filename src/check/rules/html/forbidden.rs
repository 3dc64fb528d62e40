//! `html-forbidden`: see [`RULE`].

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;
use crate::markup::css::AtRule;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "html-forbidden",
    level: CheckLevel::Error,
    what: "Nothing in the letter runs, asks or loads: no scripts, frames, forms, media, `on…` attributes, outside style sheets.",
    why: "Clients strip it at best; filters take the letter for an attack.",
    example: "<form action=\"https://example.org/\">",
    source: "caniemail; Outlook.com; SpamAssassin HTML_EMBEDS",
    check: Check::Issue(check),
};

/// Elements that have no place in a letter.
const ELEMENTS: [&str; 18] = [
    "script", "iframe", "frame", "object", "embed", "applet", "form", "input", "button", "select", "textarea", "video",
    "audio", "base", "link", "canvas", "svg", "dialog",
];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for element in &subject.document.elements {
        let name = element.name;
        if element.is(&ELEMENTS) {
            found.push(Finding::new(format!("`<{name}>` has no place in a letter")));
        }
        if element.is(&["meta"])
            && element.attribute("http-equiv").is_some_and(|kind| kind.eq_ignore_ascii_case("refresh"))
        {
            found.push(Finding::new("`<meta http-equiv=\"refresh\">` has no place in a letter"));
        }
        let handlers = element.attributes.iter().filter(|(name, _)| name.to_ascii_lowercase().starts_with("on"));
        found.extend(handlers.map(|(handler, _)| Finding::new(format!("`{handler}` of `<{name}>` is a script"))));
    }
    let imports = subject.sheets.iter().flat_map(|sheet| &sheet.at_rules).map(AtRule::prelude);
    let imports = imports.filter(|at| at.to_ascii_lowercase().starts_with("@import"));
    found.extend(imports.map(|at| {
        Finding::new(format!("the style sheet loads another: {}", quoted(at))).at(subject.place_in_sheet("@import"))
    }));
    found
}
