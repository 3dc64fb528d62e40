//! Builds the pages of the browser preview.

pub mod archive;
pub mod bar;
pub mod changes;
pub mod checks_page;
pub mod clients;
pub mod compare;
pub mod findings;
pub mod issue_list;
pub mod issue_page;
mod keys;
pub mod layout;
pub mod letter;
pub mod letter_page;
pub mod letter_parts;
pub mod links;
pub mod next_step;
