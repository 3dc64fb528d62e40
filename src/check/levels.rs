//! Applies the levels that `[check]` sets, under current and earlier names of rules.

use super::renamed::earlier_names;
use super::rule::Rule;
use crate::config::Settings;
use crate::diagnostic::Severity;

/// Returns the severity of the findings of `rule`; `None` when it is off.
pub(super) fn severity(rule: &Rule, settings: &Settings) -> Option<Severity> {
    let mut names = std::iter::once(rule.name).chain(earlier_names(rule.name));
    names.find_map(|name| settings.checks.get(name)).copied().unwrap_or(Some(rule.level))
}
