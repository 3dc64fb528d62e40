//! Reports all columns that may decide who gets mail but have an unknown meaning, in one error.

use crate::config::ListSettings;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::suggestion::quote;
use crate::subscribers::columns::headings::{Answers, Headings};
use crate::subscribers::columns::stats::ColumnStats;
use crate::subscribers::vocabulary::normalize;
use crate::subscribers::vocabulary::status_words::StatusWord;

/// The most values of a column that the question shows.
const MOST_SHOWN: usize = 4;

/// Columns, by index, for which the user has to state the meaning.
#[derive(Debug, Default)]
pub(in crate::subscribers) struct UnclearColumns(Vec<usize>);

/// Returns a value in the form in which it is compared with those of the configuration.
pub(in crate::subscribers) fn compare_key(value: &str) -> String {
    let joined = normalize::words(value).concat();
    // Folding leaves nothing of signs.
    if joined.is_empty() { value.trim().to_owned() } else { joined }
}

impl UnclearColumns {
    /// Asks about the column at `index`, too.
    pub(in crate::subscribers) fn add(&mut self, index: usize) {
        self.0.push(index);
    }

    /// The error with the question, if there are unclear columns.
    pub(in crate::subscribers) fn problem(
        &self,
        headings: &Headings<'_>,
        all_stats: &[ColumnStats],
        settings: &ListSettings,
    ) -> Option<Diagnostic> {
        let first = *self.0.first()?;
        let told: Vec<String> = self.0.iter().map(|&index| describe(headings, index, &all_stats[index])).collect();
        let verb = if told.len() == 1 {
            "may decide who gets mail, but its meaning is not known"
        } else {
            "may each decide who gets mail, but their meaning is not known"
        };
        let message = format!("{} {verb}", joined_by_and(&told));
        let problem = Diagnostic::error(message, headings.source, headings.spans[first].clone());
        Some(problem.help(self.suggested_settings(headings, all_stats, settings)))
    }

    /// Returns the lines to add to the configuration.
    fn suggested_settings(
        &self,
        headings: &Headings<'_>,
        all_stats: &[ColumnStats],
        settings: &ListSettings,
    ) -> String {
        let nameless: Vec<usize> =
            self.0.iter().copied().filter(|&index| headings.all[index].name.is_empty()).collect();
        if let Some(index) = nameless.first() {
            return format!("give column {} a name, or delete it", index + 1);
        }
        if headings.reading.answers == Answers::Options {
            return self.suggested_options(headings, all_stats);
        }
        let name = |index: &usize| toml_string(&headings.all[*index].name);
        let fields = settings.fields.iter().map(|field| toml_string(field)).chain(self.0.iter().map(name));
        let fields = format!("fields = [{}]", fields.collect::<Vec<_>>().join(", "));
        let these = if self.0.len() == 1 { "it is only a field" } else { "they are only fields" };
        if settings.status.is_some() {
            return format!("in `newsletter.toml` under `[subscribers]`, if {these}: `{fields}`");
        }
        if self.0.iter().all(|&index| all_stats[index].dates == all_stats[index].filled) {
            return format!(
                "in `newsletter.toml` under `[subscribers]`, if {these}: `{fields}`; if a time says that a \
                 subscriber left, rename its column to `unsubscribed_at`"
            );
        }
        let status = self.0.iter().copied().max_by_key(|&index| likelihood(&all_stats[index])).unwrap_or_default();
        let subscribed = likely_subscribed(&all_stats[status]);
        let others = settings.fields.iter().map(|field| toml_string(field));
        let others: Vec<_> = others.chain(self.0.iter().filter(|&&index| index != status).map(name)).collect();
        let rest =
            if self.0.len() == 1 { String::new() } else { format!(" (with `fields = [{}]`)", others.join(", ")) };
        let status = name(&status);
        let one = if self.0.len() == 1 { "if it says who gets mail" } else { "if one of them says who gets mail" };
        format!(
            "in `newsletter.toml` under `[subscribers]`, write `{fields}` if {these}; {one}, write `status = {status}` and \
             `subscribed = [{subscribed}]`{rest}, and subscribers with any other value get no mail"
        )
    }
}

impl UnclearColumns {
    /// Returns the options of the command that say what they mean.
    fn suggested_options(&self, headings: &Headings<'_>, all_stats: &[ColumnStats]) -> String {
        let name = |index: usize| shell_word(&headings.all[index].name);
        let fields: Vec<_> = self.0.iter().map(|&index| format!("--field {}", name(index))).collect();
        let status = self.0.iter().copied().max_by_key(|&index| likelihood(&all_stats[index])).unwrap_or_default();
        let subscribed = all_stats[status].words().find(|value| value.status_word == Some(StatusWord::Subscribed));
        let subscribed = subscribed.map_or("VALUE".to_owned(), |value| shell_word(&value.text));
        let these = if self.0.len() == 1 { "it is only a field" } else { "they are only fields" };
        let one = if self.0.len() == 1 { "it says" } else { "one of them says" };
        format!(
            "pass `{}` if {these}; if {one} who gets mail, pass `--status {} --subscribed {subscribed}`, and readers with \
             any other value are suppressed",
            fields.join(" "),
            name(status)
        )
    }
}

/// Returns `text` as a shell takes it for one word.
fn shell_word(text: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// ``` `state` (`active`, `cancelled`) ```.
fn describe(headings: &Headings<'_>, index: usize, stats: &ColumnStats) -> String {
    let mut values: Vec<_> = stats.words().collect();
    values.sort_by_key(|value| std::cmp::Reverse(value.count));
    let mut shown: Vec<String> = values.iter().take(MOST_SHOWN).map(|value| quote(&value.text)).collect();
    if let Some(found) = stats.refusal.as_ref().filter(|found| !shown.contains(&quote(&found.text))) {
        shown.truncate(MOST_SHOWN - 1);
        shown.push(format!("{} in line {}", quote(&found.text), found.line));
    }
    if let Some(date) = stats.date.as_ref().filter(|_| shown.len() < MOST_SHOWN) {
        shown.push(quote(date));
    }
    if values.len() > MOST_SHOWN || stats.has_more {
        shown.push("…".to_owned());
    }
    format!("{} ({})", headings.display_name(index), shown.join(", "))
}

/// Returns how likely a column is the status, for choosing the example.
fn likelihood(stats: &ColumnStats) -> u64 {
    let says = |said: Option<StatusWord>| matches!(said, Some(StatusWord::Subscribed | StatusWord::Excluded(_)));
    let words = stats.words().filter(|value| says(value.status_word)).count() as u64;
    words * 2 + u64::from(stats.refusal.is_some())
}

/// The values that mean mail, as a TOML array. If they are not obvious, it has a placeholder: a
/// copied line must not mail people who refused.
pub(in crate::subscribers) fn likely_subscribed(stats: &ColumnStats) -> String {
    let gets = stats.words().filter(|value| value.status_word == Some(StatusWord::Subscribed));
    let gets: Vec<_> = gets.take(MOST_SHOWN).map(|value| toml_string(&value.text)).collect();
    if gets.is_empty() { "\"…\"".to_owned() } else { gets.join(", ") }
}

fn toml_string(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn joined_by_and(parts: &[String]) -> String {
    match parts.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => parts.concat(),
    }
}
