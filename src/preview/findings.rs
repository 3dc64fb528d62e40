//! What is wrong with an issue and what is odd about it, as the page lists it.

use std::cmp::Reverse;

use super::known_issue::Shown;
use super::studio::Studio;
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::load::{EditorAddress, LinkPlaces, LoadedIssue};
use crate::templates::preview_checks::{Block, Finding, FindingPlace};

/// What is wrong with an issue and the newsletter, and what is odd, errors first.
pub(super) fn findings(studio: &Studio, shown: &Shown) -> Vec<Finding> {
    let newsletter = studio.newsletter();
    let of_newsletter = newsletter.iter().flat_map(|newsletter| &newsletter.warnings);
    // What was odd about an earlier version is not for a list of what is.
    let present = shown.letter.as_deref().filter(|_| shown.problems.is_empty());
    let of_letter = present.iter().flat_map(|rendered| &rendered.loaded.warnings);
    let checked = present.map(|rendered| studio.check(rendered.loaded.issue.number)).unwrap_or_default();
    let mut found: Vec<&Diagnostic> =
        shown.problems.iter().chain(of_newsletter).chain(of_letter).chain(&checked).collect();
    found.sort_by_key(|diagnostic| Reverse(diagnostic.severity));
    let editor = newsletter.as_ref().and_then(|newsletter| newsletter.settings.preview_editor.as_ref());
    let finding = |diagnostic: &Diagnostic| Finding {
        is_error: diagnostic.severity == Severity::Error,
        rule: diagnostic.rule,
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
        place: diagnostic.place.as_ref().map(|place| finding_place(studio, editor, place)),
        block: present.zip(diagnostic.place.as_ref()).and_then(|(rendered, place)| block_at(&rendered.loaded, place)),
    };
    found.into_iter().map(finding).collect()
}

fn finding_place(studio: &Studio, editor: Option<&EditorAddress>, place: &Place) -> FindingPlace {
    let (line, column) = place.line_and_column();
    let path = &place.source.path;
    FindingPlace {
        path: path.display().to_string(),
        line,
        column,
        in_editor: editor.map(|editor| editor.of(&studio.root().join(path), line, column)),
    }
}

/// What of the mail, or of the inbox, `place` is about.
fn block_at(loaded: &LoadedIssue, place: &Place) -> Option<Block> {
    if place.source.path != loaded.source.path {
        return None;
    }
    let places = &loaded.places;
    let start = place.span.start;
    let is_in_link = |link: &LinkPlaces| {
        let optional = [&link.image, &link.alt, &link.description].into_iter().flatten();
        let end = optional.chain([&link.url, &link.title]).map(|range| range.end).max().unwrap_or_default();
        (link.header.start..=end).contains(&start)
    };
    if places.title.contains(&start) {
        Some(Block::Title)
    } else if places.subject.contains(&start) || places.preheader.contains(&start) {
        Some(Block::InboxRow)
    } else {
        places.links.iter().position(is_in_link).map(Block::Link)
    }
}
