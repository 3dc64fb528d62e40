//! Builds the list of findings: what each is about, what to do, and where it is.

use maud::{Markup, html};

/// A finding about an issue or its newsletter.
#[derive(Debug, Clone)]
pub struct FindingRow {
    /// Whether it prevents sending.
    pub is_error: bool,
    /// The rule, as in `newsletter check --explain`.
    pub rule: Option<&'static str>,
    /// Whether an issue or a link can allow it.
    pub can_be_allowed: bool,
    /// The message.
    pub message: String,
    /// The help.
    pub help: Option<String>,
    /// The place in a file.
    pub location: Option<FindingLocation>,
    /// The part of the letter to highlight.
    pub target: Option<FindingTarget>,
}

/// The number of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FindingCounts {
    /// Those that prevent sending.
    pub errors: usize,
    /// The others.
    pub warnings: usize,
}

/// The findings about an issue and its newsletter.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// The first of them, errors first.
    pub rows: Vec<FindingRow>,
    /// The number of all.
    pub counts: FindingCounts,
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
    /// The lines around it, with the number of the first.
    pub excerpt: (usize, Vec<String>),
    /// The URL that opens it in the configured editor.
    pub editor_url: Option<String>,
}

/// The list, errors first as they come.
pub(super) fn list(findings: &Findings) -> Markup {
    let more = findings.counts.errors + findings.counts.warnings - findings.rows.len();
    html! {
        ul.findings {
            @for (index, finding) in findings.rows.iter().enumerate() { (row(index, finding)) }
        }
        @if more > 0 { p.note { "And " (more) " more: a mistake may be in every line of a file." } }
    }
}

/// A finding. It can have the focus, so that its part of the letter is shown; `Enter` does what its first button does.
fn row(index: usize, finding: &FindingRow) -> Markup {
    let target = finding.target.map(FindingTarget::word);
    let kind = if finding.is_error { "error" } else { "warning" };
    html! {
        li.finding tabindex="0" id={ "finding-" (index) } data-kind=(kind) data-target=[target] data-excerpt={ "excerpt-" (index) } aria-labelledby={ "finding-words-" (index) } {
            p id={ "finding-words-" (index) } {
                span class=(if finding.is_error { "kind wrong" } else { "kind warning" }) { (if finding.is_error { "Error" } else { "Warning" }) }
                " " (code_words(&finding.message))
            }
            @if let Some(help) = &finding.help { p.help { (code_words(help)) } }
            div.actions {
                @if let Some(location) = &finding.location { (place_action(location)) }
                @if let (true, Some(rule)) = (finding.can_be_allowed, finding.rule) {
                    button type="button" data-clip={ "allow = [\"" (rule) "\"]" } title="For the issue or the link that means it so: paste it there" { "Copy " code { "allow" } }
                }
                p.where {
                    @if let Some(rule) = finding.rule { span.rule { (rule) } }
                    @if let (Some(_), Some(_)) = (finding.rule, &finding.location) { " · " }
                    @if let Some(FindingLocation { path, line, column, .. }) = &finding.location { span.place { (path) ":" (line) ":" (column) } }
                }
            }
            @if let Some(location) = &finding.location { (excerpt(index, location)) }
        }
    }
}

/// Opens the place in the editor, or copies it if none is configured.
fn place_action(location: &FindingLocation) -> Markup {
    let FindingLocation { path, line, editor_url, .. } = location;
    html! {
        @match editor_url {
            Some(address) => a.button.primary-action href=(address) { "Open in the editor" },
            None => button.primary-action type="button" data-clip={ (path) ":" (line) } { "Copy the place" },
        }
    }
}

/// The lines of the file around a place, which the page's script shows beside the list.
fn excerpt(index: usize, location: &FindingLocation) -> Markup {
    let (first, lines) = &location.excerpt;
    html! {
        template id={ "excerpt-" (index) } {
            p.note { code { (location.path) } }
            pre.excerpt tabindex="0" {
                @for (number, line) in (*first..).zip(lines) {
                    span.at[number == location.line] { b { (number) } " " (line) "\n" }
                }
            }
        }
    }
}

/// A message of a diagnostic, with what it has in backticks as code.
pub(super) fn code_words(message: &str) -> Markup {
    html! {
        @for (index, piece) in message.split('`').enumerate() {
            @if index % 2 == 1 { code { (piece) } } @else { (piece) }
        }
    }
}

pub(super) fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
