//! Builds the page that shows a letter in every mail client, side by side.

use maud::{Markup, html};

use super::bar::{Location, bar, images_button, width_and_scheme};
use super::keys::key_dialog;
use super::layout::{ServerInfo, layout, problem_overlay};
use crate::model::IssueNumber;

/// The page's content.
#[derive(Debug, Clone)]
pub struct ClientsPage {
    /// The issue and the page.
    pub location: Location,
    /// The clients, in order.
    pub clients: Vec<ClientCard>,
    /// Whether there is a letter to show.
    pub has_letter: bool,
    /// The current problems as printed in the terminal; empty if there are none.
    pub problems: String,
    /// The source of the simulations' data, and its date.
    pub source: (&'static str, &'static str),
    /// The query of this view, starting with `?`, or empty.
    pub query: String,
}

/// A simulated client.
#[derive(Debug, Clone)]
pub struct ClientCard {
    /// Its value in queries.
    pub word: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Whether it runs on desktops only, and so is never as narrow as a phone.
    pub is_desktop_only: bool,
    /// The features it removes, in a sentence.
    pub removes: &'static str,
    /// Its treatment of letters in dark mode, in a sentence.
    pub in_dark: &'static str,
    /// What it does with all colours of a letter where the scheme is dark and the letter's own rules do not apply.
    pub recolours: Option<&'static str>,
    /// What is lost or wrong in it.
    pub faults: Vec<ClientFault>,
}

/// Something of the letter that is lost or wrong in a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientFault {
    /// The number of the element as sent.
    pub element: usize,
    /// What it is, in a few words.
    pub what: String,
}

/// Builds the page.
pub fn clients_page(server: &ServerInfo, page: &ClientsPage) -> Markup {
    let number = page.location.number;
    let (source, day) = page.source;
    layout(
        server,
        page.location.page.into(),
        &format!("{number} in every client · {}", server.publication),
        &html! {
            (bar(server, &page.location))
            main.wide {
                h1.quiet { "Issue " (number) " in every client" }
                div.tools {
                    (controls())
                    span.spacer {}
                    p.note #scrolled { "All scroll together." }
                }
                (problem_overlay(&page.problems, Some(if page.has_letter {
                    "The last good version is shown until these problems are fixed."
                } else {
                    "The letter appears once these problems are fixed."
                })))
                @if page.has_letter {
                    p.note.all-same #all-same hidden { "Every client shows it the same." }
                    ul.clients #clients {
                        li {
                            h2 { a href={ "/" (number) (page.query) } { "As sent" } }
                            (mail(number, None, &page.query))
                        }
                        @for client in &page.clients { (card(number, client, &page.query)) }
                    }
                    p.note.source { "Simulations: the letter without the features each client does not support, according to " (source) ", " (day) ". Faults are what is lost or out of shape; differences are measured here, in this browser." }
                }
            }
            (key_dialog(&[
                ("d", "only clients that differ"),
                ("w", "next width"),
                ("s", "light or dark"),
                ("i", "images on or off"),
            ]))
        },
    )
}

fn controls() -> Markup {
    html! {
        div.view-controls #view-controls role="group" aria-label="How the mail is shown" {
            (width_and_scheme(640, "390 pixels; clients of desktops 640", ["Every client is in light mode", "Every client is in dark mode"]))
            (images_button())
            button #only type="button" aria-pressed="false" { "Only differences " kbd aria-hidden="true" { "d" } }
        }
    }
}

fn card(number: IssueNumber, client: &ClientCard, query: &str) -> Markup {
    let separator = if query.is_empty() { '?' } else { '&' };
    html! {
        li data-client-card=(client.word) {
            h2 {
                a href={ "/" (number) (query) (separator) "client=" (client.word) } title={ "Simulated. " (client.removes) " In dark mode: " (client.in_dark) } { (client.name) }
                " " span.verdict { "…" }
            }
            (mail(number, Some(client), query))
            ul.differences {}
            div.faults hidden data-live id={ "faults-" (client.word) } {
                @if let Some(recolours) = client.recolours { span.recolours { (recolours) } }
                @for fault in &client.faults { span.fault data-element=(fault.element) { (fault.what) } }
            }
        }
    }
}

fn mail(number: IssueNumber, client: Option<&ClientCard>, query: &str) -> Markup {
    let separator = if query.is_empty() { '?' } else { '&' };
    let name = client.map_or("as sent".to_owned(), |client| format!("as in {}", client.name));
    let desktop_only = client.is_some_and(|client| client.is_desktop_only);
    html! {
        div.mail-area {
            iframe title={ "The mail " (name) } data-letter data-numbered data-client=(client.map_or("", |client| client.word)) data-min-width=[desktop_only.then_some(640)] src={ "/" (number) "/frame" (query) (separator) "numbered=yes" @if let Some(client) = client { "&client=" (client.word) } } sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" {}
        }
    }
}
