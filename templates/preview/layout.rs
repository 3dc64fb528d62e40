//! Builds the frame every page of the preview shares.
//!
//! Elements with `data-live` can change after a save: the script loads the page again and replaces them by
//! ID.

use maud::{DOCTYPE, Markup, html};

use super::issue_page::IssuePage;

/// The style sheet of all pages.
pub const STYLE: &str = include_str!("preview.css");

/// The script of all pages. Its files are in the order of their dependencies.
pub const SCRIPT: &str = concat!(
    include_str!("state.js"),
    include_str!("toast.js"),
    include_str!("mail.js"),
    include_str!("marks.js"),
    include_str!("clients.js"),
    include_str!("compare.js"),
    include_str!("archive.js"),
    include_str!("findings.js"),
    include_str!("links.js"),
    include_str!("news.js"),
    include_str!("actions.js"),
    include_str!("preview.js"),
);

/// The facts about the server that every page contains.
#[derive(Debug, Clone)]
pub struct ServerInfo {
    /// The publication's name.
    pub publication: String,
    /// Identifies this run of the server: a page of another run reloads itself.
    pub instance_id: String,
    /// The number of changes so far.
    pub generation: u64,
}

/// `page` is the page of an issue; `None` for the list of issues.
pub(super) fn layout(server: &ServerInfo, page: Option<IssuePage>, title: &str, body: &Markup) -> Markup {
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
            body data-view=(page.map_or("list", IssuePage::word)) data-instance=(server.instance_id) data-generation=(server.generation) {
                (body)
                (toast())
                noscript { p.noscript { "The preview needs JavaScript for its controls. The parts themselves are plain files: add " code { ".html" } ", " code { ".txt" } " or " code { ".eml" } " to the address." } }
            }
        }
    }
}

/// The place where every action is answered, at the bottom of the window; the script fills it.
fn toast() -> Markup {
    html! {
        div.toast-place #toast role="status" {}
    }
}

pub(super) fn connection() -> Markup {
    html! {
        span #connection role="status" { "connecting" }
    }
}

/// The current problems, above the last good version. `consequence` explains what is shown instead.
pub(super) fn problem_overlay(problems: &str, consequence: Option<&str>) -> Markup {
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

/// The class of a line of a printed diagnostic.
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
