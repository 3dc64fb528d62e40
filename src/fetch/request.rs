//! Sends one request to one server.

use std::error::Error as _;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::header::LOCATION;
use ureq::http::{Request, Uri};
use ureq::tls::TlsConfig;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use url::Url;

use super::result::FetchOutcome;

/// Identifies the program, so that sites can turn it away.
const USER_AGENT: &str = concat!("newsletter/", env!("CARGO_PKG_VERSION"), " (checks the links of an issue)");

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
    let config = ureq::Agent::config_builder()
        .tls_config(tls.clone())
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_connect(Some(timeout / 2))
        .timeout_global(Some(timeout))
        .user_agent(USER_AGENT)
        .build();
    let agent = ureq::Agent::with_parts(config, DefaultConnector::default(), FixedAddresses(addresses.to_vec()));
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
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let inner = inner.or_else(|| error.source()?.downcast_ref::<rustls::Error>());
    match (inner, error.kind()) {
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
