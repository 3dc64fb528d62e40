//! What the findings of each rule count as.

use std::sync::Arc;

use toml::de::DeTable;

use super::{RULES, Rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::load::{CheckLevel, Newsletter, Settings, did_you_mean};

/// The severity of what `rule` finds; `None` when it is off.
pub(super) fn severity(rule: &Rule, settings: &Settings) -> Option<Severity> {
    match settings.checks.get(rule.name).copied().unwrap_or(rule.level) {
        CheckLevel::Off => None,
        CheckLevel::Warn => Some(Severity::Warning),
        CheckLevel::Error => Some(Severity::Error),
    }
}

/// Whether the findings of the rule called `name` count.
pub fn is_on(name: &str, settings: &Settings) -> bool {
    rule(name).is_some_and(|rule| severity(rule, settings).is_some())
}

/// The rule called `name`.
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.name == name)
}

/// An error for every name in `[check]` that no rule has.
pub fn unknown_rules(newsletter: &Newsletter) -> Vec<Diagnostic> {
    let unknown = newsletter.settings.checks.keys().filter(|name| rule(name).is_none());
    unknown
        .map(|name| {
            let help = did_you_mean(name, RULES.iter().map(|rule| rule.name));
            Diagnostic::error(format!("there is no rule `{name}`"), &newsletter.source, place_of_key(newsletter, name))
                .help(help.unwrap_or_else(|| "`newsletter check --explain list` shows them all".to_owned()))
        })
        .collect()
}

/// Where `name` stands in `[check]`.
fn place_of_key(newsletter: &Newsletter, name: &str) -> std::ops::Range<usize> {
    let source = Arc::clone(&newsletter.source);
    let table = DeTable::parse(&source.text).ok();
    let found = table.as_ref().and_then(|table| {
        let check = table.get_ref().get("check")?.get_ref().as_table()?;
        let (key, _) = check.get_key_value(name)?;
        Some(key.span())
    });
    found.unwrap_or_default()
}
