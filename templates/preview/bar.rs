//! Builds the bar on top of the pages of an issue, and the controls of how its letter is shown.

use maud::{Markup, html};

use super::issue_list::IssueRow;
use super::keys::help_button;
use super::layout::{ServerInfo, connection};
use crate::model::IssueNumber;

/// The issue and page that are open.
#[derive(Debug, Clone)]
pub struct Location {
    /// The open issue.
    pub number: IssueNumber,
    /// All issues, newest first.
    pub issues: Vec<IssueRow>,
    /// The open page.
    pub page: IssuePage,
}

/// A page of an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssuePage {
    /// The letter and everything about it.
    Letter,
    /// The letter in every mail client.
    Clients,
    /// The letter compared with an earlier one.
    Compare,
}

impl IssuePage {
    const ALL: [Self; 3] = [Self::Letter, Self::Clients, Self::Compare];

    fn name(self) -> &'static str {
        match self {
            Self::Letter => "Letter",
            Self::Clients => "Clients",
            Self::Compare => "Compare",
        }
    }

    /// The part of its path after the issue's number.
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

pub(super) fn bar(server: &ServerInfo, place: &Location) -> Markup {
    html! {
        header.bar {
            a.publication href="/" title="All issues" { (server.publication) }
            (switcher(place))
            nav.pages aria-label="Pages of this issue" {
                @for page in IssuePage::ALL {
                    a href={ "/" (place.number) (page.suffix()) } data-page=(page.key()) aria-current=[(page == place.page).then_some("page")] { (page.name()) }
                }
            }
            span.spacer {}
            (connection())
            (help_button())
        }
    }
}

fn switcher(location: &Location) -> Markup {
    let Location { number, issues, page } = location;
    let row = issues.iter().find(|row| row.number == *number);
    let older = issues.iter().find(|row| row.number < *number);
    let newer = issues.iter().rev().find(|row| row.number > *number);
    html! {
        nav.switch #switch data-live aria-label="Issues" {
            (neighbour_link(older, *page, "‹", "Previous issue"))
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
            (neighbour_link(newer, *page, "›", "Next issue"))
            @if row.is_some_and(|row| row.draft) { span.badge { "draft" } }
        }
    }
}

fn neighbour_link(to: Option<&IssueRow>, page: IssuePage, sign: &str, name: &str) -> Markup {
    html! {
        @if let Some(row) = to {
            a.step href={ "/" (row.number) (page.suffix()) } rel=(if sign == "‹" { "prev" } else { "next" }) aria-label={ (name) ", " (row.number) } { (sign) }
        } @else {
            span.step aria-hidden="true" { (sign) }
        }
    }
}

/// A button that sets `setting` to `value`.
pub(super) fn setting_button(setting: &str, value: &str, label: &str, title: &str) -> Markup {
    html! {
        button type="button" aria-pressed="false" data-setting=(setting) data-value=(value) title=(title) { (label) }
    }
}

/// The controls of letters shown side by side: width, colour scheme and pictures. `light` and `dark` explain the schemes.
pub(super) fn view_controls(light: &str, dark: &str) -> Markup {
    html! {
        div.view-controls #view-controls role="group" aria-label="How the mail is shown" {
            div.choice role="group" aria-label="Width" {
                (setting_button("width", "390", "Phone", "390 pixels"))
                (setting_button("width", "1024", "Desktop", "1024 pixels"))
            }
            div.choice role="group" aria-label="Colour scheme" {
                (setting_button("scheme", "light", "Light", light))
                (setting_button("scheme", "dark", "Dark", dark))
            }
            (images_button())
        }
    }
}

/// The button that switches pictures on and off.
pub(super) fn images_button() -> Markup {
    html! {
        button #images type="button" aria-pressed="true" title="Off: as most recipients first see it" { "Images" }
    }
}
