//! Writes what is documented about the tables of a file as a JSON Schema (draft 7), which editors of TOML understand.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::field::{Field, TableFields, Unset};
use super::kind::Kind;

/// A kind of file.
pub(crate) struct FileSchema<'a> {
    pub(crate) title: &'a str,
    /// Its tables, those below others after them.
    pub(crate) tables: &'a [&'a TableFields],
    /// Headers of tables that may also be written as a list of tables.
    pub(crate) lists_too: &'a [&'a str],
    /// Headers of tables that must be there.
    pub(crate) required: &'a [&'a str],
    /// Headers of tables with keys of which at least one must be there.
    pub(crate) at_least_one: &'a [(&'a str, &'a [&'a str])],
    /// Headers of tables with a key that needs another.
    pub(crate) needs: &'a [(&'a str, &'a str, &'a str)],
    /// Headers of tables with keys that are no fields of theirs, each with its schema.
    pub(crate) free: &'a [(&'a str, Map<String, Value>)],
    /// The names of the rules of `check`, each with what it wants.
    pub(crate) rules: &'a [(&'a str, &'a str)],
}

/// Returns the JSON Schema of `file`.
pub(crate) fn json_schema(file: &FileSchema<'_>) -> Value {
    let top = file.tables.iter().find(|table| table.header.is_empty());
    let mut schema = file.object(top.copied(), "", "");
    schema["$schema"] = "http://json-schema.org/draft-07/schema#".into();
    schema["title"] = file.title.into();
    schema
}

impl FileSchema<'_> {
    /// Returns the schema of the table with `header`, whose path is `path`, and of those below it.
    fn object(&self, table: Option<&TableFields>, header: &str, path: &str) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in table.iter().flat_map(|table| table.fields) {
            properties.insert(field.key.to_owned(), self.property(field));
            if matches!(field.default, Unset::Required) {
                required.push(field.key);
            }
        }
        let free = self.free.iter().filter(|(own, _)| *own == header);
        properties.extend(free.flat_map(|(_, keys)| keys.clone()));
        for below in self.tables.iter().copied() {
            let name = name_of(below.header);
            let Some((parent, key)) = name.rsplit_once('.').or(Some(("", name))).filter(|(_, key)| !key.is_empty())
            else {
                continue;
            };
            if parent != path {
                continue;
            }
            let object = self.object(Some(below), below.header, name);
            let list = json!({ "type": "array", "items": &object });
            let mut forms: Vec<Value> = properties.remove(key).into_iter().collect();
            if below.header.starts_with("[[") {
                forms.push(list);
            } else if self.lists_too.contains(&below.header) {
                forms.extend([object, list]);
            } else {
                forms.push(object);
            }
            let mut property = if forms.len() == 1 { forms.remove(0) } else { json!({ "anyOf": forms }) };
            if !below.about.is_empty() {
                property["description"] = plain(below.about).into();
            }
            properties.insert(key.to_owned(), property);
            if self.required.contains(&below.header) {
                required.push(key);
            }
        }
        let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
        if !required.is_empty() {
            schema["required"] = required.into();
        }
        for (_, keys) in self.at_least_one.iter().filter(|(own, _)| *own == header) {
            schema["anyOf"] = keys.iter().map(|key| json!({ "required": [key] })).collect();
        }
        let mut needs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (_, key, other) in self.needs.iter().filter(|(own, ..)| *own == header) {
            needs.entry(key).or_default().push(other);
        }
        if !needs.is_empty() {
            schema["dependencies"] = json!(needs);
        }
        schema
    }

    fn property(&self, field: &Field) -> Value {
        let mut property = self.value(field.kind);
        property["description"] = plain(field.meaning).into();
        if let Unset::Value(written) = field.default
            && let Some(default) = json_of(written)
        {
            property["default"] = default;
        }
        property
    }

    fn value(&self, kind: Kind) -> Value {
        match kind {
            Kind::Text(form) if form.pattern.is_empty() => json!({ "type": "string" }),
            Kind::Text(form) => json!({ "type": "string", "pattern": form.pattern }),
            Kind::OneOf(words) => json!({ "type": "string", "enum": words }),
            Kind::Integer(least, u32::MAX) => json!({ "type": "integer", "minimum": least }),
            Kind::Integer(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
            Kind::Decimal(least, most) => json!({ "type": "number", "minimum": least, "maximum": most }),
            Kind::Flag => json!({ "type": "boolean" }),
            Kind::Date => json!({ "anyOf": [
                { "type": "string", "format": "date" },
                { "type": "string", "format": "date-time" },
                { "type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}([Tt ].*)?$" },
            ] }),
            Kind::List(item) => json!({ "type": "array", "items": self.value(*item) }),
            Kind::Either(one, other) => json!({ "anyOf": [self.value(*one), self.value(*other)] }),
            Kind::Secret => {
                let source = |key: &str, value: Value| json!({ "type": "object", "properties": { key: value }, "required": [key], "additionalProperties": false });
                let words = json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 });
                json!({ "anyOf": [
                    source("env", json!({ "type": "string", "pattern": r"^\s*[A-Za-z_][A-Za-z0-9_]*\s*$" })),
                    source("file", json!({ "type": "string", "pattern": r"\S" })),
                    source("command", words),
                ] })
            }
            Kind::Rule => {
                let names: Vec<&str> = self.rules.iter().map(|(name, _)| *name).collect();
                json!({ "type": "string", "enum": names })
            }
        }
    }
}

/// Returns the path in a header: `section.link` of `[[section.link]]`.
fn name_of(header: &str) -> &str {
    header.trim_matches(['[', ']'])
}

/// Returns a value that is written as TOML.
fn json_of(written: &str) -> Option<Value> {
    let table: toml::Table = format!("value = {written}").parse().ok()?;
    serde_json::to_value(table.get("value")?).ok()
}

/// Returns Markdown without the addresses of its links, which lead from one document to another.
fn plain(markdown: &str) -> String {
    let mut text = String::new();
    let mut rest = markdown;
    while let Some((before, after)) = rest.split_once("](")
        && let Some((start, words)) = before.rsplit_once('[')
        && let Some((_, after)) = after.split_once(')')
    {
        text.extend([start, words]);
        rest = after;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_between_documents_are_words() {
        assert_eq!(plain("See [Topics](a.md#b) and `[50, 100]`; [`add`](c.md)."), "See Topics and `[50, 100]`; `add`.");
        assert_eq!(plain("`[\"a\"]`, [b](c"), "`[\"a\"]`, [b](c");
    }
}
