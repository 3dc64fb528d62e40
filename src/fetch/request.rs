//! Sends one request to one server.

use std::io::{self, Read};
use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use ureq::config::Config;
use ureq::http::header::{CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, LAST_MODIFIED, LOCATION};
use ureq::http::{Request, Uri};
use ureq::tls::TlsConfig;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use url::Url;

use super::limits::Limits;
use super::result::FetchOutcome;
use super::tls::error_of_tls;

/// Identifies the program, so that sites can turn it away.
const USER_AGENT: &str = concat!("newsletter/", env!("CARGO_PKG_VERSION"), " (checks the links of an issue)");

/// The same for pages that a person asks to have read.
const READING_AGENT: &str = concat!("newsletter/", env!("CARGO_PKG_VERSION"), " (reads the title of a linked page)");

/// The request method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// The head of a page.
    Head,
    /// The beginning of a page, for servers that do not support `HEAD`. The body is not read.
    Get,
}

/// The parts of a response that matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Response {
    /// The status code.
    pub(super) status: u16,
    /// `Location`.
    pub(super) location: Option<String>,
}

/// Requests `url` from one of `addresses`, without redirects or a proxy. Half of `timeout` is for the connection.
///
/// Errors with the outcome of the fetch if there is no response.
pub(super) fn send(
    method: Method,
    url: &Url,
    addresses: &[SocketAddr],
    tls: &TlsConfig,
    timeout: Duration,
) -> Result<Response, FetchOutcome> {
    let agent = agent(addresses, tls, timeout, USER_AGENT);
    let request = match method {
        Method::Head => Request::head(url.as_str()),
        Method::Get => Request::get(url.as_str()).header("Range", "bytes=0-1023"),
    };
    let request = request.body(()).map_err(|error| FetchOutcome::NotHttp(error.to_string()))?;
    let response = agent.run(request).map_err(outcome_of)?;
    // The header may hold bytes that are not ASCII.
    let location = response.headers().get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    Ok(Response { status: response.status().as_u16(), location })
}

/// Validators of a response (RFC 9110, 8.8), as the server wrote them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// `Last-Modified`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

/// A response with its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FullResponse {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) validators: Validators,
    pub(super) bytes: Vec<u8>,
    pub(super) is_cut: bool,
}

/// Requests `url` from one of `addresses` and reads the body within `limits`. A body that ends early is cut.
///
/// Errors with the outcome of the fetch if there is no response, and if the body is compressed, which was not asked for.
pub(super) fn read(
    url: &Url,
    addresses: &[SocketAddr],
    tls: &TlsConfig,
    limits: Limits,
    known: &Validators,
) -> Result<FullResponse, FetchOutcome> {
    let agent = agent(addresses, tls, limits.time, READING_AGENT);
    // A body that is not compressed cannot be longer than what arrives.
    let mut request = Request::get(url.as_str()).header("Accept", limits.accept).header("Accept-Encoding", "identity");
    for (name, value) in [("If-None-Match", &known.etag), ("If-Modified-Since", &known.last_modified)] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    let request = request.body(()).map_err(|error| FetchOutcome::NotHttp(error.to_string()))?;
    let mut response = agent.run(request).map_err(outcome_of)?;
    let header = |name: HeaderName| {
        let value = response.headers().get(name);
        value.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let (location, content_type) = (header(LOCATION), header(CONTENT_TYPE));
    let validators = Validators { etag: header(ETAG), last_modified: header(LAST_MODIFIED) };
    let encoding = header(CONTENT_ENCODING).filter(|encoding| !encoding.trim().eq_ignore_ascii_case("identity"));
    let status = response.status().as_u16();
    let (mut bytes, mut is_cut) = (Vec::new(), false);
    // Nobody sees the body of a redirect or of an error.
    if (200..300).contains(&status) {
        if let Some(encoding) = encoding {
            return Err(FetchOutcome::NotHttp(format!("a body in `{encoding}`, which was not asked for")));
        }
        let longest = u64::try_from(limits.bytes).unwrap_or(u64::MAX);
        let mut body = response.body_mut().as_reader().take(longest + 1);
        // Of a server that stops half-way, the beginning is worth reading.
        is_cut = body.read_to_end(&mut bytes).is_err() || bytes.len() > limits.bytes;
        bytes.truncate(limits.bytes);
        if is_cut && bytes.is_empty() {
            return Err(FetchOutcome::TimedOut);
        }
    }
    Ok(FullResponse { status, location, content_type, validators, bytes, is_cut })
}

/// Returns a client that connects to `addresses` only. Half of `timeout` is for the connection.
fn agent(addresses: &[SocketAddr], tls: &TlsConfig, timeout: Duration, user_agent: &str) -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .tls_config(tls.clone())
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_connect(Some(timeout / 2))
        .timeout_global(Some(timeout))
        .user_agent(user_agent)
        .build();
    ureq::Agent::with_parts(config, DefaultConnector::default(), FixedAddresses(addresses.to_vec()))
}

/// Resolves every name to the addresses that were checked, so that no second lookup can change them.
#[derive(Debug)]
struct FixedAddresses(Vec<SocketAddr>);

impl Resolver for FixedAddresses {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut addresses = self.empty();
        // `ResolvedSocketAddrs` has room for 16.
        self.0.iter().take(16).for_each(|address| addresses.push(*address));
        Ok(addresses)
    }
}

/// Classifies an error of the client.
fn outcome_of(error: ureq::Error) -> FetchOutcome {
    match error {
        ureq::Error::Timeout(_) => FetchOutcome::TimedOut,
        ureq::Error::HostNotFound => FetchOutcome::NoSuchHost,
        ureq::Error::Tls(reason) => FetchOutcome::TlsFailed(reason.to_owned()),
        ureq::Error::Rustls(error) => FetchOutcome::TlsFailed(error.to_string()),
        ureq::Error::Io(error) => outcome_of_io(&error),
        ureq::Error::ConnectionFailed => FetchOutcome::ConnectionFailed("no connection".to_owned()),
        error => FetchOutcome::NotHttp(error.to_string()),
    }
}

fn outcome_of_io(error: &io::Error) -> FetchOutcome {
    match (error_of_tls(error), error.kind()) {
        (Some(error), _) => FetchOutcome::TlsFailed(error.to_string()),
        (None, io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => FetchOutcome::TimedOut,
        (None, _) => FetchOutcome::ConnectionFailed(plain(error)),
    }
}

/// Returns the system's message without its error number.
fn plain(error: &io::Error) -> String {
    let words = error.to_string();
    let words = words.split(" (os error").next().unwrap_or_default();
    words.to_lowercase()
}
