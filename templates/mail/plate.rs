//! Builds the plates with the titles of sections.

use maud::{Markup, html};

/// Returns `title` on a plate, which hangs from a line across the text if `has_line`.
pub(super) fn plate(title: &Markup, has_line: bool) -> Markup {
    let plate = html! {
        table role="presentation" cellpadding="0" cellspacing="0" {
            tr { td class="plate" { (title) } }
        }
    };
    html! {
        @if has_line {
            table role="presentation" width="100%" cellpadding="0" cellspacing="0" {
                tr { td class="line" { (plate) } }
            }
        } @else {
            (plate)
        }
    }
}
