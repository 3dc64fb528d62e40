//! Gathers links: reads the pages people name and writes them into an issue or the inbox.
//!
//! | module | contents |
//! |---|---|
//! | `add` | links into an issue or `links.md` |
//! | `dropped` | links that nobody wants to see again |
//! | `feeds` | the new items of feeds into `links.md` |
//! | `files` | the links of exported files into `links.md` |
//! | `fill` | facts that are missing in an issue |
//! | `inbox_file` | `links.md` on disk |
//! | `known` | where a page was linked before |
//! | `page_reader` | what a page says of itself, through the guarded door |
//! | `sitting` | the links that wait, and what is done with each |
//! | `target` | the issue file to write into |

mod add;
mod dropped;
mod feeds;
mod files;
mod fill;
mod inbox_file;
mod known;
mod page_reader;
mod picture;
mod sitting;
mod target;

pub(crate) use add::{AddOptions, AddReport, AddedLink, Destination, Outcome, WantedPicture, add};
pub(crate) use dropped::DROPPED_FILE;
pub(crate) use feeds::{FeedOptions, FeedOutcome, GatheredFeed, gather_feeds};
pub(crate) use files::{GatherOptions, GatheredFile, gather_files};
pub(crate) use fill::{FillOptions, FillOutcome, FillReport, FilledLink, fill};
pub(crate) use sitting::{LinkChange, MadeChange, SITTING_FILES, change_links, sitting, undo, waiting_count};
