//! Reads the feeds of other sites, and chooses what is new in them.
//!
//! | module | contents |
//! |---|---|
//! | [`item`] | a feed and its items |
//! | `read` | bytes to items: Atom, RSS, JSON Feed |
//! | `cdf` | a format of the nineties |
//! | `repair` | a feed that is not well formed to one that is |
//! | `words` | titles and texts of items, which may have markup |
//! | [`memory`] | what was seen in feeds before |
//! | [`selection`] | the items that are new |

mod cdf;
pub mod item;
pub mod memory;
mod read;
mod repair;
pub mod selection;
mod words;

pub use item::{Feed, FeedItem};
pub use memory::FeedMemory;
pub use read::{NotAFeed, read};
pub use selection::{Candidate, ReadFeed, Selection, select};

#[cfg(test)]
mod tests;
