//! Builds a compact list of links on an issue's page or in a feed.

use std::ops::RangeFrom;

use maud::{Markup, html};

use super::prose::prose;
use super::surface::Surface;
use crate::model::{Link, Publication};
use crate::templates::link::common_source;
use crate::templates::list_entry::entry;

/// Returns the list of `links`, which take their positions in the issue from `positions`.
pub(super) fn list(
    links: &[Link],
    positions: &mut RangeFrom<usize>,
    publication: &Publication,
    surface: Surface<'_>,
) -> Markup {
    let source = common_source(links);
    html! {
        @if let Some(source) = source { p.quiet { bdi { (source) } } }
        ul.links {
            @for (link, position) in links.iter().zip(positions) {
                li id=[surface.link_id(position)] {
                    (entry(link, source, publication, |words| prose(words, publication.direction, surface)))
                }
            }
        }
    }
}
