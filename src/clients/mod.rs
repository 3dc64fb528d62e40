//! Rewrites a letter into the HTML that a mail client works with, so that the preview can show it as each client would.
//!
//! The changes follow published tests of real clients ([`SOURCE`]). Fonts, the client's own style sheet and its layout
//! bugs are not simulated; what is not visible (roles, labels) stays.

mod client;
mod difference;
mod mso;
mod picture_shape;
mod rewrite;
mod rules;
mod selector_parts;
mod sheet;
mod text_stream;
mod thunderbird_dark;

#[cfg(test)]
mod tests;

use crate::html::caniemail;

pub use client::{Client, DarkMode};
pub use difference::numbered;
pub(crate) use difference::{Difference, SentLetter};
pub use rewrite::rewrite_for;

/// The tests the simulations follow.
pub const SOURCE: &str = "caniemail.com";

/// Returns the date of those tests, `2026-06-29`.
pub fn data_date() -> &'static str {
    &caniemail::table().date
}
