//! From the name of a host to addresses that may be asked.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use url::{Host, Url};

use super::address::special;
use super::answer::Ending;

/// Who knows the addresses of hosts. An argument, so that tests can send every name to a server of their own.
pub trait Resolve: Sync {
    /// The addresses of `host`; none when there is no such host.
    ///
    /// Errors when nobody could be asked.
    fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// How long a name may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The names this machine knows.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemNames;

impl Resolve for SystemNames {
    fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let (tell, told) = mpsc::channel();
        let asked = (host.to_owned(), port);
        // The system's own look-up knows no deadline. A thread that is late answers nobody.
        thread::spawn(move || tell.send(asked.to_socket_addrs().map(Iterator::collect)));
        let late = || io::Error::new(io::ErrorKind::TimedOut, "the name server does not answer");
        match told.recv_timeout(PATIENCE).map_err(|_| late())? {
            Ok(addresses) => Ok(addresses),
            // glibc and musl say both the same way; only what names them temporary is no answer.
            Err(error) if error.to_string().to_ascii_lowercase().contains("temporary failure") => Err(error),
            Err(_) => Ok(Vec::new()),
        }
    }
}

/// Which addresses may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Those on the public internet.
    Public,
    /// Those, and this one: a test's own server.
    PublicAnd(SocketAddr),
}

impl Reach {
    /// The addresses to connect to for `url`, each of which may be asked. One that may not is enough to ask none: a name
    /// that leads to both is a trap or a mistake.
    ///
    /// Errors with why there is none.
    pub(super) fn addresses(self, url: &Url, names: &dyn Resolve) -> Result<Vec<SocketAddr>, Ending> {
        // `url` knows every spelling of an address that browsers know: octal, hexadecimal, one number.
        let port = url.port_or_known_default().unwrap_or_default();
        let addresses = match url.host() {
            Some(Host::Ipv4(address)) => vec![SocketAddr::new(IpAddr::V4(address), port)],
            Some(Host::Ipv6(address)) => vec![SocketAddr::new(IpAddr::V6(address), port)],
            Some(Host::Domain(host)) => {
                names.addresses(host, port).map_err(|error| Ending::NoLookUp(error.to_string()))?
            }
            None => Vec::new(),
        };
        if addresses.is_empty() {
            return Err(Ending::NoSuchHost);
        }
        let refused = addresses.iter().find_map(|address| self.refuses(*address).map(|kind| (address.ip(), kind)));
        refused.map_or(Ok(addresses), |(address, kind)| Err(Ending::NotPublic(address.to_string(), kind.to_owned())))
    }

    fn refuses(self, address: SocketAddr) -> Option<&'static str> {
        match self {
            Self::PublicAnd(own) if own == address => None,
            Self::Public | Self::PublicAnd(_) => special(address.ip()),
        }
    }
}
