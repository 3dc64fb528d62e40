//! Holds the sample issue that `newsletter init` writes, and its sentences, so that a check can find those left in an
//! issue.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::SourceFile;

/// The first issue of a new newsletter, its date still to be set.
pub const STARTER_ISSUE: &str = include_str!("../app/init/starter/001-hello.toml");

/// Words a sentence has at least to be told from what anybody may say: `Hello {subscriber.name|friend},` is nobody's own.
const LEAST_WORDS: usize = 4;

/// Keys of an issue whose whole value is the author's own, however short.
const OWN_VALUES: [&str; 4] = ["title", "url", "image", "alt"];

/// The text of the sample issue.
static SAMPLE: LazyLock<Sample> = LazyLock::new(|| {
    let mut sample = Sample::default();
    for value in values(STARTER_ISSUE) {
        if value.is_own {
            sample.values.insert(plain(&value.text));
        } else {
            let sentences = value.text.split("\n\n").flat_map(|paragraph| paragraph.split(['.', '!', '?', ':', ';']));
            let sentences = sentences.map(plain);
            sample.sentences.extend(sentences.filter(|sentence| sentence.split(' ').count() >= LEAST_WORDS));
        }
    }
    sample
});

/// The issue's own words, as [`plain`] text.
#[derive(Debug, Default)]
struct Sample {
    /// Titles and addresses.
    values: BTreeSet<String>,
    /// The sentences of everything else, those long enough to be somebody's own.
    sentences: BTreeSet<String>,
}

impl Sample {
    /// Returns what of it `value` says.
    fn find_in(&self, value: &Value) -> Option<String> {
        let text = plain(&value.text);
        let sentence = self.sentences.iter().find(|sentence| has_words(&text, sentence));
        sentence.or_else(|| self.values.get(&text).filter(|_| value.is_own)).cloned()
    }
}

/// A text of an issue and where it stands.
struct Value {
    text: String,
    /// Whether all of it is the author's own, however short.
    is_own: bool,
    span: Range<usize>,
}

/// Returns what of the sample issue is left in `issue`: the words, and the value they stand in. Nothing when it is not TOML.
pub fn starter_texts(issue: &SourceFile) -> Vec<(String, Range<usize>)> {
    values(&issue.text).into_iter().filter_map(|value| Some((SAMPLE.find_in(&value)?, value.span))).collect()
}

/// `text` with capitals, white space, the marks of Markdown and a last slash aside.
fn plain(text: &str) -> String {
    let words = text.to_lowercase().replace(['*', '_', '`', '>', '#'], " ");
    words.trim_end_matches('/').split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns whether `text` has `words`, none of them part of a longer one.
fn has_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
        !is_letter(text[..at].chars().next_back()) && !is_letter(text[at + words.len()..].chars().next())
    })
}

/// The texts of an issue that its author writes, in the order of the file.
fn values(text: &str) -> Vec<Value> {
    let Ok(document) = DeTable::parse(text) else { return Vec::new() };
    let mut found = Vec::new();
    collect_values(document.get_ref(), true, &mut found);
    found.sort_by_key(|value| value.span.start);
    found
}

/// Adds the values of `table`. The title of a section, `Tools`, is anybody's: only a link and the issue have one of their
/// own, `has_title`.
fn collect_values(table: &DeTable<'_>, has_title: bool, found: &mut Vec<Value>) {
    for (key, value) in table {
        let key = key.get_ref().as_ref();
        match value.get_ref() {
            DeValue::String(_) if key == "title" && !has_title => {}
            DeValue::String(text) => {
                let text = text.to_string();
                found.push(Value { text, is_own: OWN_VALUES.contains(&key), span: value.span() });
            }
            DeValue::Table(below) => collect_values(below, false, found),
            DeValue::Array(items) => {
                let tables = items.iter().filter_map(|item: &Spanned<DeValue<'_>>| item.get_ref().as_table());
                tables.for_each(|below| collect_values(below, key == "link", found));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_issue_has_statements_of_its_own() {
        let said = |set: &BTreeSet<String>| set.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
        assert_eq!(
            said(&SAMPLE.values),
            [
                "https://example.com/talks/clocks",
                "https://example.net/tinyserve",
                "https://example.org/two-generals",
                "img/001-messenger.png",
                "the sample issue",
                "there is no now",
                "tinyserve",
                "two generals and a messenger",
                "two hills, and a dotted line between them that stops half way"
            ]
            .join("\n")
        );
        assert_eq!(
            said(&SAMPLE.sentences),
            [
                "a section can begin with a sentence of its own",
                "a sentence that makes the letter worth opening",
                "a static file server in 4 kb, and every line of it can be read",
                "a talk about clocks that disagree, and programs that do not mind",
                "close with a line of your own",
                "it shows what an issue can hold",
                "it worked on the first try, so now i am looking for the bug",
                "links with a few words each, grouped in sections, a picture, and a quotation",
                "read it for the last paragraph, where the author says what to do instead",
                "replace it with yours",
                "this is the sample that newsletter init wrote",
                "this is where the sample ends",
                "what an inbox shows after the subject",
                "why no number of messages makes both sides sure, told with two drawings"
            ]
            .join("\n")
        );
    }
}
