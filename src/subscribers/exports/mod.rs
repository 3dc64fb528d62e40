//! Reads and writes lists that move between services: the exports of others, with what they say about consent, and our
//! own, which carries everything the ledger keeps.

mod entry;
mod kind;
mod own;
mod read;
mod role;
#[cfg(test)]
mod tests;
mod time;
mod words;

pub use entry::{ExportEntry, ExportRow, ForeignReader, ListedAs, StatedConsent};
pub use kind::ExportKind;
pub use own::{OwnRow, OwnWriter};
pub use read::{Export, ExportError, ExportOptions, ExportRows};
