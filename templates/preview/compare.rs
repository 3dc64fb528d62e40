//! Builds the page that compares a letter with an earlier one.

use maud::{Markup, html};

use super::bar::{Location, bar, images_button, setting_button, width_and_scheme};
use super::changes::{Change, Segment, change_list, words};
use super::keys::key_dialog;
use super::layout::{ServerInfo, layout, problem_overlay};
use crate::model::IssueNumber;

/// The page's content.
#[derive(Debug, Clone)]
pub struct ComparePage {
    /// The issue and the page.
    pub location: Location,
    /// The letters it can be compared with.
    pub choices: Vec<BaselineChoice>,
    /// The result of comparing it with the chosen one.
    pub comparison: ComparisonResult,
    /// What has changed, in the order of the letter.
    pub changes: Vec<Change>,
    /// The current problems as printed in the terminal; empty if there are none.
    pub problems: String,
    /// The query of this view, starting with `?`, or empty.
    pub query: String,
}

/// A letter older than the current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// The letter of the issue's last test mail.
    Test,
    /// The letter that was mailed to subscribers.
    Sent,
    /// The letter of the previous issue, as mailed or else as it is now.
    Previous,
}

impl Baseline {
    /// All baselines, in the order they are listed.
    pub const ALL: [Self; 3] = [Self::Test, Self::Sent, Self::Previous];

    /// Parses a [`word`](Self::word).
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|baseline| baseline.word() == word)
    }

    /// Its value in queries.
    pub fn word(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Sent => "sent",
            Self::Previous => "previous",
        }
    }
}

/// A letter to compare with.
#[derive(Debug, Clone)]
pub struct BaselineChoice {
    /// The letter.
    pub baseline: Baseline,
    /// Its name.
    pub name: String,
    /// The date of its message.
    pub date: Option<String>,
    /// Whether there is such a letter.
    pub exists: bool,
    /// Whether it is the one compared with.
    pub is_chosen: bool,
}

/// The result of a comparison.
#[derive(Debug, Clone)]
pub enum ComparisonResult {
    /// There is no current letter.
    NoLetter,
    /// There is no such earlier letter.
    NoBaseline,
    /// The earlier letter cannot be read, with the reason.
    Unreadable(String),
    /// HTML and text are identical.
    Identical,
    /// The text is identical, the HTML differs.
    OnlyHtml,
    /// The changed lines of the text part and the lines around them.
    Text(Vec<DiffLine>),
}

/// A line of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiffLine {
    /// A line in both texts.
    Kept(String),
    /// A line of the old text only.
    Removed(Vec<Segment>),
    /// A line of the new text only.
    Added(Vec<Segment>),
    /// This number of lines in both texts.
    Skipped(usize),
}

/// Builds the page.
pub fn compare_page(server: &ServerInfo, page: &ComparePage) -> Markup {
    let number = page.location.number;
    let chosen = page.choices.iter().find(|choice| choice.is_chosen);
    let has_both =
        matches!(page.comparison, ComparisonResult::Identical | ComparisonResult::OnlyHtml | ComparisonResult::Text(_));
    layout(
        server,
        page.location.page.into(),
        &format!("{number} compared · {}", server.publication),
        &html! {
            (bar(server, &page.location))
            main.wide.comparison {
                h1.quiet { "Issue " (number) " compared with an earlier letter" }
                div.tools {
                    nav.choice #versions data-live aria-label="Compare with" {
                        @for choice in &page.choices { (version(number, choice)) }
                    }
                    @if has_both { (controls()) }
                    span.spacer {}
                    @if has_both {
                        p.note #change-count data-live { (count(page.changes.len())) }
                        button #next-change type="button" { "Next " kbd aria-hidden="true" { "n" } }
                    }
                }
                (problem_overlay(&page.problems, has_both.then_some("The last good version is compared until these problems are fixed.")))
                @if let Some(chosen) = chosen {
                    div #verdict data-live { (verdict(number, chosen, &page.comparison)) }
                }
                @if let (true, Some(chosen)) = (has_both, chosen) {
                    div.compare-columns {
                        nav.changes #changes data-live aria-label="Changes" { (change_list(&page.changes)) }
                        ul.pair #sides {
                            (side(number, &format!("{}{}", chosen.name, chosen.date.as_ref().map_or_else(String::new, |date| format!(", {date}"))), Some(chosen.baseline), &page.query))
                            (side(number, "Now", None, &page.query))
                        }
                        div.difference-area #difference data-live hidden { (diff(&page.comparison)) }
                    }
                }
            }
            (key_dialog(&[
                ("n", "next change"),
                ("v", "next letter to compare with"),
                ("x", "side by side, or the text part"),
                ("w", "next width"),
                ("s", "light or dark"),
                ("i", "images on or off"),
            ]))
        },
    )
}

fn controls() -> Markup {
    html! {
        div.view-controls #view-controls role="group" aria-label="How the letters are shown" {
            div.choice role="group" aria-label="Part" {
                (setting_button("part", "sides", "Side by side", "Both letters"))
                (setting_button("part", "text", "Text part", "The changed lines of the text part"))
            }
            (width_and_scheme(640, "390 pixels", ["The client is in light mode", "The client is in dark mode"]))
            (images_button())
        }
    }
}

fn count(changes: usize) -> String {
    match changes {
        0 => "No changes".to_owned(),
        1 => "1 change".to_owned(),
        more => format!("{more} changes"),
    }
}

/// A letter that does not exist can be chosen too; the page then explains how to get it.
fn version(number: IssueNumber, choice: &BaselineChoice) -> Markup {
    html! {
        a.button href={ "/" (number) "/compare?version=" (choice.baseline.word()) } data-version=(choice.baseline.word()) aria-current=[choice.is_chosen.then_some("true")] title=[choice.date.as_deref()] .missing[!choice.exists] { (choice.name) }
    }
}

fn verdict(number: IssueNumber, chosen: &BaselineChoice, comparison: &ComparisonResult) -> Markup {
    let other = match chosen.baseline {
        Baseline::Test => "the last test mail".to_owned(),
        Baseline::Sent => "it was sent".to_owned(),
        Baseline::Previous => chosen.name.replace("Issue", "issue"),
    };
    let is_previous = chosen.baseline == Baseline::Previous;
    html! {
        p.lead {
            @match comparison {
                ComparisonResult::NoLetter => { "There is no letter to compare." }
                ComparisonResult::NoBaseline => { (how_to_get(number, chosen.baseline)) }
                ComparisonResult::Unreadable(why) => { "The earlier letter cannot be read: " (why) }
                ComparisonResult::Identical if is_previous => { "Identical to " (other) "." }
                ComparisonResult::Identical => { "Nothing has changed since " (other) (when(chosen)) "." }
                ComparisonResult::OnlyHtml if is_previous => { "The text is the same as in " (other) "; only the HTML differs." }
                ComparisonResult::OnlyHtml => { "The text has not changed since " (other) (when(chosen)) "; only the HTML has." }
                ComparisonResult::Text(lines) => {
                    @let removed = lines.iter().filter(|line| matches!(line, DiffLine::Removed(_))).count();
                    @let added = lines.iter().filter(|line| matches!(line, DiffLine::Added(_))).count();
                    @if is_previous { "Compared with " (other) ": " } @else { "Changed since " (other) (when(chosen)) ": " }
                    (lines_of(removed)) " removed from the text part, " (added) " added."
                    @if chosen.baseline == Baseline::Sent { " Subscribers who already received it will not receive it again." }
                }
            }
        }
    }
}

fn when(chosen: &BaselineChoice) -> String {
    chosen.date.as_ref().map_or_else(String::new, |note| format!(" ({note})"))
}

fn how_to_get(number: IssueNumber, baseline: Baseline) -> Markup {
    html! {
        @match baseline {
            Baseline::Test => { "No test mail of issue " (number) " has been sent. Send one with " code { "newsletter send " (number) " --test" } ", or press " kbd { "t" } " on the page of the letter; this page then shows your changes." }
            Baseline::Sent => { "Issue " (number) " has not been sent. After " code { "newsletter send " (number) } ", this page shows your changes." }
            Baseline::Previous => { "There is no issue before this one." }
        }
    }
}

fn lines_of(count: usize) -> String {
    format!("{count} line{}", if count == 1 { "" } else { "s" })
}

fn diff(comparison: &ComparisonResult) -> Markup {
    let ComparisonResult::Text(lines) = comparison else {
        return html! { p.empty { "The text parts are the same." } };
    };
    html! {
        section.difference aria-label="Text part, line by line" {
            pre tabindex="0" {
                @for line in lines {
                    @match line {
                        DiffLine::Kept(text) => span { "  " (text) "\n" },
                        DiffLine::Removed(text) => del { "- " (words(text)) "\n" },
                        DiffLine::Added(text) => ins { "+ " (words(text)) "\n" },
                        DiffLine::Skipped(count) => span.skipped { "  " (lines_of(*count)) " unchanged\n" },
                    }
                }
            }
        }
    }
}

fn side(number: IssueNumber, name: &str, baseline: Option<Baseline>, query: &str) -> Markup {
    let separator = if query.is_empty() { '?' } else { '&' };
    let version = baseline.map(|baseline| format!("&version={}", baseline.word())).unwrap_or_default();
    html! {
        li {
            h2 { (name) }
            div.mail-area {
                iframe title=(name) data-letter data-numbered data-version=(baseline.map_or("", Baseline::word)) src={ "/" (number) "/frame" (query) (separator) "numbered=yes" (version) } sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" {}
            }
        }
    }
}
