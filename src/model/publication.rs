//! Describes the newsletter itself: its author, its addresses, its looks.

use super::address::{EmailAddress, Mailbox};
use super::issue_number::IssueNumber;
use super::reader_topic::ReaderTopic;
use super::theme::Theme;
use super::token_address::TokenAddress;
use super::word::Word;
use super::words::Words;

/// The settings that letters, messages and pages show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Its name: `Distributed Bytes`.
    pub name: String,
    /// Its description, in a sentence or two.
    pub description: String,
    /// Its author: the `From` header.
    pub from: Mailbox,
    /// Where replies go, when not to `from`.
    pub reply_to: Option<EmailAddress>,
    /// Where bounces go: the envelope sender (RFC 5321 `MAIL FROM`).
    pub envelope_sender: TokenAddress,
    /// Its web archive: an absolute http or https URL that ends in `/`.
    pub site: String,
    /// Where its images are: an absolute URL that ends in `/`, https unless it is below a site that is not.
    pub images: String,
    /// Its list identifier (RFC 2919), without angle brackets: `weekly.example.org`.
    pub list_id: String,
    /// The last field of `Feedback-ID`: 5 to 15 letters, digits or hyphens that never change.
    pub sender_id: String,
    /// The postal address, in one line.
    pub postal_address: String,
    /// Why a reader gets it: `because you subscribed at ...`, a sentence for the footer.
    pub reason: String,
    /// Language of its text, BCP 47: `en`.
    pub language: String,
    /// Which way it reads.
    pub direction: Direction,
    /// The fixed words of letters and pages.
    pub words: Words,
    /// How it looks.
    pub theme: Theme,
    /// A logo.
    pub logo: Option<Logo>,
    /// How to leave.
    pub unsubscribe: Unsubscribe,
    /// The topics that readers choose among.
    pub topics: Vec<ReaderTopic>,
    /// Whether all readers can choose among them on a page.
    pub has_topic_page: bool,
    /// Where to subscribe.
    pub subscription: Option<Subscription>,
}

impl Publication {
    /// The address of a page of the archive.
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.site)
    }

    /// Returns what follows a reader's unsubscribe link in the address of the page with their topics, if there is one.
    pub fn topic_page(&self) -> Option<&'static str> {
        let (before, after) = self.unsubscribe.url.as_ref().filter(|_| self.has_topic_page)?;
        Some(if before.contains('?') || after.contains('?') { "&topics" } else { "?topics" })
    }

    /// Returns the number of an issue in the newsletter's digits, if it has one and letters are to show it: `[words] issue`
    /// has `{number}`.
    pub fn shown_number(&self, number: IssueNumber) -> Option<String> {
        let is_shown = number.date().is_none() && self.words.of(Word::Issue).contains("{number}");
        is_shown.then(|| self.words.with_digits(&number.to_string()))
    }

    /// Returns which issue it is, in words: `Issue 42`. Nothing for an issue without a number, which is known by its date,
    /// unless the words do without one too.
    pub fn issue(&self, number: IssueNumber) -> Option<String> {
        let has_words = number.date().is_none() || !self.words.of(Word::Issue).contains("{number}");
        has_words.then(|| self.words.filled(Word::Issue, &[("number", &number.to_string())]))
    }
}

/// Where readers subscribe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subscription {
    /// A page of the author's choice, or a mailto.
    Link(String),
    /// The form of `newsletter serve`, which takes the forms of other pages too.
    Form(String),
}

impl Subscription {
    /// Returns the address that a link leads to.
    pub fn url(&self) -> &str {
        match self {
            Self::Link(url) | Self::Form(url) => url,
        }
    }
}

/// The direction of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Left to right.
    LeftToRight,
    /// Right to left.
    RightToLeft,
}

impl Direction {
    /// The value of the HTML `dir` attribute.
    pub fn attribute(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

/// A logo: small, on a solid background.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// Absolute https URL.
    pub url: String,
    /// The file's name in `issues/img`, if it is the newsletter's own.
    pub file: Option<String>,
    /// A description in words. Empty if it is decoration, since the newsletter's name is beside it.
    pub alt: String,
}

/// The ways to unsubscribe, at least one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsubscribe {
    /// The one-click https URL (RFC 8058), in two pieces around the subscriber's token.
    pub url: Option<(String, String)>,
    /// The address that takes unsubscribe mails.
    pub mailto: Option<TokenAddress>,
}
