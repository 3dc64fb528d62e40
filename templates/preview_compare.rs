//! The preview's page that puts a letter beside an earlier one.

use maud::{Markup, html};

use super::preview::{Server, overlay, page};
use super::preview_bar::{Place, bar, keys, looks};
use crate::model::IssueNumber;

/// The page's content.
#[derive(Debug, Clone)]
pub struct Compare {
    /// Where it is.
    pub place: Place,
    /// The letters it can stand beside.
    pub choices: Vec<Choice>,
    /// What comparing with the chosen one came to.
    pub comparison: Comparison,
    /// What is wrong now, drawn as the terminal draws it; empty when nothing is.
    pub problems: String,
    /// The query of this view, starting with `?`, or empty.
    pub query: String,
}

/// A letter that came before the present one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earlier {
    /// That of the issue's last test mail.
    Test,
    /// That of the issue's delivery.
    Sent,
    /// That of the issue before: as it was sent, or as it is now when it was not.
    Previous,
}

impl Earlier {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Test, Self::Sent, Self::Previous];

    /// The one of this [`word`](Self::word).
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|earlier| earlier.word() == word)
    }

    /// Its name in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Sent => "sent",
            Self::Previous => "previous",
        }
    }
}

/// A letter the present one can stand beside.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Which one.
    pub earlier: Earlier,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub note: Option<String>,
    /// Whether there is one.
    pub is_there: bool,
    /// Whether it is the one that is shown.
    pub is_chosen: bool,
}

/// What comparing came to.
#[derive(Debug, Clone)]
pub enum Comparison {
    /// There is no letter now.
    NoLetter,
    /// There is no such earlier letter.
    Nothing,
    /// There is one and it cannot be read, and why.
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
    /// It is gone.
    Gone(Vec<Piece>),
    /// It is new.
    New(Vec<Piece>),
    /// So many lines that are in both.
    Skipped(usize),
}

/// Some words of a changed line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The words, with the spaces after them.
    pub text: String,
    /// Whether they make the difference.
    pub is_marked: bool,
}

/// The page.
pub fn compare(server: &Server, compare: &Compare) -> Markup {
    let number = compare.place.number;
    let chosen = compare.choices.iter().find(|choice| choice.is_chosen);
    let has_both = matches!(compare.comparison, Comparison::Same | Comparison::OnlyHtml | Comparison::Text(_));
    page(
        server,
        &format!("{number} compared · {}", server.publication),
        &html! {
            (bar(server, &compare.place))
            main.wide {
                h1.quiet { "Issue " (number) " beside an earlier letter" }
                div.tools {
                    nav.choice #versions data-live aria-label="Beside" {
                        @for choice in &compare.choices { (version(number, choice)) }
                    }
                    @if has_both {
                        (looks("The client is in light mode", "The client is in dark mode"))
                    }
                }
                (overlay(&compare.problems, has_both.then_some("Compared is the last good version, until this is mended.")))
                @if let Some(chosen) = chosen {
                    div #verdict data-live { (verdict(number, chosen, &compare.comparison)) }
                }
                div #difference data-live { (difference(&compare.comparison)) }
                @if let (true, Some(chosen)) = (has_both, chosen) {
                    ul.clients.pair {
                        (side(number, &chosen.name, Some(chosen.earlier), &compare.query))
                        (side(number, "As it is now", None, &compare.query))
                    }
                }
            }
            (keys(&[
                ("e", "the next earlier letter"),
                ("w", "next width"),
                ("d", "light or dark"),
                ("i", "images on or off"),
            ]))
        },
    )
}

/// What is not there can be chosen too: the page then says how it comes to be.
fn version(number: IssueNumber, choice: &Choice) -> Markup {
    html! {
        a.button href={ "/" (number) "/compare?version=" (choice.earlier.word()) } data-beside=(choice.earlier.word()) aria-current=[choice.is_chosen.then_some("true")] title=[choice.note.as_deref()] .absent[!choice.is_there] { (choice.name) }
    }
}

fn verdict(number: IssueNumber, chosen: &Choice, comparison: &Comparison) -> Markup {
    let beside = match chosen.earlier {
        Earlier::Test => "the last test mail".to_owned(),
        Earlier::Sent => "it was sent".to_owned(),
        Earlier::Previous => chosen.name.replace("Issue", "issue"),
    };
    let is_previous = chosen.earlier == Earlier::Previous;
    html! {
        p.lead {
            @match comparison {
                Comparison::NoLetter => { "There is no letter to compare." }
                Comparison::Nothing => { (how_to_get(number, chosen.earlier)) }
                Comparison::Unreadable(why) => { "It cannot be read: " (why) }
                Comparison::Same if is_previous => { "Not a byte differs from " (beside) "." }
                Comparison::Same => { "Nothing has changed since " (beside) (when(chosen)) "." }
                Comparison::OnlyHtml if is_previous => { "The text is that of " (beside) "; only the HTML differs." }
                Comparison::OnlyHtml => { "The text has not changed since " (beside) (when(chosen)) "; only the HTML has." }
                Comparison::Text(lines) => {
                    @let gone = lines.iter().filter(|line| matches!(line, Line::Gone(_))).count();
                    @let new = lines.iter().filter(|line| matches!(line, Line::New(_))).count();
                    @if is_previous { "Beside " (beside) ": " } @else { "Changed since " (beside) (when(chosen)) ": " }
                    "in the text part " (lines_of(gone)) " gone, " (new) " new."
                    @if chosen.earlier == Earlier::Sent { " Readers who have had it do not get it again." }
                }
            }
        }
    }
}

fn when(chosen: &Choice) -> String {
    chosen.note.as_ref().map_or_else(String::new, |note| format!(" ({note})"))
}

fn how_to_get(number: IssueNumber, earlier: Earlier) -> Markup {
    html! {
        @match earlier {
            Earlier::Test => { "Nobody has got a test mail of issue " (number) " yet. " code { "newsletter send " (number) " --test" } " sends one, as does the key " kbd { "t" } " beside the letter; from then on this page shows what you changed since." }
            Earlier::Sent => { "Issue " (number) " has not been sent. " code { "newsletter send " (number) } " freezes its letter; from then on this page shows what you changed since." }
            Earlier::Previous => { "There is no issue before this one." }
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
                        Line::Gone(text) => del { "- " (words(text)) "\n" },
                        Line::New(text) => ins { "+ " (words(text)) "\n" },
                        Line::Skipped(count) => span.skipped { "  " (lines_of(*count)) " as before\n" },
                    }
                }
            }
        }
    }
}

fn words(pieces: &[Piece]) -> Markup {
    html! {
        @for piece in pieces {
            @let (text, space) = piece.text.split_at(piece.text.trim_end().len());
            @if piece.is_marked { b { (text) } } @else { (text) }
            (space)
        }
    }
}

fn side(number: IssueNumber, name: &str, earlier: Option<Earlier>, query: &str) -> Markup {
    let separator = if query.is_empty() { '?' } else { '&' };
    let version = earlier.map(|earlier| format!("{separator}version={}", earlier.word())).unwrap_or_default();
    html! {
        li {
            h2 { (name) }
            div.ground {
                iframe title=(name) data-version=(earlier.map_or("", Earlier::word)) src={ "/" (number) "/frame" (query) (version) } sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" {}
            }
        }
    }
}
