//! Recognizes IP addresses that are not on the public internet.
//!
//! A link to one does not help any reader, and following it would let the author of the link, or the operator of a
//! server that redirects, reach this machine's own network. The ranges are those of IANA's registries of special purposes (RFC 6890
//! and what followed it).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Returns the kind of a special-purpose address, or `None` for a public one.
pub fn special_purpose(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => special_purpose_v4(address),
        IpAddr::V6(address) => special_purpose_v6(address),
    }
}

fn special_purpose_v4(address: Ipv4Addr) -> Option<&'static str> {
    Some(match address.octets() {
        [0, ..] => "unspecified",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "private",
        [100, 64..=127, ..] => "shared",
        [127, ..] => "loopback",
        [169, 254, ..] => "link-local",
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => "documentation",
        [198, 18..=19, ..] => "benchmarking",
        [224..=239, ..] => "multicast",
        [192, 0, 0, _] | [192, 88, 99, _] | [240..=255, ..] => "reserved",
        _ => return None,
    })
}

fn special_purpose_v6(address: Ipv6Addr) -> Option<&'static str> {
    let segments = address.segments();
    let [.., high, low] = segments;
    let [a, b] = high.to_be_bytes();
    let [c, d] = low.to_be_bytes();
    let embedded = Ipv4Addr::new(a, b, c, d);
    Some(match segments {
        [0, 0, 0, 0, 0, 0, 0, 0] => "unspecified",
        [0, 0, 0, 0, 0, 0, 0, 1] => "loopback",
        // An embedded IPv4 address decides: mapped (RFC 4291) or translated (RFC 6052).
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => return special_purpose_v4(embedded),
        [0xfe80..=0xfebf, ..] => "link-local",
        [0xfc00..=0xfdff | 0xfec0..=0xfeff, ..] => "private",
        [0xff00..=0xffff, ..] => "multicast",
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => "documentation",
        // Teredo, ORCHID, benchmarking (RFC 2928, 4380, 7343); 6to4, now deprecated (RFC 7526).
        [0x2001, 0..=0x1ff, ..] | [0x2002, ..] => "reserved",
        // The only range that is allocated (RFC 4291, 2.4).
        [0x2000..=0x3fff, ..] => return None,
        _ => "reserved",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edges_of_every_range_are_where_the_registries_have_them() {
        let cases = [
            ("1.0.0.0", None),
            ("9.255.255.255", None),
            ("10.0.0.0", Some("private")),
            ("11.0.0.0", None),
            ("100.63.255.255", None),
            ("100.64.0.0", Some("shared")),
            ("100.127.255.255", Some("shared")),
            ("100.128.0.0", None),
            ("126.255.255.255", None),
            ("128.0.0.0", None),
            ("169.253.255.255", None),
            ("169.255.0.0", None),
            ("172.15.255.255", None),
            ("172.16.0.0", Some("private")),
            ("172.31.255.255", Some("private")),
            ("172.32.0.0", None),
            ("192.0.1.0", None),
            ("192.88.98.255", None),
            ("192.167.255.255", None),
            ("192.169.0.0", None),
            ("198.17.255.255", None),
            ("198.20.0.0", None),
            ("203.0.112.255", None),
            ("223.255.255.255", None),
            ("224.0.0.0", Some("multicast")),
            ("2000::", None),
            ("2001:1ff:ffff::", Some("reserved")),
            ("2001:200::", None),
            ("2001:db7:ffff::", None),
            ("2001:db9::", None),
            ("2003::", None),
            ("3ffe:ffff::", None),
            ("3fff:1000::", None),
            ("4000::", Some("reserved")),
            ("::ffff:8.8.8.8", None),
            ("64:ff9b::808:808", None),
            ("64:ff9b::a00:1", Some("private")),
        ];
        for (address, expected) in cases {
            assert_eq!(special_purpose(address.parse().unwrap()), expected, "{address}");
        }
    }
}
