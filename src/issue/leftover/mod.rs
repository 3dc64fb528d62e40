//! Finds markup that did not take effect: merge fields of other services, HTML, and Markdown that readers would see as
//! it is written. Senders paste such text when they move here from another service.

mod field_words;
mod form;
mod html_forms;
mod markdown_forms;
mod merge_forms;
mod search;

pub(crate) use field_words::is_field_word;
pub(crate) use form::{Leftover, LeftoverKind, TextForm};
pub(crate) use html_forms::tag_name;
pub(crate) use search::leftovers_in;
