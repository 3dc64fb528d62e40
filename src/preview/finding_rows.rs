//! Builds the list of findings on the page of an issue.

use std::cmp::Reverse;

use super::issue_cache::LatestLetter;
use super::workspace::Workspace;
use crate::config::EditorAddress;
use crate::diagnostic::{Diagnostic, Place, Severity, SourceFile};
use crate::issue::{LinkPlaces, LoadedIssue};
use crate::templates::preview::findings::{FindingCounts, FindingLocation, FindingRow, FindingTarget, Findings};

/// The lines shown before and after that of a finding.
const LINES_AROUND: usize = 3;

/// The most findings listed: one mistake can be in every line of a file.
const MOST_ROWS: usize = 200;

/// The most characters shown of a line.
const LONGEST_LINE: usize = 400;

/// The errors and warnings about an issue and its newsletter, errors first.
pub(super) fn findings(workspace: &Workspace, shown: &LatestLetter) -> Findings {
    let newsletter = workspace.newsletter();
    let of_newsletter = newsletter.iter().flat_map(|newsletter| &newsletter.warnings);
    // The last good letter may be outdated; its findings are shown only while it is current.
    let current = shown.letter.as_deref().filter(|_| shown.problems.is_empty());
    let of_letter = current.iter().flat_map(|rendered| &rendered.loaded.warnings);
    let checked = current.map(|rendered| workspace.check_findings(rendered.loaded.issue.number)).unwrap_or_default();
    // Only what a rule finds in an issue can be allowed there.
    let fixed = shown.problems.iter().chain(of_newsletter).chain(of_letter).map(|diagnostic| (diagnostic, false));
    let mut found: Vec<_> = fixed.chain(checked.iter().map(|diagnostic| (diagnostic, true))).collect();
    found.sort_by_key(|(diagnostic, _)| Reverse(diagnostic.severity));
    let errors = found.iter().filter(|(diagnostic, _)| diagnostic.severity == Severity::Error).count();
    let counts = FindingCounts { errors, warnings: found.len() - errors };
    let editor = newsletter.as_ref().and_then(|newsletter| newsletter.settings.preview_editor.as_ref());
    let in_issue = |diagnostic: &Diagnostic| {
        let path = diagnostic.place.as_ref().map(|place| &place.source.path);
        path.is_none_or(|path| current.is_some_and(|rendered| rendered.loaded.source.path == *path))
    };
    let row = |(diagnostic, is_checked): (&Diagnostic, bool)| FindingRow {
        can_be_allowed: is_checked && in_issue(diagnostic),
        is_error: diagnostic.severity == Severity::Error,
        rule: diagnostic.rule,
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
        location: diagnostic.place.as_ref().map(|place| finding_place(workspace, editor, place)),
        target: current.zip(diagnostic.place.as_ref()).and_then(|(rendered, place)| target_at(&rendered.loaded, place)),
    };
    Findings { rows: found.into_iter().take(MOST_ROWS).map(row).collect(), counts }
}

fn finding_place(workspace: &Workspace, editor: Option<&EditorAddress>, place: &Place) -> FindingLocation {
    let (line, column) = place.line_and_column();
    let path = &place.source.path;
    FindingLocation {
        excerpt: excerpt(&place.source, line),
        path: path.display().to_string(),
        line,
        column,
        editor_url: editor.map(|editor| editor.address(&workspace.root().join(path), line, column)),
    }
}

/// The lines around `line`, with the number of the first.
fn excerpt(source: &SourceFile, line: usize) -> (usize, Vec<String>) {
    let first = line.saturating_sub(LINES_AROUND).max(source.first_line);
    let lines = source.text.lines().skip(first - source.first_line).take(line + LINES_AROUND + 1 - first);
    (first, lines.map(|line| line.chars().take(LONGEST_LINE).collect()).collect())
}

/// The part of the letter, or of its line in an inbox, that `place` is in.
fn target_at(loaded: &LoadedIssue, place: &Place) -> Option<FindingTarget> {
    if place.source.path != loaded.source.path {
        return None;
    }
    let places = &loaded.places;
    let start = place.span.start;
    let is_in_link = |link: &LinkPlaces| link.extent.contains(&start);
    if places.title.contains(&start) {
        Some(FindingTarget::Title)
    } else if places.subject.contains(&start) || places.preheader.contains(&start) {
        Some(FindingTarget::InboxLine)
    } else {
        places.links.iter().position(is_in_link).map(FindingTarget::Link)
    }
}
