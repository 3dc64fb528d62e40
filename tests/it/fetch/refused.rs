//! Tests that no spelling of a private address is contacted.

use std::time::Duration;

use newsletter::fetch::{self, AddressPolicy, FetchOutcome, Fetcher};
use url::Url;

use super::Names;
use crate::support::page_server::{PageServer, status};

/// Spellings of addresses that are local, private or reserved.
const HOSTS: &str = "
127.0.0.1 127.1 127.0.1 127.255.255.254 127.0.0.1. 127.1. 2130706433 2130706433. 0x7f000001 0x7F000001 0x7f.1 0x7f.0.0.1
0x7f.0x0.0x0.0x1 0177.0.0.1 0177.1 017700000001 0177.0.0.01 0x7f.0.1 127.0.0x1 127.00.00.01 00177.0.0.1 0x07f.0.0.0x01
%31%32%37.0.0.1 127%2e0%2e0%2e1 127。0。0。1 127．0．0．1 127｡0｡0｡1 １２７.0.0.1 ①②⑦.⓪.⓪.① 𝟏𝟐𝟕.𝟎.𝟎.𝟏
0 0. 0.0.0.0 0x0 00 0.0 0.1.2.3 0.255.255.255 00000000000 0x00000000
10.0.0.1 10.255.255.255 10.1 0xa.1 0x0a000001 167772161 012.0.0.1 012.1 0xA.0xB.0xC.0xD 10.0.0.1.
172.16.0.1 172.31.255.255 172.16.1 0xac100001 2886729729 0254.020.0.1 172.20.10.2
192.168.0.1 192.168.255.255 192.168.257 192.11010049 0xc0a80001 3232235521 0300.0250.0.1 0300.0250.1 192.168.1.1.
169.254.169.254 169.254.1 2852039166 0xa9fea9fe 0xa9.0xfe.0xa9.0xfe 0251.0376.0251.0376 025177524776 169.16689662
169.254.0.0 169.254.255.255 169.254.169.254.
100.64.0.1 100.127.255.255 100.100.100.200 0x64400001 1681915905 0144.0100.0.1
192.0.0.1 192.0.0.8 192.0.0.170 192.0.2.1 192.88.99.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9
224.0.0.1 224.0.0.251 239.255.255.250 0xe0000001 3758096385 240.0.0.1 254.1.2.3 255.255.255.255 4294967295 0xffffffff
037777777777
[::] [::0] [0:0:0:0:0:0:0:0] [0000:0000:0000:0000:0000:0000:0000:0000] [::0.0.0.0]
[::1] [0:0:0:0:0:0:0:1] [0000:0000:0000:0000:0000:0000:0000:0001] [::0001] [0::1] [::0.0.0.1] [0:0::0:1]
[::ffff:127.0.0.1] [::ffff:7f00:1] [::FFFF:7F00:0001] [0:0:0:0:0:ffff:127.0.0.1] [::ffff:10.0.0.1] [::ffff:a00:1]
[::ffff:192.168.1.1] [::ffff:c0a8:101] [::ffff:172.16.0.1] [::ffff:169.254.169.254] [::ffff:a9fe:a9fe] [::ffff:0.0.0.0]
[::ffff:100.64.0.1] [::ffff:224.0.0.1] [::ffff:255.255.255.255]
[::127.0.0.1] [::7f00:1] [::10.0.0.1] [::a9fe:a9fe]
[64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b::10.0.0.1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::1] [64:ff9b:1:fffe::7f00:1]
[2002:7f00:1::] [2002:7f00:0001::1] [2002:a00:1::] [2002:c0a8:101::] [2002:a9fe:a9fe::] [2002:ac10:1::]
[fe80::1] [fe80::] [FE80::1] [fe80:0:0:0:0:0:0:1] [febf:ffff::1] [fec0::1] [feff::1]
[fc00::1] [fc00::] [fd00::1] [fd12:3456:789a:1::1] [fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff] [fd00:ec2::254]
[ff02::1] [ff01::1] [ff05::2] [ff0e::1] [FF02::FB] [ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]
[2001::1] [2001:0:4136:e378:8000:63bf:3fff:fdd2] [2001:10::1] [2001:20::1] [2001:2::1] [2001:db8::1] [3fff::1] [100::1]
[4000::1] [5f00::1] [::2] [1::1]
127.0.0.1.test 10.0.0.1.test 169.254.169.254.test 192.168.1.1.test 0.0.0.0.test 255.255.255.255.test
";

#[test]
fn no_spelling_of_a_private_address_is_requested() {
    // Records any request that gets through.
    let server = PageServer::start(|_, _| status(200));
    let names = Names::of(server.address);
    let fetcher = Fetcher::new(&names, AddressPolicy::Public, fetch::tls_config(), Duration::from_secs(1));
    let mut refused = 0;
    for host in HOSTS.split_whitespace() {
        for scheme in ["http", "https"] {
            // Some spellings are not valid URLs.
            let Ok(url) = Url::parse(&format!("{scheme}://{host}/")) else { continue };
            let outcome = fetcher.fetch(&url, 0).outcome;
            assert!(matches!(outcome, FetchOutcome::NotPublic(..)), "{host} is {url}: {outcome:?}");
            refused += 1;
        }
    }
    assert!(refused >= 2 * 150, "only {refused} spellings are URLs");
    assert_eq!(server.requests(), Vec::<String>::new());
}

#[test]
fn a_url_with_a_user_or_a_port_is_not_requested() {
    let server = PageServer::start(|_, _| status(200));
    let names = Names::of(server.address);
    let fetcher =
        Fetcher::new(&names, AddressPolicy::PublicAnd(server.address), fetch::tls_config(), Duration::from_secs(1));
    let urls = [
        "http://ada@site.test/",
        "http://:x@site.test/",
        "http://site.test:22/",
        "ftp://site.test/",
        "file:///etc/passwd",
    ];
    for url in urls {
        assert_eq!(fetcher.fetch(&Url::parse(url).unwrap(), 0).outcome, FetchOutcome::UnsafeRedirect(url.to_owned()));
    }
    assert_eq!(server.requests(), Vec::<String>::new());
}
