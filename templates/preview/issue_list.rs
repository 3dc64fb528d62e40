//! Builds the page that lists all issues.

use maud::{Markup, html};

use super::keys::{help_button, list_key_dialog};
use super::layout::{ServerInfo, connection, layout, problem_overlay};
use crate::model::IssueNumber;

/// An issue in the list.
#[derive(Debug, Clone)]
pub struct IssueRow {
    /// Its number.
    pub number: IssueNumber,
    /// Its title, or the name of its file while it has errors.
    pub title: String,
    /// The date of the issue.
    pub date: Option<String>,
    /// Whether it is a draft.
    pub draft: bool,
    /// The number of links.
    pub links: usize,
    /// Its first problem, with the place.
    pub error: Option<String>,
    /// Its delivery, if one has begun.
    pub delivery: Option<DeliveryCell>,
}

/// The progress of a delivery in the list.
#[derive(Debug, Clone)]
pub struct DeliveryCell {
    /// `sent`, `running`, ...
    pub state: &'static str,
    /// Whether a `send` process is working on it.
    pub is_running: bool,
    /// Whether the user has to act.
    pub needs_attention: bool,
    /// Recipients the server accepted.
    pub accepted: u64,
    /// Planned recipients.
    pub total: u64,
    /// Readers who left after the issue and before the next one.
    pub lost: u64,
}

/// Builds the list of issues, newest first, below `problems` as printed in the terminal. `ledger_error` is the reason why the
/// state of deliveries is unknown.
pub fn issues_page(server: &ServerInfo, rows: &[IssueRow], problems: &str, ledger_error: Option<&str>) -> Markup {
    layout(
        server,
        None,
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
                (problem_overlay(problems, None))
                div #issues data-live {
                    @if rows.is_empty() {
                        p.empty { "No issues yet. " code { "newsletter new" } " creates the first." }
                    } @else {
                        ol.issues {
                            @for row in rows { (issue_row(row)) }
                        }
                    }
                    @if let Some(why) = ledger_error { p.ledger-error { "The state of deliveries is unknown: " (why) } }
                }
            }
            (list_key_dialog())
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

/// The state of an issue, in the words of `newsletter list`.
fn state(row: &IssueRow) -> Markup {
    html! {
        span.state {
            @if row.error.is_some() { span.badge.wrong { "error" } " " }
            @match &row.delivery {
                Some(delivery) => {
                    span.badge .running[delivery.is_running] .warning[delivery.needs_attention] { (delivery.state) }
                    " " (delivery.accepted) " of " (delivery.total)
                    @if delivery.lost > 0 { " · " (delivery.lost) " left after it" }
                }
                None if row.draft => span.badge { "draft" },
                None if row.error.is_none() => span.badge { "ready" },
                None => {}
            }
        }
    }
}
