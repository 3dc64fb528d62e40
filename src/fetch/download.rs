//! Downloads a page, a picture or a feed that a person named, within limits of size and time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use ureq::tls::TlsConfig;
use url::Url;

use super::address_policy::AddressPolicy;
use super::limits::Limits;
use super::request::{Validators, read};
use super::resolver::Resolve;
use super::result::{FetchOutcome, Redirect};

/// The number of redirects to follow.
const MAX_REDIRECTS: usize = 5;

/// A response with its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// The address it came from.
    pub url: Url,
    /// The redirects on the way.
    pub redirects: Vec<Redirect>,
    /// The status code.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// What lets the server say that nothing has changed.
    pub validators: Validators,
    /// The body, or its beginning.
    pub bytes: Vec<u8>,
    /// Whether the body was longer or slower than allowed.
    pub is_cut: bool,
}

impl Download {
    /// Returns the last address reached by permanent redirects alone, `named` without any.
    pub fn permanent_address(&self, named: &Url) -> Url {
        let permanent = self.redirects.iter().take_while(|redirect| redirect.is_permanent()).last();
        permanent.and_then(|redirect| Url::parse(&redirect.to).ok()).unwrap_or_else(|| named.clone())
    }
}

/// A host and port of this network that a person allows to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHost {
    /// The host, as in an address.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// Who named an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedBy {
    /// A person: on the command line, in `links.md` or in `newsletter.toml`. Allowed hosts count.
    Person,
    /// A page, a feed or a site's answer. Only the public internet is reached.
    Stranger,
}

/// Downloads pages, one request at a time for each host.
pub struct Downloader<'a> {
    resolver: &'a dyn Resolve,
    tls: TlsConfig,
    allowed: &'a [AllowedHost],
    /// Serializes the requests to each host.
    host_locks: Mutex<HashMap<String, Arc<Mutex<()>>>>,
}

impl<'a> Downloader<'a> {
    /// Creates a downloader that also reaches `allowed` hosts where a person named them.
    pub fn new(resolver: &'a dyn Resolve, tls: TlsConfig, allowed: &'a [AllowedHost]) -> Self {
        Self { resolver, tls, allowed, host_locks: Mutex::default() }
    }

    /// Downloads `url`. `known`: validators of an earlier download; the status is 304 if nothing has changed since.
    ///
    /// Errors with the outcome if there is no response.
    pub fn get(
        &self,
        url: &Url,
        named_by: NamedBy,
        limits: Limits,
        known: &Validators,
    ) -> Result<Download, FetchOutcome> {
        let mut left = limits.time;
        let mut redirects: Vec<Redirect> = Vec::new();
        let mut here = url.clone();
        loop {
            // An allowed host stays allowed while it leads to itself, and allows nothing else.
            let is_allowed = named_by == NamedBy::Person && self.allows(url) && same_host(url, &here);
            let policy = if is_allowed { AddressPolicy::Any } else { AddressPolicy::Public };
            let is_web =
                matches!(here.scheme(), "http" | "https") && here.host_str().is_some_and(|host| !host.is_empty());
            let has_odd_port = here.port().is_some() && !is_allowed;
            if !is_web || has_odd_port || !here.username().is_empty() || here.password().is_some() {
                return Err(FetchOutcome::UnsafeRedirect(here.to_string()));
            }
            let lock = self.host_lock(here.host_str().unwrap_or_default());
            // The time of others at the same host is not counted.
            let _guard = lock.lock().unwrap_or_else(PoisonError::into_inner);
            let start = Instant::now();
            let addresses = policy.addresses(&here, self.resolver)?;
            let time = left.saturating_sub(start.elapsed());
            if time.is_zero() {
                return Err(FetchOutcome::TimedOut);
            }
            let response = read(&here, &addresses, &self.tls, Limits { time, ..limits }, known)?;
            left = left.saturating_sub(start.elapsed());
            let (301 | 302 | 303 | 307 | 308, Some(location)) = (response.status, &response.location) else {
                return Ok(Download {
                    url: here,
                    redirects,
                    status: response.status,
                    content_type: response.content_type,
                    validators: response.validators,
                    bytes: response.bytes,
                    is_cut: response.is_cut,
                });
            };
            let Ok(next) = here.join(location) else { return Err(FetchOutcome::UnsafeRedirect(location.clone())) };
            if here.scheme() == "https" && next.scheme() == "http" {
                return Err(FetchOutcome::UnsafeRedirect(next.into()));
            }
            if redirects.len() == MAX_REDIRECTS {
                return Err(FetchOutcome::TooManyRedirects);
            }
            redirects.push(Redirect { status: response.status, to: next.to_string() });
            here = next;
        }
    }

    /// Returns whether `url` is at a host of this network that may be read, if a person names it.
    pub fn allows(&self, url: &Url) -> bool {
        let port = url.port_or_known_default();
        self.allowed.iter().any(|allowed| url.host_str() == Some(allowed.host.as_str()) && port == Some(allowed.port))
    }

    fn host_lock(&self, host: &str) -> Arc<Mutex<()>> {
        let mut locks = self.host_locks.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(locks.entry(host.to_owned()).or_default())
    }
}

fn same_host(one: &Url, other: &Url) -> bool {
    one.host_str() == other.host_str() && one.port_or_known_default() == other.port_or_known_default()
}
