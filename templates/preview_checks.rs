//! The preview's list of what is wrong and what is odd, errors first.

use maud::{Markup, html};

use crate::model::IssueNumber;

/// Something found in an issue or around it.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Whether it stops a send.
    pub is_error: bool,
    /// The rule that found it, which `newsletter check --explain` knows.
    pub rule: Option<&'static str>,
    /// What was found.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Where.
    pub place: Option<FindingPlace>,
    /// What it is about.
    pub block: Option<Block>,
}

/// What a finding can be pointed out in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Block {
    /// The letter's title.
    Title,
    /// Subject and preview text.
    InboxRow,
    /// The link of this number, from 0.
    Link(usize),
}

impl Block {
    /// How the page's script knows it.
    fn word(self) -> String {
        match self {
            Self::Title => "title".to_owned(),
            Self::InboxRow => "inbox".to_owned(),
            Self::Link(number) => format!("link {number}"),
        }
    }
}

/// Where something was found.
#[derive(Debug, Clone)]
pub struct FindingPlace {
    /// The file, relative to the newsletter's folder.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The address that opens it in an editor, when one is configured.
    pub in_editor: Option<String>,
}

pub(super) fn checks(findings: &[Finding]) -> Markup {
    let errors = findings.iter().filter(|finding| finding.is_error).count();
    let warnings = findings.len() - errors;
    html! {
        section.checks #checks data-live aria-labelledby="checks-title" {
            h2 #checks-title {
                "Checks"
                @if errors > 0 { " " span.badge.wrong { (counted(errors, "error")) } }
                @if warnings > 0 { " " span.badge.odd { (counted(warnings, "warning")) } }
            }
            @if findings.is_empty() {
                p.note { "Nothing found." }
            } @else {
                ul { @for finding in findings { li { (row(finding)) } } }
            }
        }
    }
}

/// A finding with a place opens it in an editor, or else copies it.
fn row(finding: &Finding) -> Markup {
    let said = html! {
        span class=(if finding.is_error { "kind wrong" } else { "kind odd" }) { (if finding.is_error { "error" } else { "warning" }) }
        @if let Some(rule) = finding.rule { " " span.rule { (rule) } }
        " " (finding.message)
        @if let Some(help) = &finding.help { span.help { (help) } }
        @if let Some(FindingPlace { path, line, column, .. }) = &finding.place { span.where { (path) ":" (line) ":" (column) } }
    };
    let block = finding.block.map(Block::word);
    html! {
        @match &finding.place {
            Some(FindingPlace { in_editor: Some(address), .. }) => a.finding href=(address) data-block=[block] title="Open in the editor" { (said) },
            Some(FindingPlace { path, line, .. }) => button.finding type="button" data-place={ (path) ":" (line) } data-block=[block] title="Copy the place" { (said) },
            None => div.finding { (said) },
        }
    }
}

/// The button that has the pages of the issue asked for, below its findings.
pub(super) fn ask_links(number: IssueNumber, token: &str) -> Markup {
    html! {
        section.errand aria-label="Links" {
            div {
                button #ask-links type="button" data-address={ "/" (number) "/links" } data-token=(token) data-reply="links-reply" data-meanwhile="Asking…" aria-describedby="links-note" { "Ask the links" }
                p.note #links-note { "Whether each page answers, as " code { "newsletter check " (number) " --online" } " does. Nothing else asks the web." }
            }
            pre.reply #links-reply role="status" hidden {}
        }
    }
}

fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
