//! Builds the page that shows the web archive as `build` would write it, and how others show its feed and its links.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::bar::{Location, bar, width_and_scheme};
use super::keys::key_dialog;
use super::layout::{ServerInfo, layout, problem_overlay};
use crate::model::IssueNumber;

/// The page's content.
#[derive(Debug, Clone)]
pub struct ArchivePage {
    /// The issue and the page.
    pub location: Location,
    /// The parts there are, each with the address of what its frame shows.
    pub parts: Vec<(ArchivePart, String)>,
    /// The part shown.
    pub shown: ArchivePart,
    /// Whether the issue is a draft, which `build` leaves out.
    pub is_draft: bool,
    /// The issues that are left out because their files have errors.
    pub left_out: Vec<IssueNumber>,
    /// The current problems as printed in the terminal; empty if there are none.
    pub problems: String,
}

/// A part of the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArchivePart {
    /// The home page.
    Home,
    /// The page of the issue.
    Issue,
    /// The page of one of its topics.
    Topic,
    /// The feed, as a feed reader shows it.
    Feed,
    /// A link to the issue's page, as other sites show it.
    Card,
}

impl ArchivePart {
    /// All parts, in the order of the page.
    pub const ALL: [Self; 5] = [Self::Home, Self::Issue, Self::Topic, Self::Feed, Self::Card];

    /// Parses a [`word`](Self::word).
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.word() == word)
    }

    /// Its value in queries.
    pub fn word(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Issue => "issue",
            Self::Topic => "topic",
            Self::Feed => "feed",
            Self::Card => "card",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Home => "Home",
            Self::Issue => "This issue",
            Self::Topic => "Topic",
            Self::Feed => "Feed",
            Self::Card => "Card",
        }
    }

    /// What its frame is: the page itself, or how others show it.
    fn note(self) -> Markup {
        match self {
            Self::Home | Self::Issue | Self::Topic => html! { "As " code { "newsletter build" } " would write it" },
            Self::Feed => html! { "As a feed reader may show it" },
            Self::Card => html! { "As other sites may show a link to it" },
        }
    }
}

/// Builds the page.
pub fn archive_page(server: &ServerInfo, page: &ArchivePage) -> Markup {
    let number = page.location.number;
    let address = page.parts.iter().find(|(part, _)| *part == page.shown).map(|(_, address)| address);
    layout(
        server,
        page.location.page.into(),
        &format!("{number} in the archive · {}", server.publication),
        &html! {
            (bar(server, &page.location))
            main.stage.alone {
                h1.quiet { "Issue " (number) " in the archive" }
                div.tools {
                    nav.choice #archive-parts data-live aria-label="Parts of the archive" {
                        @for (part, _) in &page.parts {
                            a.button href={ "/" (number) "/archive?part=" (part.word()) } data-archive-part=(part.word()) aria-current=[(*part == page.shown).then_some("true")] { (part.name()) }
                        }
                    }
                    div.view-controls #view-controls role="group" aria-label="How the page is shown" {
                        (width_and_scheme(1024, "390 pixels", ["The browser is in light mode", "The browser is in dark mode"]))
                    }
                    span.spacer {}
                    p.note #archive-note data-live { (note(page)) }
                }
                (problem_overlay(&page.problems, address.map(|_| "The last good version is shown until these problems are fixed.")))
                @if let Some(address) = address {
                    div.mail-area #mail-area {
                        iframe #archive title={ (page.shown.name()) ", " (server.publication) } data-version=(page.shown.word()) src=(address) sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" {}
                    }
                }
            }
            (key_dialog(&[("p", "next part"), ("w", "next width"), ("s", "light or dark")]))
        },
    )
}

fn note(page: &ArchivePage) -> Markup {
    html! {
        (page.shown.note())
        @if page.is_draft { "; the draft as if it were published" }
        @for number in &page.left_out { "; without issue " (number) ", which has errors" }
    }
}

/// The feed as a reader of feeds shows it.
#[derive(Debug, Clone)]
pub struct FeedView {
    /// The title of the feed.
    pub title: String,
    /// Its entries, in its order.
    pub entries: Vec<FeedEntry>,
}

/// An entry of a feed.
#[derive(Debug, Clone)]
pub struct FeedEntry {
    /// The title.
    pub title: String,
    /// The date, as the feed writes it.
    pub date: String,
    /// The content, HTML.
    pub content: String,
}

/// A neutral style for what is shown as others show it; a frame may have styles of its own.
const PLAIN: &str = "body{max-width:640px;margin:0 auto;padding:24px 20px 64px;font:16px/25px system-ui,sans-serif;background:light-dark(#fff,#1b1d20);color:light-dark(#1d1f22,#e6e4e0)}\
    a{color:light-dark(#1f5fbf,#86b4ff)}article{padding:24px 0;border-top:1px solid light-dark(#d9d9d5,#34373c)}h1{font-size:15px}h2{margin:0 0 2px;font-size:22px;line-height:28px}\
    img{max-width:100%;height:auto}pre{overflow:auto}.when,.host{margin:0;color:light-dark(#5d6167,#a4a7ac);font-size:14px}\
    .card{display:block;max-width:520px;margin:24px auto;border:1px solid light-dark(#d9d9d5,#34373c);overflow:hidden}.card img{display:block;width:100%}.card div{padding:14px 16px}.card h2{font-size:17px;line-height:24px}.card p{margin:4px 0 0}.card .picture{padding:48px 16px;text-align:center;background:light-dark(#f1f1ef,#202226)}";

fn plain_document(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { (title) } style { (PreEscaped(PLAIN)) } }
            body { (body) }
        }
    }
}

/// Builds the document of the feed.
pub fn feed_document(feed: &FeedView) -> Markup {
    plain_document(
        &feed.title,
        &html! {
            h1 { (feed.title) }
            @for entry in &feed.entries {
                article { h2 { (entry.title) } p.when { (entry.date) } div { (PreEscaped(&entry.content)) } }
            }
            @if feed.entries.is_empty() { p { "The feed has no entries yet." } }
        },
    )
}

/// What a page says about itself to sites that show a link to it (Open Graph).
#[derive(Debug, Clone, Default)]
pub struct CardView {
    /// The host name of the page.
    pub host: String,
    /// `og:title`.
    pub title: String,
    /// `og:description`.
    pub description: String,
    /// `og:image`, where the preview serves it.
    pub image: Option<String>,
}

/// Builds the document of the card.
pub fn card_document(card: &CardView) -> Markup {
    plain_document(
        &card.title,
        &html! {
            div.card {
                @match &card.image {
                    Some(image) => img src=(image) alt="";,
                    None => div.picture { "No picture: other sites show the title alone." },
                }
                div { p.host { (card.host) } h2 { (card.title) } p { (card.description) } }
            }
        },
    )
}
