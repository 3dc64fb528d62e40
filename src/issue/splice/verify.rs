//! Compares an issue with the one before a link was added.

use super::block::NewLink;
use crate::issue::loaded::LoadedIssue;
use crate::model::{Issue, Item, Link, SectionStyle};

/// The difference between two issues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    /// The new one has exactly the wanted link more.
    OnlyThisLink,
    /// Anything else.
    Other,
}

/// Compares `new` with `old`. `place`: the offset at which the link was added.
pub(super) fn compare(old: &Issue, new: &LoadedIssue, place: usize, wanted: &NewLink) -> Comparison {
    // A lead comes first, wherever it stands.
    let headers = new.places.links.iter().map(|link| link.header.start).enumerate();
    let Some((index, _)) = headers.filter(|(_, start)| *start >= place).min_by_key(|(_, start)| *start) else {
        return Comparison::Other;
    };
    let Some(link) = new.issue.links().nth(index) else { return Comparison::Other };
    let is_lead = index == 0 && new.places.links[index].lead.is_some();
    if !is_wanted(link, wanted) || is_lead != wanted.is_lead {
        return Comparison::Other;
    }
    let without = without_link(&new.issue, index);
    if without.as_ref() == Some(old) { Comparison::OnlyThisLink } else { Comparison::Other }
}

fn is_wanted(link: &Link, wanted: &NewLink) -> bool {
    link.url.as_deref() == Some(wanted.url.as_str())
        && link.plain_title() == wanted.title
        && link.author == wanted.author
        && link.kind == wanted.kind
        && link.reading_time == wanted.reading_time
        && link.description.is_empty() == wanted.note.as_ref().is_none_or(|note| note.trim().is_empty())
        && !link.sponsored
        && link.facts.is_empty()
        && link.tags.is_empty()
        && is_image(link, wanted)
}

fn is_image(link: &Link, wanted: &NewLink) -> bool {
    match (&link.image, &wanted.image) {
        (Some(image), Some(wanted)) => {
            image.file.as_deref() == wanted.path.strip_prefix("img/") && image.alt == wanted.alt
        }
        (image, wanted) => image.is_none() && wanted.is_none(),
    }
}

/// Returns `issue` without its link number `index`, and without the part that consisted of it.
fn without_link(issue: &Issue, index: usize) -> Option<Issue> {
    let mut issue = issue.clone();
    let mut at = 0;
    for section in &mut issue.sections {
        for part in 0..section.parts.len() {
            let items = &mut section.parts[part].items;
            for item in 0..items.len() {
                let count = items[item].links().len();
                if index >= at + count {
                    at += count;
                    continue;
                }
                let Item::Link(_) = items[item] else { return None };
                items.remove(item);
                if items.is_empty() && section.parts[part].heading.is_none() {
                    section.parts.remove(part);
                }
                // The section of a lead is not in the file.
                issue.sections.retain(|section| section.style != SectionStyle::Lead || !section.parts.is_empty());
                return Some(issue);
            }
        }
    }
    None
}
