//! Provides a function of arbitrary bytes for each reader of bytes from outside, for fuzzing. Each panics if a promise is
//! broken, and only then.
//!
//! The same functions run in two ways: `cargo test --lib fuzzing` gives each the kept inputs in `fuzz/corpus` and a fixed
//! number of changed ones, the same each time; the crate in `fuzz/` gives them to libFuzzer for as long as one likes
//! (CONTRIBUTING.md). They are compiled in no other build.

#![expect(clippy::missing_panics_doc, reason = "a panic is how a target says that a promise is broken")]

mod address;
mod gather;
mod imap;
mod input;
mod ledger;
mod loaders;
mod message;
mod returned;
#[cfg(test)]
mod tests;

pub use address::{address, token};
pub use gather::{export, feed, links, page, splice};
pub use imap::imap;
pub use ledger::{frozen_letter, ledger_file};
pub use loaders::{exports, issue, settings, subscribers};
pub use message::{message, signature};
pub use returned::returned;

pub use crate::preview::fuzzing::request;
pub use crate::smtp::fuzzing::{conversation, opening, pipeline, replies};

/// A target: its name, which is that of its corpus, and what it does.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 22] = [
    ("address", address),
    ("conversation", conversation),
    ("export", export),
    ("exports", exports),
    ("feed", feed),
    ("frozen_letter", frozen_letter),
    ("imap", imap),
    ("issue", issue),
    ("ledger_file", ledger_file),
    ("links", links),
    ("message", message),
    ("opening", opening),
    ("page", page),
    ("pipeline", pipeline),
    ("replies", replies),
    ("request", request),
    ("returned", returned),
    ("settings", settings),
    ("signature", signature),
    ("splice", splice),
    ("subscribers", subscribers),
    ("token", token),
];
