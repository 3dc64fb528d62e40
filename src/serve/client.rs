//! Finds out the network a request comes from. Pure.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::app::readers::network;

/// Returns the address of the client: the rightmost entry of `forwarded_for`, the values of `X-Forwarded-For` in their
/// order, that is not one of `proxies`, if `peer` is one. Whatever a client itself wrote stands further left.
pub(super) fn address<'a>(
    peer: IpAddr,
    forwarded_for: impl DoubleEndedIterator<Item = &'a str>,
    proxies: &[IpAddr],
) -> IpAddr {
    let mut client = peer.to_canonical();
    for entry in forwarded_for.rev().flat_map(|value| value.rsplit(',')) {
        if !proxies.contains(&client) {
            break;
        }
        let Some(next) = read(entry.trim()) else { break };
        client = next;
    }
    client
}

/// Reads an entry, which may have a port.
fn read(entry: &str) -> Option<IpAddr> {
    let address = entry.parse::<IpAddr>().ok();
    let address = address.or_else(|| entry.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address| address.to_canonical())
}

/// The number of sign-ups from a network within an hour.
const AN_HOUR: u32 = 10;

/// The most networks remembered. Those beyond share one count.
const NETWORKS: usize = 100_000;

/// Counts what comes from each network by the hour.
#[derive(Debug, Default)]
pub(super) struct NetworkLimit {
    /// The second the hour of a network began, and what came since.
    counts: HashMap<IpAddr, (i64, u32)>,
}

impl NetworkLimit {
    /// Counts one from `address` at `now`, in seconds.
    ///
    /// Errors with the number of seconds to wait if that is too much.
    pub(super) fn count(&mut self, address: IpAddr, now: i64) -> Result<(), i64> {
        let mut network = network(address);
        if self.counts.len() >= NETWORKS && !self.counts.contains_key(&network) {
            self.counts.retain(|_, (began, _)| now - *began < 3600);
            if self.counts.len() >= NETWORKS {
                network = IpAddr::V6(std::net::Ipv6Addr::UNSPECIFIED);
            }
        }
        let (began, count) = self.counts.entry(network).or_insert((now, 0));
        if now - *began >= 3600 {
            (*began, *count) = (now, 0);
        }
        if *count >= AN_HOUR {
            return Err(*began + 3600 - now);
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn forwarded_for_is_believed_of_proxies_only() {
        let proxies = [ip("127.0.0.1"), ip("10.0.0.1")];
        let found = |peer, values: &[&'static str]| address(ip(peer), values.iter().copied(), &proxies).to_string();
        assert_eq!(found("192.0.2.1", &["198.51.100.1"]), "192.0.2.1", "no proxy");
        assert_eq!(found("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(found("127.0.0.1", &["1.1.1.1, 198.51.100.1"]), "198.51.100.1", "the rest is the client's own");
        assert_eq!(found("::ffff:127.0.0.1", &["1.1.1.1", "198.51.100.1, 10.0.0.1"]), "198.51.100.1");
        assert_eq!(found("127.0.0.1", &["198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(found("127.0.0.1", &["1.1.1.1, unknown"]), "127.0.0.1", "nothing further left is believed");
    }

    #[test]
    fn a_network_has_ten_an_hour() {
        let mut limit = NetworkLimit::default();
        for host in 0..10 {
            assert_eq!(limit.count(ip(&format!("192.0.2.{host}")), 100), Ok(()));
        }
        assert_eq!(limit.count(ip("192.0.2.99"), 1000), Err(2700));
        assert_eq!(limit.count(ip("192.0.3.1"), 1000), Ok(()));
        assert_eq!(limit.count(ip("192.0.2.99"), 3700), Ok(()));
    }
}
