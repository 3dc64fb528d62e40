//! Readers: who they are by their tokens, and the ledger that knows what they said.

mod keys;

pub(crate) use keys::ReaderKeys;
