//! Reads a mailbox by IMAP (RFC 9051, and RFC 3501 before it): unread messages of a folder, which stay unread, and a move
//! of those that were understood. Independent of newsletters.
//!
//! Ours, because no crate survived a trial in November 2026: imap 3.0.0-alpha.15 kept 600 MB of a literal that a server
//! announced with 4 GB, and mixed commands up after a CAPABILITY line with two spaces; async-imap 0.12.0 fails on
//! such lines too, and wants tokio beside blocking code.
//!
//! | file | contents | I/O |
//! |---|---|---|
//! | `reader` | bytes to responses, within limits | |
//! | `value`, `response` | what responses say | |
//! | `command`, `login` | what commands say | |
//! | `session` | commands and responses on a connection | yes |
//! | `folder` | the interface: unread messages, where they go, what comes in | yes |

mod command;
mod error;
mod folder;
mod login;
mod reader;
mod response;
mod session;
mod value;

pub use error::{ImapError, Malformed};
pub use folder::{Account, Folder};
pub use reader::ResponseReader;
pub use response::{Response, Status, Verdict};
