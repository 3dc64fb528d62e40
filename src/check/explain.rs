//! Explains the rules: one by one on the terminal, all of them in `docs/rules.md`.

use std::fmt::Write;

use super::guarantees::{GUARANTEES, Guarantee, guarantee_of};
use super::renamed::current_name;
use super::rule::Rule;
use super::rules::rules;
use crate::diagnostic::Severity;
use crate::diagnostic::did_you_mean;

/// Explains the rule called `name` now or in an earlier version.
///
/// Errors with a suggestion, if there is one, when there is no such rule.
pub fn explain(name: &str) -> Result<String, Option<String>> {
    if let Some(guarantee) = guarantee_of(name) {
        return Ok(explained_guarantee(guarantee));
    }
    let current = current_name(name);
    let note = current.map(|current| format!("`{name}` is now called `{current}`.\n\n")).unwrap_or_default();
    match rules().find(|rule| rule.name == current.unwrap_or(name)) {
        Some(rule) => Ok(note + &explained(rule)),
        None => Err(did_you_mean(name, rules().map(|rule| rule.name))),
    }
}

fn explained(rule: &Rule) -> String {
    let lines = [("why", rule.why), ("example", rule.example), ("source", rule.source)];
    let mut text = format!("{} ({})\n\n{}\n\n", rule.name, level(rule), wrapped(rule.what, ""));
    for (word, value) in lines {
        writeln!(text, "{word:<9}{}", wrapped(value, "         ").trim_start()).expect("writing to a string");
    }
    writeln!(text, "\nTo change its level: `{} = \"off\"` (or `\"warn\"`, `\"error\"`) under `[check]`.", rule.name)
        .expect("writing to a string");
    text
}

fn explained_guarantee(guarantee: &Guarantee) -> String {
    let Guarantee { former_rule, what, source } = guarantee;
    let what = wrapped(what, "");
    format!(
        "{former_rule} (always guaranteed)\n\n{what}\n\nsource   {source}\n\nNo author, configuration, style sheet or \
         subscriber data can\nchange this, so it is no longer a rule.\n"
    )
}

/// Lists every rule with its level and what it wants, one per line.
pub fn list() -> String {
    let width = rules().map(|rule| rule.name.len()).max().unwrap_or(0);
    let line = |rule: &Rule| format!("{:<width$}  {:<5}  {}", rule.name, level(rule), rule.what);
    rules().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

/// Returns every rule and every guarantee as Markdown, for `docs/rules.md`.
pub fn reference() -> String {
    let mut text = String::new();
    for rule in rules() {
        write!(
            text,
            "### `{}`\n\n*{}* · {}\n\nWhy: {}\n\nExample: {}\n\nSource: {}\n\n",
            rule.name,
            level(rule),
            escaped(rule.what),
            escaped(rule.why),
            escaped(rule.example),
            escaped(rule.source)
        )
        .expect("writing to a string");
    }
    text.push_str("## What every message keeps\n\n");
    text.push_str("No author, configuration, `letter.css` or subscriber data can change these.\n");
    text.push_str("Earlier versions had a rule for each; `[check]` still accepts its name, with a warning.\n\n");
    for Guarantee { former_rule, what, source } in GUARANTEES {
        writeln!(text, "- {} ({}; was `{former_rule}`)", escaped(what), escaped(source)).expect("writing to a string");
    }
    text.push('\n');
    text
}

/// Escapes what Markdown would take for HTML or emphasis, outside code.
fn escaped(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let escaped: Vec<String> = parts
        .map(
            |(index, part)| if index % 2 == 0 { part.replace('<', "\\<").replace('*', "\\*") } else { part.to_owned() },
        )
        .collect();
    escaped.join("`")
}

fn level(rule: &Rule) -> &'static str {
    match rule.level {
        Severity::Warning => "warn",
        Severity::Error => "error",
    }
}

fn wrapped(text: &str, indent: &str) -> String {
    textwrap::fill(text, textwrap::Options::new(88).initial_indent(indent).subsequent_indent(indent))
}
