//! An issue as a web page: what the letter says, for anybody, with more air.

use maud::{Markup, display, html};

use super::web::{Frame, Site, page, subscribe};
use super::web_link::{Surface, card};
use super::{date, prose::prose};
use crate::model::{Issue, Slot, Word, Words};

/// What an issue's page shows.
#[derive(Clone, Copy)]
pub struct IssueView<'a> {
    /// The archive it is in.
    pub site: Site<'a>,
    /// The issue.
    pub issue: &'a Issue,
    /// The issue before it.
    pub older: Option<&'a Issue>,
    /// The issue after it.
    pub newer: Option<&'a Issue>,
}

/// The page of an issue.
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
                            (publication.issue(issue.number)) " · "
                            time datetime=(display(issue.date)) { (date::long(issue.date, &publication.language, publication.direction)) }
                        }
                        h1 { (issue.title) }
                    }
                    (content(issue, &publication.words, Surface::Page { up: "../", images: &publication.images }))
                }
            }
            (ways_on(view))
        },
    )
}

/// What the curator wrote and chose: the inside of the page's article, and what the feeds carry.
pub fn content(issue: &Issue, words: &Words, surface: Surface) -> Markup {
    let mut positions = 1..;
    html! {
        @if !issue.intro.is_empty() {
            div.prose { (prose(&issue.intro, &nobody)) }
        }
        @for section in &issue.sections {
            section {
                h2 { (section.title) }
                @if !section.prose.is_empty() {
                    div.prose { (prose(&section.prose, &nobody)) }
                }
                // The links come first: a zip asks the second only after the first has answered.
                @for (link, position) in section.links.iter().zip(positions.by_ref()) {
                    (card(link, position, words, surface))
                }
            }
        }
        @if !issue.outro.is_empty() {
            div.prose.outro { (prose(&issue.outro, &nobody)) }
        }
    }
}

/// What a page says of an issue in a sentence: its preview text, or the titles of its links.
pub fn description(issue: &Issue) -> String {
    if !issue.preheader.is_empty() {
        return issue.preheader.clone();
    }
    issue.links().map(|link| link.title.as_str()).take(3).collect::<Vec<_>>().join(" · ")
}

/// What stands in a slot on a page anybody can read: the words for nobody in particular, and nothing for what only one
/// subscriber may see.
pub(super) fn nobody(slot: &Slot) -> String {
    match slot {
        Slot::Field { fallback, .. } => fallback.clone(),
        Slot::Address | Slot::UnsubscribeUrl => String::new(),
    }
}

/// Where to go from the end of an issue.
fn ways_on(view: &IssueView) -> Markup {
    let publication = view.site.publication;
    html! {
        aside.invitation {
            p { (view.site.publication.description) }
            p { (subscribe(view.site.publication)) }
        }
        @if view.older.is_some() || view.newer.is_some() {
            nav.neighbours aria-label=(publication.words.of(Word::OtherIssues)) {
                @for (neighbour, rel, word) in [(view.older, "prev", Word::Previous), (view.newer, "next", Word::Next)] {
                    @if let Some(issue) = neighbour {
                        p class=(rel) {
                            span.quiet { (publication.words.of(word)) " · " (publication.issue(issue.number)) }
                            br;
                            a rel=(rel) href={ "../" (issue.path()) "/index.html" } { (issue.title) }
                        }
                    }
                }
            }
        }
    }
}
