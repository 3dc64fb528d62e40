//! Decides which IP addresses a link may lead to.

use std::net::{IpAddr, SocketAddr};

use url::{Host, Url};

use super::resolver::Resolve;
use super::result::FetchOutcome;
use super::special_purpose::special_purpose;

/// The IP addresses that may be contacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressPolicy {
    /// Addresses on the public internet.
    Public,
    /// Addresses on the public internet, and a test's own server.
    PublicAnd(SocketAddr),
    /// Every address: the host is one that the newsletter's owner allows.
    Any,
}

impl AddressPolicy {
    /// Returns the addresses to connect to for `url`. One forbidden address rules out the host: a name that leads to a
    /// public and a private address is an attack or a mistake.
    ///
    /// Errors with the outcome of the fetch if there is no address to connect to.
    pub(super) fn addresses(self, url: &Url, resolver: &dyn Resolve) -> Result<Vec<SocketAddr>, FetchOutcome> {
        // `url` understands every spelling of an address that browsers do: octal, hexadecimal, one number.
        let port = url.port_or_known_default().unwrap_or_default();
        let addresses = match url.host() {
            Some(Host::Ipv4(address)) => vec![SocketAddr::new(IpAddr::V4(address), port)],
            Some(Host::Ipv6(address)) => vec![SocketAddr::new(IpAddr::V6(address), port)],
            Some(Host::Domain(host)) => {
                resolver.addresses(host, port).map_err(|error| FetchOutcome::LookupFailed(error.to_string()))?
            }
            None => Vec::new(),
        };
        if addresses.is_empty() {
            return Err(FetchOutcome::NoSuchHost);
        }
        let forbidden = addresses.iter().find_map(|address| self.forbids(*address).map(|kind| (address.ip(), kind)));
        match forbidden {
            Some((address, kind)) => Err(FetchOutcome::NotPublic(address.to_string(), kind.to_owned())),
            None => Ok(addresses),
        }
    }

    fn forbids(self, address: SocketAddr) -> Option<&'static str> {
        match self {
            Self::Any => None,
            Self::PublicAnd(own) if own == address => None,
            Self::Public | Self::PublicAnd(_) => special_purpose(address.ip()),
        }
    }
}
