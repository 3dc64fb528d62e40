//! Describes every setting, for `docs/settings.md`. Tests hold the description to the keys and defaults of the loaders.

mod kinds;
mod mailbox;
mod schema;
mod serve;
mod smtp;
mod tables;
mod topic;

use std::fmt::Write;

pub use self::schema::config_schema;
use self::tables::TABLES;
use crate::model::Word;
use crate::schema::{Field, Unset};

/// Returns every setting with type, default and meaning as Markdown, table by table, for `docs/settings.md`.
pub fn settings_reference() -> String {
    let mut text = String::new();
    for table in TABLES {
        write!(text, "## `{}`\n\n", table.header).expect("writing to a string");
        if !table.about.is_empty() {
            write!(text, "{}\n\n", table.about).expect("writing to a string");
        }
        text.push_str("| key | type | default | meaning |\n|---|---|---|---|\n");
        for field in table.fields {
            let default = match field.default {
                Unset::Required => "required".to_owned(),
                Unset::Value(value) => format!("`{value}`"),
                Unset::Derived(words) => words.to_owned(),
                Unset::Off => "none".to_owned(),
            };
            let Field { key, kind, meaning, .. } = field;
            let row = [&format!("`{key}`"), &kind.to_string(), &default, *meaning].map(|cell| cell.replace('|', "\\|"));
            writeln!(text, "| {} |", row.join(" | ")).expect("writing to a string");
        }
        text.push('\n');
    }
    text.push_str(
        "## `[words]`\n\nThe texts that letters and pages contain besides yours, for a newsletter in another language: see \
         [Other languages](publish.md#other-languages). Each is text; keep the placeholders in braces.\n\n\
         | key | default |\n|---|---|\n",
    );
    for (_, key, english) in Word::ALL {
        writeln!(text, "| `{key}` | {english} |").expect("writing to a string");
    }
    text
}

#[cfg(test)]
mod tests;
