//! What is fuzzed: a function of arbitrary bytes for everything that reads bytes from outside. Each panics when a promise is
//! broken, and only then.
//!
//! The same functions run in two ways: `cargo test --lib fuzzing` gives each the kept inputs in `fuzz/corpus` and a fixed
//! number of changed ones, the same each time; the crate in `fuzz/` gives them to libFuzzer for as long as one likes
//! (CONTRIBUTING.md). In no other build are they there at all.

#![expect(clippy::missing_panics_doc, reason = "a panic is how a target says that a promise is broken")]

mod address;
mod ledger;
mod loaders;
mod message;
#[cfg(test)]
mod tests;

pub use address::{address, token};
pub use ledger::{frozen_letter, ledger_file};
pub use loaders::{issue, settings, subscribers};
pub use message::{message, signature};

pub use crate::preview::fuzzing::request;
pub use crate::smtp::fuzzing::{conversation, opening, pipeline, replies};

/// A target: its name, which is that of its corpus, and what it does.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 14] = [
    ("address", address),
    ("conversation", conversation),
    ("frozen_letter", frozen_letter),
    ("issue", issue),
    ("ledger_file", ledger_file),
    ("message", message),
    ("opening", opening),
    ("pipeline", pipeline),
    ("replies", replies),
    ("request", request),
    ("settings", settings),
    ("signature", signature),
    ("subscribers", subscribers),
    ("token", token),
];

/// Text out of any bytes.
fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

/// The next piece of `data`, up to a zero byte, as text.
fn next_text(data: &mut &[u8]) -> String {
    let end = data.iter().position(|&byte| byte == 0).unwrap_or(data.len());
    let piece = text(&data[..end]);
    *data = data.get(end + 1..).unwrap_or_default();
    piece
}
