//! Reads the file of a list as text, block by block, in any encoding that spreadsheets write, and finds its cells.

pub(in crate::subscribers) mod cells;
mod decode;
pub(in crate::subscribers) mod format;
pub(in crate::subscribers) mod line_reader;
pub(in crate::subscribers) mod replay_reader;
pub(in crate::subscribers) mod source;
