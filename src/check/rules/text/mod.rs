//! Rules about the text part.

pub(super) mod html_leak;
pub(super) mod links;
pub(super) mod present;
pub(super) mod wrap;
