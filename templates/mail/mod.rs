//! Builds the HTML of letters.

mod brief;
mod closing;
mod lead;
pub mod letter;
mod link;
mod list;
mod plate;
mod prose;
mod section;
mod sponsored;
pub mod view;
