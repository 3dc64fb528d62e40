//! Tests of `newsletter::fetch` against a real server on loopback. Every name resolves to that
//! server, whose address alone is exempt from the rule that only public addresses may be contacted.

mod refused;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use newsletter::fetch::{self, AddressPolicy, Cache, FetchOutcome, FetchResult, Fetcher, PageBatch, Redirect, Resolve};
use snapbox::{assert_data_eq, str};
use ureq::tls::{RootCerts, TlsConfig};
use url::Url;

use crate::support::WebServer;
use crate::support::page_server::{PageServer, redirect, status};

/// Resolves every name to one server, except those that contain an address: `10.0.0.1.test`.
pub(crate) struct Names {
    server: SocketAddr,
    lookups: AtomicUsize,
}

impl Resolve for Names {
    fn addresses(&self, host: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        self.lookups.fetch_add(1, Ordering::SeqCst);
        match host {
            "nowhere.test" => Ok(Vec::new()),
            "unheard.test" => Err(io::Error::other("the name server does not answer")),
            "both.test" => Ok(vec![self.server, "192.168.0.1:80".parse().unwrap()]),
            "closed.test" => Ok(vec!["127.0.0.1:1".parse().unwrap()]),
            host => {
                let address = host.strip_suffix(".test").and_then(|host| host.parse().ok());
                Ok(vec![address.map_or(self.server, |ip| SocketAddr::new(ip, 80))])
            }
        }
    }
}

impl Names {
    pub(crate) fn of(server: SocketAddr) -> Self {
        Self { server, lookups: AtomicUsize::new(0) }
    }
}

fn fetch_page(server: &PageServer, address: &str) -> FetchResult {
    fetch_within(server, address, Duration::from_secs(10))
}

fn fetch_within(server: &PageServer, address: &str, timeout: Duration) -> FetchResult {
    let names = Names::of(server.address);
    let fetcher = Fetcher::new(&names, AddressPolicy::PublicAnd(server.address), fetch::tls_config(), timeout);
    fetcher.fetch(&Url::parse(address).unwrap(), 7)
}

fn result(outcome: FetchOutcome) -> FetchResult {
    FetchResult { fetched_at: 7, redirects: Vec::new(), outcome, https_works: false }
}

fn redirect_to(status: u16, to: &str) -> Redirect {
    Redirect { status, to: to.to_owned() }
}

#[test]
fn a_page_is_requested_with_head() {
    let server = PageServer::start(|_, _| status(200));
    assert_eq!(fetch_page(&server, "http://site.test/a?b=c#d"), result(FetchOutcome::Status(200)));
    assert_data_eq!(
        server.requests()[0].clone(),
        str![[r#"
HEAD /a?b=c HTTP/1.1
user-agent: newsletter/[..] (checks the links of an issue)
accept: */*
"#]]
    );
}

#[test]
fn a_server_that_refuses_head_is_sent_a_get_for_the_first_kilobyte() {
    for refusal in [400, 403, 404, 405, 500, 501] {
        let server = PageServer::start(move |method, _| status(if method == "HEAD" { refusal } else { 206 }));
        assert_eq!(fetch_page(&server, "http://site.test/"), result(FetchOutcome::Status(206)));
        let requests = server.requests();
        assert!(
            requests[1].starts_with("GET / HTTP/1.1\n") && requests[1].contains("range: bytes=0-1023"),
            "{requests:?}"
        );
    }
}

#[test]
fn a_page_is_never_read() {
    let server = PageServer::start(|_, _| {
        format!("HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n{}", "x".repeat(100_000))
    });
    assert_eq!(fetch_page(&server, "http://site.test/"), result(FetchOutcome::Status(200)));
}

#[test]
fn every_status_is_reported() {
    for code in [200, 204, 304, 401, 403, 404, 410, 418, 429, 500, 503, 999] {
        let server = PageServer::start(move |_, _| status(code));
        assert_eq!(fetch_page(&server, "http://site.test/").outcome, FetchOutcome::Status(code));
    }
}

#[test]
fn redirects_are_followed_and_reported() {
    let server = PageServer::start(|_, path| match path {
        "/old" => redirect(301, "/new"),
        "/new" => redirect(302, "http://other.test/final?x=1"),
        "/final?x=1" => status(200),
        "/round" => redirect(307, "/round"),
        "/mail" => redirect(301, "mailto:ada@example.org"),
        "/port" => redirect(301, "http://other.test:8080/"),
        "/nothing" => redirect(301, "http://"),
        "/silent" => status(301),
        _ => status(404),
    });
    let redirects = vec![redirect_to(301, "http://site.test/new"), redirect_to(302, "http://other.test/final?x=1")];
    assert_eq!(
        fetch_page(&server, "http://site.test/old"),
        FetchResult { redirects, ..result(FetchOutcome::Status(200)) }
    );
    let circle = fetch_page(&server, "http://site.test/round");
    assert_eq!((circle.redirects.len(), circle.outcome), (5, FetchOutcome::TooManyRedirects));
    let outcome = |path: &str| fetch_page(&server, &format!("http://site.test{path}")).outcome;
    assert_eq!(outcome("/mail"), FetchOutcome::UnsafeRedirect("mailto:ada@example.org".to_owned()));
    assert_eq!(outcome("/port"), FetchOutcome::UnsafeRedirect("http://other.test:8080/".to_owned()));
    assert_eq!(outcome("/nothing"), FetchOutcome::UnsafeRedirect("http://".to_owned()));
    assert_eq!(outcome("/silent"), FetchOutcome::Status(301));
}

#[test]
fn a_redirect_into_this_network_is_not_followed() {
    let inside =
        ["http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1.test/"];
    for to in inside {
        let server = PageServer::start(move |_, _| redirect(302, to));
        let fetched = fetch_page(&server, "http://site.test/");
        assert_eq!(fetched.redirects, [redirect_to(302, to)]);
        assert!(matches!(fetched.outcome, FetchOutcome::NotPublic(..)), "{to}: {:?}", fetched.outcome);
        assert_eq!(server.requests().len(), 1, "{to}");
    }
}

#[test]
fn a_name_is_looked_up_once_and_all_its_addresses_count() {
    let server = PageServer::start(|method, _| status(if method == "HEAD" { 405 } else { 200 }));
    let names = Names::of(server.address);
    let fetcher =
        Fetcher::new(&names, AddressPolicy::PublicAnd(server.address), fetch::tls_config(), Duration::from_secs(10));
    // A second look-up, for the second question, is where a name could turn into another address.
    let secure = Url::parse("http://site.test/").unwrap();
    assert_eq!(fetcher.fetch(&secure, 7).outcome, FetchOutcome::Status(200));
    // Once for http, once for whether https answers too, which it does not.
    assert_eq!((names.lookups.load(Ordering::SeqCst), server.requests().len()), (2, 2));
    let both = fetcher.fetch(&Url::parse("http://both.test/").unwrap(), 7).outcome;
    assert_eq!(both, FetchOutcome::NotPublic("192.168.0.1".to_owned(), "private".to_owned()));
}

#[test]
fn the_kinds_of_failure_are_told_apart() {
    let server = PageServer::start(|_, path| match path {
        "/silent" => String::new(),
        _ => "SSH-2.0-OpenSSH_9.2\r\n\r\n".to_owned(),
    });
    let outcome = |address: &str| fetch_within(&server, address, Duration::from_millis(300)).outcome;
    assert_eq!(outcome("http://nowhere.test/"), FetchOutcome::NoSuchHost);
    assert_eq!(
        outcome("http://unheard.test/"),
        FetchOutcome::LookupFailed("the name server does not answer".to_owned())
    );
    assert_eq!(outcome("http://site.test/silent"), FetchOutcome::TimedOut);
    assert!(
        matches!(outcome("http://site.test/ssh"), FetchOutcome::NotHttp(_)),
        "{:?}",
        outcome("http://site.test/ssh")
    );
    // A server without TLS where there should be some.
    assert_eq!(outcome("https://site.test/"), FetchOutcome::ConnectionFailed("unexpected end of file".to_owned()));
    let closed: SocketAddr = "127.0.0.1:1".parse().unwrap();
    let names = Names::of(closed);
    let fetcher = Fetcher::new(&names, AddressPolicy::PublicAnd(closed), fetch::tls_config(), Duration::from_secs(1));
    let refused = fetcher.fetch(&Url::parse("http://closed.test/").unwrap(), 7).outcome;
    assert_eq!(refused, FetchOutcome::ConnectionFailed("connection refused".to_owned()));
}

#[test]
#[ignore = "needs openssl and Python; ./check runs it"]
fn a_certificate_of_an_unknown_authority_is_not_trusted() {
    let server = WebServer::start(200, "");
    let address = SocketAddr::from(([127, 0, 0, 1], server.port));
    let names = Names::of(address);
    let fetcher = Fetcher::new(&names, AddressPolicy::PublicAnd(address), fetch::tls_config(), Duration::from_secs(10));
    assert_eq!(
        fetcher.fetch(&Url::parse("https://localhost/").unwrap(), 7),
        result(FetchOutcome::TlsFailed("invalid peer certificate: UnknownIssuer".to_owned()))
    );
}

#[test]
#[ignore = "needs openssl and Python; ./check runs it"]
fn a_redirect_from_https_to_http_is_not_followed() {
    let server = WebServer::leading_to(302, "", "http://site.test/");
    let address = SocketAddr::from(([127, 0, 0, 1], server.port));
    let names = Names::of(address);
    let pem = std::fs::read(&server.authority).unwrap();
    let authority = ureq::tls::Certificate::from_pem(&pem).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = TlsConfig::builder()
        .unversioned_rustls_crypto_provider(provider)
        .root_certs(RootCerts::new_with_certs(&[authority]))
        .build();
    let fetcher = Fetcher::new(&names, AddressPolicy::PublicAnd(address), tls, Duration::from_secs(10));
    let outcome = fetcher.fetch(&Url::parse("https://localhost/").unwrap(), 7).outcome;
    assert_eq!(outcome, FetchOutcome::UnsafeRedirect("http://site.test/".to_owned()));
}

#[test]
fn a_host_gets_one_request_at_a_time() {
    let server = PageServer::start(|_, _| {
        // Long enough for others to be seen beside it.
        std::thread::sleep(Duration::from_millis(2));
        status(200)
    });
    let names = Names::of(server.address);
    let fetcher =
        Fetcher::new(&names, AddressPolicy::PublicAnd(server.address), fetch::tls_config(), Duration::from_secs(10));
    let pages: Vec<Url> = (0..40).map(|page| Url::parse(&format!("http://site.test/{page}")).unwrap()).collect();
    let batch = PageBatch { now: 7, use_cache: true }.fetch(&pages, &fetcher, &mut Cache::default());
    assert_eq!((batch.results.len(), batch.from_cache, server.most_at_once()), (40, 0, 1));
}

#[test]
fn a_cached_result_is_not_requested_again_until_it_expires_or_the_cache_is_off() {
    let server = PageServer::start(|_, path| status(if path == "/dead" { 404 } else { 200 }));
    let names = Names::of(server.address);
    let fetcher =
        Fetcher::new(&names, AddressPolicy::PublicAnd(server.address), fetch::tls_config(), Duration::from_secs(10));
    let pages = ["http://site.test/fine", "http://site.test/dead"].map(|page| Url::parse(page).unwrap());
    let mut cache = Cache::default();
    let mut requested = |now, use_cache| {
        let before = server.requests().iter().filter(|request| request.starts_with("HEAD")).count();
        let batch = PageBatch { now, use_cache }.fetch(&pages, &fetcher, &mut cache);
        assert_eq!(batch.results.len(), 2);
        server.requests().iter().filter(|request| request.starts_with("HEAD")).count() - before
    };
    assert_eq!(requested(0, true), 2);
    assert_eq!(requested(60, true), 0);
    // A dead page may have come back within the hour.
    assert_eq!(requested(2 * 60 * 60, true), 1);
    assert_eq!(requested(2 * 60 * 60, false), 2);
    assert_eq!(requested(30 * 24 * 60 * 60, true), 2);
}
