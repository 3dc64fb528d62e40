//! Applies the fixes of `check --fix` to issue files.

use std::path::PathBuf;

use anyhow::Context;

use super::fix_mode::FixMode;
use super::runner::CheckRunner;
use crate::app::sent_issues::is_sent;
use crate::check::{AddressFix, EarlierLinks, FetchedLinks, address_fixes};
use crate::config::Newsletter;
use crate::fetch::PageBatchResult;
use crate::fs::atomic_file::{self, Access, Durability};
use crate::fs::regular_file;
use crate::issue::{IssueFile, LoadedIssue, value_spans_of};
use crate::ledger::sent_marker::SentMarker;
use crate::model::{Issue, Item};

/// The addresses that were replaced in an issue file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FixedIssue {
    /// The file, relative to the newsletter's folder.
    pub(crate) file: PathBuf,
    /// The replacements.
    pub(crate) fixes: Vec<AddressFix>,
}

impl CheckRunner<'_> {
    /// Replaces addresses in the issues to check.
    ///
    /// Errors when a file cannot be read or written.
    pub(super) fn fix(
        &self,
        newsletter: &Newsletter,
        links: Option<&PageBatchResult>,
        mode: FixMode,
    ) -> anyhow::Result<Vec<FixedIssue>> {
        let issues = self.issues.iter().filter_map(|(file, loaded)| Some((file, loaded.as_ref().ok()?)));
        let issues: Vec<_> = issues.collect();
        fix_addresses(newsletter, &issues, self.checker.earlier_links(), links.map(|links| &links.results), mode)
    }
}

/// Replaces addresses in those of `issues` that are not sent.
///
/// Errors when a file cannot be read or written.
fn fix_addresses(
    newsletter: &Newsletter,
    issues: &[(&IssueFile, &LoadedIssue)],
    earlier: &EarlierLinks,
    fetched: Option<&FetchedLinks>,
    mode: FixMode,
) -> anyhow::Result<Vec<FixedIssue>> {
    let markers = SentMarker::all(&newsletter.root);
    let sent = is_sent(newsletter);
    let mut changed_files = Vec::new();
    for (file, loaded) in issues {
        let fixes = address_fixes(loaded, earlier, &newsletter.settings, fetched);
        if fixes.is_empty() || markers.iter().any(|(number, _)| *number == file.number) || sent(file.number) {
            continue;
        }
        let shown = &loaded.source.path;
        let bytes = regular_file::read(&file.path, regular_file::MAX_TEXT);
        let bytes = bytes.with_context(|| format!("cannot read `{}`", shown.display()))?;
        let text = String::from_utf8(bytes).with_context(|| format!("`{}` is not UTF-8", shown.display()))?;
        // The file changed meanwhile: what was found is not what is there.
        if text.strip_prefix('\u{feff}').unwrap_or(&text) != loaded.source.text {
            continue;
        }
        let (text, applied) = apply(newsletter, file, loaded, text, fixes);
        if applied.is_empty() {
            continue;
        }
        if mode == FixMode::Write {
            atomic_file::replace(&file.path, Access::Shared, Durability::Full, text.as_bytes())
                .with_context(|| format!("cannot write `{}`", shown.display()))?;
        }
        changed_files.push(FixedIssue { file: shown.clone(), fixes: applied });
    }
    Ok(changed_files)
}

/// Applies each of `fixes` whose result is the same issue with exactly that address replaced; others are left to a person.
fn apply(
    newsletter: &Newsletter,
    file: &IssueFile,
    loaded: &LoadedIssue,
    mut text: String,
    fixes: Vec<AddressFix>,
) -> (String, Vec<AddressFix>) {
    let mut issue = loaded.issue.clone();
    let mut applied = Vec::new();
    for fix in fixes {
        let Some(changed) = replaced(&text, &fix) else { continue };
        let body = changed.strip_prefix('\u{feff}').unwrap_or(&changed);
        let Ok(new) = newsletter.parse_issue(file, &loaded.source.path, body) else { continue };
        let mut expected = issue.clone();
        expected.visit_urls(&mut |url| {
            if *url == fix.written {
                url.clone_from(&fix.fixed);
            }
        });
        if without_sources(&new.issue) == without_sources(&expected) {
            (text, issue) = (changed, new.issue);
            applied.push(fix);
        }
    }
    (text, applied)
}

/// Returns `issue` without the sites of its links, which follow from their addresses.
fn without_sources(issue: &Issue) -> Issue {
    let mut issue = issue.clone();
    for section in &mut issue.sections {
        for item in section.parts.iter_mut().flat_map(|part| &mut part.items) {
            match item {
                Item::Link(link) => link.source = None,
                Item::List(links) => links.iter_mut().for_each(|link| link.source = None),
                Item::Prose(_) | Item::Quote(_) => {}
            }
        }
    }
    issue
}

/// Returns `text` with every whole occurrence of an address in a value replaced; `None` without any. Comments stay.
fn replaced(text: &str, fix: &AddressFix) -> Option<String> {
    // The standard adds a slash that authors leave out.
    let spellings = [fix.written.as_str(), fix.written.strip_suffix('/').unwrap_or(&fix.written)];
    let written = spellings.into_iter().find(|spelling| text.contains(spelling))?;
    let mark = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    let values = value_spans_of(&text[mark..]);
    let mut changed = String::with_capacity(text.len());
    let mut end = 0;
    for (at, _) in text.match_indices(written) {
        let after = &text[at + written.len()..];
        let goes_on = after.starts_with(|next: char| next.is_ascii_alphanumeric() || "/?#&=%-_~.+".contains(next));
        let ends_sentence = after.starts_with('.') && after[1..].starts_with([' ', '\n', '\r', '"', '\'']);
        let is_value = values.iter().any(|span| span.contains(&(at - mark)));
        if at >= end && is_value && (!goes_on || ends_sentence) {
            changed.push_str(&text[end..at]);
            changed.push_str(&fix.fixed);
            end = at + written.len();
        }
    }
    changed.push_str(&text[end..]);
    (end > 0).then_some(changed)
}
