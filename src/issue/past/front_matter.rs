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
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let words = line.trim();
            let is_end = if is_fenced { index > 0 && words == "---" } else { words.is_empty() };
            found.end += line.len();
            found.lines += 1;
            if is_end {
                return found;
            }
            if let Some((key, value)) = line.split_once(':').filter(|(key, _)| is_key(key)) {
                let value = value.trim().trim_matches(['"', '\'']).to_owned();
                found.values.insert(key.trim().to_lowercase(), value);
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

    pub(super) fn number(&self) -> Option<u32> {
        self.value(&["number", "issue", "edition", "secondary_id"])?.parse().ok()
    }

    pub(super) fn date(&self) -> Option<NaiveDate> {
        let keys = ["date", "publish_date", "published_at", "published", "pubdate", "creation_date"];
        self.value(&keys)?.get(..10)?.parse().ok()
    }
}

fn is_key(text: &str) -> bool {
    let text = text.trim_end();
    !text.is_empty()
        && text.chars().all(|character| character.is_alphanumeric() || "_- ".contains(character))
        && text.split(' ').count() <= 2
}
