//! What a rule is, and what it answers.

use super::Subject;
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::load::CheckLevel;
use crate::model::Subscriber;

/// One thing that can be wrong, and why that matters. A rule is one file below `rules/`.
pub struct Rule {
    /// Its name in configuration and output: lower case, hyphens.
    pub name: &'static str,
    /// What its findings count as unless `[check]` says otherwise.
    pub level: CheckLevel,
    /// What it finds, in a sentence.
    pub what: &'static str,
    /// Why that is bad, and for whom.
    pub why: &'static str,
    /// Something it finds.
    pub example: &'static str,
    /// Who says so: an RFC, a mailbox provider, caniemail, `SpamAssassin`.
    pub source: &'static str,
    /// How it looks.
    pub(super) check: Check,
}

/// What a rule looks at.
pub(super) enum Check {
    /// An issue, its letter and its messages.
    Issue(fn(&Subject<'_>) -> Vec<Finding>),
    /// One subscriber of the list.
    Subscriber(fn(&Subscriber) -> Option<Finding>),
    /// One subscriber whom an earlier row of the list has too, and the line of that.
    Repeated(fn(&Subscriber, usize) -> Finding),
}

/// Something a rule found; its level is the rule's.
#[derive(Debug)]
pub(super) struct Finding {
    message: String,
    place: Option<Place>,
    help: Option<String>,
}

impl Finding {
    /// What is wrong: lower case, values in backticks, no full stop.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), place: None, help: None }
    }

    /// Where, when there is a place in a file.
    pub(super) fn at(mut self, place: impl Into<Option<Place>>) -> Self {
        self.place = place.into();
        self
    }

    /// What to do.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The diagnostic of it, found by `rule`.
    pub(super) fn diagnostic(self, rule: &Rule, severity: Severity) -> Diagnostic {
        Diagnostic { severity, rule: Some(rule.name), message: self.message, place: self.place, help: self.help }
    }
}
