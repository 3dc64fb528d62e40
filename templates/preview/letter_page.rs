//! Builds the page of one issue: its letter, and beside it the findings, the recipient and the facts about
//! the message.

use maud::{Markup, html};

use super::bar::{Location, bar, images_button, setting_button};
use super::checks::{FindingRow, checks, link_check};
use super::keys::key_dialog;
use super::layout::{ServerInfo, layout, problem_overlay};
use super::letter::{LetterDetails, facts, inbox_row, phone, view_as};
use crate::model::IssueNumber;

/// The content of the page.
#[derive(Debug, Clone)]
pub struct LetterPage {
    /// The issue and the page.
    pub location: Location,
    /// The clients it can be shown in: their values in queries, and their names.
    pub clients: Vec<(&'static str, &'static str)>,
    /// The last good letter, if there has been one.
    pub letter: Option<LetterDetails>,
    /// The current problems as printed in the terminal; empty if there are none.
    pub problems: String,
    /// The findings, errors first.
    pub findings: Vec<FindingRow>,
    /// The test mail.
    pub test_mail: TestMail,
    /// The query of this view, starting with `?`, or empty.
    pub query: String,
    /// The open panel.
    pub panel: Panel,
}

/// The button that sends a test mail.
#[derive(Debug, Clone)]
pub struct TestMail {
    /// The configured recipients.
    pub to: Vec<String>,
    /// The secret that proves to the server that a click comes from this page.
    pub token: String,
}

/// The open panel and its content.
#[derive(Debug, Clone)]
pub enum Panel {
    /// The mail in a frame.
    Html,
    /// The text part.
    Text(String),
    /// The source of the HTML part.
    Source(String),
    /// The source of the message.
    Message(String),
}

impl Panel {
    const NAMES: [(&str, &str); 4] = [("html", "HTML"), ("text", "Text"), ("source", "Source"), ("message", "Message")];

    /// Its name in addresses and in the page's script.
    fn name(&self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Text(_) => "text",
            Self::Source(_) => "source",
            Self::Message(_) => "message",
        }
    }
}

/// Builds the page.
pub fn letter_page(server: &ServerInfo, page: &LetterPage) -> Markup {
    layout(
        server,
        &format!("{} · {}", page.location.number, server.publication),
        &html! {
            (bar(server, &page.location))
            div.page-columns {
                main.stage {
                    h1.quiet { "Issue " (page.location.number) }
                    (inbox_row(page.letter.as_ref()))
                    (tools(page))
                    (problem_overlay(&page.problems, Some(match page.letter {
                        Some(_) => "The last good version is shown until these problems are fixed.",
                        None => "The letter appears once these problems are fixed.",
                    })))
                    (panels(page))
                }
                aside aria-label="About this message" {
                    p.quiet #status role="status" {}
                    (checks(&page.findings))
                    (link_check(page.location.number, &page.test_mail.token))
                    (phone(page.letter.as_ref()))
                    (view_as(page.letter.as_ref()))
                    (test_mail(page.location.number, &page.test_mail))
                    (facts(page.letter.as_ref()))
                }
            }
            (key_dialog(&[
                ("1 2 3 4", "HTML, text, source, message"),
                ("w", "next width; ← and → on the edge of the mail set any other"),
                ("d", "next colour scheme"),
                ("i", "images on or off"),
                ("m", "next mail client"),
                ("v", "view as"),
                ("n", "next finding; Enter opens or copies its place"),
                ("r", "check links"),
                ("t", "send a test mail"),
            ]))
        },
    )
}

fn tools(page: &LetterPage) -> Markup {
    html! {
        div.tools {
            div.tabs role="tablist" aria-label="Parts of the message" {
                @for (name, label) in Panel::NAMES { (tab(page, name, label)) }
            }
            div.view-controls #view-controls role="group" aria-label="How the mail is shown" {
                div.choice role="group" aria-label="Width" {
                    (setting_button("width", "390", "Phone", "390 pixels"))
                    (setting_button("width", "768", "Tablet", "768 pixels"))
                    (setting_button("width", "1024", "Desktop", "1024 pixels"))
                }
                div.choice role="group" aria-label="Colour scheme" {
                    (setting_button("scheme", "light", "Light", "The client is in light mode"))
                    (setting_button("scheme", "dark", "Dark", "The client is in dark mode and applies the mail's dark rules"))
                    (setting_button("scheme", "forced", "Forced dark", "Simulates clients that invert the colours"))
                }
                (images_button())
                label {
                    span.quiet { "Mail client" }
                    select #client title="Simulates a client: the letter without the features it does not support" {
                        option value="" { "As sent" }
                        @for (word, name) in &page.clients { option value=(word) { (name) } }
                    }
                }
            }
        }
    }
}

fn test_mail(number: IssueNumber, test_mail: &TestMail) -> Markup {
    let has_no_recipients = test_mail.to.is_empty();
    html! {
        section.action {
            h2 { "Test mail" }
            div #test-mail data-live {
                button #send-test type="button" disabled[has_no_recipients] data-address={ "/" (number) "/test" } data-token=(test_mail.token) data-reply="test-reply" data-pending="Sending…" aria-describedby="test-to" { "Send test mail" }
                p.note #test-to {
                    @if has_no_recipients {
                        "No recipients: set " code { "test_to" } " under " code { "[send]" } " in " code { "newsletter.toml" } "."
                    } @else {
                        "To " (test_mail.to.join(", ")) ", as " code { "newsletter send " (number) " --test" } " does."
                    }
                }
            }
            pre.reply #test-reply role="status" hidden {}
        }
    }
}

/// A tab is a link, because each part has an address of its own.
fn tab(page: &LetterPage, name: &str, label: &str) -> Markup {
    let is_shown = page.panel.name() == name;
    let suffix = if name == "html" { String::new() } else { format!("/{name}") };
    html! {
        a id={ "tab-" (name) } role="tab" href={ "/" (page.location.number) (suffix) (page.query) } aria-controls={ "panel-" (name) } aria-selected=(is_shown) tabindex=(if is_shown { "0" } else { "-1" }) data-tab=(name) { (label) }
    }
}

fn panels(page: &LetterPage) -> Markup {
    let number = page.location.number;
    let query = &page.query;
    html! {
        div.panels {
            section.panel #panel-html role="tabpanel" aria-labelledby="tab-html" hidden[!matches!(page.panel, Panel::Html)] {
                div #mail-area {
                    iframe #frame title="The mail" src={ "/" (number) "/frame" (query) } sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" {}
                    div #handle role="separator" tabindex="0" aria-orientation="vertical" aria-label="Width of the mail" aria-valuemin="240" aria-valuemax="1024" aria-valuenow="1024" title="Drag, or arrow keys: the width of the mail" {}
                }
                p.caption {
                    span #measure {}
                    span #simulation hidden { "Simulated; see Clients for details." }
                    a href={ "/" (number) ".html" (query) } data-part target="_blank" { "Open alone" }
                }
            }
            (source_panel("text", "Text part", &format!("/{number}.txt{query}"), "Open alone", match &page.panel {
                Panel::Text(text) => Some(html! { pre.text { (text) } }),
                _ => None,
            }))
            (source_panel("source", "HTML source", &format!("/{number}.html{query}"), "Open alone", match &page.panel {
                Panel::Source(source) => Some(numbered(source)),
                _ => None,
            }))
            (source_panel("message", "Message source", &format!("/{number}.eml{query}"), "Download .eml", match &page.panel {
                Panel::Message(source) => Some(numbered(source)),
                _ => None,
            }))
        }
    }
}

fn source_panel(name: &str, label: &str, address: &str, open: &str, content: Option<Markup>) -> Markup {
    html! {
        section.panel id={ "panel-" (name) } role="tabpanel" aria-labelledby={ "tab-" (name) } hidden[content.is_none()] {
            section.paper id=(name) data-live tabindex="0" aria-label=(label) {
                @if let Some(content) = content { (content) }
            }
            p.caption {
                button type="button" data-copy=(name) { "Copy" }
                a href=(address) data-part target=[(name != "message").then_some("_blank")] { (open) }
            }
        }
    }
}

/// Source with line numbers.
fn numbered(source: &str) -> Markup {
    html! {
        pre.source { @for line in source.split_inclusive('\n') { span { (line) } } }
    }
}
