//! Builds the frame of every page of the web archive: head with social card, masthead and footer.
//!
//! Links inside the archive are relative and name `index.html`, so that it works from a folder, from a disk and under
//! a sub-path. URLs that other sites fetch are absolute.

use maud::{DOCTYPE, Markup, PreEscaped, display, html};

use crate::model::{Image, Issue, Publication, Word, Words};
use crate::templates::footer::writer;
use crate::templates::korean::is_korean;

/// The built-in style sheet, which a newsletter's own `templates/web.css` replaces.
pub const CSS: &str = include_str!("../web.css");

/// The parts that all pages of an archive share.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// The newsletter.
    pub publication: &'a Publication,
    /// The accent in light and dark mode, as CSS colours legible on the backgrounds of the style sheet.
    pub accents: &'a [String; 2],
}

/// The parts of a page that its frame shows.
pub(super) struct Frame<'a> {
    /// The archive.
    pub(super) site: Site<'a>,
    /// The relative path to the archive's root: empty, or `../`.
    pub(super) up: &'static str,
    /// The page's title.
    pub(super) title: &'a str,
    /// Its description, in a sentence.
    pub(super) description: &'a str,
    /// Its path in the archive: empty for the home page, `42-slug/` for an issue.
    pub(super) path: &'a str,
    /// The issue it shows, if any.
    pub(super) issue: Option<&'a Issue>,
}

/// Returns the page with `content` between masthead and footer.
pub(super) fn page(frame: &Frame, content: &Markup) -> Markup {
    let publication = frame.site.publication;
    html! {
        (DOCTYPE)
        html lang=(publication.language) dir=(publication.direction.attribute()) {
            (head(frame))
            body.korean[is_korean(&content.0)] {
                (content)
                (footer(frame))
            }
        }
        "\n"
    }
}

fn head(frame: &Frame) -> Markup {
    let Frame { site: Site { publication, accents: [day, night] }, up, title, description, path, .. } = frame;
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) }
            @if !description.is_empty() {
                meta name="description" content=(description);
            }
            link rel="canonical" href=(publication.page(path));
            // Before the style sheet, which may override it.
            style { ":root{--accent:" (PreEscaped(day)) ";--accent-dark:" (PreEscaped(night)) "}" }
            link rel="stylesheet" href={ (up) "style.css" };
            link rel="alternate" type="application/atom+xml" title=(publication.name)
                href=(publication.page("feed.atom"));
            link rel="alternate" type="application/feed+json" title=(publication.name)
                href=(publication.page("feed.json"));
            (card(frame))
        }
    }
}

/// Returns the metadata for previews of links to the page (Open Graph, <https://ogp.me/>, and the additions of X).
fn card(frame: &Frame) -> Markup {
    let picture = frame.issue.and_then(card_picture);
    let kind = if frame.issue.is_some() { "article" } else { "website" };
    let size = if picture.is_some_and(is_wide) { "summary_large_image" } else { "summary" };
    html! {
        meta property="og:type" content=(kind);
        meta property="og:site_name" content=(frame.site.publication.name);
        meta property="og:title" content=(frame.issue.map_or(frame.title, |issue| issue.title.as_str()));
        @if !frame.description.is_empty() {
            meta property="og:description" content=(frame.description);
        }
        meta property="og:url" content=(frame.site.publication.page(frame.path));
        @if let Some(issue) = frame.issue {
            meta property="article:published_time" content=(display(issue.date));
        }
        @if let Some(picture) = picture {
            meta property="og:image" content=(picture.url);
            @if let Some((width, height)) = picture.size {
                meta property="og:image:width" content=(width);
                meta property="og:image:height" content=(height);
            }
            @if !picture.alt.is_empty() {
                meta property="og:image:alt" content=(picture.alt);
            }
        }
        meta name="twitter:card" content=(size);
    }
}

/// Returns the picture of an issue's card: the first wide one, which fits a card best, or else the first.
fn card_picture(issue: &Issue) -> Option<&Image> {
    let mut pictures = issue.images();
    pictures.find(|picture| is_wide(picture)).or_else(|| issue.images().next())
}

/// Whether a card shows the picture above its text and not beside it.
fn is_wide(picture: &Image) -> bool {
    picture.size.is_some_and(|(width, height)| width >= 600 && 2 * width >= 3 * height)
}

fn footer(frame: &Frame) -> Markup {
    let Frame { site: Site { publication, .. }, up, .. } = frame;
    html! {
        footer.footer {
            @if let Some(writer) = writer(publication) {
                p { bdi { (writer) } }
            }
            p { (feeds(up, &publication.words)) }
            p { bdi { (publication.postal_address) } }
        }
    }
}

/// Returns the links to the feeds.
pub(super) fn feeds(up: &str, words: &Words) -> Markup {
    html! {
        a href={ (up) "feed.atom" } { (words.of(Word::AtomFeed)) }
        " · "
        a href={ (up) "feed.json" } { (words.of(Word::JsonFeed)) }
    }
}

/// Returns the link to subscribe: the configured page or address, or a mail to the address for replies.
pub(super) fn subscribe(publication: &Publication) -> Markup {
    let url = publication.subscribe_url.clone().unwrap_or_else(|| {
        let address = publication.reply_to.as_ref().unwrap_or(&publication.from.address);
        format!("mailto:{address}?subject=subscribe")
    });
    let word = if url.starts_with("mailto:") { Word::SubscribeByMail } else { Word::Subscribe };
    html! { a.subscribe href=(url) { (publication.words.of(word)) } }
}

#[cfg(test)]
mod tests {
    use super::CSS;
    use crate::templates::mail::letter;

    #[test]
    fn letters_and_pages_share_their_colours_and_faces() {
        let root = |css: &'static str| css.split_once(":root {").and_then(|(_, rest)| rest.split_once('}')).unwrap().0;
        assert_eq!(root(CSS), root(letter::CSS));
    }
}
