//! Builds the bar on top of the pages of an issue, and the controls of how its letter is shown.

use maud::{Markup, html};

use super::findings::{FindingCounts, counted};
use super::issue_list::IssueRow;
use super::issue_page::IssuePage;
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
    /// The findings of all its checks.
    pub findings: FindingCounts,
    /// The number of links that wait.
    pub waiting: usize,
    /// The recipients of its test mail.
    pub test_recipients: Vec<String>,
    /// The secret that proves to the server that a click comes from this page.
    pub token: String,
}

pub(super) fn bar(server: &ServerInfo, place: &Location) -> Markup {
    html! {
        header.bar {
            a.publication href="/" title="All issues" { (server.publication) }
            (switcher(place))
            nav.pages aria-label="Pages of this issue" {
                @for page in IssuePage::ALL {
                    a href={ "/" (place.number) (page.suffix()) } data-page=(page.key()) aria-current=[(page == place.page).then_some("page")] {
                        (page.name())
                        @if page == IssuePage::Links { span #link-count data-live { (waiting(place.waiting)) } }
                        @if page == IssuePage::Checks { span #check-count data-live { (count(place.findings)) } }
                    }
                }
            }
            span.spacer {}
            (connection())
            (test_button(place))
            (help_button())
        }
    }
}

/// The number of links that wait, beside the name of the page that lists them.
fn waiting(count: usize) -> Markup {
    html! { @if count > 0 { " " span.n { (count) span.quiet { (if count == 1 { " waits" } else { " wait" }) } } } }
}

/// The number of findings beside the name of the page that lists them, and what they are in a word.
fn count(findings: FindingCounts) -> Markup {
    let FindingCounts { errors, warnings } = findings;
    html! {
        @if errors > 0 { " " span.n.wrong { (counted(errors, "error")) } }
        @else if warnings > 0 { " " span.n { (counted(warnings, "warning")) } }
    }
}

fn test_button(place: &Location) -> Markup {
    let to = &place.test_recipients;
    let title = if to.is_empty() { "No recipients yet".to_owned() } else { format!("To {}", to.join(", ")) };
    html! {
        button.go #send-test type="button" title=(title) data-address={ "/" (place.number) "/test" } data-token=(place.token) data-pending="Sending the test mail…" {
            "Send a test" kbd aria-hidden="true" { "t" }
        }
    }
}

fn switcher(location: &Location) -> Markup {
    let Location { number, issues, page, .. } = location;
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

/// The controls of frames: width, for phones and for desktops of `desktop` pixels, and colour scheme. `phone` explains the
/// smaller width, `light` and `dark` the schemes.
pub(super) fn width_and_scheme(desktop: u32, phone: &str, [light, dark]: [&str; 2]) -> Markup {
    html! {
        div.choice role="group" aria-label="Width" {
            (setting_button("width", "390", "Phone", phone))
            (setting_button("width", &desktop.to_string(), "Desktop", &format!("{desktop} pixels")))
        }
        div.choice role="group" aria-label="Colour scheme" {
            (setting_button("scheme", "light", "Light", light))
            (setting_button("scheme", "dark", "Dark", dark))
        }
    }
}

/// The button that switches pictures on and off.
pub(super) fn images_button() -> Markup {
    html! {
        button #images type="button" aria-pressed="true" title="Off: as most recipients first see it" { "Images" }
    }
}
