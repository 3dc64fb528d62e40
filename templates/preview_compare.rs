//! The preview's page that puts a letter beside the one that was sent.

use maud::{Markup, html};

use super::preview::{Server, overlay, page};
use super::preview_bar::{Place, bar, choice, images_button, keys};
use crate::model::IssueNumber;

/// The page's content.
#[derive(Debug, Clone)]
pub struct Compare {
    /// Where it is.
    pub place: Place,
    /// What comparing came to.
    pub comparison: Comparison,
    /// What is wrong now, drawn as the terminal draws it; empty when nothing is.
    pub problems: String,
    /// The query of this view, starting with `?`, or empty.
    pub query: String,
}

/// What comparing came to.
#[derive(Debug, Clone)]
pub enum Comparison {
    /// There is no letter now.
    NoLetter,
    /// Nothing was sent yet.
    NotSent,
    /// What was sent cannot be read, and why.
    Unreadable(String),
    /// Not a byte of HTML or text differs.
    Same,
    /// The text is the same, the HTML is not.
    OnlyHtml,
    /// The lines of the text part, the unchanged ones left out but for those around a change.
    Text(Vec<Line>),
}

/// A line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// It is in both.
    Same(String),
    /// It was sent and is gone.
    Gone(String),
    /// It is new.
    New(String),
    /// So many lines that are in both.
    Skipped(usize),
}

/// The page.
pub fn compare(server: &Server, compare: &Compare) -> Markup {
    let number = compare.place.number;
    let has_both = matches!(compare.comparison, Comparison::Same | Comparison::OnlyHtml | Comparison::Text(_));
    page(
        server,
        &format!("{number} beside the sent one · {}", server.publication),
        &html! {
            (bar(server, &compare.place))
            main.wide {
                h1.quiet { "Issue " (number) " beside the letter that was sent" }
                div.tools {
                    div #verdict data-live { (verdict(number, &compare.comparison)) }
                    @if has_both {
                        div.looks #looks role="group" aria-label="How the mail is shown" {
                            div.choice role="group" aria-label="Width" {
                                (choice("width", "phone", "Phone", "390 pixels"))
                                (choice("width", "desktop", "Desktop", "1024 pixels"))
                            }
                            div.choice role="group" aria-label="Colour scheme" {
                                (choice("scheme", "light", "Light", "The client is in light mode"))
                                (choice("scheme", "dark", "Dark", "The client is in dark mode"))
                            }
                            (images_button())
                        }
                    }
                }
                (overlay(&compare.problems, has_both.then_some("Compared is the last good version, until this is mended.")))
                div #difference data-live { (difference(&compare.comparison)) }
                @if has_both {
                    ul.clients.pair {
                        (side(number, "As sent", "sent", &compare.query))
                        (side(number, "As it is now", "now", &compare.query))
                    }
                }
            }
            (keys(&[("w", "next width"), ("d", "light or dark"), ("i", "images on or off")]))
        },
    )
}

fn verdict(number: IssueNumber, comparison: &Comparison) -> Markup {
    html! {
        p.lead {
            @match comparison {
                Comparison::NoLetter => { "There is no letter to compare." }
                Comparison::NotSent => {
                    "Issue " (number) " has not been sent. " code { "newsletter send " (number) } " freezes its letter; from then on this page shows what you changed since."
                }
                Comparison::Unreadable(why) => { "What was sent cannot be read: " (why) }
                Comparison::Same => { "Nothing has changed since it was sent." }
                Comparison::OnlyHtml => { "The text is as it was sent; only the HTML has changed." }
                Comparison::Text(lines) => {
                    @let gone = lines.iter().filter(|line| matches!(line, Line::Gone(_))).count();
                    @let new = lines.iter().filter(|line| matches!(line, Line::New(_))).count();
                    "Changed since it was sent: in the text part " (lines_of(gone)) " gone, " (new) " new. Readers who have had it do not get it again."
                }
            }
        }
    }
}

fn lines_of(count: usize) -> String {
    format!("{count} line{}", if count == 1 { "" } else { "s" })
}

fn difference(comparison: &Comparison) -> Markup {
    let Comparison::Text(lines) = comparison else { return html! {} };
    html! {
        section.difference aria-label="Text part, line by line" {
            pre tabindex="0" {
                @for line in lines {
                    @match line {
                        Line::Same(text) => span { "  " (text) "\n" },
                        Line::Gone(text) => del { "- " (text) "\n" },
                        Line::New(text) => ins { "+ " (text) "\n" },
                        Line::Skipped(count) => span.skipped { "  " (lines_of(*count)) " as before\n" },
                    }
                }
            }
        }
    }
}

fn side(number: IssueNumber, name: &str, version: &str, query: &str) -> Markup {
    let separator = if query.is_empty() { '?' } else { '&' };
    html! {
        li {
            h2 { (name) }
            div.ground {
                iframe title=(name) data-version=(version) src={ "/" (number) "/frame" (query) (separator) "version=" (version) } sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" {}
            }
        }
    }
}
