//! What keeps a newsletter's mail from arriving: facts in, findings out.
//!
//! | module | what it knows |
//! |---|---|
//! | [`records`] | what is asked of DNS for a sender, and what the answers mean together |
//! | `spf`, `dkim`, `dmarc` | what a record says |
//! | [`machine`] | clock and disk |
//! | [`reach`] | how long a list takes; whether people find the way out |
//! | [`dns`], [`web`] | the two doors out: nothing else here touches the network |
//!
//! Local files, keys and the mail server are looked at by the command line, with the eyes of `send`.

mod dkim;
mod dmarc;
pub mod dns;
mod finding;
pub mod machine;
pub mod reach;
pub mod records;
mod spf;
pub mod web;

pub use dkim::key;
pub use finding::{Finding, Level};
