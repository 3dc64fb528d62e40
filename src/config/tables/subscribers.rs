//! Reads `[subscribers]`.

use crate::config::settings::ListSettings;
use crate::diagnostic::{Problem, quote};
use crate::toml::Table;

/// `[subscribers]` apart from where the list is.
pub(in crate::config) fn read(table: &Table<'_>) -> ListSettings {
    let lines = |key| table.list(key, |text| Ok(text.to_owned())).unwrap_or_default();
    let list = ListSettings {
        status: table.line("status").map(|text| text.value),
        subscribed: lines("subscribed"),
        fields: lines("fields"),
    };
    if let Some(span) = table.value_span("subscribed").filter(|_| !table.has("status")) {
        let problem = Problem::new("`subscribed` without `status`");
        table.error(span, problem.help("add the column: `status = \"state\"`"));
    }
    if let Some(span) = table.value_span("subscribed").filter(|_| table.has("status") && list.subscribed.is_empty()) {
        table.error(span, Problem::new("`subscribed` is empty: no one would get mail"));
    }
    if let Some(status) = list.status.as_ref().filter(|status| list.fields.contains(status)) {
        let span = table.value_span("fields").unwrap_or_else(|| table.span());
        let problem = Problem::new(format!("{} is both the `status` and one of the `fields`", quote(status)));
        table.error(span, problem.help("remove it from one of the two"));
    }
    table.reject_unknown(|_| None);
    list
}
