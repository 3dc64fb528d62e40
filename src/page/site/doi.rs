//! doi.org: the registered title and authors of a paper, by content negotiation.

use serde_json::Value;
use url::Url;

use crate::model::LinkKind;
use crate::page::address::normalize;
use crate::page::facts::{Fact, Facts, Origin};
use crate::page::text::printable;

/// Returns the address at doi.org for an address there.
pub fn question(url: &Url) -> Option<Url> {
    matches!(url.host_str()?, "doi.org" | "dx.doi.org" | "www.doi.org").then_some(())?;
    let key = normalize(url.as_str());
    Url::parse(&format!("https://{key}")).ok().filter(|_| key.starts_with("doi.org/10."))
}

/// Reads the facts of CSL JSON.
pub(super) fn facts(json: &[u8]) -> Option<Facts> {
    let answer: Value = serde_json::from_slice(json).ok()?;
    let title = match answer.get("title")? {
        Value::String(title) => title.as_str(),
        Value::Array(titles) => titles.first()?.as_str()?,
        _ => return None,
    };
    let names: Vec<String> =
        answer.get("author").and_then(Value::as_array).into_iter().flatten().filter_map(name).collect();
    let author = match names.as_slice() {
        [] => None,
        [_] | [_, _] | [_, _, _] => Some(names.join(", ")),
        [first, ..] => Some(format!("{first} et al.")),
    };
    let fact = |value: String| Fact { value, origin: Origin::Citation };
    Some(Facts {
        title: Some(fact(printable(title))).filter(|title| !title.value.is_empty()),
        author: author.map(fact),
        kind: Some(Fact { value: LinkKind::Paper, origin: Origin::Address }),
        ..Facts::default()
    })
}

fn name(author: &Value) -> Option<String> {
    let part = |key: &str| author.get(key).and_then(Value::as_str).map(printable).filter(|part| !part.is_empty());
    match (part("given"), part("family")) {
        (Some(given), Some(family)) => Some(format!("{given} {family}")),
        (None, Some(family)) => Some(family),
        _ => part("literal").or_else(|| part("name")),
    }
}
