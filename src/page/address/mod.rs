//! Compares addresses of web pages: [`normalize`] returns one key for all spellings of the address of one page.
//!
//! The key is for comparing only. A link is written with its own address, without what [`without_tracking`] cuts.
//!
//! | module | contents |
//! |---|---|
//! | `parts`, with `host`, `path`, `query` | what holds for every site |
//! | `wrapped` | addresses inside the address of a redirector or a cache |
//! | `sites`, `papers`, `code` | sites on which one page has several addresses |
//! | [`tracking`] | parameters that identify a click |

mod code;
mod host;
mod papers;
mod parts;
mod path;
mod query;
mod sites;
pub mod tracking;
mod wrapped;

use url::Url;

pub use self::host::registered_domain;
use self::parts::Page;
pub use self::tracking::without_tracking;

/// Returns a key that is equal for all spellings of one page's address, and for no other page. Text that is not an
/// address is its own key, without white space around it.
pub fn normalize(written: &str) -> String {
    let written = written.trim();
    let Ok(url) = Url::parse(written) else { return written.to_owned() };
    if let Some(key) = papers::doi_without_site(&url) {
        return key;
    }
    if !matches!(url.scheme(), "http" | "https") {
        return url.into();
    }
    let url = wrapped::unwrapped(url);
    let page = Page::of(&url);
    sites::key(&page).or_else(|| papers::key(&page)).or_else(|| code::key(&page)).unwrap_or_else(|| page.key())
}

#[cfg(test)]
mod tests;
