//! Reads lists within a cell: tags and topics, and the JSON object that some services keep fields in.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::subscribers::file::cells;
use crate::subscribers::row_errors::is_allowed;

/// Reads the words of `cell`: a JSON array, or words with commas, semicolons or bars between them, quoted or not.
pub(super) fn words(cell: &str) -> BTreeSet<String> {
    let cell = cell.trim();
    if cell.starts_with('[')
        && let Ok(Value::Array(words)) = serde_json::from_str(cell)
    {
        return words.iter().filter_map(Value::as_str).filter_map(clean).collect();
    }
    let delimiter = if cell.contains(',') || cell.contains('"') { b',' } else { cells::delimiter(cell) };
    let mut words = BTreeSet::new();
    for record in cells::reader(cell.as_bytes(), delimiter).records().map_while(Result::ok) {
        words.extend(record.iter().filter_map(clean));
    }
    words
}

/// Returns `word` as it is kept; `None` if nothing is left of it.
fn clean(word: &str) -> Option<String> {
    let word = word.trim();
    (!word.is_empty() && is_allowed(word)).then(|| word.to_owned())
}

/// Writes words so that [`words`] reads them: with commas between them where that is possible, else as JSON.
pub(super) fn joined(words: &BTreeSet<String>) -> String {
    let is_plain = |word: &String| !word.contains([',', ';', '|', '"', '[', '\t']) && word.trim() == word.as_str();
    if words.iter().all(is_plain) {
        return words.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    }
    serde_json::to_string(words).unwrap_or_default()
}

/// Reads the plain values of a JSON object as fields; nothing if `cell` is none.
pub(super) fn object(cell: &str) -> BTreeMap<String, String> {
    let Ok(Value::Object(object)) = serde_json::from_str(cell) else { return BTreeMap::new() };
    let text = |value: Value| match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    let name = |name: &str| name.to_lowercase().split_whitespace().collect::<Vec<_>>().join("_");
    let all = object.into_iter().filter_map(|(key, value)| Some((name(&key), text(value)?)));
    all.filter(|(key, text)| !key.is_empty() && is_allowed(key) && !text.is_empty() && is_allowed(text)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags_of_all_services_are_read() {
        let cases = [
            ("\"Editors\"", "Editors"),
            ("\"Editors\",\"Press, Berlin\"", "Editors|Press, Berlin"),
            ("early, vip", "early|vip"),
            ("early;vip", "early|vip"),
            ("[\"early\", \"vip\"]", "early|vip"),
            ("founder", "founder"),
            (" , ", ""),
            ("", ""),
        ];
        for (cell, expected) in cases {
            assert_eq!(words(cell).into_iter().collect::<Vec<_>>().join("|"), expected, "{cell}");
        }
    }

    #[test]
    fn plain_values_of_an_object_are_fields() {
        let fields = object(r#"{"City": "Bremen", "age": 30, "vip": true, "list": [1], "empty": ""}"#);
        let told: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(told, ["age=30", "city=Bremen", "vip=true"]);
        assert!(object("no").is_empty());
    }

    proptest! {
        #[test]
        fn words_that_were_written_are_read(all in prop::collection::btree_set("[a-c,;|\"\\[\\]' =]{1,5}", 0..4)) {
            let all: BTreeSet<String> = all.iter().filter_map(|word| clean(word)).collect();
            prop_assert_eq!(words(&joined(&all)), all);
        }
    }
}
