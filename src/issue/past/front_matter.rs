//! Reads what stands above the text of a Markdown file: between lines of `---`, or as lines of `Key: value`.

use std::collections::HashMap;

use chrono::NaiveDate;

/// The values above a text.
#[derive(Debug, Default)]
pub(super) struct FrontMatter {
    values: HashMap<String, String>,
    /// The offset of the text.
    pub(super) end: usize,
    /// The lines before the text.
    pub(super) lines: usize,
}

impl FrontMatter {
    pub(super) fn read(text: &str) -> Self {
        let is_fenced = text.lines().next().is_some_and(|line| line.trim_end() == "---");
        let mut found = Self::default();
        let mut open: Option<String> = None;
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let words = line.trim();
            let is_end = if is_fenced { index > 0 && words == "---" } else { words.is_empty() };
            found.end += line.len();
            found.lines += 1;
            if is_end {
                return found;
            }
            if let Some((key, value)) = line.split_once(':').filter(|(key, _)| is_key(key)) {
                let key = key.trim().to_lowercase();
                found.values.insert(key.clone(), unquoted(value.trim()));
                open = Some(key).filter(|_| matches!(value.trim(), ">" | ">-" | "|" | "|-"));
            } else if let Some(folded) =
                open.as_ref().filter(|_| line.starts_with(' ')).and_then(|key| found.values.get_mut(key))
            {
                // A text on lines of its own.
                let before = if matches!(folded.as_str(), ">" | ">-" | "|" | "|-") {
                    String::new()
                } else {
                    format!("{folded} ")
                };
                *folded = before + words;
            } else if !is_fenced {
                // The text begins at once.
                return Self::default();
            }
        }
        // Nothing but keys, or a rule in place of a fence.
        Self::default()
    }

    fn value(&self, keys: &[&str]) -> Option<&str> {
        keys.iter().find_map(|key| self.values.get(*key)).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(super) fn title(&self) -> Option<&str> {
        self.value(&["title", "subject"])
    }

    /// Returns whether the file says that the issue was not sent.
    pub(super) fn is_draft(&self) -> bool {
        self.value(&["draft"]) == Some("true")
            || self
                .value(&["status"])
                .is_some_and(|status| ["draft", "scheduled", "about_to_send", "paused", "deleted"].contains(&status))
    }

    pub(super) fn number(&self) -> Option<u32> {
        self.value(&["number", "issue", "edition", "secondary_id"])?.parse().ok()
    }

    pub(super) fn date(&self) -> Option<NaiveDate> {
        let keys = ["date", "publish_date", "published_at", "published", "pubdate", "creation_date"];
        self.value(&keys)?.get(..10)?.parse().ok()
    }
}

/// Returns a value of YAML without its quotes.
fn unquoted(value: &str) -> String {
    let between = |quote: char| value.strip_prefix(quote).and_then(|value| value.strip_suffix(quote));
    match (between('"'), between('\'')) {
        (Some(inner), _) => inner.replace("\\\"", "\"").replace("\\\\", "\\"),
        (None, Some(inner)) => inner.replace("''", "'"),
        (None, None) => value.to_owned(),
    }
}

fn is_key(text: &str) -> bool {
    let text = text.trim_end();
    !text.is_empty()
        && !text.starts_with(' ')
        && text.chars().all(|character| character.is_alphanumeric() || "_- ".contains(character))
        && text.split(' ').count() <= 2
}
