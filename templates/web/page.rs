//! Builds the frame of every page of the web archive: head, flag and footer.
//!
//! Links inside the archive are relative and name `index.html`, so that it works from a folder, from a disk and under
//! a sub-path. URLs that other sites fetch are absolute.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::frame::{Frame, PageKind, Site};
use super::social_card::social_card;
use crate::model::{IssueNumber, OrnamentKind, OrnamentPicture, Publication, Word};
use crate::templates::footer::writer;
use crate::templates::korean::is_korean;
use crate::templates::word::word;

/// The built-in style sheet, which a newsletter's own `templates/web.css` replaces.
pub const CSS: &str = include_str!("../web.css");

/// Returns the page with `content` above the footer.
pub(super) fn page(frame: &Frame, content: &Markup) -> Markup {
    let publication = frame.site.publication;
    let is_home = matches!(frame.kind, PageKind::Home);
    let band = band(frame);
    html! {
        (DOCTYPE)
        html lang=(publication.language) dir=(publication.direction.attribute()) {
            (head(frame, band))
            body.home[is_home].korean[is_korean(&content.0)] {
                @if band.is_some() { div.band { } }
                div.page {
                    (content)
                    (footer(frame))
                }
            }
        }
        "\n"
    }
}

/// Returns the band of the newest issue, which lies across the home page.
fn band(frame: &Frame) -> Option<OrnamentPicture> {
    let Frame { site, kind: PageKind::Home, .. } = frame else { return None };
    OrnamentPicture::of(OrnamentKind::Band, site.newest?, site.publication)
}

fn head(frame: &Frame, band: Option<OrnamentPicture>) -> Markup {
    let Frame { site: Site { publication, properties, .. }, up, title, description, path, .. } = frame;
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
            style {
                ":root{" (PreEscaped(properties)) "}"
                @if let Some(band) = band { ".band{background-image:url(" (PreEscaped(band.path())) ")}" }
            }
            link rel="stylesheet" href={ (up) "style.css" };
            link rel="alternate" type="application/atom+xml" title=(publication.name)
                href=(publication.page("feed.atom"));
            link rel="alternate" type="application/feed+json" title=(publication.name)
                href=(publication.page("feed.json"));
            (social_card(frame))
        }
    }
}

/// Returns the plates with the newsletter's name and the number of the issue, if the page has one.
pub(super) fn plates(publication: &Publication, number: Option<IssueNumber>, up: &str) -> Markup {
    html! {
        @if let Some(logo) = &publication.logo {
            // The rest of the URL is the file name, already percent-encoded.
            @let own = logo.file.as_ref().and_then(|_| logo.url.strip_prefix(&publication.images));
            @let url = own.map_or_else(|| logo.url.clone(), |name| format!("{up}img/{name}"));
            img.logo src=(url) alt=(logo.alt) width="40";
        }
        span { (publication.name) }
        @if let Some(number) = number.and_then(|number| publication.shown_number(number)) { " " b { (number) } }
    }
}

/// Returns the head of a page below the home page: a flag that leads home, and the ways on.
pub(super) fn bar(frame: &Frame) -> Markup {
    let Frame { site: Site { publication, .. }, kind, up, .. } = frame;
    let number = if let PageKind::Issue(issue) = kind { Some(issue.number) } else { None };
    let home = format!("{up}index.html");
    html! {
        header.bar {
            a.flag href=(home) { (plates(publication, number, up)) }
            p.quiet {
                a href="#subscribe" { (word(publication, Word::Subscribe)) }
                " · "
                a href=(home) { (word(publication, Word::AllIssues)) }
            }
        }
    }
}

fn footer(frame: &Frame) -> Markup {
    let Frame { site: Site { publication, .. }, up, .. } = frame;
    html! {
        footer.footer {
            @if let Some(writer) = writer(publication) {
                p { bdi { (writer) } }
            }
            p { (feeds(up, publication)) }
            p { bdi { (publication.postal_address) } }
        }
    }
}

/// Returns the links to the feeds.
fn feeds(up: &str, publication: &Publication) -> Markup {
    html! {
        a href={ (up) "feed.atom" } { (word(publication, Word::AtomFeed)) }
        " · "
        a href={ (up) "feed.json" } { (word(publication, Word::JsonFeed)) }
    }
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
