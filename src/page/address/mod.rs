//! Compares addresses of web pages: [`normalise`] returns one key for all spellings of the address of one page.
//!
//! The key is for comparing only. A link is written with its own address, without what [`without_tracking`] cuts.
//!
//! | module | contents |
//! |---|---|
//! | `host`, `path`, `query` | what holds for every site |
//! | `wrapped` | addresses inside the address of a redirector or a cache |
//! | `sites`, `papers`, `code` | sites on which one page has several addresses |
//! | [`tracking`] | parameters that identify a click |

mod code;
mod host;
mod papers;
mod path;
mod query;
mod sites;
pub mod tracking;
mod wrapped;

use url::Url;

pub use self::tracking::without_tracking;

/// Returns a key that is equal for all spellings of one page's address, and for no other page. Text that is not an
/// address is its own key, without white space around it.
pub fn normalise(written: &str) -> String {
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

/// The parts of an address, each in the form that is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Page {
    /// The host, in lower case, without `www.` and `m.`.
    host: String,
    /// `:8080`, or nothing for the usual port.
    port: String,
    /// The segments of the path, none of them empty.
    path: Vec<String>,
    /// The parameters, decoded and in order of their names.
    query: Vec<(String, String)>,
    /// The fragment, where it selects what the site shows.
    fragment: String,
}

impl Page {
    fn of(url: &Url) -> Self {
        let host = host::compared(url.host_str().unwrap_or_default());
        let path = path::segments(url.path(), &host);
        Self {
            port: url.port().map(|port| format!(":{port}")).unwrap_or_default(),
            query: query::compared(url, &path),
            fragment: path::fragment(url.fragment().unwrap_or_default()),
            path,
            host,
        }
    }

    /// Returns the segments of the path for matching.
    fn segments(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    fn key(&self) -> String {
        let mut key = format!("{}{}", self.host, self.port);
        for segment in &self.path {
            key.push('/');
            key.push_str(segment);
        }
        if !self.query.is_empty() {
            key.push('?');
            key.push_str(&query::written(&self.query));
        }
        if !self.fragment.is_empty() {
            key.push('#');
            key.push_str(&self.fragment);
        }
        key
    }
}

#[cfg(test)]
mod tests;
