//! Builds the metadata for previews of links to a page (Open Graph, <https://ogp.me/>, and the additions of X).

use maud::{Markup, display, html};

use super::frame::{Frame, PageKind};
use crate::model::{Image, Issue, OrnamentKind, OrnamentPicture, Publication, SectionStyle};

/// The size of a card of the ornament, in pixels.
const CARD: (u32, u32) = (1200, 630);

/// Returns the metadata of the page.
pub(super) fn social_card(frame: &Frame) -> Markup {
    let publication = frame.site.publication;
    let (kind, shown, title) = match frame.kind {
        PageKind::Issue(issue) => ("article", Some(issue), issue.title.as_str()),
        PageKind::Home | PageKind::Topics => ("website", frame.site.newest, frame.title),
    };
    let picture = shown.and_then(|issue| CardPicture::of(issue, publication));
    let is_large = matches!(picture, Some(CardPicture::Wide(_) | CardPicture::Ornament(_)));
    html! {
        meta property="og:type" content=(kind);
        meta property="og:site_name" content=(publication.name);
        meta property="og:title" content=(title);
        @if !frame.description.is_empty() {
            meta property="og:description" content=(frame.description);
        }
        meta property="og:url" content=(publication.page(frame.path));
        @if let PageKind::Issue(issue) = frame.kind {
            meta property="article:published_time" content=(display(issue.date));
        }
        @match picture {
            Some(CardPicture::Wide(picture) | CardPicture::Small(picture)) => {
                (tags(&picture.url, picture.size, &picture.alt))
            }
            Some(CardPicture::Ornament(picture)) => { (tags(&publication.page(&picture.path()), Some(CARD), "")) }
            None => {}
        }
        meta name="twitter:card" content=(if is_large { "summary_large_image" } else { "summary" });
    }
}

fn tags(url: &str, size: Option<(u32, u32)>, alt: &str) -> Markup {
    html! {
        meta property="og:image" content=(url);
        @if let Some((width, height)) = size {
            meta property="og:image:width" content=(width);
            meta property="og:image:height" content=(height);
        }
        @if !alt.is_empty() {
            meta property="og:image:alt" content=(alt);
        }
    }
}

/// The picture of an issue's social card.
pub(crate) enum CardPicture<'a> {
    /// A picture of the issue that cards show above their text.
    Wide(&'a Image),
    /// One that they show beside it.
    Small(&'a Image),
    /// The ornament, for an issue without a wide picture.
    Ornament(OrnamentPicture),
}

impl<'a> CardPicture<'a> {
    /// Returns the picture of the lead, or else the first wide one, which fits a card best; never one of a sponsor.
    pub(crate) fn of(issue: &'a Issue, publication: &Publication) -> Option<Self> {
        let lead = lead_picture(issue).filter(|picture| is_wide(picture));
        if let Some(picture) = lead.or_else(|| issue.own_images().find(|picture| is_wide(picture))) {
            return Some(Self::Wide(picture));
        }
        let ornament = OrnamentPicture::of(OrnamentKind::Card, issue, publication).map(Self::Ornament);
        ornament.or_else(|| issue.own_images().next().map(Self::Small))
    }
}

/// Returns the picture of the lead, or of the link that is shown larger than the others.
pub(super) fn lead_picture(issue: &Issue) -> Option<&Image> {
    let leads = issue.sections.iter().find(|section| section.style == SectionStyle::Lead);
    let lead = leads.and_then(|section| section.links().next()).or_else(|| issue.first_link());
    lead.filter(|link| !link.sponsored)?.image.as_ref()
}

/// Whether a card shows the picture above its text and not beside it.
pub(super) fn is_wide(picture: &Image) -> bool {
    picture.size.is_some_and(|(width, height)| width >= 600 && 2 * width >= 3 * height)
}
