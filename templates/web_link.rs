//! A link on an issue's page.

use maud::{Markup, html};

use super::link::{Placement, byline, relation};
use super::prose::prose;
use super::web_issue::nobody;
use crate::model::{Image, Link, Word, Words};

/// Where a link is shown.
#[derive(Clone, Copy)]
pub enum Surface<'a> {
    /// On the issue's page. The newsletter's own pictures are in the archive's `img` folder.
    Page {
        /// The way to the archive's own folder.
        up: &'a str,
        /// What the absolute URLs of the newsletter's own pictures start with.
        images: &'a str,
    },
    /// In a feed, which is read elsewhere: pictures are where readers' clients fetch them, and nothing has an id.
    Feed,
}

impl Surface<'_> {
    fn picture_url(self, image: &Image) -> String {
        match self {
            // The rest of the URL is the file's name, already percent-encoded.
            Self::Page { up, images } => match image.url.strip_prefix(images) {
                Some(name) if image.file.is_some() => format!("{up}img/{name}"),
                _ => image.url.clone(),
            },
            Self::Feed => image.url.clone(),
        }
    }
}

/// The link at `position` of its issue, counted from one.
pub(super) fn card(link: &Link, position: usize, words: &Words, surface: Surface) -> Markup {
    let beside = link.image.as_ref().is_some_and(|image| matches!(Placement::of(image), Placement::Beside));
    let id = matches!(surface, Surface::Page { .. }).then(|| format!("link-{position}"));
    html! {
        div.link.sponsored[link.sponsored].beside[beside] id=[id] {
            @if let Some(image) = &link.image {
                a.picture href=(link.url) rel=[relation(link)] {
                    // A link needs a name: for a picture that says nothing, the title's.
                    img src=(surface.picture_url(image)) alt=(if image.alt.is_empty() { &link.title } else { &image.alt })
                        width=[image.size.map(|size| size.0)] height=[image.size.map(|size| size.1)] loading="lazy";
                }
            }
            div {
                p.quiet {
                    @if link.sponsored { strong { (words.of(Word::Sponsored)) } " · " }
                    (words.of(link.kind.word())) " · " (link.source)
                }
                h3 { a href=(link.url) rel=[relation(link)] { (link.title) } }
                @if !link.blurb.is_empty() {
                    div.prose { (prose(&link.blurb, &nobody)) }
                }
                @let byline = byline(link, words);
                @if !byline.is_empty() {
                    p.quiet { (byline.join(" · ")) }
                }
            }
        }
    }
}
