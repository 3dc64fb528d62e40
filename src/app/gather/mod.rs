//! Gathers links: reads the pages people name and writes them into an issue or the inbox.
//!
//! | module | contents |
//! |---|---|
//! | `add` | links into an issue or `links.md` |
//! | `add_options` | what to add, and where |
//! | `dropped` | links that nobody wants to see again |
//! | `feeds` | the new items of feeds into `links.md` |
//! | `files` | the links of exported files into `links.md` |
//! | `fill` | facts that are missing in an issue |
//! | `inbox_file` | `links.md` on disk |
//! | `known` | where a page was linked before |
//! | `later` | links that wait for a later issue |
//! | `link_change` | what is done with a link that waits, and undone |
//! | `page_reader` | what a page says of itself, through the guarded door |
//! | `sitting` | the links that wait, and where each can go |
//! | `target` | the issue file to write into |

mod add;
mod add_options;
mod dropped;
mod feeds;
mod files;
mod fill;
mod inbox_file;
mod known;
mod later;
mod link_change;
mod page_reader;
mod picture;
mod sitting;
mod target;

pub(crate) use add::{AddReport, AddedLink, Destination, Outcome, add};
pub(crate) use add_options::{AddOptions, Place, WantedPicture};
pub(crate) use dropped::DROPPED_FILE;
pub(crate) use feeds::{FeedOptions, FeedOutcome, GatheredFeed, gather_feeds};
pub(crate) use files::{GatherOptions, GatheredFile, gather_files};
pub(crate) use fill::{FillOptions, FillOutcome, FillReport, FilledLink, fill};
pub(crate) use later::waiting_count;
pub(crate) use link_change::{MadeChange, change_links, undo};
pub(crate) use sitting::{SITTING_FILES, sitting};
