//! Builds the HTML of letters.

pub mod letter;
mod link;
mod list;
mod prose;
mod section;
pub mod view;
