//! Builds prose on an issue's page or in a feed.

use maud::{Markup, html};

use super::surface::{Surface, public};
use crate::model::{Direction, Image, Prose};
use crate::templates::prose::{ProseParts, prose as markup};

/// Returns the markup of `prose` inside text that reads in `direction`.
pub(super) fn prose(prose: &Prose, direction: Direction, surface: Surface<'_>) -> Markup {
    let picture = |image: &Image, caption: Option<&Markup>| picture(image, caption, surface);
    markup(prose, ProseParts { direction, slot: &public, picture: &picture })
}

fn picture(image: &Image, caption: Option<&Markup>, surface: Surface<'_>) -> Markup {
    html! {
        figure {
            img src=(surface.picture_url(image)) alt=(image.alt) width=[image.size.map(|size| size.0)] height=[surface.height(image)]
                loading="lazy";
            @if let Some(words) = caption { figcaption { (words) } }
        }
    }
}
