//! Rules about what has no effect in the newsletter's own style sheets, although it can be read.

use std::collections::BTreeSet;

use cssparser::Token;

use crate::check::rule::{Check, Finding, Rule};
use crate::check::style_sheet_context::{SelectorInContext, StyleSheetContext, StyleSheetUse};
use crate::diagnostic::suggestion::closest;
use crate::diagnostic::{Severity, quote};
use crate::html::css::tokens::tokens;
use crate::html::css::vocabulary::{is_prefixed, vocabulary};
use crate::html::css::{AtRule, Declaration, mistakes};

pub(super) const RULES: [Rule; 2] = [CSS_UNMATCHED, CSS_WITHOUT_EFFECT];

const CSS_UNMATCHED: Rule = Rule {
    name: "css-unmatched",
    level: Severity::Warning,
    what: "Every selector in `letter.css` selects something that a letter can have, and every one in `web.css` something \
           of the archive's pages.",
    why: "A typing error in a class is silent, and the style is missing.",
    example: ".maasthead { padding: 0 }",
    source: "Selectors 4",
    check: Check::StyleSheet(css_unmatched),
};

/// Hooks that single mail clients add around a letter, by which authors address them.
const CLIENT_HOOKS: [&str; 14] = [
    "#messageviewbody",
    "#messagewebviewdiv",
    "#outlook",
    ".applelinks",
    ".externalclass",
    ".gmail",
    ".moz-text-html",
    ".readmsgbody",
    ".yshortcuts",
    "[office365]",
    "[owa]",
    "[x-apple-data-detectors",
    "u +",
    "u+",
];

fn css_unmatched(context: &StyleSheetContext<'_>) -> Vec<Finding> {
    if context.documents.is_empty() {
        return Vec::new();
    }
    let names = context.names();
    // What is not a selector is reported as such.
    let unreadable: Vec<_> = mistakes(context.css()).into_iter().map(|mistake| mistake.range.start).collect();
    let known = &vocabulary();
    let found = context.selectors.iter().filter(|selector| selector.elements.is_empty()).filter_map(|selector| {
        let place = context.place_of(selector.text);
        let lower = selector.text.to_ascii_lowercase();
        let rule_start = context.place_of(context.rule_of(selector).selectors[0]).span.start;
        let is_reported = unreadable.contains(&rule_start) || unreadable.contains(&place.span.start);
        let pseudo = selector.reduced.states.iter().chain(&selector.reduced.pseudo_elements);
        let is_unknown =
            pseudo.clone().any(|name| !known.pseudo_classes.contains(name) && !known.pseudo_elements.contains(name));
        let has_hook =
            context.used_for == StyleSheetUse::Letter && CLIENT_HOOKS.iter().any(|hook| lower.contains(hook));
        // `:root` and `html` hold the custom properties of a letter, which are replaced.
        let is_document = [":root", "html", "*"].contains(&selector.reduced.text.trim());
        if is_reported || is_unknown || has_hook || is_document {
            return None;
        }
        let documents = match context.used_for {
            StyleSheetUse::Letter => "a letter",
            StyleSheetUse::Archive => "the archive's pages",
        };
        let wrong = format!("{} selects nothing in {documents}", quote(selector.text));
        Some(Finding::new(wrong).at(place).help(meant_name(selector, &names)))
    });
    found.collect()
}

/// Says what to do about a selector that selects nothing.
fn meant_name(selector: &SelectorInContext<'_>, names: &BTreeSet<String>) -> String {
    let (mut sign, mut is_in_brackets) = ("", false);
    for (token, _) in tokens(&selector.reduced.text) {
        is_in_brackets = match token {
            Token::SquareBracketBlock => true,
            Token::CloseSquareBracket => false,
            _ => is_in_brackets,
        };
        let name = match &token {
            _ if is_in_brackets => continue,
            Token::Delim('.') => {
                sign = ".";
                continue;
            }
            Token::IDHash(name) => format!("#{name}"),
            Token::Ident(name) => format!("{sign}{name}"),
            _ => String::new(),
        };
        sign = "";
        if !name.is_empty()
            && !names.contains(&name)
            && let Some(meant) = closest(&name, names.iter().map(String::as_str))
        {
            return format!("did you mean `{meant}`?");
        }
    }
    "delete it; the built-in style sheet shows what can be styled".to_owned()
}

const CSS_WITHOUT_EFFECT: Rule = Rule {
    name: "css-without-effect",
    level: Severity::Warning,
    what: "Everything in `letter.css` takes effect: a rule that stays in the style sheet is `!important` where the style of \
           the element would win, one that is inlined is not, and no at-rule, pseudo-element or relative address is used \
           that mail clients do not know.",
    why: "The preview of a browser may show it, and no reader sees it.",
    example: "a:hover { color: red }, where `a` has a colour",
    source: "CSS Cascade 5, 6; caniemail: css-important",
    check: Check::StyleSheet(css_without_effect),
};

fn css_without_effect(context: &StyleSheetContext<'_>) -> Vec<Finding> {
    // Browsers know all that the other rules have not reported.
    if context.used_for == StyleSheetUse::Archive {
        return Vec::new();
    }
    let mut found = at_rules(context);
    found.extend(relative_addresses(context));
    for (index, rule) in context.sheet.rules.iter().enumerate() {
        if !rule.at_rules.iter().all(|prelude| IN_MAIL.contains(&at_rule_name(prelude).as_str())) {
            continue;
        }
        let selectors: Vec<_> = context.selectors.iter().filter(|selector| selector.rule == index).collect();
        for selector in &selectors {
            if let Some(name) = selector.reduced.pseudo_elements.first() {
                let wrong = format!("mail clients do not show `::{name}`, because it cannot be inlined");
                let help = "style an element of the letter with a border, padding or a background";
                found.push(Finding::new(wrong).at(context.place_of(selector.text)).help(help));
            }
        }
        let stays = |selector: &SelectorInContext<'_>| !rule.at_rules.is_empty() || !selector.reduced.is_inlined();
        for declaration in rule.declarations.iter().filter(|declaration| !declaration.property.starts_with("--")) {
            let place = context.place(declaration.offset..declaration.offset + declaration.source.len());
            let is_inlined = selectors.iter().any(|selector| !stays(selector) && !selector.elements.is_empty());
            if declaration.important && is_inlined {
                let wrong = format!("`!important` of {} is inlined", quote(&declaration.property));
                let help = "remove it: Outlook on Windows skips such a declaration, and no rule for dark mode can win";
                found.push(Finding::new(wrong).at(place).help(help));
            } else if !declaration.important && loses(context, &selectors, declaration, stays) {
                let wrong = format!(
                    "{} never applies: the style of the element itself sets it, and wins",
                    quote(&format!("{}: {}", declaration.property, declaration.value))
                );
                found.push(Finding::new(wrong).at(place).help("add ` !important`"));
            }
        }
    }
    found
}

/// Whether the declaration stays in the style sheet and every element that its rule selects sets the property itself.
fn loses(
    context: &StyleSheetContext<'_>,
    selectors: &[&SelectorInContext<'_>],
    declaration: &Declaration<'_>,
    stays: impl Fn(&SelectorInContext<'_>) -> bool,
) -> bool {
    let all_stay = selectors.iter().all(|selector| stays(selector) && selector.reduced.pseudo_elements.is_empty());
    let mut elements = selectors.iter().flat_map(|selector| &selector.elements).peekable();
    all_stay
        && elements.peek().is_some()
        && elements.all(|(document, element)| {
            let inlined = &context.documents[*document].elements[*element].style;
            inlined.iter().any(|own| covers(&own.property, &declaration.property))
        })
}

/// Whether a declaration of `own` also sets what `other` sets.
fn covers(own: &str, other: &str) -> bool {
    let is_part = |shorthand: &str| other.strip_prefix(shorthand).is_some_and(|rest| rest.starts_with('-'));
    own == other || is_part(own) || matches!((own, other), ("background-color", "background") | ("font", "line-height"))
}

/// At-rules that some mail client applies.
const IN_MAIL: [&str; 5] = ["font-face", "import", "keyframes", "media", "supports"];

fn at_rules(context: &StyleSheetContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for prelude in context.sheet.at_rules.iter().map(AtRule::prelude) {
        let name = at_rule_name(prelude);
        // One that does not exist is reported by another rule.
        if vocabulary().at_rules.contains(&name) && !IN_MAIL.contains(&name.as_str()) && !is_prefixed(&name) {
            let wrong = format!("no mail client applies `@{name}`");
            found.push(Finding::new(wrong).at(context.place_of(prelude)).help("write the rules without it"));
        }
    }
    found
}

/// Returns the name of an at-rule, in lower case, without its `@` and the prefix of a browser.
fn at_rule_name(prelude: &str) -> String {
    let name = prelude.trim_start_matches('@').trim_start_matches("-webkit-");
    let end = name.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '-').unwrap_or(name.len());
    name[..end].to_ascii_lowercase()
}

fn relative_addresses(context: &StyleSheetContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut is_url = false;
    for (token, range) in tokens(context.css()) {
        let address = match &token {
            Token::UnquotedUrl(address) => Some(address.to_string()),
            Token::QuotedString(address) if is_url => Some(address.to_string()),
            _ => None,
        };
        is_url = match &token {
            Token::WhiteSpace(_) => is_url,
            Token::Function(name) => name.eq_ignore_ascii_case("url"),
            _ => false,
        };
        let is_absolute =
            |address: &str| ["https://", "http://", "data:"].iter().any(|start| address.starts_with(start));
        if let Some(address) = address.filter(|address| !is_absolute(address)) {
            let wrong = format!("{} leads nowhere: a letter has no address of its own", quote(&address));
            found.push(Finding::new(wrong).at(context.place(range)).help("write the whole https address"));
        }
    }
    found
}
