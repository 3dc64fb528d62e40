//! Builds the HTML part of letters; the text part is in `letter::text`.

mod brief;
mod closing;
mod lead;
pub mod letter;
mod link;
mod list;
pub mod notice;
mod plate;
mod prose;
mod section;
mod sponsored;
pub mod view;
