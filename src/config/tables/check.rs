//! Reads `[check]`: the levels of rules that differ from their defaults.

use std::collections::BTreeMap;

use crate::diagnostic::{Problem, Severity, quote};
use crate::toml::Table;

/// The level of each rule that is named, `None` for `"off"`. Whether there is such a rule is for `check` to say.
pub(in crate::config) fn levels(table: &Table<'_>) -> BTreeMap<String, Option<Severity>> {
    let mut levels = BTreeMap::new();
    for (rule, text) in table.other_entries() {
        let level = match text.value.as_str() {
            "off" => None,
            "warn" => Some(Severity::Warning),
            "error" => Some(Severity::Error),
            other => {
                let problem = Problem::new(format!("{} is not a level", quote(other)));
                table.error(text.span, problem.help("write `off`, `warn` or `error`"));
                continue;
            }
        };
        levels.insert(rule, level);
    }
    levels
}
