//! `font-size`: see [`RULE`].

use std::collections::BTreeSet;

use crate::check::words::quoted;
use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "font-size",
    level: CheckLevel::Warn,
    what: "Text is at least 14 pixels, small print at least 12, and every list of fonts ends in one every machine has.",
    why: "Smaller text is enlarged by iOS, with the layout, or not read.",
    example: "font-size: 11px",
    source: "WCAG 2.2, 1.4.4; caniemail: css-font",
    check: Check::Issue(check),
};

/// In pixels.
const SMALLEST: f64 = 12.0;
/// Of whole paragraphs, in pixels.
const SMALLEST_BODY: f64 = 14.0;
/// Characters that make a text more than small print.
const PARAGRAPH: usize = 200;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for text in &subject.document.texts {
        let paint = subject.light()[text.element];
        let words = text.words.trim();
        let least = if words.chars().count() > PARAGRAPH { SMALLEST_BODY } else { SMALLEST };
        if words.is_empty() || paint.is_invisible() || paint.size >= least {
            continue;
        }
        if seen.insert(paint.size.to_bits()) {
            let wrong = format!("text of {} pixels, less than {least}: {}", paint.size, quoted(words));
            found.push(Finding::new(wrong).at(subject.place_in_sheet(&format!("{}px", paint.size))));
        }
    }
    let mut lists = BTreeSet::new();
    for used in subject.declarations() {
        let declaration = used.declaration;
        let is_list = declaration.property == "font-family" || declaration.property == "font";
        let last = declaration.value.rsplit([',', ' ']).next().unwrap_or_default();
        if is_list && !GENERIC.contains(&last) && lists.insert(declaration.value) {
            let wrong = format!("the list of fonts {} ends in none every machine has", quoted(declaration.value));
            found.push(
                Finding::new(wrong)
                    .at(subject.place_of_style(declaration, used.element))
                    .help("end it in `serif` or `sans-serif`"),
            );
        }
    }
    found
}

/// The families every machine has (CSS Fonts 4, 2.1.1), and the words that stand for another element's.
const GENERIC: [&str; 7] = ["serif", "sans-serif", "monospace", "cursive", "fantasy", "inherit", "initial"];
