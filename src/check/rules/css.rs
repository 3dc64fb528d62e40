//! Rules about a style sheet's effect in mail clients: what they drop, and how much they take.

use std::collections::BTreeSet;

use crate::check::issue_context::IssueContext;
use crate::check::rule::{Check, Finding, Rule};
use crate::diagnostic::{Place, Severity, quote};
use crate::html::caniemail;
use crate::html::colour::has_space_separated_colour;
use crate::html::css::{AtRule, Declaration, parse_pixels};
use crate::html::document::Element;

pub(super) const RULES: [Rule; 6] =
    [CSS_UNSUPPORTED, CSS_GMAIL_KILL, CSS_STYLE_SIZE, CSS_STYLE_SIZE_NEAR, CSS_OUTLOOK_BOX, CSS_IMPORT];

const CSS_UNSUPPORTED: Rule = Rule {
    name: "css-unsupported",
    level: Severity::Warning,
    what: "Every property, value, at-rule and element of the letter works in Gmail, Outlook, Apple Mail and Yahoo, or is \
           one without which the letter still looks finished.",
    why: "Where a large client drops it, readers get a broken layout.",
    example: "display: flex",
    source: "caniemail",
    check: Check::Issue(css_unsupported),
};

/// Features a letter may use because nothing is lost without them: fine lines, motion, improvements on larger screens.
const ENHANCEMENTS: [&str; 41] = [
    "css-at-media",
    "css-at-media-hover",
    "css-at-media-prefers-color-scheme",
    "css-at-media-prefers-reduced-motion",
    "css-at-supports",
    "css-border-radius",
    // Tables have the same from an attribute.
    "css-border-spacing",
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

/// Elements of a letter with a feature of their own, and its name.
const ELEMENTS: [(&[&str], &str); 7] = [
    (&["bdi"], "html-bdi"),
    (&["blockquote"], "html-blockquote"),
    (&["code"], "html-code"),
    (&["h1", "h2", "h3"], "html-h1-h6"),
    (&["hr"], "html-hr"),
    (&["ul", "ol"], "html-lists"),
    (&["pre"], "html-pre"),
];

/// Attributes with a feature of their own.
const ATTRIBUTES: [&str; 4] = ["aria-label", "dir", "lang", "role"];

fn css_unsupported(context: &IssueContext<'_>) -> Vec<Finding> {
    let table = caniemail::table();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut report = |slug: String, what: String, place: &dyn Fn() -> Option<Place>| {
        let without = table.clients_without(&slug);
        if !without.is_empty() && !ENHANCEMENTS.contains(&slug.as_str()) && seen.insert((slug, what.clone())) {
            let clients = without.join(", ");
            let help =
                format!("according to caniemail.com, {}; turn the rule off if the letter works without it", table.date);
            found.push(Finding::new(format!("{what} does not work in {clients}")).at(place()).help(help));
        }
    };
    for used in context.declarations() {
        let declaration = used.declaration;
        for slug in caniemail::features_of_declaration(declaration) {
            let what = quote(&format!("{}: {}", declaration.property, declaration.value));
            report(slug, what, &|| context.place_of_style(declaration, used.element));
        }
    }
    for at in context.style_sheets.iter().flat_map(|sheet| &sheet.at_rules).map(AtRule::prelude) {
        for slug in caniemail::features_of_at_rule(at) {
            report(slug, quote(at), &|| context.place_in_sheet(at));
        }
    }
    for element in &context.document.elements {
        for slug in features_of(element) {
            report(slug, format!("`<{}>`", element.name), &|| None);
        }
    }
    found
}

/// Returns the features that an element needs, apart from its style.
fn features_of(element: &Element<'_>) -> Vec<String> {
    let own = ELEMENTS.iter().filter(|(names, _)| element.is(names)).map(|(_, feature)| (*feature).to_owned());
    let attributes = ATTRIBUTES.iter().filter(|name| element.attribute(name).is_some());
    own.chain(attributes.map(|name| format!("html-{name}"))).collect()
}

const CSS_GMAIL_KILL: Rule = Rule {
    name: "css-gmail-kill",
    level: Severity::Error,
    what: "Nothing in the style makes Gmail drop all of it: no `rgb(0 0 0)`, no `var()`, no at-rule inside an at-rule.",
    why: "Gmail does not skip what it cannot read: it drops the entire `style` attribute or the entire style sheet.",
    example: "color: rgb(0 0 0)",
    source: "caniemail: css-rgb, css-variables; github.com/hteumeuleu/caniemail, 144",
    check: Check::Issue(css_gmail_kill),
};

fn css_gmail_kill(context: &IssueContext<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    let mut seen = BTreeSet::new();
    for used in context.declarations() {
        let declaration = used.declaration;
        let Some(advice) = advice_for_gmail(declaration) else { continue };
        if seen.insert((declaration.property.clone(), declaration.raw_value)) {
            let written = quote(&format!("{}:{}", declaration.property, declaration.raw_value));
            let finding = Finding::new(format!("Gmail drops the entire style because of {written}"));
            found.push(finding.at(context.place_of_style(declaration, used.element)).help(advice));
        }
    }
    let nested = context.style_sheets.iter().flat_map(|sheet| &sheet.at_rules).filter(|at| at.is_nested());
    found.extend(nested.map(|at| {
        let inner = at.prelude();
        Finding::new(format!("Gmail drops the style sheet because of an at-rule inside another: {}", quote(inner)))
            .at(context.place_in_sheet(inner))
            .help("write the two conditions as one: `@media (a) and (b)`")
    }));
    found
}

/// Returns what to write instead of a declaration that Gmail cannot read.
fn advice_for_gmail(declaration: &Declaration<'_>) -> Option<&'static str> {
    let value = declaration.value.to_ascii_lowercase();
    if value.contains("var(") || declaration.property.starts_with("--") {
        return Some("write the value itself");
    }
    if has_space_separated_colour(&value) {
        return Some("write the colour as `#rrggbb`");
    }
    // Gmail knows the word in lower case only.
    let word = declaration.raw_value.rsplit('!').next().unwrap_or_default().trim();
    (declaration.important && word != "important").then_some("write `!important` in lower case")
}

const CSS_STYLE_SIZE: Rule = Rule {
    name: "css-style-size",
    level: Severity::Error,
    what: "The `style` element has at most 16 KB.",
    why: "Gmail drops a larger one.",
    example: "a letter.css with 30 KB of media queries",
    source: "caniemail: html-style",
    check: Check::Issue(css_style_size),
};

/// Gmail's limit, in bytes.
const LARGEST: usize = 16_384;

fn css_style_size(context: &IssueContext<'_>) -> Vec<Finding> {
    let size = style_size(context);
    if size <= LARGEST {
        return Vec::new();
    }
    let wrong = format!("the `style` element has {size} bytes; Gmail drops more than {LARGEST}");
    vec![Finding::new(wrong).help("remove rules from `templates/letter.css` that match no element of a letter")]
}

fn style_size(context: &IssueContext<'_>) -> usize {
    context.document.style_sheets.iter().map(|sheet| sheet.len()).sum()
}

const CSS_STYLE_SIZE_NEAR: Rule = Rule {
    name: "css-style-size-near",
    level: Severity::Warning,
    what: "The `style` element has at most 8 KB.",
    why: "Half of what Gmail accepts is used up; with a few more rules it drops them all.",
    example: "a letter.css with 10 KB of media queries",
    source: "caniemail: html-style; github.com/hteumeuleu/email-bugs, 90",
    check: Check::Issue(css_style_size_near),
};

/// Half of Gmail's limit, in bytes.
const LARGE: usize = 8192;

fn css_style_size_near(context: &IssueContext<'_>) -> Vec<Finding> {
    let size = style_size(context);
    // Beyond the limit, `css-style-size` reports it.
    if !(LARGE + 1..=LARGEST).contains(&size) {
        return Vec::new();
    }
    vec![Finding::new(format!("the `style` element has {size} bytes, more than half of what Gmail accepts"))]
}

const CSS_OUTLOOK_BOX: Rule = Rule {
    name: "css-outlook-box",
    level: Severity::Warning,
    what: "Padding is set on cells, width on tables, cells and pictures; margins are numbers, and no length is in `rem`.",
    why: "Outlook on Windows lays letters out with Word, which ignores anything else: text touches the edge, columns \
          fall apart.",
    example: ".picture { padding: 24px }",
    source: "caniemail: css-padding, css-width, css-max-width, css-margin, css-unit-rem",
    check: Check::Issue(css_outlook_box),
};

fn css_outlook_box(context: &IssueContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, element) in context.document.elements.iter().enumerate() {
        for declaration in element.style.iter() {
            if context.light_styles()[index].hidden || !is_ignored_by_word(element, declaration) {
                continue;
            }
            let written = format!("{}: {}", declaration.property, declaration.value);
            if seen.insert((element.name.to_ascii_lowercase(), written.clone())) {
                let wrong = format!("Outlook on Windows ignores {} on `<{}>`", quote(&written), element.name);
                found.push(Finding::new(wrong).at(context.place_of_style(declaration, index)));
            }
        }
    }
    found
}

/// Returns whether Word ignores the declaration on that element, with nothing beside it that has the same effect.
fn is_ignored_by_word(element: &Element<'_>, declaration: &Declaration<'_>) -> bool {
    let value = declaration.value;
    let is_zero = value.split_whitespace().all(|part| parse_pixels(part) == Some(0.0));
    let is_box = element.is(&["div", "p", "a", "img", "span"]);
    match declaration.property.as_str() {
        property if property.starts_with("padding") => is_box && !is_zero,
        // The attribute of a picture tells Word; a block fills its container anyway.
        "width" => is_box && element.attribute("width").is_none() && value != "100%" && value != "auto",
        "max-width" if element.is(&["img"]) && element.attribute("width").is_some() => false,
        "max-width" => !element.is(&["table"]) && value != "100%",
        "margin" | "margin-left" | "margin-right" if value.split_whitespace().any(|part| part == "auto") => {
            // The conditional comment around a table centres it.
            !element.is(&["table"])
        }
        _ => value.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.').any(is_rem),
    }
}

fn is_rem(word: &str) -> bool {
    word.strip_suffix("rem").is_some_and(|number| number.parse::<f64>().is_ok())
}

const CSS_IMPORT: Rule = Rule {
    name: "css-import",
    level: Severity::Error,
    what: "The style sheet loads no other.",
    why: "Clients ignore it at best; filters take the letter for an attack.",
    example: "@import url('https://example.org/a.css');",
    source: "caniemail; Outlook.com",
    check: Check::Issue(css_import),
};

fn css_import(context: &IssueContext<'_>) -> Vec<Finding> {
    let at_rules = context.style_sheets.iter().flat_map(|sheet| &sheet.at_rules).map(AtRule::prelude);
    let imports = at_rules.filter(|at| at.to_ascii_lowercase().starts_with("@import"));
    let findings = imports.map(|at| {
        Finding::new(format!("the style sheet loads another: {}", quote(at))).at(context.place_in_sheet("@import"))
    });
    findings.collect()
}
