//! Builds the parts that all forms for readers share.

use std::collections::BTreeSet;

use maud::{Markup, html};

use crate::model::{Publication, Word};
use crate::templates::word::word;

/// Returns a field that nobody sees and only robots fill in.
pub(crate) fn trap() -> Markup {
    html! {
        div.trap aria-hidden="true" {
            label for="website" { "Website" }
            input #website type="text" name="website" tabindex="-1" autocomplete="off";
        }
    }
}

/// The name of the box of a topic in a form.
pub fn topic_field(name: &str) -> String {
    format!("topic-{name}")
}

/// The name of the field with the topics that a form shows.
pub const TOPICS_FIELD: &str = "topics";

/// The boxes of the topics; nothing without topics. Only those that a form shows can be declined in it.
pub(crate) fn topic_boxes(publication: &Publication, choices: Option<&BTreeSet<String>>) -> Markup {
    let nothing = BTreeSet::new();
    let choices = choices.unwrap_or(&nothing);
    let shown: Vec<_> = publication.topics.iter().map(|topic| topic.name.as_str()).collect();
    html! {
        @if !shown.is_empty() {
            fieldset {
                legend { (word(publication, Word::Topics)) }
                @for topic in &publication.topics {
                    label.box {
                        input type="checkbox" name=(topic_field(&topic.name)) value="yes" checked[topic.is_wanted(choices)];
                        bdi { (topic.title) }
                    }
                }
            }
            input type="hidden" name=(TOPICS_FIELD) value=(shown.join(" "));
        }
    }
}
