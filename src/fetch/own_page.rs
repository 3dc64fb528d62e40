//! Requests a page of the newsletter itself: the unsubscribe page, the archive, a picture.
//!
//! These addresses are settings, so they may be on this machine's network, as on a staging server. Links of
//! an issue go through [`Fetcher`](super::Fetcher) instead.

use std::time::Duration;

use chrono::{DateTime, Utc};
use ureq::http::header::DATE;
use url::Url;

use super::tls::{error_of_tls, tls_config};
use crate::certificate::{self, CertificateFlaw};

/// The time a page may take while a person is waiting for the result.
pub const PAGE_TIMEOUT: Duration = Duration::from_secs(15);

/// A web server's response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageResponse {
    /// The status code.
    pub status: u16,
    /// The server's own clock, from its `Date` header.
    pub date: Option<DateTime<Utc>>,
}

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageFailure {
    /// The server does not answer, for this reason.
    Silent(String),
    /// The server has a certificate that is not accepted, for this reason.
    Untrusted(CertificateFlaw, String),
}

/// Requests the page at `url` without following redirects, using a proxy or reading the body.
///
/// Errors with the reason if there is no response within `timeout`.
pub fn get_page(url: &str, timeout: Duration) -> Result<PageResponse, PageFailure> {
    response(url, agent(timeout).get(url).call())
}

/// Sends a one-click unsubscribe to `url`, as mail services do (RFC 8058 section 3.2), in the same way.
///
/// Errors as [`get_page`] does.
pub fn post_one_click(url: &str, timeout: Duration) -> Result<PageResponse, PageFailure> {
    let form = agent(timeout).post(url).content_type("application/x-www-form-urlencoded");
    response(url, form.send("List-Unsubscribe=One-Click"))
}

fn agent(timeout: Duration) -> ureq::Agent {
    ureq::Agent::config_builder()
        .tls_config(tls_config())
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_global(Some(timeout))
        .user_agent(concat!("newsletter/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent()
}

fn response(
    url: &str,
    answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<PageResponse, PageFailure> {
    let response = answer.map_err(|error| failure(url, &error))?;
    let date = response.headers().get(DATE).and_then(|date| date.to_str().ok());
    let date = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok()).map(|date| date.to_utc());
    Ok(PageResponse { status: response.status().as_u16(), date })
}

fn failure(url: &str, error: &ureq::Error) -> PageFailure {
    let tls = match error {
        ureq::Error::Rustls(error) => Some(error),
        ureq::Error::Io(error) => error_of_tls(error),
        _ => None,
    };
    if let Some(rustls::Error::InvalidCertificate(error)) = tls {
        let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        let (flaw, reason) = certificate::explain(error, &host);
        return PageFailure::Untrusted(flaw, reason);
    }
    PageFailure::Silent(match error {
        ureq::Error::Io(error) => error.to_string(),
        error => error.to_string(),
    })
}
