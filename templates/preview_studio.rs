//! The preview's page about one issue: the mail in the middle, what there is to know of it beside it.

use maud::{Markup, html};

use super::preview::{Server, overlay, page};
use super::preview_bar::{Place, bar, choice, images_button, keys};
use super::preview_checks::{Finding, ask_links, checks};
use super::preview_letter::{StudioLetter, facts, inbox_row, phone, view_as};
use crate::model::IssueNumber;

/// The studio's view of one issue.
#[derive(Debug, Clone)]
pub struct Studio {
    /// Where it is.
    pub place: Place,
    /// The clients it can be shown as: their words in addresses, and their names.
    pub clients: Vec<(&'static str, &'static str)>,
    /// The last good letter, when there has been one.
    pub letter: Option<StudioLetter>,
    /// What is wrong now, drawn as the terminal draws it; empty when nothing is.
    pub problems: String,
    /// What is wrong and what is odd, errors first.
    pub findings: Vec<Finding>,
    /// The test mail it offers.
    pub test_mail: TestMail,
    /// The query of this view, starting with `?`, or empty.
    pub query: String,
    /// The panel on top.
    pub panel: Panel,
}

/// The button that sends a test mail.
#[derive(Debug, Clone)]
pub struct TestMail {
    /// Who gets it; nobody when none is configured.
    pub to: Vec<String>,
    /// Shows the server that a click comes from this page.
    pub token: String,
}

/// The panel on top and what stands in it.
#[derive(Debug, Clone)]
pub enum Panel {
    /// The mail in its frame.
    Html,
    /// The text part.
    Text(String),
    /// The HTML part's source.
    Source(String),
    /// The message's source.
    Message(String),
}

impl Panel {
    const NAMES: [(&str, &str); 4] = [("html", "HTML"), ("text", "Text"), ("source", "Source"), ("message", "Message")];

    /// How the page's script and addresses know it.
    fn name(&self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Text(_) => "text",
            Self::Source(_) => "source",
            Self::Message(_) => "message",
        }
    }
}

/// The studio.
pub fn studio(server: &Server, studio: &Studio) -> Markup {
    page(
        server,
        &format!("{} · {}", studio.place.number, server.publication),
        &html! {
            (bar(server, &studio.place))
            div.desk {
                main.stage {
                    h1.quiet { "Issue " (studio.place.number) }
                    (inbox_row(studio.letter.as_ref()))
                    (tools(studio))
                    (overlay(&studio.problems, Some(match studio.letter {
                        Some(_) => "Below is the last good version, until this is mended.",
                        None => "The letter shows as soon as this is mended.",
                    })))
                    (panels(studio))
                }
                aside aria-label="About this message" {
                    p.quiet #said role="status" {}
                    (checks(&studio.findings))
                    (ask_links(studio.place.number, &studio.test_mail.token))
                    (phone(studio.letter.as_ref()))
                    (view_as(studio.letter.as_ref()))
                    (test_mail(studio.place.number, &studio.test_mail))
                    (facts(studio.letter.as_ref()))
                }
            }
            (keys(&[
                ("1 2 3 4", "HTML, text, source, message"),
                ("w", "next width; ← → on the mail's edge for any other"),
                ("d", "next colour scheme"),
                ("i", "images on or off"),
                ("m", "next mail client"),
                ("v", "view as"),
                ("n", "next finding; Enter opens or copies its place"),
                ("r", "ask whether the links answer"),
                ("t", "send a test mail"),
            ]))
        },
    )
}

fn tools(studio: &Studio) -> Markup {
    html! {
        div.tools {
            div.tabs role="tablist" aria-label="Parts of the message" {
                @for (name, label) in Panel::NAMES { (tab(studio, name, label)) }
            }
            div.looks #looks role="group" aria-label="How the mail is shown" {
                div.choice role="group" aria-label="Width" {
                    (choice("width", "390", "Phone", "390 pixels"))
                    (choice("width", "768", "Tablet", "768 pixels"))
                    (choice("width", "1024", "Desktop", "1024 pixels"))
                }
                div.choice role="group" aria-label="Colour scheme" {
                    (choice("scheme", "light", "Light", "The client is in light mode"))
                    (choice("scheme", "dark", "Dark", "The client is in dark mode and lets the mail's own dark rules hold"))
                    (choice("scheme", "forced", "Forced dark", "A simulation of clients that turn the colours round themselves"))
                }
                (images_button())
                label {
                    span.quiet { "Mail client" }
                    select #client title="A simulation: the letter without what the client takes out" {
                        option value="" { "As sent" }
                        @for (word, name) in &studio.clients { option value=(word) { (name) } }
                    }
                }
            }
        }
    }
}

fn test_mail(number: IssueNumber, test_mail: &TestMail) -> Markup {
    let nobody = test_mail.to.is_empty();
    html! {
        section.errand {
            h2 { "Test mail" }
            div #test-mail data-live {
                button #send-test type="button" disabled[nobody] data-address={ "/" (number) "/test" } data-token=(test_mail.token) data-reply="test-reply" data-meanwhile="Sending…" aria-describedby="test-to" { "Send a test" }
                p.note #test-to {
                    @if nobody {
                        "Nobody to send it to: set " code { "test_to" } " under " code { "[send]" } " in " code { "newsletter.toml" } "."
                    } @else {
                        "To " (test_mail.to.join(", ")) ", as " code { "newsletter send " (number) " --test" } " does."
                    }
                }
            }
            pre.reply #test-reply role="status" hidden {}
        }
    }
}

/// A link, because each part has an address of its own.
fn tab(studio: &Studio, name: &str, label: &str) -> Markup {
    let is_shown = studio.panel.name() == name;
    let suffix = if name == "html" { String::new() } else { format!("/{name}") };
    html! {
        a id={ "tab-" (name) } role="tab" href={ "/" (studio.place.number) (suffix) (studio.query) } aria-controls={ "panel-" (name) } aria-selected=(is_shown) tabindex=(if is_shown { "0" } else { "-1" }) data-tab=(name) { (label) }
    }
}

fn panels(studio: &Studio) -> Markup {
    let number = studio.place.number;
    let query = &studio.query;
    html! {
        div.panels {
            section.panel #panel-html role="tabpanel" aria-labelledby="tab-html" hidden[!matches!(studio.panel, Panel::Html)] {
                div #ground {
                    iframe #frame title="The mail" src={ "/" (number) "/frame" (query) } sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" {}
                    div #handle role="separator" tabindex="0" aria-orientation="vertical" aria-label="Width of the mail" aria-valuemin="240" aria-valuemax="1024" aria-valuenow="1024" title="Drag, or arrow keys: the width of the mail" {}
                }
                p.caption {
                    span #measure {}
                    span #simulation hidden { "A simulation; see Clients for what it does." }
                    a href={ "/" (number) ".html" (query) } data-part target="_blank" { "Open alone" }
                }
            }
            (source_panel("text", "Text part", &format!("/{number}.txt{query}"), "Open alone", match &studio.panel {
                Panel::Text(text) => Some(html! { pre.text { (text) } }),
                _ => None,
            }))
            (source_panel("source", "HTML source", &format!("/{number}.html{query}"), "Open alone", match &studio.panel {
                Panel::Source(source) => Some(numbered(source)),
                _ => None,
            }))
            (source_panel("message", "Message source", &format!("/{number}.eml{query}"), "Download .eml", match &studio.panel {
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

/// Source with a number to each line.
fn numbered(source: &str) -> Markup {
    html! {
        pre.source { @for line in source.split_inclusive('\n') { span { (line) } } }
    }
}
