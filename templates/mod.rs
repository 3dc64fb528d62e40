//! The look of the newsletter: Maud markup and CSS side by side. Functions from a view to markup; no I/O, no clock,
//! no configuration.

pub mod colour;
pub mod date;
pub mod letter;
pub mod link;
pub mod preview;
pub mod preview_bar;
pub mod preview_checks;
pub mod preview_clients;
pub mod preview_compare;
pub mod preview_letter;
pub mod preview_studio;
pub mod prose;
pub mod web;
pub mod web_home;
pub mod web_issue;
pub mod web_link;
