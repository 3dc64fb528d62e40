//! What is wrong with an issue before it is sent: one rule, one file below `rules/`. Pure, and without a network: it looks
//! at what it is given (the issue, the letter, the finished message of two sample readers, what others were asked) and
//! answers diagnostics.
//!
//! What keeps an issue from being read at all is `load`'s to say; rules are about what can be read and would still embarrass
//! its sender.

mod contrast;
mod document;
mod domain;
mod explain;
mod known_links;
mod levels;
mod measure;
mod mime;
mod origin;
mod outside;
mod paint;
mod rule;
mod rules;
mod sample;
mod selector;
mod subject;
mod words;

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::diagnostic::{Diagnostic, Place, SourceFile};
use crate::letter::{self, Letter};
use crate::load::{LoadedIssue, Newsletter, Row};
use crate::templates;

pub use explain::{explanation, list, reference};
pub use known_links::KnownLinks;
pub use levels::{is_on, rule, unknown_rules};
pub use outside::{Answers, Outgoing, Outside, SPAM_REPORT, SpamScore, outgoing};
pub use rule::Rule;
pub use rules::RULES;

use rule::{Check, Finding};
use sample::Sample;
use subject::Subject;

/// Answers how many bytes a picture in `issues/img` has, by the name of its file; `None` when it cannot be told.
pub type Weigh<'a> = &'a dyn Fn(&str) -> Option<u64>;

/// An issue and what it is looked at with.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The newsletter.
    pub newsletter: &'a Newsletter,
    /// The issue.
    pub loaded: &'a LoadedIssue,
    /// The links of its other issues; those of this one may be among them.
    pub known_links: &'a KnownLinks,
    /// The newsletter's own `templates/letter.css`, when it has one.
    pub style_sheet: Option<&'a Arc<SourceFile>>,
    /// What the template of new issues says where each has words of its own.
    pub template_words: &'a BTreeSet<String>,
    /// Weighs its pictures.
    pub weigh: Weigh<'a>,
    /// When the issue is looked at.
    pub now: DateTime<Utc>,
    /// What others say of it.
    pub outside: Outside<'a>,
}

impl Case<'_> {
    /// Renders the issue and looks at it with every rule that is not off.
    ///
    /// Errors when the letter cannot be rendered or the message cannot be built.
    pub fn findings(&self) -> anyhow::Result<Vec<Diagnostic>> {
        self.findings_in(&self.messages(&self.letter()?)?)
    }

    /// The issue's letter.
    ///
    /// Errors when it cannot be rendered.
    pub fn letter(&self) -> anyhow::Result<Letter> {
        let css = self.style_sheet.map_or(templates::letter::CSS, |source| &source.text);
        letter::render(&self.loaded.issue, &self.newsletter.publication, css)
    }

    /// The messages of the two sample readers.
    ///
    /// Errors when they cannot be built.
    pub fn messages(&self, letter: &Letter) -> anyhow::Result<[Vec<u8>; 2]> {
        sample::messages(self, letter)
    }

    /// The same for messages that are built already, one for each of the sample readers.
    ///
    /// Errors when they cannot be read back.
    pub fn findings_in(&self, messages: &[Vec<u8>; 2]) -> anyhow::Result<Vec<Diagnostic>> {
        let samples = Sample::both(messages)?;
        let subject = Subject::new(self, &samples);
        let mut found = Vec::new();
        for rule in RULES {
            let (Check::Issue(check), Some(severity)) =
                (&rule.check, levels::severity(rule, &self.newsletter.settings))
            else {
                continue;
            };
            found.extend(check(&subject).into_iter().map(|finding| finding.diagnostic(rule, severity)));
        }
        let mut once = Vec::with_capacity(found.len());
        for finding in found {
            if !once.contains(&finding) {
                once.push(finding);
            }
        }
        let mut found = once;
        // In the order of the file, what has no place last, rules in their own order.
        found.sort_by_key(|found| {
            found.place.as_ref().map_or((2, 0), |place| {
                (usize::from(!Arc::ptr_eq(&place.source, &self.loaded.source)), place.span.start)
            })
        });
        Ok(found)
    }
}

/// What the rules about subscribers find in one row of a list, which stands at `place`; `earlier` is the line that has the
/// address first, when another one does.
pub fn row_findings(
    newsletter: &Newsletter,
    row: &Row,
    earlier: Option<usize>,
    place: impl Fn() -> Place,
) -> Vec<Diagnostic> {
    let Ok(entry) = &row.entry else { return Vec::new() };
    if entry.skip.is_some() {
        return Vec::new();
    }
    let found = RULES.iter().filter_map(|rule| {
        let severity = levels::severity(rule, &newsletter.settings)?;
        let finding = match &rule.check {
            Check::Subscriber(check) => check(&entry.subscriber)?,
            Check::Repeated(check) => check(&entry.subscriber, earlier?),
            Check::Issue(_) => return None,
        };
        Some(finding.at(place()).diagnostic(rule, severity))
    });
    found.collect()
}
