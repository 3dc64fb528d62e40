//! Defines what a rule is and what it reports.

use super::issue_context::IssueContext;
use super::newsletter_context::NewsletterContext;
use super::style_sheet_context::StyleSheetContext;
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::model::{EmailAddress, Subscriber};

/// One thing that can be wrong, and why it matters.
pub struct Rule {
    /// Its name in configuration and output: whole words in lower case, joined by hyphens.
    pub name: &'static str,
    /// The level of its findings unless `[check]` sets another.
    pub level: Severity,
    /// The state it wants, in a sentence or two.
    pub what: &'static str,
    /// The reason for it: who suffers when it is broken, and how.
    pub why: &'static str,
    /// Something that breaks it.
    pub example: &'static str,
    /// The authority behind it: an RFC, a mailbox provider, caniemail, `SpamAssassin`.
    pub source: &'static str,
    /// The function that looks for violations.
    pub(super) check: Check,
}

/// The function of a rule, by what it looks at.
pub(super) enum Check {
    /// An issue, its letter and its messages.
    Issue(fn(&IssueContext<'_>) -> Vec<Finding>),
    /// The configuration of a newsletter, independent of its issues.
    Newsletter(fn(&NewsletterContext<'_>) -> Vec<Finding>),
    /// A style sheet of the newsletter's own.
    StyleSheet(fn(&StyleSheetContext<'_>) -> Vec<Finding>),
    /// One subscriber.
    Subscriber(fn(&Subscriber) -> Option<Finding>),
    /// One subscriber, and the newsletter whose list has it.
    SubscriberOf(fn(&Subscriber, &ListOwner) -> Option<Finding>),
    /// One subscriber who is in an earlier row too, and the line of that row.
    Repeated(fn(&Subscriber, usize) -> Finding),
    /// A list of subscribers that is tracked by git.
    InGit(fn(&ListInGit) -> Option<Finding>),
}

/// The newsletter whose list of subscribers is read.
#[derive(Debug)]
pub(super) struct ListOwner {
    /// Its sender.
    pub(super) sender: EmailAddress,
    /// Whether its letters are mailed, not only written to the outbox, by a sender that is no example.
    pub(super) is_real: bool,
}

/// A list of subscribers that is tracked by git.
#[derive(Debug)]
pub struct ListInGit {
    /// The file, as shown to people.
    pub name: String,
    /// The URLs of the remotes of its repository.
    pub remotes: Vec<String>,
}

/// A violation of a rule, before the rule's level is attached.
#[derive(Debug)]
pub(super) struct Finding {
    message: String,
    place: Option<Place>,
    help: Option<String>,
    /// Its own level, where the findings of a rule differ.
    level: Option<Severity>,
}

impl Finding {
    /// Creates a finding. `message`: lower case, values in backticks, no full stop.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), place: None, help: None, level: None }
    }

    /// Adds to the message.
    pub(super) fn and(mut self, more: &str) -> Self {
        self.message = format!("{}; {more}", self.message);
        self
    }

    /// Sets the place in a file, when there is one.
    pub(super) fn at(mut self, place: impl Into<Option<Place>>) -> Self {
        self.place = place.into();
        self
    }

    /// Sets the advice.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets a level of its own. It applies unless the rule's is lower.
    pub(super) fn level(mut self, level: Severity) -> Self {
        self.level = Some(level);
        self
    }

    /// Turns it into a diagnostic of `rule`.
    pub(super) fn diagnostic(self, rule: &Rule, severity: Severity) -> Diagnostic {
        let severity = self.level.map_or(severity, |own| own.min(severity));
        Diagnostic { severity, rule: Some(rule.name), message: self.message, place: self.place, help: self.help }
    }
}
