//! A letter as one mail client would show it: the real bytes without what that client takes out of them. Pure.
//!
//! Not a picture of the client. Only what it removes or rewrites is simulated, from published tests of real clients
//! ([`SOURCE`]); its fonts, its own style sheet and its bugs of layout are not. What no eye sees (roles, labels) stays.

mod client;
mod habits;
mod mso;
mod rewrite;
mod sheet;

#[cfg(test)]
mod tests;

use crate::markup::caniemail;

pub use client::{Client, InDark};
pub use rewrite::letter;

/// Whose tests the simulations follow.
pub const SOURCE: &str = "caniemail.com";

/// The day of that data, `2026-06-29`.
pub fn data_of() -> &'static str {
    &caniemail::table().date
}
