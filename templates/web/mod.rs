//! Builds the pages of the web archive.

pub mod find;
pub mod frame;
pub mod home;
pub mod issue;
mod link;
mod list;
pub mod page;
mod prose;
pub mod redirect;
mod section;
pub mod social_card;
mod subscribe;
pub mod surface;
pub mod topics;
