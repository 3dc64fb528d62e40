//! Describes the result of fetching a page, and what it means for a reader who follows the link.
//!
//! The serialized names are part of `--json` and of the cache file, so they stay as they are.

use serde::{Deserialize, Serialize};

/// The result of fetching a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FetchResult {
    /// The time of the request: seconds since 1970.
    #[serde(rename = "asked")]
    pub fetched_at: i64,
    /// The redirects that were followed, in order.
    #[serde(rename = "hops", default, skip_serializing_if = "Vec::is_empty")]
    pub redirects: Vec<Redirect>,
    /// The final outcome.
    #[serde(rename = "ending")]
    pub outcome: FetchOutcome,
    /// Whether an `http` page also works as `https`.
    #[serde(rename = "with_tls", default, skip_serializing_if = "std::ops::Not::not")]
    pub https_works: bool,
}

/// A redirect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redirect {
    /// The status code: 301, 302, 303, 307 or 308.
    pub status: u16,
    /// The target, made absolute.
    pub to: String,
}

impl Redirect {
    /// Returns whether the redirect is permanent (RFC 9110, 15.4.2 and 15.4.9).
    pub fn is_permanent(&self) -> bool {
        matches!(self.status, 301 | 308)
    }
}

/// The final outcome of a fetch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum FetchOutcome {
    /// The server's status code, which is not a redirect.
    Status(u16),
    /// The host does not exist.
    NoSuchHost,
    /// The host name could not be looked up: the reason.
    #[serde(rename = "no-look-up")]
    LookupFailed(String),
    /// The connection failed: the reason.
    #[serde(rename = "no-connection")]
    ConnectionFailed(String),
    /// The TLS handshake failed or the certificate is not trusted: the reason.
    #[serde(rename = "no-tls")]
    TlsFailed(String),
    /// The server did not respond in time.
    #[serde(rename = "too-slow")]
    TimedOut,
    /// The response is not valid HTTP: the reason.
    NotHttp(String),
    /// The address is not on the public internet: the address and its kind.
    NotPublic(String, String),
    /// A redirect leads to an address that no browser would follow, or from `https` to `http`: the address.
    #[serde(rename = "astray")]
    UnsafeRedirect(String),
    /// The redirects did not end.
    #[serde(rename = "runs-in-circles")]
    TooManyRedirects,
    /// The page was not requested because the time limit of the batch was reached.
    #[serde(rename = "not-asked")]
    NotFetched,
}

/// The meaning of a result for a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkHealth {
    /// The page is available.
    Alive,
    /// The server turns programs away; people may well see the page.
    Blocked,
    /// The problem may be temporary, or affect only some readers.
    Failing,
    /// The page is gone for every reader.
    Dead,
    /// The page was not requested.
    Unchecked,
}

impl FetchResult {
    /// Judges the result from a reader's point of view.
    pub fn health(&self) -> LinkHealth {
        match self.outcome {
            FetchOutcome::Status(200..=399) => LinkHealth::Alive,
            // Sites use these to turn programs away while browsers get the page; 999 is LinkedIn's own.
            FetchOutcome::Status(401 | 402 | 403 | 405 | 406 | 429 | 999) => LinkHealth::Blocked,
            FetchOutcome::Status(404 | 410)
            | FetchOutcome::NoSuchHost
            | FetchOutcome::NotPublic(..)
            | FetchOutcome::TooManyRedirects => LinkHealth::Dead,
            FetchOutcome::NotFetched => LinkHealth::Unchecked,
            _ => LinkHealth::Failing,
        }
    }

    /// Returns the last address reached by permanent redirects alone.
    pub fn permanent_address(&self) -> Option<&str> {
        self.redirects.iter().take_while(|redirect| redirect.is_permanent()).last().map(|redirect| redirect.to.as_str())
    }

    /// Returns the address of the last redirect.
    pub fn final_address(&self) -> Option<&str> {
        self.redirects.last().map(|redirect| redirect.to.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permanent_redirects_count_until_one_is_not() {
        let redirect = |status, to: &str| Redirect { status, to: to.to_owned() };
        let result = |redirects| FetchResult {
            fetched_at: 0,
            redirects,
            outcome: FetchOutcome::Status(200),
            https_works: false,
        };
        let mixed = result(vec![redirect(301, "a"), redirect(308, "b"), redirect(302, "c"), redirect(301, "d")]);
        assert_eq!((mixed.permanent_address(), mixed.final_address()), (Some("b"), Some("d")));
        assert_eq!(result(vec![redirect(302, "a"), redirect(301, "b")]).permanent_address(), None);
        assert_eq!(result(Vec::new()).final_address(), None);
    }

    #[test]
    fn servers_that_turn_programs_away_are_not_dead() {
        let health = |status| {
            FetchResult {
                fetched_at: 0,
                redirects: Vec::new(),
                outcome: FetchOutcome::Status(status),
                https_works: false,
            }
            .health()
        };
        assert_eq!([200, 204, 304].map(health), [LinkHealth::Alive; 3]);
        assert_eq!([401, 403, 405, 429, 999].map(health), [LinkHealth::Blocked; 5]);
        assert_eq!([404, 410].map(health), [LinkHealth::Dead; 2]);
        assert_eq!([400, 418, 500, 503].map(health), [LinkHealth::Failing; 4]);
    }
}
