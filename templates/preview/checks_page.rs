//! Builds the page of an issue's checks: the findings, and beside them the place of the one that has the focus.

use maud::{Markup, html};

use super::bar::{Location, bar};
use super::findings::{FindingCounts, Findings, counted, list};
use super::keys::key_dialog;
use super::layout::{ServerInfo, layout};

/// The content of the page.
#[derive(Debug, Clone)]
pub struct ChecksPage {
    /// The issue and the page.
    pub location: Location,
    /// The findings.
    pub findings: Findings,
    /// Whether there is a letter to show places in.
    pub has_letter: bool,
    /// The query of this view, starting with `?`, or empty.
    pub query: String,
}

/// Builds the page.
pub fn checks_page(server: &ServerInfo, page: &ChecksPage) -> Markup {
    let number = page.location.number;
    layout(
        server,
        page.location.page.into(),
        &format!("{number} checked · {}", server.publication),
        &html! {
            (bar(server, &page.location))
            div.checks-columns {
                main.stage {
                    h1.quiet { "Checks of issue " (number) }
                    div.tools {
                        div #filters data-live { (filters(page.findings.counts)) }
                        button #check-links type="button" data-address={ "/" (number) "/check-links" } data-token=(page.location.token) data-pending="Checking the links…" title={ "Requests each linked page, as newsletter check " (number) " --online does" } {
                            "Check the links " kbd aria-hidden="true" { "r" }
                        }
                        span.spacer {}
                        p.note #verdict data-live { (verdict(page.findings.counts)) }
                    }
                    div.list-of-findings #checks data-live {
                        @if page.findings.rows.is_empty() { p.empty { "No findings: nothing keeps it from being sent." } }
                        @else { (list(&page.findings)) }
                        p.note { code { "newsletter check --explain RULE" } " says what a rule wants and why; " code { "list" } " names them all." }
                    }
                }
                aside.where-it-is aria-labelledby="where-title" {
                    h2 #where-title { "Where it is" }
                    p.note #where-words { "Choose a finding to see its place." }
                    div.excerpts #excerpt {}
                    @if page.has_letter {
                        div.mail-area #mail-area {
                            iframe #frame title="The mail" data-letter data-width="600" src={ "/" (number) "/frame" (page.query) } sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" {}
                        }
                    }
                }
            }
            (key_dialog(&[
                ("n", "next finding; Enter opens or copies its place"),
                ("r", "check the links"),
            ]))
        },
    )
}

fn filters(counts: FindingCounts) -> Markup {
    let FindingCounts { errors, warnings } = counts;
    let choice = |value: &str, label: &str, count: usize| {
        html! { button type="button" aria-pressed="false" data-setting="show" data-value=(value) { (label) " " (count) } }
    };
    html! {
        div.choice role="group" aria-label="Findings shown" {
            (choice("all", "All", errors + warnings))
            (choice("error", "Errors", errors))
            (choice("warning", "Warnings", warnings))
        }
    }
}

fn verdict(counts: FindingCounts) -> Markup {
    let FindingCounts { errors, warnings } = counts;
    html! {
        @if errors > 0 { span.kind.wrong { (counted(errors, "error")) (if errors == 1 { " keeps" } else { " keep" }) " it from being sent" } }
        @else if warnings > 0 { "Warnings do not keep it from being sent" }
    }
}
