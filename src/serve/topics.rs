//! Answers what a reader chooses among the topics.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use axum::response::Response;

use super::form::Form;
use super::ledger_threads::{Answer, Question, Unavailable};
use super::reply::{masked, page};
use super::server::{Server, see_path};
use crate::model::{ReaderTopic, Token, Word, declined};
use crate::templates::reader::{self, TOPICS_FIELD, topic_field};

impl Server {
    /// Answers with the page of the topics, or leads to that of the unsubscribe link: whoever has left or is in a list has no
    /// choice here.
    pub(super) async fn topics(&self, token: Option<Token>) -> Response {
        let site = self.site();
        let leave = token.and_then(|token| self.paths.leave(token));
        match (self.ask_about(token, Question::Owner).await, leave) {
            (Err(Unavailable), _) => self.unavailable(),
            (Ok(Answer::Person { address, is_suppressed: false, topics: Some(choices), .. }), Some(leave))
                if !self.publication.topics.is_empty() =>
            {
                page(StatusCode::OK, reader::topics(site, &masked(&address), &choices, &leave))
            }
            (Ok(Answer::Person { .. }), Some(leave)) => see_path(&leave),
            (Ok(_), _) => self.with_form(StatusCode::NOT_FOUND, |fields| reader::unknown_link(site, fields)),
        }
    }

    pub(super) async fn choose(&self, token: Option<Token>, form: &Form) -> Response {
        let chosen = choices(form, &self.publication.topics);
        let mut by = self.evidence("unsubscribe link", Word::SaveTopics);
        by.words = format!("{}: {}", by.words, self.shown_choices(&chosen));
        match self.ask_about(token, |token| Question::Choose(token, chosen.clone(), by.clone())).await {
            Ok(Answer::Done) => self.see("topics-saved"),
            Ok(_) => self.with_form(StatusCode::NOT_FOUND, |fields| reader::unknown_link(self.site(), fields)),
            Err(Unavailable) => self.unavailable(),
        }
    }

    /// Returns the titles of the topics that `chosen` names, as evidence of what was ticked.
    pub(super) fn shown_choices(&self, chosen: &BTreeSet<String>) -> String {
        let titles = self.publication.topics.iter().filter(|topic| chosen.contains(&topic.name));
        titles.map(|topic| topic.title.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// Returns what `form` says about each of `topics` that it shows; nothing about the others.
pub(super) fn choices(form: &Form, topics: &[ReaderTopic]) -> BTreeSet<String> {
    let shown: BTreeSet<&str> = form.get(TOPICS_FIELD).split_whitespace().collect();
    let choice = |topic: &ReaderTopic| {
        let is_ticked = !form.get(&topic_field(&topic.name)).is_empty();
        if is_ticked { topic.name.clone() } else { declined(&topic.name) }
    };
    let is_shown =
        |topic: &&ReaderTopic| shown.contains(topic.name.as_str()) || !form.get(&topic_field(&topic.name)).is_empty();
    topics.iter().filter(is_shown).map(choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_that_a_form_does_not_show_is_neither_chosen_nor_declined() {
        let topic = |name: &str| ReaderTopic { name: name.to_owned(), title: String::new(), is_default: true };
        let topics = ["deep", "daily"].map(topic);
        let read = |body: &str| choices(&Form::read("", body.as_bytes()), &topics).into_iter().collect::<Vec<_>>();
        assert_eq!(read("topics=deep+daily&topic-deep=yes"), ["-daily", "deep"]);
        assert_eq!(read("topics=deep+other"), ["-deep"]);
        assert_eq!(read("topic-daily=on&topic-other=on"), ["daily"]);
        assert_eq!(read("address=x"), [""; 0]);
    }
}
