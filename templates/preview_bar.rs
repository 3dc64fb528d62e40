//! What the pages about one issue share: the bar on top, and the keys.

use maud::{Markup, html};

use super::preview::{IssueRow, Server, connection};
use crate::model::IssueNumber;

/// Where somebody is.
#[derive(Debug, Clone)]
pub struct Place {
    /// The issue they look at.
    pub number: IssueNumber,
    /// Every issue, newest first.
    pub issues: Vec<IssueRow>,
    /// The page about it.
    pub page: Page,
}

/// A page about an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The studio.
    Letter,
    /// The letter in every client.
    Clients,
    /// The letter beside an earlier one.
    Compare,
}

impl Page {
    const ALL: [Self; 3] = [Self::Letter, Self::Clients, Self::Compare];

    fn name(self) -> &'static str {
        match self {
            Self::Letter => "Letter",
            Self::Clients => "Clients",
            Self::Compare => "Compare",
        }
    }

    /// What follows the issue's number in its address.
    fn suffix(self) -> &'static str {
        match self {
            Self::Letter => "",
            Self::Clients => "/clients",
            Self::Compare => "/compare",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Letter => "h",
            Self::Clients => "c",
            Self::Compare => "b",
        }
    }
}

pub(super) fn bar(server: &Server, place: &Place) -> Markup {
    html! {
        header.bar {
            a.publication href="/" title="All issues" { (server.publication) }
            (switcher(place))
            nav.pages aria-label="Pages about this issue" {
                @for page in Page::ALL {
                    a href={ "/" (place.number) (page.suffix()) } data-page=(page.key()) aria-current=[(page == place.page).then_some("page")] { (page.name()) }
                }
            }
            span.spacer {}
            (connection())
            (help_button())
        }
    }
}

pub(super) fn help_button() -> Markup {
    html! {
        button #help type="button" aria-haspopup="dialog" aria-label="Keyboard shortcuts" { "?" }
    }
}

fn switcher(place: &Place) -> Markup {
    let Place { number, issues, page } = place;
    let row = issues.iter().find(|row| row.number == *number);
    let older = issues.iter().find(|row| row.number < *number);
    let newer = issues.iter().rev().find(|row| row.number > *number);
    html! {
        nav.switch #switch data-live aria-label="Issues" {
            (step(older, *page, "‹", "Previous issue"))
            label {
                span.quiet { "Issue" }
                select #issue data-suffix=(page.suffix()) {
                    @if row.is_none() {
                        option value=(number) selected { (number) "  (no file)" }
                    }
                    @for row in issues {
                        option value=(row.number) selected[row.number == *number] {
                            (row.number) "  " (row.title)
                            @if row.draft { "  (draft)" }
                            @if row.error.is_some() { "  (error)" }
                        }
                    }
                }
            }
            (step(newer, *page, "›", "Next issue"))
            @if row.is_some_and(|row| row.draft) { span.badge { "draft" } }
        }
    }
}

fn step(to: Option<&IssueRow>, page: Page, sign: &str, name: &str) -> Markup {
    html! {
        @if let Some(row) = to {
            a.step href={ "/" (row.number) (page.suffix()) } rel=(if sign == "‹" { "prev" } else { "next" }) aria-label={ (name) ", " (row.number) } { (sign) }
        } @else {
            span.step aria-hidden="true" { (sign) }
        }
    }
}

/// The dialog that tells the keys: those of a page, and those every page has.
pub(super) fn keys(own: &[(&str, &str)]) -> Markup {
    let of_issues = [
        ("h c b", "the letter, in every client, beside an earlier one"),
        ("j k", "next, previous issue"),
        ("l", "list of issues"),
    ];
    dialog(&[own, &of_issues].concat())
}

/// The dialog on the list of issues.
pub(super) fn list_keys() -> Markup {
    dialog(&[("j k", "next, previous issue"), ("Enter", "open it")])
}

fn dialog(keys: &[(&str, &str)]) -> Markup {
    html! {
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { "Keys" }
            dl {
                @for (keys, what) in keys.iter().chain(&[("?", "this")]) {
                    dt { @for key in keys.split(' ') { kbd { (key) } " " } } dd { (what) }
                }
            }
            form method="dialog" { button type="submit" { "Close" } }
        }
    }
}

/// A button that sets `setting` to `value`.
pub(super) fn choice(setting: &str, value: &str, label: &str, title: &str) -> Markup {
    html! {
        button type="button" aria-pressed="false" data-setting=(setting) data-value=(value) title=(title) { (label) }
    }
}

/// How the mails side by side are shown: their width, the scheme with what `light` and `dark` mean here, pictures or none.
pub(super) fn looks(light: &str, dark: &str) -> Markup {
    html! {
        div.looks #looks role="group" aria-label="How the mail is shown" {
            div.choice role="group" aria-label="Width" {
                (choice("width", "390", "Phone", "390 pixels"))
                (choice("width", "1024", "Desktop", "1024 pixels"))
            }
            div.choice role="group" aria-label="Colour scheme" {
                (choice("scheme", "light", "Light", light))
                (choice("scheme", "dark", "Dark", dark))
            }
            (images_button())
        }
    }
}

/// The button that switches pictures on and off.
pub(super) fn images_button() -> Markup {
    html! {
        button #images type="button" aria-pressed="true" title="Off: as most readers first see it" { "Images" }
    }
}
