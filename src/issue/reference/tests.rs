//! Compares the description of issues with what the loader reads.

use std::collections::BTreeSet;

use super::*;
use crate::issue::parse::tests::parse;
use crate::toml::recorded_keys;

const TOP: &str = "number = 42\ntitle = 'A'\ndate = 2026-11-24\n";

/// Returns the table `header` with its required keys and `key` with `value`, and what it stands below.
fn with(header: &str, key: &str, value: &str) -> String {
    let required = |header: &str| match header {
        "" => TOP,
        "[[section]]" | "[[section.part]]" => "title = 'A'\n",
        "[[section.link]]" | "[[section.part.link]]" => "url = 'https://example.org/'\ntitle = 'A'\n",
        "[outro]" | "[[section.quote]]" | "[[section.part.quote]]" => "text = 'x'\n",
        _ => "",
    };
    let lines = |own: &str| {
        let is_set = |line: &str| own == header && line.starts_with(&format!("{key} = "));
        let kept: String = required(own).split_inclusive('\n').filter(|line| !is_set(line)).collect();
        if own == header && !key.is_empty() { format!("{key} = {value}\n{kept}") } else { kept }
    };
    let around = ["[[section]]", "[[section.part]]"];
    let around = around.iter().filter(|outer| header != **outer && header.starts_with(&outer[..outer.len() - 2]));
    let mut text = lines("");
    for own in around.copied().chain([header]).filter(|own| !own.is_empty()) {
        text.extend([own, "\n", &lines(own)]);
    }
    text
}

#[test]
fn the_fields_are_those_that_the_loader_reads() {
    let headers = TABLES.iter().map(|table| table.header);
    let read: BTreeSet<(String, &str)> =
        headers.flat_map(|header| recorded_keys(|| drop(parse(&with(header, "", ""))))).collect();
    let fields = TABLES.iter().flat_map(|table| table.fields.iter().map(|field| (table.header.to_owned(), field.key)));
    let tables = TABLES.iter().filter(|table| !table.header.is_empty()).map(|table| {
        let name = table.header.trim_matches(['[', ']']);
        let (parent, key) = name.rsplit_once('.').unwrap_or(("", name));
        (if parent.is_empty() { String::new() } else { format!("[[{parent}]]") }, key)
    });
    assert_eq!(read, fields.chain(tables).collect());
}

#[test]
fn the_types_are_those_of_the_loader() {
    // Values of `outro` may also be tables.
    let differences = |table: &&TableFields| {
        table.differences(&["outro"], |field, value| parse(&with(table.header, field.key, value)))
    };
    assert_eq!(TABLES.iter().flat_map(differences).collect::<Vec<_>>(), [""; 0]);
}
