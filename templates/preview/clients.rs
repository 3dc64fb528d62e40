//! Builds the page that shows a letter in every mail client, side by side.

use maud::{Markup, html};

use super::bar::{Location, bar, view_controls};
use super::keys::key_dialog;
use super::layout::{ServerInfo, layout, problem_overlay};

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
}

/// Builds the page.
pub fn clients_page(server: &ServerInfo, page: &ClientsPage) -> Markup {
    let number = page.location.number;
    let (source, day) = page.source;
    layout(
        server,
        &format!("{number} in every client · {}", server.publication),
        &html! {
            (bar(server, &page.location))
            main.wide {
                h1.quiet { "Issue " (number) " in every client" }
                div.tools {
                    p.lead { "Simulations: the letter without the features each client does not support, according to " (source) ", " (day) "." }
                    (view_controls("Every client is in light mode", "Every client is in dark mode"))
                }
                (problem_overlay(&page.problems, Some(if page.has_letter {
                    "The last good version is shown until these problems are fixed."
                } else {
                    "The letter appears once these problems are fixed."
                })))
                @if page.has_letter {
                    ul.clients #clients {
                        @for client in &page.clients { (card(number, client, &page.query)) }
                    }
                }
            }
            (key_dialog(&[("w", "next width"), ("d", "light or dark"), ("i", "images on or off")]))
        },
    )
}

fn card(number: crate::model::IssueNumber, client: &ClientCard, query: &str) -> Markup {
    let separator = if query.is_empty() { '?' } else { '&' };
    html! {
        li {
            h2 { a href={ "/" (number) (query) (separator) "client=" (client.word) } { (client.name) } " " span.badge { "simulation" } }
            div.mail-area {
                iframe title={ "The mail as in " (client.name) } data-client=(client.word) data-min-width=[client.is_desktop_only.then_some(768)] src={ "/" (number) "/frame" (query) (separator) "client=" (client.word) } sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" {}
            }
            p.note { (client.removes) " In dark mode: " (client.in_dark) }
        }
    }
}
