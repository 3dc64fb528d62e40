//! Reads the JSON of curated.co: issues with categories of items.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::issue::{PastIssue, PastLink, PastPart, PastSection};
use crate::page::markup::Markup;
use crate::page::text::printable;

/// Reads the issues of `text`: one, a list, or a list below `issues`; `None` if it is no JSON, or has none.
pub(super) fn read(text: &str) -> Option<Vec<PastIssue>> {
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    let issues = match &value {
        Value::Array(issues) => issues.iter().filter_map(issue).collect(),
        Value::Object(object) => match object.get("issues").and_then(Value::as_array) {
            Some(issues) => issues.iter().filter_map(issue).collect(),
            None => issue(&value).into_iter().collect::<Vec<_>>(),
        },
        _ => return None,
    };
    Some(issues).filter(|issues| !issues.is_empty())
}

fn issue(value: &Value) -> Option<PastIssue> {
    let object = value.as_object()?;
    let categories = ["categories", "sections"].iter().find_map(|key| object.get(*key)?.as_array())?;
    let number = object.get("number").and_then(|number| number.as_u64().or_else(|| number.as_str()?.parse().ok()));
    let date = text(object, &["published_at", "published_on", "date", "updated_at"]);
    Some(PastIssue {
        number: number.and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0),
        title: text(object, &["title", "name"]).map(|title| plain(&title)),
        date: date.and_then(|date| date.get(..10)?.parse::<NaiveDate>().ok()),
        intro: text(object, &["summary", "introduction", "intro"]).map(|words| plain(&words)).unwrap_or_default(),
        sections: categories.iter().filter_map(section).collect(),
        ..PastIssue::default()
    })
}

fn section(value: &Value) -> Option<PastSection> {
    let object = value.as_object()?;
    let items = ["items", "links"].iter().find_map(|key| object.get(*key)?.as_array())?;
    let mut parts = vec![PastPart::default()];
    for item in items.iter().filter_map(Value::as_object) {
        let words = text(item, &["description", "body", "text"]).map(|words| plain(&words)).unwrap_or_default();
        let title = text(item, &["title", "name"]).map(|title| plain(&title)).unwrap_or_default();
        let url = text(item, &["url", "link"]).filter(|url| url.starts_with("http"));
        let last = parts.len() - 1;
        if let Some(url) = url.filter(|_| !title.is_empty()) {
            parts[last].links.push(PastLink { url, title, author: None, note: words });
            continue;
        }
        let words = [title, words].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join("\n\n");
        let is_first = parts[last].links.is_empty() && parts[last].text.is_empty();
        match (words.is_empty(), is_first) {
            (true, _) => {}
            (false, true) => parts[last].text = words,
            // Text below links begins a part.
            (false, false) => parts.push(PastPart { text: words, ..PastPart::default() }),
        }
    }
    let title = text(object, &["name", "title"]).map(|title| plain(&title));
    Some(PastSection { title, parts })
        .filter(|section| section.parts.iter().any(|part| !part.links.is_empty() || !part.text.is_empty()))
}

fn text(object: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    keys.iter()
        .find_map(|key| object.get(*key)?.as_str())
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// Returns the words of HTML.
fn plain(html: &str) -> String {
    printable(&Markup::parse(html).text(0))
}
