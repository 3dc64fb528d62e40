//! Fetches one page, following its redirects.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ureq::tls::TlsConfig;
use url::Url;

use super::address_policy::AddressPolicy;
use super::request::{Method, Response, send};
use super::resolver::Resolve;
use super::result::{FetchOutcome, FetchResult, Redirect};

/// The number of redirects to follow.
const MAX_REDIRECTS: usize = 5;

/// Fetches pages, one request at a time for each host.
pub struct Fetcher<'a> {
    resolver: &'a dyn Resolve,
    policy: AddressPolicy,
    tls: TlsConfig,
    timeout: Duration,
    /// Serializes the requests to each host.
    host_locks: Mutex<HashMap<String, Arc<Mutex<()>>>>,
}

impl<'a> Fetcher<'a> {
    /// Creates a fetcher whose requests each end after `timeout`.
    pub fn new(resolver: &'a dyn Resolve, policy: AddressPolicy, tls: TlsConfig, timeout: Duration) -> Self {
        Self { resolver, policy, tls, timeout, host_locks: Mutex::default() }
    }

    /// Fetches the page at `address`, at `now` (seconds since 1970).
    pub fn fetch(&self, address: &Url, now: i64) -> FetchResult {
        let mut redirects: Vec<Redirect> = Vec::new();
        let outcome = self.follow(address, &mut redirects);
        let mut https_works = false;
        if address.scheme() == "http" && redirects.is_empty() && matches!(outcome, FetchOutcome::Status(200..=299)) {
            let mut secure = address.clone();
            // The two schemes share their kind: the change cannot fail.
            let _ = secure.set_scheme("https");
            https_works = matches!(self.request(&secure), Ok(Response { status: 200..=299, .. }));
        }
        FetchResult { fetched_at: now, redirects, outcome, https_works }
    }

    /// Follows `address` to the end, appending to `redirects`.
    fn follow(&self, address: &Url, redirects: &mut Vec<Redirect>) -> FetchOutcome {
        let mut here = address.clone();
        loop {
            let response = match self.request(&here) {
                Ok(response) => response,
                Err(outcome) => return outcome,
            };
            let (301 | 302 | 303 | 307 | 308, Some(location)) = (response.status, response.location) else {
                return FetchOutcome::Status(response.status);
            };
            let Ok(next) = here.join(&location) else { return FetchOutcome::UnsafeRedirect(location) };
            // A page with TLS that leads to one without exposes its readers.
            if here.scheme() == "https" && next.scheme() == "http" {
                return FetchOutcome::UnsafeRedirect(next.into());
            }
            if redirects.len() == MAX_REDIRECTS {
                return FetchOutcome::TooManyRedirects;
            }
            redirects.push(Redirect { status: response.status, to: next.to_string() });
            here = next;
        }
    }

    /// Requests the head of a page and, unless the server confirms that the page exists, the page.
    fn request(&self, url: &Url) -> Result<Response, FetchOutcome> {
        let is_web = matches!(url.scheme(), "http" | "https");
        if !is_web || url.port().is_some() || !url.username().is_empty() || url.password().is_some() {
            return Err(FetchOutcome::UnsafeRedirect(url.to_string()));
        }
        let addresses = self.policy.addresses(url, self.resolver)?;
        let lock = self.host_lock(url.host_str().unwrap_or_default());
        let _guard = lock.lock().unwrap_or_else(PoisonError::into_inner);
        match send(Method::Head, url, &addresses, &self.tls, self.timeout) {
            Ok(response) if response.status < 400 => Ok(response),
            // A `GET` would meet the same failure.
            Err(
                outcome @ (FetchOutcome::ConnectionFailed(_) | FetchOutcome::TlsFailed(_) | FetchOutcome::TimedOut),
            ) => Err(outcome),
            _ => send(Method::Get, url, &addresses, &self.tls, self.timeout),
        }
    }

    fn host_lock(&self, host: &str) -> Arc<Mutex<()>> {
        let mut locks = self.host_locks.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(locks.entry(host.to_owned()).or_default())
    }
}
