//! Builds the part that all forms for readers share.

use maud::{Markup, html};

/// Returns a field that nobody sees and only robots fill in.
pub(crate) fn trap() -> Markup {
    html! {
        div.trap aria-hidden="true" {
            label for="website" { "Website" }
            input #website type="text" name="website" tabindex="-1" autocomplete="off";
        }
    }
}
