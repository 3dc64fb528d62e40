//! Rules about what a browser or client skips in the newsletter's own style sheets: mistakes in signs and names.

use cssparser::Token;

use crate::check::rule::{Check, Finding, Rule};
use crate::check::style_sheet_context::{StyleSheetContext, StyleSheetUse};
use crate::diagnostic::suggestion::closest;
use crate::diagnostic::{Severity, did_you_mean, quote};
use crate::html::css::tokens::{opens_block, tokens};
use crate::html::css::value::{accepts, words_of};
use crate::html::css::vocabulary::{is_prefixed, vocabulary};
use crate::html::css::{CssMistakeKind, Declaration, mistakes};
use crate::templates::colour::PROPERTIES;

pub(super) const RULES: [Rule; 2] = [CSS_SKIPPED, CSS_UNKNOWN];

const CSS_SKIPPED: Rule = Rule {
    name: "css-skipped",
    level: Severity::Warning,
    what: "Nothing in `letter.css` and `web.css` is skipped: no brace, colon, semicolon or quotation mark is missing, no \
           comment begins with `//`, and `letter.css` nests no rules.",
    why: "CSS has no errors: what cannot be read is left out in silence, often with the rules after it.",
    example: "color red;",
    source: "CSS Syntax 3, 2.2",
    check: Check::StyleSheet(css_skipped),
};

fn css_skipped(context: &StyleSheetContext<'_>) -> Vec<Finding> {
    let css = context.css();
    let found = mistakes(css).into_iter().filter_map(|mistake| {
        let written = &css[mistake.range.clone()];
        let start = quote(written.lines().next().unwrap_or(written).trim());
        let (wrong, help) = match mistake.kind {
            CssMistakeKind::Unclosed('{') => {
                let rule = css[..mistake.range.start].rsplit(['}', ';', '{', '/']).next().unwrap_or_default().trim();
                (format!("the block of {} is not closed", quote(rule)), "add a `}` where it ends".to_owned())
            }
            CssMistakeKind::Unclosed(sign) => {
                let closing = if sign == '[' { ']' } else { ')' };
                (format!("`{sign}` is not closed"), format!("add a `{closing}`"))
            }
            CssMistakeKind::UnclosedText => {
                (format!("{start} has no end"), "add the quotation mark, `)` or `*/` that ends it".to_owned())
            }
            CssMistakeKind::StrayBrace => {
                ("this `}` closes nothing".to_owned(), "delete it, or add the `{` it belongs to".to_owned())
            }
            CssMistakeKind::LineComment => {
                (format!("{start} is not a comment, and what follows is skipped with it"), "write `/* … */`".to_owned())
            }
            CssMistakeKind::NestedRule | CssMistakeKind::NestedAtRule => {
                // Browsers nest rules; mail clients do not.
                if context.used_for == StyleSheetUse::Archive {
                    return None;
                }
                let wrong = format!("{start} is inside another rule, which mail clients skip");
                (wrong, "write it as a rule of its own; or is a `}` missing before it?".to_owned())
            }
            CssMistakeKind::MissingColon => (format!("{start} has no colon"), "write `property: value;`".to_owned()),
            CssMistakeKind::MissingSemicolon => {
                (format!("the declaration before {start} does not end"), "end it with a `;`".to_owned())
            }
            CssMistakeKind::MissingValue => (format!("{start} has no value"), "give it one, or delete it".to_owned()),
            CssMistakeKind::Selector => (
                format!("{start} is not a selector, so the rule is skipped"),
                "write classes as `.name`; a class begins with a letter".to_owned(),
            ),
            CssMistakeKind::Skipped => (format!("{start} is skipped"), "it is not CSS".to_owned()),
        };
        Some(Finding::new(wrong).at(context.place(mistake.range)).help(help))
    });
    found.collect()
}

const CSS_UNKNOWN: Rule = Rule {
    name: "css-unknown",
    level: Severity::Warning,
    what: "Every property, value, at-rule, media feature, pseudo-class and custom property in `letter.css` and `web.css` \
           exists.",
    why: "A typing error is skipped in silence, and the style is missing.",
    example: "colour: red",
    source: "MDN, the data of its CSS reference",
    check: Check::StyleSheet(css_unknown),
};

fn css_unknown(context: &StyleSheetContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let variables = context.variables();
    for declaration in context.sheet.rules.iter().flat_map(|rule| &rule.declarations) {
        let place = context.place(declaration.offset..declaration.offset + declaration.source.len());
        if !vocabulary().has_property(&declaration.property) {
            let help = did_you_mean(&declaration.property, vocabulary().properties());
            let wrong = format!("there is no property {}", quote(&declaration.property));
            found.push(Finding::new(wrong).at(place).help(help.unwrap_or_else(|| "clients skip it".to_owned())));
        } else if let Ok(value) = variables.expand(declaration.value)
            && !accepts(&declaration.property, &value)
        {
            let written = format!("{}: {}", declaration.property, declaration.value);
            let wrong = format!("clients skip {}", quote(&written));
            found.push(Finding::new(wrong).at(place).help(advice(declaration, &value)));
        }
    }
    found.extend(unknown_variables(context));
    found.extend(unknown_at_rules(context));
    found.extend(unknown_pseudo(context));
    found
}

/// Says what to do about a value that its property does not accept.
fn advice(declaration: &Declaration<'_>, value: &str) -> String {
    for (token, range) in tokens(value) {
        match token {
            Token::Dimension { unit, .. }
                if !vocabulary().units.iter().any(|known| known.eq_ignore_ascii_case(&unit)) =>
            {
                let known = vocabulary().units.iter().map(String::as_str);
                let meant = did_you_mean(&unit, known).map(|meant| format!("; {meant}")).unwrap_or_default();
                return format!("there is no unit {}{meant}", quote(&unit));
            }
            Token::Number { .. } => {
                let with_unit = format!("{}px{}", &value[..range.end], &value[range.end..]);
                if accepts(&declaration.property, &with_unit) {
                    return format!("a length needs a unit: `{}px`", &value[range]);
                }
            }
            Token::Ident(word) => {
                let words = words_of(&declaration.property);
                let word = word.to_ascii_lowercase();
                if !words.contains(&word)
                    && let Some(meant) = closest(&word, words.iter().map(String::as_str))
                {
                    return format!("did you mean `{meant}`?");
                }
            }
            _ => {}
        }
    }
    format!("{} does not accept this value", quote(&declaration.property))
}

/// Finds `var()` of properties that no rule defines. In `letter.css`, that is an error of its own.
fn unknown_variables(context: &StyleSheetContext<'_>) -> Vec<Finding> {
    if context.used_for == StyleSheetUse::Letter {
        return Vec::new();
    }
    let declarations = || context.sheet.rules.iter().flat_map(|rule| &rule.declarations);
    let mut defined = PROPERTIES.to_vec();
    defined.push("--face");
    defined.extend(declarations().map(|one| one.property.as_str()).filter(|name| name.starts_with("--")));
    let mut found = Vec::new();
    for declaration in declarations() {
        let mut is_reference = false;
        for (token, range) in tokens(declaration.source) {
            match token {
                Token::Function(name) if name.eq_ignore_ascii_case("var") => is_reference = true,
                Token::WhiteSpace(_) => {}
                Token::Ident(name) if is_reference => {
                    is_reference = false;
                    let has_fallback = declaration.source[range.end..].trim_start().starts_with(',');
                    if !has_fallback && !defined.contains(&name.as_ref()) {
                        let start = declaration.offset + range.start;
                        let wrong = format!("{} is not defined", quote(&name));
                        let help = did_you_mean(&name, defined.iter().copied());
                        let help = help.unwrap_or_else(|| "give it a value in a `:root` rule".to_owned());
                        found.push(Finding::new(wrong).at(context.place(start..start + name.len())).help(help));
                    }
                }
                _ => is_reference = false,
            }
        }
    }
    found
}

/// Features of media queries, without `min-` and `max-` (Media Queries 5).
const MEDIA_FEATURES: [&str; 27] = [
    "any-hover",
    "any-pointer",
    "aspect-ratio",
    "color",
    "color-gamut",
    "color-index",
    "device-aspect-ratio",
    "device-height",
    "device-width",
    "display-mode",
    "dynamic-range",
    "forced-colors",
    "grid",
    "height",
    "hover",
    "inverted-colors",
    "monochrome",
    "orientation",
    "overflow-block",
    "overflow-inline",
    "pointer",
    "prefers-color-scheme",
    "prefers-contrast",
    "prefers-reduced-data",
    "prefers-reduced-motion",
    "resolution",
    "width",
];

fn unknown_at_rules(context: &StyleSheetContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for at_rule in &context.sheet.at_rules {
        let prelude = at_rule.prelude();
        let name = prelude.trim_start_matches('@');
        let name = &name[..name.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '-').unwrap_or(name.len())];
        let known = &vocabulary().at_rules;
        if !known.iter().any(|known| known.eq_ignore_ascii_case(name)) && !is_prefixed(name) {
            let help = closest(name, known.iter().map(String::as_str)).map(|known| format!("did you mean `@{known}`?"));
            let help = help.unwrap_or_else(|| "clients skip it with all that is inside".to_owned());
            found.push(Finding::new(format!("there is no at-rule `@{name}`")).at(context.place_of(prelude)).help(help));
        }
        if name.eq_ignore_ascii_case("media") {
            found.extend(unknown_features(context, prelude));
        }
    }
    found
}

/// Finds features of a media query that do not exist, so that it never applies.
fn unknown_features(context: &StyleSheetContext<'_>, prelude: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut is_feature = false;
    for (token, range) in tokens(prelude) {
        if let (Token::Ident(name), true) = (&token, is_feature) {
            let lower = name.to_ascii_lowercase();
            let bare = lower.strip_prefix("min-").or_else(|| lower.strip_prefix("max-")).unwrap_or(&lower);
            let is_word = ["not", "and", "or"].contains(&bare);
            if !is_word && !is_prefixed(bare) && !MEDIA_FEATURES.contains(&bare) {
                let all =
                    MEDIA_FEATURES.iter().flat_map(|name| ["", "min-", "max-"].map(|prefix| format!("{prefix}{name}")));
                let all: Vec<String> = all.collect();
                let help = did_you_mean(&lower, all.iter().map(String::as_str));
                let help = help.unwrap_or_else(|| "the rules inside never apply".to_owned());
                let place = context.place_of(&prelude[range]);
                found.push(Finding::new(format!("there is no media feature {}", quote(name))).at(place).help(help));
            }
        }
        is_feature = match token {
            Token::WhiteSpace(_) => is_feature,
            token => opens_block(&token),
        };
    }
    found
}

fn unknown_pseudo(context: &StyleSheetContext<'_>) -> Vec<Finding> {
    let known: Vec<&str> =
        vocabulary().pseudo_classes.iter().chain(&vocabulary().pseudo_elements).map(String::as_str).collect();
    let mut found = Vec::new();
    for selector in &context.selectors {
        for name in selector.reduced.states.iter().chain(&selector.reduced.pseudo_elements) {
            if !known.contains(&name.as_str()) && !is_prefixed(name) {
                let help = did_you_mean(name, known.iter().copied());
                let help = help.unwrap_or_else(|| "clients skip the rule".to_owned());
                let wrong = format!("there is no `:{name}` for a selector");
                found.push(Finding::new(wrong).at(context.place_of(selector.text)).help(help));
            }
        }
    }
    found
}
