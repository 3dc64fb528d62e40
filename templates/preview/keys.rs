//! Builds the dialog of keyboard shortcuts and the button that opens it.

use maud::{Markup, html};

use super::issue_page::IssuePage;

pub(super) fn help_button() -> Markup {
    html! {
        button #help type="button" aria-haspopup="dialog" aria-label="Keyboard shortcuts" { "?" }
    }
}

/// The dialog of a page of an issue: its own keys, and those of all such pages that mean nothing else here.
pub(super) fn key_dialog(own: &[(&str, &str)]) -> Markup {
    let is_free = |key: &str| own.iter().all(|(keys, _)| keys.split(' ').all(|own| own != key));
    let pages = IssuePage::ALL.map(|page| (page.key(), page.name().to_lowercase()));
    let (pages, names): (Vec<_>, Vec<_>) = pages.into_iter().filter(|(key, _)| is_free(key)).unzip();
    let (pages, names) = (pages.join(" "), names.join(", "));
    let of_issues = [
        (pages.as_str(), names.as_str()),
        ("t", "send a test mail"),
        ("j k", "next, previous issue"),
        ("l", "list of issues"),
    ];
    let others = of_issues.into_iter().filter(|(keys, _)| keys.split(' ').all(is_free));
    dialog(&own.iter().copied().chain(others).collect::<Vec<_>>())
}

/// The dialog of the list of issues.
pub(super) fn list_key_dialog() -> Markup {
    dialog(&[("j k", "next, previous issue"), ("Enter", "open it")])
}

fn dialog(keys: &[(&str, &str)]) -> Markup {
    html! {
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { "Keys" }
            dl {
                @for (keys, what) in keys.iter().chain(&[("?", "this help")]) {
                    dt { @for key in keys.split(' ') { kbd { (key) } " " } } dd { (what) }
                }
            }
            form method="dialog" { button type="submit" { "Close" } }
        }
    }
}
