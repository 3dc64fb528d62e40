//! One question to one server.

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

use super::answer::Ending;

/// Who asks. Sites that want no such questions can tell.
const USER_AGENT: &str = concat!("newsletter/", env!("CARGO_PKG_VERSION"), " (do the links of this issue answer?)");

/// How to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// For what stands before a page.
    Head,
    /// For the beginning of a page, where a server knows no `HEAD`. What comes is not read.
    Get,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    /// The status code.
    pub(super) status: u16,
    /// `Location`.
    pub(super) location: Option<String>,
}

/// Asks for `url` at one of `addresses` and nowhere else, along no redirect and through no proxy. Half of `patience` is for
/// the connection.
///
/// Errors with how it ended when there is no answer.
pub(super) fn ask(
    method: Method,
    url: &Url,
    addresses: &[SocketAddr],
    tls: &TlsConfig,
    patience: Duration,
) -> Result<Reply, Ending> {
    let config = ureq::Agent::config_builder()
        .tls_config(tls.clone())
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_connect(Some(patience / 2))
        .timeout_global(Some(patience))
        .user_agent(USER_AGENT)
        .build();
    let agent = ureq::Agent::with_parts(config, DefaultConnector::default(), Known(addresses.to_vec()));
    let request = match method {
        Method::Head => Request::head(url.as_str()),
        Method::Get => Request::get(url.as_str()).header("Range", "bytes=0-1023"),
    };
    let request = request.body(()).map_err(|error| Ending::NotHttp(error.to_string()))?;
    let reply = agent.run(request).map_err(ending)?;
    // A server need not send its addresses in ASCII.
    let location = reply.headers().get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    Ok(Reply { status: reply.status().as_u16(), location })
}

/// A resolver that knows the addresses already: what was looked at is what is connected to.
#[derive(Debug)]
struct Known(Vec<SocketAddr>);

impl Resolver for Known {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut addresses = self.empty();
        // As many as fit.
        self.0.iter().take(16).for_each(|address| addresses.push(*address));
        Ok(addresses)
    }
}

/// What an error says of the server.
fn ending(error: ureq::Error) -> Ending {
    match error {
        ureq::Error::Timeout(_) => Ending::TooSlow,
        ureq::Error::HostNotFound => Ending::NoSuchHost,
        ureq::Error::Tls(reason) => Ending::NoTls(reason.to_owned()),
        ureq::Error::Rustls(error) => Ending::NoTls(error.to_string()),
        ureq::Error::Io(error) => ending_of_io(&error),
        ureq::Error::ConnectionFailed => Ending::NoConnection("no connection".to_owned()),
        error => Ending::NotHttp(error.to_string()),
    }
}

fn ending_of_io(error: &io::Error) -> Ending {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let inner = inner.or_else(|| error.source()?.downcast_ref::<rustls::Error>());
    match (inner, error.kind()) {
        (Some(error), _) => Ending::NoTls(error.to_string()),
        (None, io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => Ending::TooSlow,
        (None, _) => Ending::NoConnection(plain(error)),
    }
}

/// The system's words without its numbers.
fn plain(error: &io::Error) -> String {
    let words = error.to_string();
    let words = words.split(" (os error").next().unwrap_or_default();
    words.to_lowercase()
}
