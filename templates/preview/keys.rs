//! Builds the dialog of keyboard shortcuts and the button that opens it.

use maud::{Markup, html};

pub(super) fn help_button() -> Markup {
    html! {
        button #help type="button" aria-haspopup="dialog" aria-label="Keyboard shortcuts" { "?" }
    }
}

/// The dialog of a page of an issue: its own keys, and those all such pages have.
pub(super) fn key_dialog(own: &[(&str, &str)]) -> Markup {
    let of_issues = [
        ("h c b a g e", "letter, clients, compare, archive, links, checks"),
        ("t", "send a test mail"),
        ("j k", "next, previous issue"),
        ("l", "list of issues"),
    ];
    dialog(&[own, &of_issues].concat())
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
