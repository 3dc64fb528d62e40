//! Reads and extends `links.md`, the inbox of a newsletter: one link a line, written by hand, by a phone or by a reader.
//!
//! | module | contents |
//! |---|---|
//! | [`entry`] | a link of the inbox, and how it is written |
//! | `read` | the text to links; also for lists on standard input |
//! | `export` | the links that other programs export |
//! | `change` | what is done with a link of it |
//! | `append` | a link more, everything else as it was |
//! | `remove` | a link less, likewise |
//! | `tag` | a tag more or less, likewise |

mod append;
mod change;
pub mod entry;
mod export;
mod read;
mod remove;
mod tag;

pub use append::{append, append_all};
pub use change::LinkChange;
pub use entry::InboxEntry;
pub use export::{ExportedLink, read_export};
pub use read::{InboxText, read};
pub use remove::remove;
pub use tag::retag;

/// The file, below the newsletter's folder.
pub const INBOX_FILE: &str = "links.md";

#[cfg(test)]
mod tests;
