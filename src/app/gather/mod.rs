//! Gathers links: reads the pages people name and writes them into an issue or the inbox.
//!
//! | module | contents |
//! |---|---|
//! | `add` | links into an issue or `links.md` |
//! | `files` | the links of exported files into `links.md` |
//! | `inbox_file` | `links.md` on disk |
//! | `known` | where a page was linked before |
//! | `page_reader` | what a page says of itself, through the guarded door |

mod add;
mod files;
mod inbox_file;
mod known;
mod page_reader;

pub(crate) use add::{AddOptions, AddReport, AddedLink, Destination, Outcome, add};
pub(crate) use files::{GatherOptions, GatheredFile, gather_files};
