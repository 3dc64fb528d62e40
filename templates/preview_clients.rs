//! The preview's page with one letter in every client, side by side.

use maud::{Markup, html};

use super::preview::{Server, overlay, page};
use super::preview_bar::{Place, bar, keys, looks};

/// The page's content.
#[derive(Debug, Clone)]
pub struct Clients {
    /// Where it is.
    pub place: Place,
    /// The clients, in order.
    pub clients: Vec<Client>,
    /// Whether there is a letter to show.
    pub has_letter: bool,
    /// What is wrong now, drawn as the terminal draws it; empty when nothing is.
    pub problems: String,
    /// Whose data the simulations follow, and of which day.
    pub source: (&'static str, &'static str),
    /// The query of this view, starting with `?`, or empty.
    pub query: String,
}

/// A simulated client.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its name in addresses.
    pub word: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Whether it is never as narrow as a phone.
    pub is_wide: bool,
    /// What it takes out of a letter.
    pub takes_out: &'static str,
    /// What it does in dark mode.
    pub in_dark: &'static str,
}

/// The page.
pub fn clients(server: &Server, clients: &Clients) -> Markup {
    let number = clients.place.number;
    let (source, day) = clients.source;
    page(
        server,
        &format!("{number} in every client · {}", server.publication),
        &html! {
            (bar(server, &clients.place))
            main.wide {
                h1.quiet { "Issue " (number) " in every client" }
                div.tools {
                    p.lead { "Simulations: the letter without what each client takes out, by the tests of " (source) " of " (day) "." }
                    (looks("Every client is in light mode", "Every client is in dark mode and does what it does then"))
                }
                (overlay(&clients.problems, Some(if clients.has_letter {
                    "Below is the last good version, until this is mended."
                } else {
                    "The letter shows as soon as this is mended."
                })))
                @if clients.has_letter {
                    ul.clients #clients {
                        @for client in &clients.clients { (card(number, client, &clients.query)) }
                    }
                }
            }
            (keys(&[("w", "next width"), ("d", "light or dark"), ("i", "images on or off")]))
        },
    )
}

fn card(number: crate::model::IssueNumber, client: &Client, query: &str) -> Markup {
    let separator = if query.is_empty() { '?' } else { '&' };
    html! {
        li {
            h2 { a href={ "/" (number) (query) (separator) "client=" (client.word) } { (client.name) } " " span.badge { "simulation" } }
            div.ground {
                iframe title={ "The mail as in " (client.name) } data-client=(client.word) data-least=[client.is_wide.then_some(768)] src={ "/" (number) "/frame" (query) (separator) "client=" (client.word) } sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" {}
            }
            p.note { (client.takes_out) " In dark mode: " (client.in_dark) }
        }
    }
}
