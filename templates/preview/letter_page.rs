//! Builds the page of one issue: its letter, and beside it the findings, the recipient and the facts about
//! the message.

use maud::{Markup, html};

use super::bar::{Location, bar, images_button, setting_button};
use super::keys::key_dialog;
use super::layout::{ServerInfo, layout, problem_overlay};
use super::letter::{LetterDetails, facts, inbox_row, phone, reader_note, view_as};
use super::letter_parts::{Panel, parts, tab};
use super::next_step::{NextStep, next_step};

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
    /// What is to be done next.
    pub next_step: NextStep,
    /// The query of this view, starting with `?`, or empty.
    pub query: String,
    /// The open panel.
    pub panel: Panel,
}

/// Builds the page.
pub fn letter_page(server: &ServerInfo, page: &LetterPage) -> Markup {
    layout(
        server,
        page.location.page.into(),
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
                    (parts(page.location.number, &page.panel, &page.query))
                }
                div.rail {
                    (next_step(page.location.number, &page.next_step))
                    aside aria-label="About this message" {
                        (phone(page.letter.as_ref()))
                        (reader_note(page.letter.as_ref()))
                        (facts(page.letter.as_ref()))
                    }
                }
            }
            (key_dialog(&[
                ("1 2 3 4", "HTML, text, source, message"),
                ("w", "next width; ← and → on the edge of the mail set any other"),
                ("s", "next colour scheme"),
                ("i", "images on or off"),
                ("m", "next mail client"),
                ("v", "read as another subscriber"),
            ]))
        },
    )
}

fn tools(page: &LetterPage) -> Markup {
    html! {
        div.tools {
            div.choice role="tablist" aria-label="Parts of the message" {
                @for (name, label) in Panel::NAMES { (tab(page.location.number, &page.panel, &page.query, name, label)) }
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
            span.spacer {}
            (view_as(page.letter.as_ref()))
        }
    }
}
