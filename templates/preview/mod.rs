//! Builds the pages of the browser preview.

pub mod bar;
pub mod checks;
pub mod clients;
pub mod compare;
pub mod issue_list;
mod keys;
pub mod layout;
pub mod letter;
pub mod letter_page;
