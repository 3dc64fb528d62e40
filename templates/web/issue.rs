//! Builds the web page of an issue: the content of the letter, for all readers, with more space.

use maud::{Markup, display, html};

use super::frame::{Frame, PageKind, Site};
use super::page::{bar, page};
use super::prose::prose;
use super::section::section;
use super::subscribe::subscribe_box;
use super::surface::Surface;
use super::topics::chips;
use crate::model::{Issue, Publication, Topics, Word};
use crate::templates::heading::plain_words;
use crate::templates::opening_line;
use crate::templates::word::word;

/// The content of an issue's page.
#[derive(Clone, Copy)]
pub struct IssueView<'a> {
    /// The archive of the issue.
    pub site: Site<'a>,
    /// The issue.
    pub issue: &'a Issue,
    /// The topics of the archive.
    pub topics: &'a Topics<'a>,
    /// The issue before it.
    pub older: Option<&'a Issue>,
    /// The issue after it.
    pub newer: Option<&'a Issue>,
}

/// Returns the page of an issue.
pub fn issue(view: &IssueView) -> Markup {
    let IssueView { site: Site { publication, .. }, issue, topics, .. } = view;
    let title = format!("{} · {}", issue.title, publication.name);
    let frame = Frame {
        site: view.site,
        kind: PageKind::Issue(issue),
        up: "../",
        title: &title,
        description: &description(issue),
        path: &format!("{}/", issue.path()),
    };
    let topics = topics.of_issue(issue);
    page(
        &frame,
        &html! {
            (bar(&frame))
            main {
                article {
                    header.masthead {
                        p.quiet {
                            @for (index, part) in opening_line::parts(issue, publication).iter().enumerate() {
                                @if index == 0 { time datetime=(display(issue.date)) { (part) } } @else { " " (publication.words.between()) " " bdi { (part) } }
                            }
                        }
                        h1 { (plain_words(&issue.title, publication.direction)) }
                    }
                    (content(issue, publication, Surface::Page { up: "../", images: &publication.images }))
                }
                @if !topics.is_empty() {
                    nav.about aria-label=(publication.words.of(Word::Topics)) { (chips(&topics, "../", publication, false)) }
                }
                (subscribe_box(publication, true))
            }
            (neighbours(view))
        },
    )
}

/// Returns the content of the issue without the page around it, as the page's article and the feeds show it. Nobody in
/// particular reads it, so it has no salutation.
pub fn content(issue: &Issue, publication: &Publication, surface: Surface) -> Markup {
    let direction = publication.direction;
    let intro = issue.intro.without_salutation();
    let mut positions = 1..;
    html! {
        @if !intro.is_empty() {
            div.prose { (prose(&intro, direction, surface)) }
        }
        @for section in &issue.sections {
            (self::section(section, issue, &mut positions, publication, surface))
        }
        @if !issue.outro.is_empty() {
            div.prose.outro { (prose(&issue.outro, direction, surface)) }
        }
    }
}

/// Returns a short description of an issue: its preview text, or the titles of its links that nobody paid for.
pub fn description(issue: &Issue) -> String {
    if !issue.preheader.is_empty() {
        return issue.preheader.clone();
    }
    issue.own_links().map(|placed| placed.link.plain_title()).take(3).collect::<Vec<_>>().join(" · ")
}

/// Returns the links to the issues before and after.
fn neighbours(view: &IssueView) -> Markup {
    let publication = view.site.publication;
    html! {
        @if view.older.is_some() || view.newer.is_some() {
            nav.neighbours aria-label=(publication.words.of(Word::OtherIssues)) {
                @for (neighbour, rel, label) in [(view.older, "prev", Word::Previous), (view.newer, "next", Word::Next)] {
                    @if let Some(issue) = neighbour {
                        p class=(rel) {
                            a rel=(rel) href={ "../" (issue.path()) "/index.html" } {
                                span.quiet {
                                    (word(publication, label))
                                    @if let Some(number) = publication.issue(issue.number) {
                                        ": " bdi { (number) }
                                    }
                                }
                                " "
                                strong { bdi { (issue.title) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
