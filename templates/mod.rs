//! Turns views into the markup of letters, web pages and the preview, by functions without I/O, clock or configuration.
//!
//! `letter.css` and `web.css` are at the top of the folder because people copy them into a newsletter of their own. For
//! the same reason neither includes a shared file: a test ensures that both define the same custom properties.

pub mod colour;
pub mod date;
mod direction;
pub mod footer;
mod form;
mod heading;
pub mod korean;
pub mod link;
mod list_entry;
pub mod mail;
pub mod opening_line;
pub mod preview;
pub mod prose;
pub mod reader;
pub mod web;
mod word;
