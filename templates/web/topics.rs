//! Builds the pages of topics: the links of one, and the list of all.

use maud::{Markup, PreEscaped, html};

use super::frame::{Frame, PageKind, Site};
use super::page::{bar, page};
use super::prose::prose;
use super::subscribe::subscribe_box;
use super::surface::Surface;
use crate::model::{Block, PlacedLink, Prose, Publication, Topic, Topics, Word};
use crate::templates::date;
use crate::templates::heading::{plain_words, words as words_of_title};
use crate::templates::link::meta;
use crate::templates::opening_line::count;
use crate::templates::word::word;

/// The links that are shown with their description; the others have a line.
const WITH_DESCRIPTION: usize = 50;

/// Returns the page of `topic`.
pub fn topic(site: Site, topic: &Topic<'_>, topics: &Topics<'_>) -> Markup {
    let publication = site.publication;
    let words = &publication.words;
    let count = count(topic.links.len(), publication).unwrap_or_default();
    let frame = Frame {
        site,
        kind: PageKind::Topics,
        up: "../../",
        title: &format!("{} · {}", topic.name, publication.name),
        description: &publication.description,
        path: &format!("{}/", topic.address()),
    };
    let related = topics.related(topic);
    let (full, brief) = topic.links.split_at(topic.links.len().min(WITH_DESCRIPTION));
    let content = html! {
        (bar(&frame))
        main {
            header.masthead {
                p.quiet { (word(publication, Word::Topic)) " " (words.between()) " " bdi { (count) } }
                h1 { (plain_words(topic.name, publication.direction)) }
            }
            @if !related.is_empty() {
                nav aria-label=(words.of(Word::RelatedTopics)) { (chips(&related, frame.up, publication, true)) }
            }
            div.hits { @for placed in full { (hit(placed, frame.up, publication)) } }
            @if !brief.is_empty() {
                ol.lines { @for placed in brief { (line(placed, frame.up, publication)) } }
            }
            (subscribe_box(publication, true))
        }
    };
    page(&frame, &content)
}

/// Returns the list of all topics.
pub fn all_topics(site: Site, topics: &Topics<'_>) -> Markup {
    let publication = site.publication;
    let name = publication.words.of(Word::AllTopics);
    let frame = Frame {
        site,
        kind: PageKind::Topics,
        up: "../",
        title: &format!("{name} · {}", publication.name),
        description: &publication.description,
        path: "topics/",
    };
    let content = html! {
        (bar(&frame))
        main {
            header.masthead { h1 { (word(publication, Word::AllTopics)) } }
            (chips(&topics.all().iter().collect::<Vec<_>>(), frame.up, publication, true))
            (subscribe_box(publication, true))
        }
    };
    page(&frame, &content)
}

/// Returns links to the pages of `topics` from a page from which `up` leads to the archive's root.
pub(super) fn chips(topics: &[&Topic<'_>], up: &str, publication: &Publication, has_counts: bool) -> Markup {
    html! {
        ul.topics {
            @for topic in topics {
                (PreEscaped("\n"))
                li {
                    a href={ (up) (topic.address()) "/index.html" } {
                        bdi { (topic.name) }
                        @if has_counts { " " span { (publication.words.with_digits(&topic.links.len().to_string())) } }
                    }
                }
            }
        }
    }
}

/// Returns a link with its issue and the first paragraph about it.
fn hit(placed: &PlacedLink<'_>, up: &'static str, publication: &Publication) -> Markup {
    let PlacedLink { link, .. } = placed;
    let surface = Surface::Page { up, images: &publication.images };
    let first = link.description.0.iter().take(1).filter(|block| matches!(block, Block::Paragraph(_)));
    let description = Prose(first.cloned().collect());
    html! {
        (PreEscaped("\n"))
        div.hit {
            h2 { (title(placed, up, publication)) }
            p.quiet {
                // A line may end with a point, and not begin with one.
                @for part in meta(link, &publication.words) { bdi { (part) } "\u{a0}" (publication.words.between()) " " }
                (issue_of(placed, up, publication))
            }
            @if !description.is_empty() {
                div.prose { (prose(&description, publication.direction, surface)) }
            }
        }
    }
}

fn line(placed: &PlacedLink<'_>, up: &str, publication: &Publication) -> Markup {
    html! {
        (PreEscaped("\n"))
        li { (title(placed, up, publication)) " " span.quiet { (issue_of(placed, up, publication)) } }
    }
}

/// Returns the title of a link. One without an address of its own leads to its place in the issue.
fn title(placed: &PlacedLink<'_>, up: &str, publication: &Publication) -> Markup {
    let words = words_of_title(&placed.link.title, publication.direction);
    html! {
        @match &placed.link.url {
            Some(url) => { a href=(url) { (words) } }
            None => { a href=(place(placed, up)) { (words) } }
        }
    }
}

/// Returns the name of the issue that a link is in, leading to it.
fn issue_of(placed: &PlacedLink<'_>, up: &str, publication: &Publication) -> Markup {
    let issue = placed.issue;
    let name = publication.issue(issue.number).unwrap_or_else(|| date::long(issue.date, publication));
    html! { a href=(place(placed, up)) { bdi { (name) } } }
}

fn place(placed: &PlacedLink<'_>, up: &str) -> String {
    format!("{up}{}/index.html#link-{}", placed.issue.path(), placed.position)
}
