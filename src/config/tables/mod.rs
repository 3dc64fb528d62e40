//! Reads the tables of `newsletter.toml`, one file each. A table with a single key is read in [`parse`](super::parse).

pub(in crate::config) mod build;
pub(in crate::config) mod check;
pub(in crate::config) mod dkim;
pub(in crate::config) mod feeds;
pub(in crate::config) mod fetch;
pub(in crate::config) mod ledger;
pub(in crate::config) mod mailbox;
pub(in crate::config) mod preview;
pub(in crate::config) mod publication;
pub(in crate::config) mod send;
pub(in crate::config) mod serve;
pub(in crate::config) mod smtp;
pub(in crate::config) mod subscribers;
mod theme;
mod topics;
pub(in crate::config) mod words;
