//! The frame of every page of the web archive: head with its social card, masthead, footer. The pages themselves are in
//! `web_home` and `web_issue`, their style sheet beside them in `web.css`.
//!
//! Links inside the archive are relative and name `index.html`, so that it works from a folder, from a disk and under
//! a sub-path; what other sites fetch is absolute.

use maud::{DOCTYPE, Markup, PreEscaped, display, html};

use super::letter::writer;
use crate::model::{Image, Issue, Publication, Word, Words};

/// The built-in style sheet; a newsletter's own `templates/web.css` takes its place.
pub const CSS: &str = include_str!("web.css");

/// What every page of an archive shares.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// The newsletter.
    pub publication: &'a Publication,
    /// The accent by day and by night, as CSS colours legible on the style sheet's grounds.
    pub accents: &'a [String; 2],
}

/// What the frame shows around a page.
pub(super) struct Frame<'a> {
    /// The archive.
    pub(super) site: Site<'a>,
    /// The way to the archive's own folder: empty, or `../`.
    pub(super) up: &'static str,
    /// The page's title.
    pub(super) title: &'a str,
    /// What it says, in a sentence.
    pub(super) description: &'a str,
    /// Its place in the archive: empty for the home page, `42-slug/` for an issue.
    pub(super) path: &'a str,
    /// The issue it shows, when it shows one.
    pub(super) issue: Option<&'a Issue>,
}

/// The whole page with `content` between masthead and footer.
pub(super) fn page(frame: &Frame, content: &Markup) -> Markup {
    let publication = frame.site.publication;
    html! {
        (DOCTYPE)
        html lang=(publication.language) dir=(publication.direction.attribute()) {
            (head(frame))
            body {
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
            meta name="description" content=(description);
            link rel="canonical" href=(publication.page(path));
            // Before the style sheet, which may say otherwise.
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

/// What a link to the page looks like where somebody posts it (Open Graph, <https://ogp.me/>, and what X adds to it).
fn card(frame: &Frame) -> Markup {
    let picture = frame.issue.and_then(card_picture);
    let kind = if frame.issue.is_some() { "article" } else { "website" };
    let size = if picture.is_some_and(is_wide) { "summary_large_image" } else { "summary" };
    html! {
        meta property="og:type" content=(kind);
        meta property="og:site_name" content=(frame.site.publication.name);
        meta property="og:title" content=(frame.issue.map_or(frame.title, |issue| issue.title.as_str()));
        meta property="og:description" content=(frame.description);
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

/// The picture of an issue's card: the first wide one, for that is what cards are made for, or the first.
fn card_picture(issue: &Issue) -> Option<&Image> {
    let pictures = || issue.links().filter_map(|link| link.image.as_ref());
    pictures().find(|picture| is_wide(picture)).or_else(|| pictures().next())
}

/// Whether a card shows the picture above its words instead of beside them.
fn is_wide(picture: &Image) -> bool {
    picture.size.is_some_and(|(width, height)| width >= 600 && 2 * width >= 3 * height)
}

fn footer(frame: &Frame) -> Markup {
    let Frame { site: Site { publication, .. }, up, .. } = frame;
    html! {
        footer.footer {
            @if let Some(writer) = writer(publication) {
                p { (writer) }
            }
            p { (feeds(up, &publication.words)) }
            p { (publication.postal_address) }
        }
    }
}

/// The feeds, for people.
pub(super) fn feeds(up: &str, words: &Words) -> Markup {
    html! {
        a href={ (up) "feed.atom" } { (words.of(Word::AtomFeed)) }
        " · "
        a href={ (up) "feed.json" } { (words.of(Word::JsonFeed)) }
    }
}

/// The way to subscribe: the configured page or address, or a mail to whoever reads the replies.
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
    use crate::templates::letter;

    #[test]
    fn letters_and_pages_share_their_colours_and_faces() {
        let root = |css: &'static str| css.split_once(":root {").and_then(|(_, rest)| rest.split_once('}')).unwrap().0;
        assert_eq!(root(CSS), root(letter::CSS));
    }
}
