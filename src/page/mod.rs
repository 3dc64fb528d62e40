//! Knows web pages from outside: which addresses are one page, and what a page says of itself.
//!
//! | module | contents |
//! |---|---|
//! | [`address`] | spellings of a page's address |
//! | [`mod@facts`] | what a page states, each fact with its origin |
//! | `read` | bytes to facts |
//! | [`charset`] | bytes to text, as browsers do it |
//! | `markup`, `meta`, `json_ld` | the parts of a page that state facts |
//! | `site_names`, `heading`, `headline` | what a title is found with |
//! | `title`, `author`, `date`, `kind`, `reading_time` | one fact each |
//! | [`site`] | six sites that say more elsewhere than on the page |
//! | [`wall`] | pages that a site shows in place of the one that was asked for |

pub mod address;
mod author;
pub mod charset;
mod date;
pub mod facts;
mod heading;
mod headline;
mod json_ld;
pub mod kind;
pub(crate) mod markup;
mod meta;
mod read;
mod reading_time;
pub mod site;
mod site_names;
pub mod text;
mod title;
pub mod wall;

pub use facts::{Fact, Facts, Origin, PagePicture};
pub use read::facts;
pub use wall::Wall;

#[cfg(test)]
mod curators_web;
#[cfg(test)]
mod tests;
