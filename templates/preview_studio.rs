//! The preview's page about one issue: the mail in the middle, what there is to know of it beside it.

use maud::{Markup, html};

use super::preview::{IssueRow, Server, connection, overlay, page};
use super::preview_letter::{StudioLetter, facts, inbox_row, phone, view_as};
use crate::model::IssueNumber;

/// The studio's view of one issue.
#[derive(Debug, Clone)]
pub struct Studio {
    /// The issue's number.
    pub number: IssueNumber,
    /// The issue before it and the one after it.
    pub neighbours: (Option<IssueNumber>, Option<IssueNumber>),
    /// Every issue, newest first.
    pub issues: Vec<IssueRow>,
    /// The last good letter, when there has been one.
    pub letter: Option<StudioLetter>,
    /// What is wrong now, drawn as the terminal draws it; empty when nothing is.
    pub problems: String,
    /// What is odd but not wrong, with its place.
    pub warnings: Vec<String>,
    /// The query of this view, starting with `?`, or empty.
    pub query: String,
    /// The panel on top.
    pub panel: Panel,
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

/// The studio.
pub fn studio(server: &Server, studio: &Studio) -> Markup {
    page(
        server,
        &format!("{} · {}", studio.number, server.publication),
        &html! {
            header.bar {
                a.publication href="/" title="All issues" { (server.publication) }
                (switcher(studio))
                span.spacer {}
                (connection())
                button #help type="button" aria-haspopup="dialog" aria-label="Keyboard shortcuts" { "?" }
            }
            div.desk {
                main.stage {
                    h1.quiet { "Issue " (studio.number) }
                    (inbox_row(studio.letter.as_ref()))
                    (tools())
                    (overlay(&studio.problems, Some(match studio.letter {
                        Some(_) => "Below is the last good version, until this is mended.",
                        None => "The letter shows as soon as this is mended.",
                    })))
                    (panels(studio))
                }
                aside aria-label="About this message" {
                    (phone(studio.letter.as_ref()))
                    (view_as(studio.letter.as_ref()))
                    (facts(studio.letter.as_ref(), &studio.warnings))
                }
            }
            (keys())
        },
    )
}

fn switcher(studio: &Studio) -> Markup {
    let (older, newer) = studio.neighbours;
    html! {
        nav.switch #switch data-live aria-label="Issues" {
            (step(older, "‹", "Previous issue"))
            label {
                span.quiet { "Issue" }
                select #issue {
                    @if !studio.issues.iter().any(|row| row.number == studio.number) {
                        option value=(studio.number) selected { (studio.number) "  (no file)" }
                    }
                    @for row in &studio.issues {
                        option value=(row.number) selected[row.number == studio.number] {
                            (row.number) "  " (row.title)
                            @if row.draft { "  (draft)" }
                            @if row.error.is_some() { "  (error)" }
                        }
                    }
                }
            }
            (step(newer, "›", "Next issue"))
            @if studio.issues.iter().any(|row| row.number == studio.number && row.draft) { span.badge { "draft" } }
        }
    }
}

fn step(to: Option<IssueNumber>, sign: &str, name: &str) -> Markup {
    html! {
        @if let Some(number) = to {
            a.step href={ "/" (number) } rel=(if sign == "‹" { "prev" } else { "next" }) aria-label={ (name) ", " (number) } { (sign) }
        } @else {
            span.step aria-hidden="true" { (sign) }
        }
    }
}

fn tools() -> Markup {
    html! {
        div.tools {
            div.tabs role="tablist" aria-label="Parts of the message" {
                (tab("html", "HTML"))
                (tab("text", "Text"))
                (tab("source", "Source"))
                (tab("message", "Message"))
            }
            div.looks #looks role="group" aria-label="How the mail is shown" {
                div.choice role="group" aria-label="Width" {
                    (choice("width", "phone", "Phone", "390 pixels"))
                    (choice("width", "tablet", "Tablet", "768 pixels"))
                    (choice("width", "desktop", "Desktop", "1024 pixels"))
                }
                div.choice role="group" aria-label="Colour scheme" {
                    (choice("scheme", "light", "Light", "The client is in light mode"))
                    (choice("scheme", "dark", "Dark", "The client is in dark mode and lets the mail's own dark rules hold"))
                    (choice("scheme", "forced", "Forced dark", "A simulation of clients that turn the colours round themselves"))
                }
                button #images type="button" aria-pressed="true" title="Off: as most readers first see it" { "Images" }
            }
        }
    }
}

fn tab(name: &str, label: &str) -> Markup {
    html! {
        button id={ "tab-" (name) } type="button" role="tab" aria-controls={ "panel-" (name) } data-tab=(name) { (label) }
    }
}

fn choice(setting: &str, value: &str, label: &str, title: &str) -> Markup {
    html! {
        button type="button" aria-pressed="false" data-setting=(setting) data-value=(value) title=(title) { (label) }
    }
}

fn panels(studio: &Studio) -> Markup {
    let number = studio.number;
    let query = &studio.query;
    html! {
        div.panels {
            section.panel #panel-html role="tabpanel" aria-labelledby="tab-html" hidden[!matches!(studio.panel, Panel::Html)] {
                div #ground {
                    iframe #frame title="The mail" src={ "/" (number) "/frame" (query) } sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" {}
                }
                p.caption {
                    span #measure {}
                    span #simulation hidden { "Forced dark is a simulation; no two clients do it alike." }
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

fn keys() -> Markup {
    let keys = [
        ("1 2 3 4", "HTML, text, source, message"),
        ("w", "next width"),
        ("d", "next colour scheme"),
        ("i", "images on or off"),
        ("v", "view as"),
        ("j k", "next, previous issue"),
        ("l", "list of issues"),
        ("?", "this"),
    ];
    html! {
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { "Keys" }
            dl { @for (key, what) in keys { dt { @for key in key.split(' ') { kbd { (key) } " " } } dd { (what) } } }
            form method="dialog" { button type="submit" { "Close" } }
        }
    }
}
