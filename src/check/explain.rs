//! The rules in words: for the terminal, one by one, and for `docs/rules.md`, all of them.

use std::fmt::Write;

use super::{RULES, Rule};
use crate::load::CheckLevel;

/// What a rule finds and why, in a few lines.
pub fn explanation(rule: &Rule) -> String {
    let lines = [("why", rule.why), ("example", rule.example), ("source", rule.source)];
    let mut text = format!("{} ({})\n\n{}\n\n", rule.name, level(rule), wrapped(rule.what, ""));
    for (word, said) in lines {
        writeln!(text, "{word:<9}{}", wrapped(said, "         ").trim_start()).expect("writing to a string");
    }
    writeln!(text, "\nTo change its level: `{} = \"off\"` (or `\"warn\"`, `\"error\"`) under `[check]`.", rule.name)
        .expect("writing to a string");
    text
}

/// Every rule with its level and what it finds, a line each.
pub fn list() -> String {
    let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let line = |rule: &&Rule| format!("{:<width$}  {:<5}  {}", rule.name, level(rule), rule.what);
    RULES.iter().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

/// Every rule as Markdown, for `docs/rules.md`.
pub fn reference() -> String {
    let mut text = String::new();
    for rule in RULES {
        write!(
            text,
            "### `{}`\n\n*{}* · {}\n\nWhy: {}\n\nFinds: {}\n\nSource: {}\n\n",
            rule.name,
            level(rule),
            escaped(rule.what),
            escaped(rule.why),
            escaped(rule.example),
            escaped(rule.source)
        )
        .expect("writing to a string");
    }
    text
}

/// Text for Markdown: what looks like HTML outside code is none.
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
        CheckLevel::Off => "off",
        CheckLevel::Warn => "warn",
        CheckLevel::Error => "error",
    }
}

fn wrapped(text: &str, indent: &str) -> String {
    textwrap::fill(text, textwrap::Options::new(88).initial_indent(indent).subsequent_indent(indent))
}
