//! Reduces an IP address to as much of it as is kept.

use std::net::IpAddr;

use crate::config::EvidenceIp;

/// Returns the network of `address` as evidence: `192.0.2.0/24`, `2001:db8:1:200::/56`, all of it, or nothing.
pub(crate) fn evidence(address: IpAddr, kept: EvidenceIp) -> String {
    match kept {
        EvidenceIp::None => String::new(),
        EvidenceIp::Full => address.to_string(),
        EvidenceIp::Network => match network(address) {
            IpAddr::V4(network) => format!("{network}/24"),
            IpAddr::V6(network) => format!("{network}/56"),
        },
    }
}

/// The network that one subscriber of a provider has.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => IpAddr::V4((u32::from(address) & !0xff).into()),
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) >> 72 << 72).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn of_an_address_the_network_is_kept() {
        let kept = |text, kept| evidence(ip(text), kept);
        assert_eq!(kept("192.0.2.77", EvidenceIp::Network), "192.0.2.0/24");
        assert_eq!(kept("2001:db8:1:2ff::7", EvidenceIp::Network), "2001:db8:1:200::/56");
        assert_eq!(
            (kept("192.0.2.77", EvidenceIp::Full).as_str(), kept("::1", EvidenceIp::None).as_str()),
            ("192.0.2.77", "")
        );
    }
}
