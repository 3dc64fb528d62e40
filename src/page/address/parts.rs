//! Takes an address apart.

use url::Url;

use super::{host, path, query};

/// The parts of an address, each in the form that is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    /// The host, in lower case, without `www.` and `m.`.
    pub(super) host: String,
    /// `:8080`, or nothing for the usual port.
    pub(super) port: String,
    /// The segments of the path, none of them empty.
    pub(super) path: Vec<String>,
    /// The parameters, decoded and in order of their names.
    pub(super) query: Vec<(String, String)>,
    /// The fragment, where it selects what the site shows.
    pub(super) fragment: String,
}

impl Page {
    pub(super) fn of(url: &Url) -> Self {
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
    pub(super) fn segments(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    pub(super) fn key(&self) -> String {
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
