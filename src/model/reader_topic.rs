//! Describes the topics that readers choose among, and what they chose.

use std::collections::BTreeSet;

/// A topic of the newsletter, for readers who want only some of its issues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderTopic {
    /// Its name in files and forms: lower-case letters, digits and hyphens.
    pub name: String,
    /// Its name for readers.
    pub title: String,
    /// Whether readers who were never asked get it.
    pub is_default: bool,
}

impl ReaderTopic {
    /// Returns whether a reader with these choices gets it.
    pub fn is_wanted(&self, choices: &BTreeSet<String>) -> bool {
        choices.contains(&self.name) || (self.is_default && !choices.contains(&declined(&self.name)))
    }
}

/// Returns the choice of a reader who was shown the topic `name` and does not want it. A topic that was never shown to them is
/// in neither form among their choices.
pub fn declined(name: &str) -> String {
    format!("-{name}")
}

/// Returns the choices `before` with those of `newer` in their place.
pub fn merged_choices(before: &BTreeSet<String>, newer: &BTreeSet<String>) -> BTreeSet<String> {
    let is_kept = |choice: &&String| {
        let other = choice.strip_prefix('-').map_or_else(|| declined(choice), str::to_owned);
        !newer.contains(&other)
    };
    before.iter().filter(is_kept).chain(newer).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(words: &[&str]) -> BTreeSet<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn who_was_never_asked_gets_what_is_on_by_default() {
        let topic = |is_default| ReaderTopic { name: "deep".to_owned(), title: "Deep".to_owned(), is_default };
        let wanted = |choices: &[&str]| [true, false].map(|is_default| topic(is_default).is_wanted(&set(choices)));
        assert_eq!(wanted(&[]), [true, false]);
        assert_eq!(wanted(&["daily"]), [true, false]);
        assert_eq!(wanted(&["deep"]), [true, true]);
        assert_eq!(wanted(&["-deep"]), [false, false]);
    }

    #[test]
    fn a_newer_choice_replaces_an_earlier_one_about_the_same_topic() {
        let merged = merged_choices(&set(&["deep", "-daily", "old"]), &set(&["-deep", "daily"]));
        assert_eq!(merged, set(&["-deep", "daily", "old"]));
        assert_eq!(merged_choices(&set(&["deep"]), &set(&[])), set(&["deep"]));
    }
}
