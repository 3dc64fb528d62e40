//! Describes which subscribers an issue is for.

use std::collections::BTreeSet;
use std::fmt;

use super::reader_topic::ReaderTopic;
use super::subscriber::Subscriber;

/// Which subscribers an issue is for, as its `audience` says. The default is everybody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AudienceRule {
    /// Those who get this topic.
    pub topic: Option<ReaderTopic>,
    /// Those with one of these tags.
    pub tags: BTreeSet<String>,
    /// Not those with one of these tags.
    pub without: BTreeSet<String>,
}

impl AudienceRule {
    /// Returns whether the issue is for every subscriber.
    pub fn is_everybody(&self) -> bool {
        *self == Self::default()
    }

    /// Returns whether the issue is for a reader with these choices among the topics and these tags of the writer.
    pub fn includes(&self, topics: &BTreeSet<String>, tags: &BTreeSet<String>) -> bool {
        let has_one = |wanted: &BTreeSet<String>| tags.iter().any(|tag| wanted.contains(&folded(tag)));
        self.topic.as_ref().is_none_or(|topic| topic.is_wanted(topics))
            && (self.tags.is_empty() || has_one(&self.tags))
            && !has_one(&self.without)
    }

    /// Returns the columns of a list that may say who gets an issue.
    pub fn columns() -> impl Iterator<Item = &'static str> {
        TOPIC_COLUMNS.iter().chain(TAG_COLUMNS).copied()
    }

    /// Returns whether the issue is for `subscriber` of a list, by its columns `topics` and `tags`.
    pub fn includes_row(&self, subscriber: &Subscriber) -> bool {
        let words = |columns: &[&str]| -> BTreeSet<String> {
            columns.iter().filter_map(|name| subscriber.fields.get(*name)).flat_map(|cell| words_of(cell)).collect()
        };
        self.is_everybody() || self.includes(&words(TOPIC_COLUMNS), &words(TAG_COLUMNS))
    }
}

/// The columns of a list that say which topics a subscriber chose.
const TOPIC_COLUMNS: &[&str] = &["topics", "topic"];

/// The columns of a list with the writer's tags, as services name them.
const TAG_COLUMNS: &[&str] = &["tags", "tag", "labels", "label"];

/// Returns the words of a cell of a list: `founder, press`, `"founder","press"`, or `founder;press`.
pub(crate) fn words_of(cell: &str) -> impl Iterator<Item = String> {
    let trimmed =
        |word: &str| word.trim_matches(|letter: char| letter.is_whitespace() || "\"'[]".contains(letter)).to_owned();
    cell.split([',', ';', '|']).map(trimmed).filter(|word| !word.is_empty())
}

/// Returns `tag` as tags are compared: people write one with and without capitals.
pub(crate) fn folded(tag: &str) -> String {
    tag.trim().to_lowercase()
}

impl fmt::Display for AudienceRule {
    /// Writes `` topic `deep`, tag `founder` or `vip`, without `press` ``; nothing for everybody.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted =
            |tags: &BTreeSet<String>| tags.iter().map(|tag| format!("`{tag}`")).collect::<Vec<_>>().join(" or ");
        let topic = self.topic.as_ref().map(|topic| format!("topic `{}`", topic.name));
        let tags = Some(&self.tags).filter(|tags| !tags.is_empty()).map(|tags| format!("tag {}", quoted(tags)));
        let without =
            Some(&self.without).filter(|tags| !tags.is_empty()).map(|tags| format!("without {}", quoted(tags)));
        formatter.write_str(&topic.into_iter().chain(tags).chain(without).collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::address::EmailAddress;
    use super::*;

    fn rule(topic: Option<bool>, tags: &str, without: &str) -> AudienceRule {
        let topic = topic.map(|is_default| ReaderTopic { name: "deep".to_owned(), title: String::new(), is_default });
        AudienceRule { topic, tags: words_of(tags).collect(), without: words_of(without).collect() }
    }

    #[test]
    fn a_row_of_a_list_is_included_by_its_topics_and_tags() {
        let gets = |rule: &AudienceRule, columns: &[(&str, &str)]| {
            let fields: BTreeMap<_, _> =
                columns.iter().map(|(name, cell)| ((*name).to_owned(), (*cell).to_owned())).collect();
            rule.includes_row(&Subscriber { address: EmailAddress::parse("ada@example.org").unwrap(), fields })
        };
        let founders = rule(None, "founder,vip", "press");
        for (columns, is_included) in [
            (&[("tags", "Founder")][..], true),
            (&[("tags", "\"other\",\"vip\"")], true),
            (&[("labels", "x; founder")], true),
            (&[("tags", "founder,Press")], false),
            (&[("tags", "founders")], false),
            (&[("notes", "founder")], false),
            (&[], false),
        ] {
            assert_eq!(gets(&founders, columns), is_included, "{columns:?}");
            assert!(gets(&AudienceRule::default(), columns));
        }
        assert!(gets(&rule(None, "", "press"), &[]));
        for (columns, by_default) in
            [(&[][..], [true, false]), (&[("topics", "deep")], [true, true]), (&[("topics", "-deep")], [false, false])]
        {
            assert_eq!([true, false].map(|is_default| gets(&rule(Some(is_default), "", ""), columns)), by_default);
        }
    }

    #[test]
    fn a_rule_is_written_as_a_sentence_reads() {
        assert_eq!(
            rule(Some(true), "vip,founder", "press").to_string(),
            "topic `deep`, tag `founder` or `vip`, without `press`"
        );
        assert_eq!(rule(None, "", "").to_string(), "");
    }
}
