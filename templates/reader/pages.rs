//! Builds the pages for readers.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::page::{ReaderSite, page};
use crate::model::{Publication, Word};
use crate::templates::form::{topic_boxes, trap};
use crate::templates::word::{direction, word};

/// What a form to enter an address carries.
#[derive(Debug, Clone, Copy, Default)]
pub struct FormFields<'a> {
    /// What was entered.
    pub address: &'a str,
    /// When the form was made, in Unix seconds.
    pub at: i64,
    /// The signature of that time.
    pub stamp: &'a str,
    /// What is wrong with what was entered.
    pub mistake: Option<&'a str>,
    /// What was chosen among the topics, if anything.
    pub choices: Option<&'a BTreeSet<String>>,
}

/// Returns a paragraph in which an address or a name keeps its own direction.
fn sentence(publication: &Publication, word: Word, values: &[(&str, &str)]) -> Markup {
    let text = publication.words.of(word);
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((gap, after)) = after.split_once('}') else { break };
        parts.push((before, values.iter().find(|(name, _)| *name == gap)));
        rest = after;
    }
    // The names of the gaps say nothing about the language.
    let own: String = parts.iter().map(|(before, _)| *before).chain([rest]).collect();
    html! {
        p dir=[direction(&own, publication)] {
            @for (before, value) in parts {
                (before)
                @match value {
                    Some(("address" | "sender", value)) => { bdi { strong dir="ltr" { (value) } } }
                    Some((_, value)) => { bdi { (value) } }
                    None => {}
                }
            }
            (rest)
        }
    }
}

fn form(site: ReaderSite<'_>, action: &str, button: Word, fields: FormFields<'_>) -> Markup {
    let has_boxes = button == Word::Subscribe && !site.publication.topics.is_empty();
    let submit = html! { button { (word(site.publication, button)) } };
    html! {
        form action={ (site.base) (action) } method="post" {
            label for="address" { (word(site.publication, Word::YourAddress)) }
            div.field {
                // Not `required`: what is wrong is said here in the newsletter's language.
                input #address type="email" name="address" value=(fields.address) autocomplete="email" dir="ltr"
                    aria-invalid=[fields.mistake.map(|_| "true")] aria-describedby=[fields.mistake.map(|_| "mistake")];
                @if !has_boxes { (submit) }
            }
            @if let Some(mistake) = fields.mistake {
                p.error #mistake { bdi { (mistake) } }
            }
            // What is chosen comes before the button that sends it.
            @if has_boxes {
                (topic_boxes(site.publication, fields.choices))
                (submit)
            }
            (trap())
            input type="hidden" name="at" value=(fields.at);
            input type="hidden" name="stamp" value=(fields.stamp);
        }
    }
}

/// Returns the form to subscribe.
pub fn subscribe(site: ReaderSite<'_>, fields: FormFields<'_>) -> Markup {
    let publication = site.publication;
    let words = &publication.words;
    let content = html! {
        @if !publication.description.is_empty() {
            p dir=[direction(&publication.description, publication)] { bdi { (publication.description) } }
        }
        (form(site, "subscribe", Word::Subscribe, fields))
        (hint(site.publication, Word::SubscribeHint))
    };
    page(site, words.of(Word::Subscribe), &content)
}

/// Returns the page after any sign-up, the same for everybody.
pub fn sent(site: ReaderSite<'_>) -> Markup {
    let words = &site.publication.words;
    let content = html! {
        (paragraph(site.publication, Word::OnItsWay))
        p.hint dir=[direction(words.of(Word::NothingCame), site.publication)] {
            (words.of(Word::NothingCame)) " " a href={ (site.base) "subscribe" } { (word(site.publication, Word::TryAgain)) }
        }
    };
    page(site, words.of(Word::CheckInbox), &content)
}

fn button(action: Option<&str>, publication: &Publication, label: Word, is_plain: bool) -> Markup {
    html! { form method="post" action=[action] { button.plain[is_plain] { (word(publication, label)) } } }
}

fn paragraph(publication: &Publication, text: Word) -> Markup {
    html! { p dir=[direction(publication.words.of(text), publication)] { (publication.words.of(text)) } }
}

fn hint(publication: &Publication, text: Word) -> Markup {
    html! { p.hint dir=[direction(publication.words.of(text), publication)] { (publication.words.of(text)) } }
}

/// Returns the page with the button that confirms.
pub fn confirm(site: ReaderSite<'_>, address: &str) -> Markup {
    let publication = site.publication;
    let words = &publication.words;
    let content = html! {
        (sentence(publication, Word::ConfirmText, &[("newsletter", &publication.name), ("address", address)]))
        (button(None, site.publication, Word::Confirm, false))
        (hint(site.publication, Word::NotYou))
    };
    page(site, words.of(Word::ConfirmTitle), &content)
}

/// Returns the page after confirming.
pub fn confirmed(site: ReaderSite<'_>) -> Markup {
    let publication = site.publication;
    let values = [("newsletter", publication.name.as_str()), ("sender", &publication.from.address.to_string())];
    let content = html! {
        (sentence(publication, Word::ConfirmedText, &values))
        p { a href=(publication.site) { (word(site.publication, Word::AllIssues)) } }
    };
    page(site, publication.words.of(Word::Confirmed), &content)
}

/// Returns the page of a link that is too old, with a new form.
pub fn expired(site: ReaderSite<'_>, fields: FormFields<'_>) -> Markup {
    let words = &site.publication.words;
    let content = html! {
        (paragraph(site.publication, Word::ExpiredText))
        (form(site, "subscribe", Word::Subscribe, fields))
    };
    page(site, words.of(Word::Expired), &content)
}

/// Returns the page with the button that has nobody ask again.
pub fn not_me(site: ReaderSite<'_>, address: &str) -> Markup {
    let publication = site.publication;
    let values = [("newsletter", publication.name.as_str()), ("address", address)];
    let content = html! {
        (sentence(publication, Word::NotMeText, &values))
        (button(None, site.publication, Word::NotMe, false))
    };
    page(site, publication.words.of(Word::NotMe), &content)
}

/// Returns the page after that.
pub fn never_again(site: ReaderSite<'_>) -> Markup {
    page(site, site.publication.words.of(Word::NeverAgain), &html! {})
}

/// What a reader may change in place of leaving.
#[derive(Debug, Clone, Copy)]
pub struct TopicForm<'a> {
    /// What they chose.
    pub choices: &'a BTreeSet<String>,
    /// The path the form leads to.
    pub action: &'a str,
}

/// Returns the page with the button to leave, and with the topics of a reader who can choose among them.
pub fn leave(site: ReaderSite<'_>, address: &str, topics: Option<TopicForm<'_>>) -> Markup {
    let publication = site.publication;
    let values = [("newsletter", publication.name.as_str()), ("address", address)];
    let topics = topics.filter(|_| !publication.topics.is_empty());
    let content = html! {
        (sentence(publication, Word::LeaveText, &values))
        (button(None, site.publication, Word::Unsubscribe, false))
        @if let Some(TopicForm { choices, action }) = topics {
            form method="post" action=(action) {
                (topic_boxes(publication, Some(choices)))
                button.plain { (word(publication, Word::SaveTopics)) }
            }
        }
    };
    page(site, publication.words.of(Word::Unsubscribe), &content)
}

/// Returns the page on which a reader chooses among the topics; `leave` is their unsubscribe link.
pub fn topics(site: ReaderSite<'_>, address: &str, choices: &BTreeSet<String>, leave: &str) -> Markup {
    let publication = site.publication;
    let content = html! {
        p { bdi { strong dir="ltr" { (address) } } }
        form method="post" {
            (topic_boxes(publication, Some(choices)))
            button { (word(publication, Word::SaveTopics)) }
        }
        p.hint { a href=(leave) { (word(publication, Word::Unsubscribe)) } }
    };
    page(site, publication.words.of(Word::ChooseTopics), &content)
}

/// Returns the page after choosing among the topics.
pub fn topics_saved(site: ReaderSite<'_>) -> Markup {
    let publication = site.publication;
    let content = html! { p { a href=(publication.site) { (word(publication, Word::AllIssues)) } } };
    page(site, publication.words.of(Word::TopicsSaved), &content)
}

/// Returns the page after leaving, with a button to take it back at the path `undo` if that is possible.
pub fn left(site: ReaderSite<'_>, address: Option<&str>, undo: Option<&str>) -> Markup {
    let publication = site.publication;
    let content = html! {
        @if let Some(address) = address {
            (sentence(publication, Word::LeftText, &[("newsletter", &publication.name), ("address", address)]))
        }
        @if let Some(undo) = undo { (button(Some(undo), site.publication, Word::Undo, true)) }
    };
    page(site, publication.words.of(Word::Left), &content)
}

/// Returns the page after taking that back.
pub fn undone(site: ReaderSite<'_>, address: &str) -> Markup {
    let publication = site.publication;
    let values = [("newsletter", publication.name.as_str()), ("address", address)];
    let content = html! { (sentence(publication, Word::UndoneText, &values)) };
    page(site, publication.words.of(Word::Undone), &content)
}

/// Returns the page when that is too late.
pub fn not_undone(site: ReaderSite<'_>) -> Markup {
    let words = &site.publication.words;
    let content = html! {
        (paragraph(site.publication, Word::NotUndone))
        p { a href={ (site.base) "subscribe" } { (word(site.publication, Word::Subscribe)) } }
    };
    page(site, words.of(Word::Left), &content)
}

/// Returns the page of an unsubscribe link of nobody, with a form to be mailed one's own.
pub fn unknown_link(site: ReaderSite<'_>, fields: FormFields<'_>) -> Markup {
    let words = &site.publication.words;
    let content = html! {
        (paragraph(site.publication, Word::UnknownLinkText))
        (form(site, "find", Word::SendLink, fields))
    };
    page(site, words.of(Word::UnknownLink), &content)
}

/// Returns the page of a path that leads nowhere.
pub fn no_such_page(site: ReaderSite<'_>) -> Markup {
    let publication = site.publication;
    let content = html! { p { a href=(publication.site) { bdi { (publication.name) } } } };
    page(site, publication.words.of(Word::NoSuchPage), &content)
}

/// Returns the page of a request that could not be recorded.
pub fn not_now(site: ReaderSite<'_>) -> Markup {
    page(site, site.publication.words.of(Word::NotNow), &html! {})
}
