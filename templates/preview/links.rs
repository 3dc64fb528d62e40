//! Builds the page on which the links of an issue are chosen from those that wait in the inbox.

use maud::{Markup, html};

use super::bar::{Location, bar};
use super::keys::key_dialog;
use super::layout::{ServerInfo, layout};

/// The most sections that have a key.
const KEYS: usize = 9;

/// A link that waits.
#[derive(Debug, Clone)]
pub struct LinkRow {
    /// Its line in the inbox.
    pub line: usize,
    /// Its address.
    pub url: String,
    /// Its title, or its address.
    pub title: String,
    /// What is known about it: site, age, number of feeds.
    pub about: Vec<String>,
    /// The place where it was linked before, in words.
    pub known: Option<String>,
    /// The curator's words.
    pub note: Option<String>,
    /// The section it is meant for.
    pub section: Option<String>,
}

/// The content of the page.
#[derive(Debug, Clone)]
pub struct LinksPage {
    /// The issue and the page.
    pub location: Location,
    /// The links that wait, in the order of the inbox.
    pub links: Vec<LinkRow>,
    /// The titles of the sections that a link can be put into, as plain text; an empty one is that of the only section.
    pub sections: Vec<String>,
    /// The reason for which nothing can be put into the issue.
    pub refusal: Option<String>,
    /// The problem that kept the inbox from being read.
    pub problem: Option<String>,
    /// What the files were when the page was drawn.
    pub digest: String,
}

/// Builds the page.
pub fn links_page(server: &ServerInfo, page: &LinksPage) -> Markup {
    let number = page.location.number;
    layout(
        server,
        page.location.page.into(),
        &format!("Links for {number} · {}", server.publication),
        &html! {
            (bar(server, &page.location))
            main.list.waiting {
                h1 { "Links for issue " (number) }
                div #waiting data-live {
                    @if let Some(problem) = &page.problem { p.ledger-error role="alert" { (problem) } }
                    @if let Some(refusal) = &page.refusal { p.note { "Nothing can be put into it: " (refusal) "." } }
                    @if page.links.is_empty() && page.problem.is_none() {
                        p.empty { "No link waits in " code { "links.md" } ". " code { "newsletter gather" } " looks for new ones." }
                    } @else {
                        ol.links { @for row in &page.links { (link(page, row)) } }
                    }
                }
                p { button #undo type="button" data-key="u" data-address={ "/" (number) "/links/undo" } data-token=(page.location.token) data-pending="Undoing…" { "Undo " kbd aria-hidden="true" { "u" } } }
            }
            (key_dialog(&[
                ("j k", "next, previous link"),
                ("o", "open it"),
                ("1 9", "put it into the section with that number"),
                ("x", "drop it: it is never gathered again"),
                ("u", "undo"),
            ]))
        },
    )
}

fn link(page: &LinksPage, row: &LinkRow) -> Markup {
    let number = page.location.number;
    let action =
        |what: &str, more: &str| format!("/{number}/links/{what}?line={}{more}&drawn={}", row.line, page.digest);
    html! {
        li.waiting-link #{ "link-" (row.line) } tabindex="-1" {
            p.title #{ "title-" (row.line) } { a href=(row.url) target="_blank" rel="noopener noreferrer" { (row.title) } }
            p.note {
                (row.about.join(" · "))
                @if let Some(known) = &row.known { " " span.badge.warning { (known) } }
            }
            @if let Some(note) = &row.note { p.words { (note) } }
            div.actions {
                @if page.refusal.is_none() {
                    @for (index, section) in page.sections.iter().enumerate() {
                        @let key = (index < KEYS).then(|| (index + 1).to_string());
                        button type="button" .wanted[row.section.as_ref().is_some_and(|own| own.to_lowercase() == section.to_lowercase())]
                            data-key=[key.as_ref()] data-address=(action("put", &format!("&section={index}"))) data-token=(page.location.token) data-pending="Reading the page…"
                            aria-describedby={ "title-" (row.line) } {
                            (if section.is_empty() { "Put it in" } else { section.as_str() }) @if let Some(key) = &key { " " kbd aria-hidden="true" { (key) } }
                        }
                    }
                }
                button type="button" data-key="x" data-address=(action("drop", "")) data-token=(page.location.token) data-pending="Dropping…" aria-describedby={ "title-" (row.line) } {
                    "Drop " kbd aria-hidden="true" { "x" }
                }
            }
        }
    }
}
