//! What is wrong with an issue and what is odd about it, as the page lists it.

use std::cmp::Reverse;

use super::known_issue::Shown;
use super::studio::Studio;
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::load::{LinkPlaces, LoadedIssue};
use crate::templates::preview_checks::{Finding, FindingPlace};

/// What is wrong with an issue and the newsletter, and what is odd, errors first.
pub(super) fn findings(studio: &Studio, shown: &Shown) -> Vec<Finding> {
    let newsletter = studio.newsletter();
    let of_newsletter = newsletter.iter().flat_map(|newsletter| &newsletter.warnings);
    // What was odd about an earlier version is not for a list of what is.
    let present = shown.letter.as_ref().filter(|_| shown.problems.is_empty());
    let of_letter = present.iter().flat_map(|rendered| &rendered.loaded.warnings);
    let checked = present.map(|rendered| studio.check(rendered.loaded.issue.number)).unwrap_or_default();
    let mut found: Vec<&Diagnostic> =
        shown.problems.iter().chain(of_newsletter).chain(of_letter).chain(&checked).collect();
    found.sort_by_key(|diagnostic| Reverse(diagnostic.severity));
    found.into_iter().map(|diagnostic| finding(diagnostic, present.map(|rendered| &*rendered.loaded))).collect()
}

fn finding(diagnostic: &Diagnostic, loaded: Option<&LoadedIssue>) -> Finding {
    let place = diagnostic.place.as_ref().map(|place| {
        let (line, column) = place.line_and_column();
        FindingPlace { path: place.source.path.display().to_string(), line, column }
    });
    Finding {
        is_error: diagnostic.severity == Severity::Error,
        rule: diagnostic.rule,
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
        place,
        href: loaded.zip(diagnostic.place.as_ref()).and_then(|(loaded, place)| link_at(loaded, place)),
    }
}

/// The address of the link whose table `place` is in.
fn link_at(loaded: &LoadedIssue, place: &Place) -> Option<String> {
    if place.source.path != loaded.source.path {
        return None;
    }
    let is_here = |places: &LinkPlaces| {
        let optional = [&places.image, &places.alt, &places.description].into_iter().flatten();
        let end = optional.chain([&places.url, &places.title]).map(|range| range.end).max().unwrap_or_default();
        (places.header.start..=end).contains(&place.span.start)
    };
    let mut links = loaded.issue.links().zip(&loaded.places.links);
    links.find(|(_, places)| is_here(places)).map(|(link, _)| link.url.clone())
}
