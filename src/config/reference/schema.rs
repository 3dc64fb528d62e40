//! Writes the description of the settings as a JSON Schema.

use serde_json::{Map, Value, json};

use super::tables::TABLES;
use crate::model::Word;
use crate::schema::{FileSchema, TableFields, json_schema};

/// The words around the author's text.
const WORDS: TableFields = TableFields {
    header: "[words]",
    about: "The texts that letters and pages contain besides yours, for a newsletter in another language. Each is text; \
            keep the placeholders in braces.",
    fields: &[],
};

/// The settings that mean nothing without another.
const NEEDS: &[(&str, &str, &str)] = &[
    ("[subscribers]", "subscribed", "status"),
    ("[smtp]", "user", "password"),
    ("[smtp]", "password", "user"),
    ("[smtp]", "mechanism", "user"),
    ("[ledger]", "password", "url"),
    ("[ledger]", "ca_file", "url"),
    ("[ledger]", "lease", "url"),
    ("[ledger]", "remote", "claim"),
    ("[mailbox]", "imap", "user"),
    ("[mailbox]", "imap", "password"),
];

/// Returns the JSON Schema of `newsletter.toml`. `rules`: the names of the rules of `check`, each with what it wants.
pub fn config_schema(rules: &[(&str, &str)]) -> Value {
    let words: Map<String, Value> = Word::ALL
        .iter()
        .map(|(_, key, english)| ((*key).to_owned(), json!({ "type": "string", "default": english })))
        .collect();
    let level = |what: &str| json!({ "type": "string", "enum": ["off", "warn", "error"], "description": what });
    let levels: Map<String, Value> = rules.iter().map(|(name, what)| ((*name).to_owned(), level(what))).collect();
    let tables: Vec<&TableFields> = TABLES.iter().chain([&WORDS]).collect();
    json_schema(&FileSchema {
        title: "The settings of a newsletter",
        tables: &tables,
        lists_too: &["[smtp]"],
        required: &["[newsletter]", "[unsubscribe]"],
        at_least_one: &[("[unsubscribe]", &["url", "mailto"])],
        needs: NEEDS,
        free: &[("[check]", levels), ("[words]", words)],
        rules,
    })
}
