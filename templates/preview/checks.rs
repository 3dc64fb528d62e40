//! Builds the list of findings, errors first, and the button that checks links.

use maud::{Markup, html};

use crate::model::IssueNumber;

/// A finding about an issue or its newsletter.
#[derive(Debug, Clone)]
pub struct FindingRow {
    /// Whether it prevents sending.
    pub is_error: bool,
    /// The rule, as in `newsletter check --explain`.
    pub rule: Option<&'static str>,
    /// The message.
    pub message: String,
    /// The help.
    pub help: Option<String>,
    /// The place in a file.
    pub location: Option<FindingLocation>,
    /// The part of the letter to highlight.
    pub target: Option<FindingTarget>,
}

/// A part of the letter that a finding can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingTarget {
    /// The letter's title.
    Title,
    /// Subject and preview text.
    InboxLine,
    /// The link of this number, from 0.
    Link(usize),
}

impl FindingTarget {
    /// Its name in the page's script.
    fn word(self) -> String {
        match self {
            Self::Title => "title".to_owned(),
            Self::InboxLine => "inbox".to_owned(),
            Self::Link(number) => format!("link {number}"),
        }
    }
}

/// A place in a file.
#[derive(Debug, Clone)]
pub struct FindingLocation {
    /// The file, relative to the newsletter's folder.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The URL that opens it in the configured editor.
    pub editor_url: Option<String>,
}

pub(super) fn checks(findings: &[FindingRow]) -> Markup {
    let errors = findings.iter().filter(|finding| finding.is_error).count();
    let warnings = findings.len() - errors;
    html! {
        section.checks #checks data-live aria-labelledby="checks-title" {
            h2 #checks-title {
                "Checks"
                @if errors > 0 { " " span.badge.wrong { (counted(errors, "error")) } }
                @if warnings > 0 { " " span.badge.warning { (counted(warnings, "warning")) } }
            }
            @if findings.is_empty() {
                p.note { "No findings." }
            } @else {
                ul { @for finding in findings { li { (row(finding)) } } }
            }
        }
    }
}

/// A finding. A click opens its place in the editor, or copies it if none is configured.
fn row(finding: &FindingRow) -> Markup {
    let content = html! {
        span class=(if finding.is_error { "kind wrong" } else { "kind warning" }) { (if finding.is_error { "error" } else { "warning" }) }
        @if let Some(rule) = finding.rule { " " span.rule { (rule) } }
        " " (finding.message)
        @if let Some(help) = &finding.help { span.help { (help) } }
        @if let Some(FindingLocation { path, line, column, .. }) = &finding.location { span.where { (path) ":" (line) ":" (column) } }
    };
    let target = finding.target.map(FindingTarget::word);
    html! {
        @match &finding.location {
            Some(FindingLocation { editor_url: Some(address), .. }) => a.finding href=(address) data-target=[target] title="Open in the editor" { (content) },
            Some(FindingLocation { path, line, .. }) => button.finding type="button" data-place={ (path) ":" (line) } data-target=[target] title="Copy the place" { (content) },
            None => div.finding { (content) },
        }
    }
}

/// The button that checks the links of the issue.
pub(super) fn link_check(number: IssueNumber, token: &str) -> Markup {
    html! {
        section.action aria-label="Links" {
            div {
                button #check-links type="button" data-address={ "/" (number) "/links" } data-token=(token) data-reply="links-reply" data-pending="Checking…" aria-describedby="links-note" { "Check links" }
                p.note #links-note { "Requests each linked page, as " code { "newsletter check " (number) " --online" } " does." }
            }
            pre.reply #links-reply role="status" hidden {}
        }
    }
}

fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
