//! Looks up the names of rules that people write, in `[check]` and in `allow`.

use std::ops::Range;
use std::sync::Arc;

use toml::de::DeTable;

use super::guarantees::guarantee_of;
use super::levels::severity;
use super::renamed::current_name;
use super::rules::rules;
use crate::config::{Newsletter, Settings};
use crate::diagnostic::{Diagnostic, SourceFile, did_you_mean};
use crate::issue::LoadedIssue;

/// Returns whether the rule called `name` is on.
pub fn is_on(name: &str, settings: &Settings) -> bool {
    rules().any(|rule| rule.name == name && severity(rule, settings).is_some())
}

/// Returns an error for every unknown name in `[check]`, and a warning for every name that is no longer a rule's.
pub fn level_problems(newsletter: &Newsletter) -> Vec<Diagnostic> {
    let is_current = |name: &str| rules().any(|rule| rule.name == name);
    let others: Vec<&String> = newsletter.settings.checks.keys().filter(|name| !is_current(name)).collect();
    if others.is_empty() {
        return Vec::new();
    }
    let table = DeTable::parse(&newsletter.source.text).ok();
    let check = table.as_ref().and_then(|table| table.get_ref().get("check")?.get_ref().as_table());
    let place = |name: &str| check.and_then(|check| Some(check.get_key_value(name)?.0.span())).unwrap_or_default();
    others.into_iter().map(|name| name_problem(name, &newsletter.source, place(name))).collect()
}

/// Returns an error for every unknown name in `allow`, and a warning for every name that is no longer a rule's.
pub(super) fn allow_problems(loaded: &LoadedIssue) -> Vec<Diagnostic> {
    let of_links = loaded.places.links.iter().flat_map(|link| &link.allow);
    let allowed = loaded.places.allow.iter().chain(of_links);
    let unknown = allowed.filter(|allowed| !rules().any(|rule| rule.name == allowed.name));
    unknown.map(|allowed| name_problem(&allowed.name, &loaded.source, allowed.place.clone())).collect()
}

/// Returns the problem of `name` at `place` of `source`: no rule has it.
fn name_problem(name: &str, source: &Arc<SourceFile>, place: Range<usize>) -> Diagnostic {
    if let Some(current) = current_name(name) {
        let warning = format!("the rule `{name}` is now called `{current}`");
        return Diagnostic::warning(warning, source, place).help(format!("write `{current}`"));
    }
    if guarantee_of(name).is_some() {
        let warning = format!("`{name}` is no longer a rule: every message is now guaranteed to follow it");
        return Diagnostic::warning(warning, source, place).help("remove it");
    }
    let help = did_you_mean(name, rules().map(|rule| rule.name));
    Diagnostic::error(format!("there is no rule `{name}`"), source, place)
        .help(help.unwrap_or_else(|| "`newsletter check --explain list` lists all rules".to_owned()))
}
