//! Reads JSON in which objects have an address: Karakeep, Linkwarden, Omnivore, Pinboard, Shaarli and others.

use serde_json::{Map, Value};

use super::link::ExportedLink;
use super::names::{NOTE, SAVED, TAGS, TITLE, URL, day, is_web, line, tag_word, tags};
use crate::inbox::entry::InboxEntry;

/// Reads JSON; `None` if it is none, or has no links.
pub(super) fn links(text: &str) -> Option<Vec<ExportedLink>> {
    let mut links = Vec::new();
    // Some programs write an object a line.
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        collect(&value.ok()?, &mut links);
    }
    Some(links).filter(|links| !links.is_empty())
}

fn collect(value: &Value, links: &mut Vec<ExportedLink>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, links)),
        Value::Object(object) => match link(object) {
            Some(link) => links.push(link),
            None => object.values().for_each(|value| collect(value, links)),
        },
        _ => {}
    }
}

fn text<'v>(object: &'v Map<String, Value>, keys: &[&str]) -> Option<&'v str> {
    let value_of =
        |key: &str| object.iter().find(|(own, _)| own.to_lowercase() == key).and_then(|(_, value)| value.as_str());
    keys.iter().filter_map(|key| value_of(key)).find(|text| !text.trim().is_empty())
}

fn link(object: &Map<String, Value>) -> Option<ExportedLink> {
    // Karakeep has the address one level further down.
    let content = object.get("content").and_then(Value::as_object);
    let url = text(object, &URL).or_else(|| text(content?, &URL)).filter(|url| is_web(url))?;
    let title = text(object, &TITLE).or_else(|| text(content?, &TITLE));
    let note = text(object, &NOTE);
    let tag_values = TAGS.iter().find_map(|name| object.get(*name));
    let tags = match tag_values {
        Some(Value::Array(values)) => {
            let word = |value: &Value| value.as_str().or_else(|| value.get("name")?.as_str()).and_then(tag_word);
            values.iter().filter_map(word).collect()
        }
        Some(Value::String(text)) => tags(text),
        _ => Vec::new(),
    };
    let saved = SAVED.iter().find_map(|name| {
        let (_, value) = object.iter().find(|(key, _)| key.to_lowercase() == *name)?;
        match value {
            Value::Number(number) => day(&number.to_string()),
            Value::String(text) => day(text),
            _ => None,
        }
    });
    let title = title.and_then(line).filter(|title| title != url.trim());
    let entry =
        InboxEntry { url: url.trim().to_owned(), title, note: note.and_then(line), tags, ..InboxEntry::default() };
    Some(ExportedLink { entry, saved })
}
