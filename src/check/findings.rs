//! Calls each rule with the view it asks for, and gives its findings their level.

use std::collections::HashSet;
use std::sync::Arc;

use super::allowed;
use super::domain::is_reserved;
use super::input::CheckInput;
use super::issue_context::IssueContext;
use super::levels;
use super::newsletter_context::{FindRealRecipient, NewsletterContext};
use super::rule::{Check, ListInGit, ListOwner, Rule};
use super::rule_names::allow_problems;
use super::rules::rules;
use super::sample_messages::SampleMessage;
use super::style_sheet_context::{OwnStyleSheet, StyleSheetContext};
use crate::config::{CourierSettings, Newsletter};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::parallel::on_all_cores;
use crate::subscribers::ListRow;

/// Rules whose findings say what those of another rule say too, which are then left out.
const INCLUDED: [(&str, &str); 1] = [("size-html", "unsubscribe-position")];

impl CheckInput<'_> {
    /// Applies every rule that is not off. `messages`: those that [`super::sample_messages()`] builds of the issue's letter.
    ///
    /// Errors when they cannot be read back.
    pub fn findings(&self, messages: &[Vec<u8>; 2]) -> anyhow::Result<Vec<Diagnostic>> {
        let samples = SampleMessage::both(messages)?;
        let context = IssueContext::new(self, &samples);
        let checks = rules().filter_map(|rule| {
            let Check::Issue(check) = rule.check else { return None };
            Some((rule, check, levels::severity(rule, &self.newsletter.settings)?))
        });
        // The last rules, about how a letter looks, take longest: they come first here.
        let checks: Vec<_> = checks.rev().collect();
        let found = on_all_cores(&checks, |(rule, check, severity)| {
            let found = check(&context).into_iter().map(|finding| finding.diagnostic(rule, *severity));
            found.collect::<Vec<_>>()
        });
        let mut found: Vec<Diagnostic> = found.into_iter().rev().flatten().collect();
        found.retain(|found| !allowed::is_allowed(found, self.loaded));
        for (wider, narrower) in INCLUDED {
            if found.iter().any(|found| found.rule == Some(wider)) {
                found.retain(|found| found.rule != Some(narrower));
            }
        }
        found.extend(allow_problems(self.loaded));
        let mut known = HashSet::new();
        found.retain(|found| {
            let place = found.place.as_ref().map(|place| (Arc::as_ptr(&place.source), place.span.clone()));
            known.insert((found.rule, found.message.clone(), place, found.help.clone()))
        });
        // In the order of the file; findings without a place last, in the order of the rules.
        found.sort_by_key(|found| {
            found.place.as_ref().map_or((2, 0), |place| {
                (usize::from(!Arc::ptr_eq(&place.source, &self.loaded.source)), place.span.start)
            })
        });
        Ok(found)
    }
}

/// Applies the rules about a list that is tracked by git.
pub fn git_findings(newsletter: &Newsletter, list: &ListInGit) -> Vec<Diagnostic> {
    let found = rules().filter_map(|rule| {
        let severity = levels::severity(rule, &newsletter.settings)?;
        let Check::InGit(check) = &rule.check else { return None };
        Some(check(list)?.diagnostic(rule, severity))
    });
    found.collect()
}

/// Returns whether `--strict` treats the warning `found` as an error. It never does so for a list in git: a public
/// repository cannot be told from a private one here, and a private one may be how a runner gets the list.
pub fn is_strict_about(found: &Diagnostic) -> bool {
    found.rule.is_none_or(|name| !rules().any(|rule| rule.name == name && matches!(rule.check, Check::InGit(_))))
}

/// Applies the rules about a newsletter's configuration. `person` finds a subscriber whose address may be a person's.
pub fn newsletter_findings(newsletter: &Newsletter, person: FindRealRecipient<'_>) -> Vec<Diagnostic> {
    let context = NewsletterContext::new(newsletter, person);
    let found = rules().filter_map(|rule| {
        let Check::Newsletter(check) = rule.check else { return None };
        let severity = levels::severity(rule, &newsletter.settings)?;
        Some(check(&context).into_iter().map(move |finding| finding.diagnostic(rule, severity)))
    });
    let mut found: Vec<Diagnostic> = found.flatten().collect();
    found.sort_by_key(|found| found.place.as_ref().map(|place| place.span.start));
    found
}

/// Applies the rules about a style sheet of the newsletter's own.
pub fn style_sheet_findings(newsletter: &Newsletter, own: &OwnStyleSheet<'_>) -> Vec<Diagnostic> {
    let context = StyleSheetContext::new(own);
    let found = rules().filter_map(|rule| {
        let Check::StyleSheet(check) = rule.check else { return None };
        let severity = levels::severity(rule, &newsletter.settings)?;
        Some(check(&context).into_iter().map(move |finding| finding.diagnostic(rule, severity)))
    });
    let mut found: Vec<Diagnostic> = found.flatten().collect();
    found.sort_by_key(|found| found.place.as_ref().map(|place| place.span.start));
    found
}

/// The rules about subscribers that are on, looked up once for all rows of a list.
pub struct RowRules {
    owner: ListOwner,
    rules: Vec<(&'static Rule, Severity)>,
}

impl RowRules {
    /// Returns the rules that are on in `newsletter`.
    pub fn of(newsletter: &Newsletter) -> Self {
        let is_of_rows = |check| matches!(check, &Check::Subscriber(_) | &Check::SubscriberOf(_) | &Check::Repeated(_));
        let of_rows = rules().filter(|rule| is_of_rows(&rule.check));
        let rules = of_rows.filter_map(|rule| Some((rule, levels::severity(rule, &newsletter.settings)?))).collect();
        let sender = newsletter.publication.from.address.clone();
        let is_mailed = !matches!(newsletter.settings.courier, CourierSettings::Outbox(_));
        let owner = ListOwner { is_real: is_mailed && !is_reserved(sender.domain()), sender };
        Self { owner, rules }
    }

    /// Applies them to one row of a list, found at `place`. `earlier` is the line of an earlier row with the same
    /// address.
    pub fn findings(&self, row: &ListRow, earlier: Option<usize>, place: impl Fn() -> Place) -> Vec<Diagnostic> {
        let Ok(entry) = &row.entry else { return Vec::new() };
        if entry.skip.is_some() {
            return Vec::new();
        }
        let found = self.rules.iter().filter_map(|(rule, severity)| {
            let finding = match &rule.check {
                Check::Subscriber(check) => check(&entry.subscriber)?,
                Check::SubscriberOf(check) => check(&entry.subscriber, &self.owner)?,
                Check::Repeated(check) => check(&entry.subscriber, earlier?),
                Check::Issue(_) | Check::InGit(_) | Check::Newsletter(_) | Check::StyleSheet(_) => return None,
            };
            Some(finding.at(place()).diagnostic(rule, *severity))
        });
        found.collect()
    }
}
