//! Builds the web page of an issue: the content of the letter, for all readers, with more space.

use maud::{Markup, display, html};

use super::page::{Frame, Site, page, subscribe};
use super::prose::prose;
use super::section::section;
use super::surface::Surface;
use crate::model::{Issue, Link, Publication, Word};
use crate::templates::date;
use crate::templates::heading::plain_words;

/// The content of an issue's page.
#[derive(Clone, Copy)]
pub struct IssueView<'a> {
    /// The archive of the issue.
    pub site: Site<'a>,
    /// The issue.
    pub issue: &'a Issue,
    /// The issue before it.
    pub older: Option<&'a Issue>,
    /// The issue after it.
    pub newer: Option<&'a Issue>,
}

/// Returns the page of an issue.
pub fn issue(view: &IssueView) -> Markup {
    let IssueView { site: Site { publication, .. }, issue, .. } = view;
    let title = format!("{} · {}", issue.title, publication.name);
    let frame = Frame {
        site: view.site,
        up: "../",
        title: &title,
        description: &description(issue),
        path: &format!("{}/", issue.path()),
        issue: Some(issue),
    };
    page(
        &frame,
        &html! {
            header.home {
                a href="../index.html" { (publication.name) }
            }
            main {
                article {
                    header.masthead {
                        p.quiet {
                            @if let Some(number) = publication.issue(issue.number) {
                                bdi { (number) } " · "
                            }
                            time datetime=(display(issue.date)) { (date::long(issue.date, publication)) }
                        }
                        h1 { (plain_words(&issue.title, publication.direction)) }
                    }
                    (content(issue, publication, Surface::Page { up: "../", images: &publication.images }))
                }
            }
            (onward_links(view))
        },
    )
}

/// Returns the content of the issue without the page around it, as the page's article and the feeds show it.
pub fn content(issue: &Issue, publication: &Publication, surface: Surface) -> Markup {
    let direction = publication.direction;
    let mut positions = 1..;
    html! {
        @if !issue.intro.is_empty() {
            div.prose { (prose(&issue.intro, direction, surface)) }
        }
        @for section in &issue.sections {
            (self::section(section, &mut positions, publication, surface))
        }
        @if !issue.outro.is_empty() {
            div.prose.outro { (prose(&issue.outro, direction, surface)) }
        }
    }
}

/// Returns a short description of an issue: its preview text, or the titles of its links.
pub fn description(issue: &Issue) -> String {
    if !issue.preheader.is_empty() {
        return issue.preheader.clone();
    }
    issue.links().map(Link::plain_title).take(3).collect::<Vec<_>>().join(" · ")
}

/// Returns the links at the end of an issue: to subscribe, and to the issues before and after.
fn onward_links(view: &IssueView) -> Markup {
    let publication = view.site.publication;
    html! {
        aside.invitation {
            @if !publication.description.is_empty() {
                p { (publication.description) }
            }
            p { (subscribe(view.site.publication)) }
        }
        @if view.older.is_some() || view.newer.is_some() {
            nav.neighbours aria-label=(publication.words.of(Word::OtherIssues)) {
                @for (neighbour, rel, word) in [(view.older, "prev", Word::Previous), (view.newer, "next", Word::Next)] {
                    @if let Some(issue) = neighbour {
                        p class=(rel) {
                            span.quiet {
                                (publication.words.of(word))
                                @if let Some(number) = publication.issue(issue.number) {
                                    " · " bdi { (number) }
                                }
                            }
                            br;
                            a rel=(rel) href={ "../" (issue.path()) "/index.html" } { bdi { (issue.title) } }
                        }
                    }
                }
            }
        }
    }
}
