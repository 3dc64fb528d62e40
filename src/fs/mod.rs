//! Reads and writes files so that neither a hostile file nor a crash can do harm.
//!
//! | module | contents |
//! |---|---|
//! | [`regular_file`] | files that people name, opened without waiting and read up to a limit |
//! | [`atomic_file`] | files that are written completely or not at all |
//! | [`anonymous_file`] | files without a name, for child processes |

pub(crate) mod anonymous_file;
pub(crate) mod atomic_file;
pub(crate) mod regular_file;
