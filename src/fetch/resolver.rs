//! Resolves host names to IP addresses, and tells a missing host from a resolver that is out of order.

use std::io;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use dns_lookup::{AddrInfoHints, LookupErrorKind, SockType, getaddrinfo};

/// Resolves host names. A trait so that tests can send every name to their own server.
pub trait Resolve: Sync {
    /// Returns the addresses of `host`, or none if there is no such host.
    ///
    /// Errors if the lookup itself fails.
    fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// The time a lookup may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The resolver of this machine, including its hosts file.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let (sender, receiver) = mpsc::channel();
        let host = host.to_owned();
        // The system's lookup has no deadline, so it runs in a thread that is abandoned when it is late.
        thread::Builder::new().spawn(move || sender.send(look_up(&host, port)))?;
        let late = || io::Error::new(io::ErrorKind::TimedOut, "the name server does not answer");
        receiver.recv_timeout(TIMEOUT).map_err(|_| late())?
    }
}

/// Looks up `host`. The standard library does the same but hides the error code, and the words for it differ between
/// systems: glibc says "Temporary failure in name resolution", musl "Try again".
fn look_up(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let hints = AddrInfoHints { socktype: SockType::Stream.into(), ..AddrInfoHints::default() };
    match getaddrinfo(Some(host), None, Some(hints)) {
        Ok(found) => {
            let address = |found: io::Result<dns_lookup::AddrInfo>| found.map(|found| found.sockaddr);
            let mut addresses = found.map(address).collect::<io::Result<Vec<SocketAddr>>>()?;
            for address in &mut addresses {
                address.set_port(port);
            }
            Ok(addresses)
        }
        Err(error) if is_temporary(error.kind()) => Err(error.into()),
        Err(_) => Ok(Vec::new()),
    }
}

/// Returns whether the lookup failed for a reason that says nothing about the host.
fn is_temporary(kind: LookupErrorKind) -> bool {
    matches!(kind, LookupErrorKind::Again | LookupErrorKind::Memory | LookupErrorKind::System)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_hosts_file_are_found() {
        let addresses = SystemResolver.addresses("localhost", 7).unwrap();
        assert!(!addresses.is_empty());
        for address in addresses {
            assert!(address.ip().is_loopback() && address.port() == 7, "{address}");
        }
    }

    #[test]
    fn only_a_failure_of_the_resolver_is_temporary() {
        assert!(is_temporary(LookupErrorKind::Again));
        assert!(!is_temporary(LookupErrorKind::NoName));
        assert!(!is_temporary(LookupErrorKind::NoData));
    }
}
