//! Builds the list of findings on the page of an issue.

use std::cmp::Reverse;

use super::issue_cache::LatestLetter;
use super::workspace::Workspace;
use crate::config::EditorAddress;
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::issue::{LinkPlaces, LoadedIssue};
use crate::templates::preview::checks::{FindingLocation, FindingRow, FindingTarget};

/// The errors and warnings about an issue and its newsletter, errors first.
pub(super) fn findings(workspace: &Workspace, shown: &LatestLetter) -> Vec<FindingRow> {
    let newsletter = workspace.newsletter();
    let of_newsletter = newsletter.iter().flat_map(|newsletter| &newsletter.warnings);
    // The last good letter may be outdated; its findings are shown only while it is current.
    let current = shown.letter.as_deref().filter(|_| shown.problems.is_empty());
    let of_letter = current.iter().flat_map(|rendered| &rendered.loaded.warnings);
    let checked = current.map(|rendered| workspace.check_findings(rendered.loaded.issue.number)).unwrap_or_default();
    let mut found: Vec<&Diagnostic> =
        shown.problems.iter().chain(of_newsletter).chain(of_letter).chain(&checked).collect();
    found.sort_by_key(|diagnostic| Reverse(diagnostic.severity));
    let editor = newsletter.as_ref().and_then(|newsletter| newsletter.settings.preview_editor.as_ref());
    let finding = |diagnostic: &Diagnostic| FindingRow {
        is_error: diagnostic.severity == Severity::Error,
        rule: diagnostic.rule,
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
        location: diagnostic.place.as_ref().map(|place| finding_place(workspace, editor, place)),
        target: current.zip(diagnostic.place.as_ref()).and_then(|(rendered, place)| target_at(&rendered.loaded, place)),
    };
    found.into_iter().map(finding).collect()
}

fn finding_place(workspace: &Workspace, editor: Option<&EditorAddress>, place: &Place) -> FindingLocation {
    let (line, column) = place.line_and_column();
    let path = &place.source.path;
    FindingLocation {
        path: path.display().to_string(),
        line,
        column,
        editor_url: editor.map(|editor| editor.address(&workspace.root().join(path), line, column)),
    }
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
