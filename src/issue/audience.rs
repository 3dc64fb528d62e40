//! Reads which subscribers an issue is for.

use std::collections::BTreeSet;

use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::{did_you_mean, quote};
use crate::model::{AudienceRule, ReaderTopic, folded, words_of};
use crate::toml::Table;

/// Reads `audience` of an issue; `topics` are those of the newsletter.
pub(super) fn audience(top: &Table<'_>, topics: &[ReaderTopic]) -> AudienceRule {
    let Some(table) = top.table("audience") else { return AudienceRule::default() };
    let topic = table.parsed("topic", |name| known_topic(name, topics));
    let [tags, without] = ["tags", "without"].map(|key| tags(&table, key));
    table.reject_unknown(|_| None);
    if let Some(tag) = tags.intersection(&without).next() {
        let problem = Problem::new(format!("{} is both in `tags` and in `without`, so nobody matches", quote(tag)));
        table.error(table.value_span("without").unwrap_or_default(), problem.help("remove it from one of them"));
    }
    if !["topic", "tags", "without"].iter().any(|key| table.has(key)) {
        let problem = Problem::new("`audience` says nothing about who gets the issue");
        let help = "write `audience = { tags = [\"founder\"] }`, or remove it: then everybody gets it";
        table.error(table.span(), problem.help(help));
    }
    AudienceRule { topic, tags, without }
}

fn known_topic(name: &str, topics: &[ReaderTopic]) -> Result<ReaderTopic, Problem> {
    if let Some(topic) = topics.iter().find(|topic| topic.name == name) {
        return Ok(topic.clone());
    }
    let names = || topics.iter().map(|topic| topic.name.as_str());
    let help = did_you_mean(name, names()).unwrap_or_else(|| match topics {
        [] => "add a `[[topic]]` with this `name` to `newsletter.toml`, or use `tags`".to_owned(),
        _ => format!("the topics are {}", names().map(quote).collect::<Vec<_>>().join(", ")),
    });
    Err(Problem::new(format!("the newsletter has no topic {}", quote(name))).help(help))
}

/// An empty list is an error: it may be read as everybody and as nobody.
fn tags(table: &Table<'_>, key: &'static str) -> BTreeSet<String> {
    let parse = |tag: &str| match words_of(tag).collect::<Vec<_>>().as_slice() {
        [word] if word == tag => Ok(folded(tag)),
        _ => Err(Problem::new(format!("{} is not one tag", quote(tag))).help("write each tag in quotes of its own")),
    };
    let tags = table.list(key, parse);
    if tags.is_some() && table.count(key) == 0 {
        let problem = Problem::new(format!("`{key}` is empty"));
        table.error(table.value_span(key).unwrap_or_default(), problem.help("name a tag, or remove it"));
    }
    tags.into_iter().flatten().collect()
}
