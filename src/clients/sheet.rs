//! Rewrites style sheets without what a client does not support.

use std::borrow::Cow;

use super::client::Client;
use super::rules::Support;
use super::thunderbird_dark;
use crate::html::css::{self, Declaration, StyleRule, StyleSheet};

/// Returns the style sheet `sheet` as `client` reads it: first the at-rules without rules, then the rules in their order.
/// `removes_colours`: without the colours that Thunderbird removes in the dark.
pub(super) fn style_sheet_as_read(sheet: &StyleSheet<'_>, client: Client, removes_colours: bool) -> String {
    let mut written = String::new();
    let is_known = |path: &[&str]| path.iter().all(|prelude| client.supports_at_rule(&prelude.to_ascii_lowercase()));
    for at in sheet.at_rules.iter().filter(|at| is_known(&at.path)) {
        match (at.path.as_slice(), at.block) {
            ([prelude], None) => written.extend([prelude, ";\n"]),
            ([prelude], Some(block)) if !block.contains('{') => written.extend([prelude, " {\n", block, "\n}\n"]),
            // Its rules are written below, each with the at-rules around it.
            _ => {}
        }
    }
    for together in sheet.rules.chunk_by(|one, next| one.at_rules == next.at_rules) {
        let path = &together[0].at_rules;
        let rules: String = together.iter().map(|one| rule(one, client, removes_colours)).collect();
        if is_known(path) && !rules.is_empty() {
            for prelude in path {
                written.extend([prelude, " {\n"]);
            }
            written.push_str(&rules);
            written.push_str(&"}\n".repeat(path.len()));
        }
    }
    written
}

/// Returns the declarations of a `style` attribute on `element` as `client` reads them.
pub(super) fn style_as_read(style: &str, element: &str, client: Client, removes_colours: bool) -> String {
    let declarations = css::parse_declarations(style);
    if removes_colours {
        return thunderbird_dark::style(style, &declarations, element).join(";");
    }
    let holds = |declaration: &&Declaration<'_>| match client.declaration_support(declaration, true) {
        Support::Full => true,
        Support::None => false,
        Support::Only(elements) => elements.contains(&element),
        Support::Except(elements) => !elements.contains(&element),
    };
    declarations.iter().filter(holds).map(|declaration| as_written(declaration, client)).collect::<Vec<_>>().join(";")
}

/// Returns a declaration with the property that `client` replaces its own by.
fn as_written<'a>(declaration: &Declaration<'a>, client: Client) -> Cow<'a, str> {
    match client.replacement(&declaration.property) {
        Some(property) => format!("{property}:{}", declaration.raw_value).into(),
        None => declaration.source.into(),
    }
}

/// Writes a rule as one rule for each set of elements that its declarations apply to.
fn rule(rule: &StyleRule<'_>, client: Client, removes_colours: bool) -> String {
    let known: Vec<&str> =
        rule.selectors.iter().copied().filter(|selector| client.supports_selector(selector)).collect();
    let mut written = String::new();
    if known.is_empty() {
        return written;
    }
    let mut kinds: Vec<(Support, Vec<Cow<'_, str>>)> = Vec::new();
    if removes_colours {
        let kept = thunderbird_dark::rule(&rule.declarations);
        kinds.extend((!kept.is_empty()).then_some((Support::Full, kept)));
    }
    for declaration in rule.declarations.iter().filter(|_| !removes_colours) {
        let support = client.declaration_support(declaration, false);
        match kinds.iter_mut().find(|(kind, _)| *kind == support) {
            Some((_, declarations)) => declarations.push(as_written(declaration, client)),
            None => kinds.push((support, vec![as_written(declaration, client)])),
        }
    }
    for (kind, declarations) in kinds {
        // `:where` adds nothing to the specificity of a selector.
        let reach = match kind {
            Support::None => continue,
            Support::Full => String::new(),
            Support::Only(elements) => format!(":where({})", elements.join(",")),
            Support::Except(elements) => format!(":where(:not({}))", elements.join(",")),
        };
        let selectors: Vec<String> = known.iter().map(|selector| format!("{selector}{reach}")).collect();
        written.extend([selectors.join(", ").as_str(), " { ", &declarations.join("; "), " }\n"]);
    }
    written
}
