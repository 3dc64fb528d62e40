//! A link on an issue's page.

use maud::{Markup, html};

use super::link::{Placement, byline, relation};
use super::prose::prose;
use super::web_issue::nobody;
use crate::model::{Image, Link};

/// Where a page finds an issue's pictures.
#[derive(Clone, Copy)]
pub enum Pictures<'a> {
    /// The newsletter's own in the archive's `img` folder, all others where they are.
    InFolder {
        /// The way to the archive's own folder.
        up: &'a str,
        /// What the absolute URLs of the newsletter's own pictures start with.
        images: &'a str,
    },
    /// All where readers' clients fetch them: for feeds, which are read elsewhere.
    OnTheWeb,
}

impl Pictures<'_> {
    fn url(self, image: &Image) -> String {
        match self {
            // The rest of the URL is the file's name, already percent-encoded.
            Self::InFolder { up, images } => match image.url.strip_prefix(images) {
                Some(name) if image.file.is_some() => format!("{up}img/{name}"),
                _ => image.url.clone(),
            },
            Self::OnTheWeb => image.url.clone(),
        }
    }
}

/// The link at `position` of its issue, counted from one.
pub(super) fn card(link: &Link, position: usize, pictures: Pictures) -> Markup {
    let beside = link.image.as_ref().is_some_and(|image| matches!(Placement::of(image), Placement::Beside));
    html! {
        div.link.sponsored[link.sponsored].beside[beside] id={ "link-" (position) } {
            @if let Some(image) = &link.image {
                a class="picture" href=(link.url) rel=[relation(link)] {
                    // A link needs a name: for a picture that says nothing, the title's.
                    img src=(pictures.url(image)) alt=(if image.alt.is_empty() { &link.title } else { &image.alt })
                        width=[image.size.map(|size| size.0)] height=[image.size.map(|size| size.1)] loading="lazy";
                }
            }
            div {
                p class="quiet" {
                    @if link.sponsored { strong { "Sponsored" } " · " }
                    (link.kind.label()) " · " (link.source)
                }
                h3 { a href=(link.url) rel=[relation(link)] { (link.title) } }
                @if !link.blurb.is_empty() {
                    div class="prose" { (prose(&link.blurb, &nobody)) }
                }
                @let byline = byline(link);
                @if !byline.is_empty() {
                    p class="quiet" { (byline.join(" · ")) }
                }
            }
        }
    }
}
