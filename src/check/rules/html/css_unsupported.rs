//! `css-unsupported`: see [`RULE`].

use std::collections::BTreeSet;

use crate::check::document::Element;
use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::diagnostic::Place;
use crate::load::CheckLevel;
use crate::markup::caniemail;
use crate::markup::css::AtRule;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "css-unsupported",
    level: CheckLevel::Warn,
    what: "Every property, value, at-rule and element in the letter works in Gmail, Outlook, Apple Mail and Yahoo, or is one the letter looks finished without.",
    why: "What a large client drops is a layout its readers do not get.",
    example: "display: flex",
    source: "caniemail",
    check: Check::Issue(check),
};

/// What a letter may use because nothing is lost without it: finer lines, motion, what a second device shows better.
const ENHANCEMENTS: [&str; 40] = [
    "css-at-media",
    "css-at-media-hover",
    "css-at-media-prefers-color-scheme",
    "css-at-media-prefers-reduced-motion",
    "css-at-supports",
    "css-border-radius",
    "css-color-scheme",
    // Tables float where they can; Outlook gets cells of its own from a conditional comment.
    "css-float",
    "css-height",
    "css-hyphens",
    "css-max-height",
    "css-overflow",
    "css-overflow-wrap",
    "css-pseudo-class-active",
    "css-pseudo-class-first-child",
    "css-pseudo-class-focus",
    "css-pseudo-class-hover",
    "css-pseudo-class-last-child",
    "css-pseudo-class-link",
    "css-pseudo-class-not",
    "css-pseudo-class-nth-child",
    "css-pseudo-class-visited",
    "css-selector-attribute",
    "css-selector-child",
    "css-text-decoration",
    "css-text-decoration-color",
    "css-text-decoration-skip-ink",
    "css-text-decoration-style",
    "css-text-decoration-thickness",
    "css-text-underline-offset",
    "css-text-wrap",
    "css-transition",
    "css-white-space",
    "css-word-break",
    "css-word-wrap",
    "html-aria-label",
    "html-bdi",
    "html-lang",
    "html-meta-color-scheme",
    "html-style",
];

/// Elements with a feature of their own, and its name.
const ELEMENTS: [(&[&str], &str); 18] = [
    (&["abbr"], "html-abbr"),
    (&["address"], "html-address"),
    (&["bdi"], "html-bdi"),
    (&["blockquote"], "html-blockquote"),
    (&["code"], "html-code"),
    (&["del"], "html-del"),
    (&["h1", "h2", "h3", "h4", "h5", "h6"], "html-h1-h6"),
    (&["hr"], "html-hr"),
    (&["ul", "ol", "dl"], "html-lists"),
    (&["main", "nav", "section", "article", "aside", "header", "footer", "details"], "html-semantics"),
    (&["marquee"], "html-marquee"),
    (&["map"], "html-image-maps"),
    (&["meter"], "html-meter"),
    (&["picture"], "html-picture"),
    (&["progress"], "html-progress"),
    (&["pre"], "html-pre"),
    (&["ruby"], "html-ruby"),
    (&["wbr"], "html-wbr"),
];

/// Attributes with a feature of their own.
const ATTRIBUTES: [&str; 9] =
    ["align", "aria-label", "background", "dir", "lang", "loading", "role", "srcset", "valign"];

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let table = caniemail::table();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut report = |slug: String, what: String, place: &dyn Fn() -> Option<Place>| {
        let without = table.without(&slug);
        if !without.is_empty() && !ENHANCEMENTS.contains(&slug.as_str()) && seen.insert((slug, what.clone())) {
            let clients = without.join(", ");
            let help =
                format!("says caniemail.com of {}; turn the rule off if the letter is whole without it", table.date);
            found.push(Finding::new(format!("{what} does not work in {clients}")).at(place()).help(help));
        }
    };
    for used in subject.declarations() {
        let declaration = used.declaration;
        for slug in caniemail::of_declaration(declaration) {
            let what = quoted(&format!("{}: {}", declaration.property, declaration.value));
            report(slug, what, &|| subject.place_of_style(declaration, used.element));
        }
    }
    for at in subject.sheets.iter().flat_map(|sheet| &sheet.at_rules).map(AtRule::prelude) {
        for slug in caniemail::of_at_rule(at) {
            report(slug, quoted(at), &|| subject.place_in_sheet(at));
        }
    }
    for element in &subject.document.elements {
        for slug in of_element(element) {
            report(slug, format!("`<{}>`", element.name), &|| None);
        }
    }
    found
}

/// The features an element needs, its style apart.
fn of_element(element: &Element<'_>) -> Vec<String> {
    let own = ELEMENTS.iter().filter(|(names, _)| element.is(names)).map(|(_, feature)| (*feature).to_owned());
    let attributes = ATTRIBUTES.iter().filter(|name| element.attribute(name).is_some());
    own.chain(attributes.map(|name| format!("html-{name}"))).collect()
}
