//! The pages of the browser preview: what they share, and the list of issues.
//!
//! Elements with `data-live` are what a save can change; `preview.js` fetches the page anew and replaces them by id.

use maud::{DOCTYPE, Markup, html};

use super::preview_bar::{help_button, list_keys};
use crate::model::IssueNumber;

/// The style sheet of all pages.
pub const STYLE: &str = include_str!("preview.css");

/// Their script: what is declared first may be used as the next is read.
pub const SCRIPT: &str = concat!(
    include_str!("preview_state.js"),
    include_str!("preview_mail.js"),
    include_str!("preview_findings.js"),
    include_str!("preview_news.js"),
    include_str!("preview.js"),
);

/// What both pages need to know of the server they come from.
#[derive(Debug, Clone)]
pub struct Server {
    /// The publication's name.
    pub publication: String,
    /// Names this run of the server: a page of another run loads itself anew.
    pub boot: String,
    /// Counts what has been seen to change.
    pub generation: u64,
}

/// An issue in a list of them.
#[derive(Debug, Clone)]
pub struct IssueRow {
    /// Its number.
    pub number: IssueNumber,
    /// Its title, or its file's name while it cannot be read.
    pub title: String,
    /// The day on its cover.
    pub date: Option<String>,
    /// Whether it is a draft.
    pub draft: bool,
    /// How many links it has.
    pub links: usize,
    /// The first thing wrong with it, with its place.
    pub error: Option<String>,
    /// Its delivery, once it has begun.
    pub delivery: Option<DeliveryRow>,
}

/// The delivery of an issue in a list of them.
#[derive(Debug, Clone)]
pub struct DeliveryRow {
    /// `sent`, `running`, ...
    pub state: &'static str,
    /// Whether a send is at it.
    pub is_running: bool,
    /// Whether somebody has to do something about it.
    pub is_unsettled: bool,
    /// How many have it.
    pub accepted: u64,
    /// How many are to have it.
    pub total: u64,
}

/// The list of issues, newest first, below `problems` drawn as the terminal draws them; `unread` says why nothing is known of
/// deliveries.
pub fn issues(server: &Server, rows: &[IssueRow], problems: &str, unread: Option<&str>) -> Markup {
    page(
        server,
        &format!("{} · preview", server.publication),
        &html! {
            header.bar {
                span.publication { (server.publication) }
                span.spacer {}
                (connection())
                (help_button())
            }
            main.list {
                h1 { "Issues" }
                (overlay(problems, None))
                div #issues data-live {
                    @if rows.is_empty() {
                        p.empty { "No issues yet. " code { "newsletter new" } " makes the first." }
                    } @else {
                        ol.issues {
                            @for row in rows { (issue_row(row)) }
                        }
                    }
                    @if let Some(why) = unread { p.unread { "Who got what is not known: " (why) } }
                }
            }
            (list_keys())
        },
    )
}

fn issue_row(row: &IssueRow) -> Markup {
    html! {
        li {
            a href={ "/" (row.number) } {
                span.number { (row.number) }
                span.title { (row.title) }
                (state(row))
                span.links { @if row.error.is_none() { (row.links) @if row.links == 1 { " link" } @else { " links" } } }
                @if let Some(date) = &row.date { time datetime=(date) { (date) } } @else { span {} }
                @if let Some(error) = &row.error { span.error { (error) } }
            }
        }
    }
}

/// How an issue stands, in the words of `newsletter list`.
fn state(row: &IssueRow) -> Markup {
    html! {
        span.state {
            @if row.error.is_some() { span.badge.wrong { "error" } " " }
            @match &row.delivery {
                Some(delivery) => {
                    span.badge .running[delivery.is_running] .odd[delivery.is_unsettled] { (delivery.state) }
                    " " (delivery.accepted) " of " (delivery.total)
                }
                None if row.draft => span.badge { "draft" },
                None if row.error.is_none() => span.badge { "ready" },
                None => {}
            }
        }
    }
}

pub(super) fn page(server: &Server, title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect x='1' y='3' width='14' height='10' rx='1.5' fill='%23767b82'/%3E%3Cpath d='M2 4.5 8 9l6-4.5' fill='none' stroke='%23fff' stroke-width='1.2'/%3E%3C/svg%3E";
                link rel="stylesheet" href="/preview.css";
                script src="/preview.js" defer {}
            }
            body data-boot=(server.boot) data-generation=(server.generation) {
                (body)
                noscript { p.noscript { "The preview needs JavaScript for its controls. The parts themselves are plain files: add " code { ".html" } ", " code { ".txt" } " or " code { ".eml" } " to the address." } }
            }
        }
    }
}

pub(super) fn connection() -> Markup {
    html! {
        span #connection role="status" { "connecting" }
    }
}

/// What is wrong, over what was last right; `consequence` says what stands there instead.
pub(super) fn overlay(problems: &str, consequence: Option<&str>) -> Markup {
    html! {
        div #overlay data-live role="alert" {
            @if !problems.is_empty() {
                section.overlay aria-label="Problems" {
                    pre tabindex="0" {
                        @for line in problems.lines() { span class=(line_class(line)) { (line) "\n" } }
                    }
                    @if let Some(consequence) = consequence { p { (consequence) } }
                }
            }
        }
    }
}

/// How a line of a drawn diagnostic is set.
fn line_class(line: &str) -> &'static str {
    let trimmed = line.trim_start();
    if trimmed.starts_with("error") {
        "error"
    } else if trimmed.starts_with("warning") {
        "warning"
    } else if trimmed.starts_with("-->") || trimmed.starts_with(':') {
        "place"
    } else if trimmed.trim_start_matches(['|', ' ']).starts_with('^') {
        "caret"
    } else {
        "line"
    }
}
