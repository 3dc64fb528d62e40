//! The use cases: what each command does, without arguments, output or prompts.
//!
//! A use case returns data or an error. What it reports on the way, and what it has to ask, goes through a small
//! trait or a callback that the command line passes in.

pub(crate) mod build;
pub(crate) mod check;
mod ci;
mod claims;
pub(crate) mod clock;
pub(crate) mod delivery_status;
pub(crate) mod dkim;
pub(crate) mod doctor;
pub(crate) mod failure;
pub(crate) mod gather;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod keys;
pub(crate) mod ledger_file;
mod ledger_owner;
pub(crate) mod mailbox;
mod new_file;
pub(crate) mod new_issue;
pub(crate) mod open_ledger;
pub(crate) mod ornaments;
pub(crate) mod prepare;
mod previous_key;
pub(crate) mod readers;
pub(crate) mod relays;
pub(crate) mod render;
pub(crate) mod schemas;
pub(crate) mod send;
pub(crate) mod sent_issues;
mod state_file;
pub(crate) mod status;
pub(crate) mod subscribers;
pub(crate) mod suppress;
pub(crate) mod test_mail;
mod this_machine;
