//! Style sheets, written again without what a client does not know.

use super::Client;
use super::habits::Fate;
use crate::markup::css::{self, Declaration, Sheet, StyleRule};

/// The style sheet `sheet` as `client` reads it: at-rules without rules of their own first, then rules in their order.
pub(super) fn as_read(sheet: &Sheet<'_>, client: Client) -> String {
    let mut written = String::new();
    let is_known = |path: &[&str]| path.iter().all(|prelude| client.knows_at_rule(&prelude.to_ascii_lowercase()));
    for at in sheet.at_rules.iter().filter(|at| is_known(&at.path)) {
        match (at.path.as_slice(), at.block) {
            ([prelude], None) => written.extend([prelude, ";\n"]),
            ([prelude], Some(block)) if !block.contains('{') => written.extend([prelude, " {\n", block, "\n}\n"]),
            // Its rules are written with what they stand in.
            _ => {}
        }
    }
    for together in sheet.rules.chunk_by(|one, next| one.at == next.at) {
        let path = &together[0].at;
        let rules: String = together.iter().map(|one| rule(one, client)).collect();
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

/// The declarations of a `style` attribute on `element`, as `client` reads them.
pub(super) fn style_as_read(style: &str, element: &str, client: Client) -> String {
    let declarations = css::declarations(style);
    let holds = |declaration: &&Declaration<'_>| match client.fate(declaration, true) {
        Fate::Holds => true,
        Fate::Gone => false,
        Fate::Only(elements) => elements.contains(&element),
        Fate::Except(elements) => !elements.contains(&element),
    };
    declarations.iter().filter(holds).map(|declaration| declaration.source).collect::<Vec<_>>().join(";")
}

/// One rule: as many as there are kinds of elements its declarations reach.
fn rule(rule: &StyleRule<'_>, client: Client) -> String {
    let known: Vec<&str> = rule.selectors.iter().copied().filter(|selector| client.knows_selector(selector)).collect();
    let mut written = String::new();
    if known.is_empty() {
        return written;
    }
    let mut kinds: Vec<(Fate, Vec<&str>)> = Vec::new();
    for declaration in &rule.declarations {
        let fate = client.fate(declaration, false);
        match kinds.iter_mut().find(|(kind, _)| *kind == fate) {
            Some((_, declarations)) => declarations.push(declaration.source),
            None => kinds.push((fate, vec![declaration.source])),
        }
    }
    for (kind, declarations) in kinds {
        // `:where` adds nothing to a selector's weight.
        let reach = match kind {
            Fate::Gone => continue,
            Fate::Holds => String::new(),
            Fate::Only(elements) => format!(":where({})", elements.join(",")),
            Fate::Except(elements) => format!(":where(:not({}))", elements.join(",")),
        };
        let selectors: Vec<String> = known.iter().map(|selector| format!("{selector}{reach}")).collect();
        written.extend([selectors.join(", ").as_str(), " { ", &declarations.join("; "), " }\n"]);
    }
    written
}
