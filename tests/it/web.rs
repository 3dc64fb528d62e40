//! Pages asked for, against a real server on loopback: every name leads there, and that one address may be asked although it
//! is not public.

mod refused;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use newsletter::web::{self, Answer, Ending, Hop, Memory, Reach, Resolve, Round, Visitor};
use snapbox::{assert_data_eq, str};
use ureq::tls::{RootCerts, TlsConfig};
use url::Url;

use crate::support::WebServer;
use crate::support::page_server::{PageServer, redirect, status};

/// Names that all lead to one server, but for those with an address in them: `10.0.0.1.test`.
pub(crate) struct Names {
    server: SocketAddr,
    asked: AtomicUsize,
}

impl Resolve for Names {
    fn addresses(&self, host: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
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
        Self { server, asked: AtomicUsize::new(0) }
    }
}

fn visit(server: &PageServer, address: &str) -> Answer {
    visit_for(server, address, Duration::from_secs(10))
}

fn visit_for(server: &PageServer, address: &str, patience: Duration) -> Answer {
    let names = Names::of(server.address);
    let visitor = Visitor::new(&names, Reach::PublicAnd(server.address), web::trusted(), patience);
    visitor.visit(&Url::parse(address).unwrap(), 7)
}

fn ended(ending: Ending) -> Answer {
    Answer { asked: 7, hops: Vec::new(), ending, with_tls: false }
}

fn hop(status: u16, to: &str) -> Hop {
    Hop { status, to: to.to_owned() }
}

#[test]
fn a_page_is_asked_for_what_stands_before_it() {
    let server = PageServer::start(|_, _| status(200));
    assert_eq!(visit(&server, "http://site.test/a?b=c#d"), ended(Ending::Status(200)));
    assert_data_eq!(
        server.requests()[0].clone(),
        str![[r#"
HEAD /a?b=c HTTP/1.1
user-agent: newsletter/[..] (do the links of this issue answer?)
accept: */*
"#]]
    );
}

#[test]
fn a_server_that_does_not_like_the_question_is_asked_for_the_beginning_of_the_page() {
    for refusal in [400, 403, 404, 405, 500, 501] {
        let server = PageServer::start(move |method, _| status(if method == "HEAD" { refusal } else { 206 }));
        assert_eq!(visit(&server, "http://site.test/"), ended(Ending::Status(206)));
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
    assert_eq!(visit(&server, "http://site.test/"), ended(Ending::Status(200)));
}

#[test]
fn every_status_is_told() {
    for code in [200, 204, 304, 401, 403, 404, 410, 418, 429, 500, 503, 999] {
        let server = PageServer::start(move |_, _| status(code));
        assert_eq!(visit(&server, "http://site.test/").ending, Ending::Status(code));
    }
}

#[test]
fn redirects_are_followed_and_told() {
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
    let hops = vec![hop(301, "http://site.test/new"), hop(302, "http://other.test/final?x=1")];
    assert_eq!(visit(&server, "http://site.test/old"), Answer { hops, ..ended(Ending::Status(200)) });
    let circle = visit(&server, "http://site.test/round");
    assert_eq!((circle.hops.len(), circle.ending), (5, Ending::RunsInCircles));
    let ending = |path: &str| visit(&server, &format!("http://site.test{path}")).ending;
    assert_eq!(ending("/mail"), Ending::Astray("mailto:ada@example.org".to_owned()));
    assert_eq!(ending("/port"), Ending::Astray("http://other.test:8080/".to_owned()));
    assert_eq!(ending("/nothing"), Ending::Astray("http://".to_owned()));
    assert_eq!(ending("/silent"), Ending::Status(301));
}

#[test]
fn a_redirect_to_an_address_inside_is_not_followed() {
    let inside =
        ["http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1.test/"];
    for to in inside {
        let server = PageServer::start(move |_, _| redirect(302, to));
        let answer = visit(&server, "http://site.test/");
        assert_eq!(answer.hops, [hop(302, to)]);
        assert!(matches!(answer.ending, Ending::NotPublic(..)), "{to}: {:?}", answer.ending);
        assert_eq!(server.requests().len(), 1, "{to}");
    }
}

#[test]
fn a_name_is_looked_up_once_and_all_its_addresses_count() {
    let server = PageServer::start(|method, _| status(if method == "HEAD" { 405 } else { 200 }));
    let names = Names::of(server.address);
    let visitor = Visitor::new(&names, Reach::PublicAnd(server.address), web::trusted(), Duration::from_secs(10));
    // A second look-up, for the second question, is where a name could turn into another address.
    let secure = Url::parse("http://site.test/").unwrap();
    assert_eq!(visitor.visit(&secure, 7).ending, Ending::Status(200));
    // Once for http, once for whether https answers too, which it does not.
    assert_eq!((names.asked.load(Ordering::SeqCst), server.requests().len()), (2, 2));
    let both = visitor.visit(&Url::parse("http://both.test/").unwrap(), 7).ending;
    assert_eq!(both, Ending::NotPublic("192.168.0.1".to_owned(), "private".to_owned()));
}

#[test]
fn who_does_not_answer_is_told_apart() {
    let server = PageServer::start(|_, path| match path {
        "/silent" => String::new(),
        _ => "SSH-2.0-OpenSSH_9.2\r\n\r\n".to_owned(),
    });
    let ending = |address: &str| visit_for(&server, address, Duration::from_millis(300)).ending;
    assert_eq!(ending("http://nowhere.test/"), Ending::NoSuchHost);
    assert_eq!(ending("http://unheard.test/"), Ending::NoLookUp("the name server does not answer".to_owned()));
    assert_eq!(ending("http://site.test/silent"), Ending::TooSlow);
    assert!(matches!(ending("http://site.test/ssh"), Ending::NotHttp(_)), "{:?}", ending("http://site.test/ssh"));
    // A server without TLS where there should be some.
    assert_eq!(ending("https://site.test/"), Ending::NoConnection("unexpected end of file".to_owned()));
    let closed: SocketAddr = "127.0.0.1:1".parse().unwrap();
    let names = Names::of(closed);
    let visitor = Visitor::new(&names, Reach::PublicAnd(closed), web::trusted(), Duration::from_secs(1));
    let refused = visitor.visit(&Url::parse("http://closed.test/").unwrap(), 7).ending;
    assert_eq!(refused, Ending::NoConnection("connection refused".to_owned()));
}

#[test]
fn a_certificate_nobody_vouches_for_is_not_believed() {
    let server = WebServer::start(200, "");
    let address = SocketAddr::from(([127, 0, 0, 1], server.port));
    let names = Names::of(address);
    let visitor = Visitor::new(&names, Reach::PublicAnd(address), web::trusted(), Duration::from_secs(10));
    assert_eq!(
        visitor.visit(&Url::parse("https://localhost/").unwrap(), 7),
        ended(Ending::NoTls("invalid peer certificate: UnknownIssuer".to_owned()))
    );
}

#[test]
fn a_page_with_tls_does_not_lead_to_one_without() {
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
    let visitor = Visitor::new(&names, Reach::PublicAnd(address), tls, Duration::from_secs(10));
    let ending = visitor.visit(&Url::parse("https://localhost/").unwrap(), 7).ending;
    assert_eq!(ending, Ending::Astray("http://site.test/".to_owned()));
}

#[test]
fn a_host_is_asked_one_thing_at_a_time() {
    let server = PageServer::start(|_, _| {
        // Long enough for others to be seen beside it.
        std::thread::sleep(Duration::from_millis(2));
        status(200)
    });
    let names = Names::of(server.address);
    let visitor = Visitor::new(&names, Reach::PublicAnd(server.address), web::trusted(), Duration::from_secs(10));
    let pages: Vec<Url> = (0..40).map(|page| Url::parse(&format!("http://site.test/{page}")).unwrap()).collect();
    let told = Round { now: 7, remembers: true }.ask(&pages, &visitor, &mut Memory::default());
    assert_eq!((told.answers.len(), told.remembered, server.most_at_once()), (40, 0, 1));
}

#[test]
fn what_was_told_is_not_asked_again_until_it_is_old_or_somebody_insists() {
    let server = PageServer::start(|_, path| status(if path == "/dead" { 404 } else { 200 }));
    let names = Names::of(server.address);
    let visitor = Visitor::new(&names, Reach::PublicAnd(server.address), web::trusted(), Duration::from_secs(10));
    let pages = ["http://site.test/fine", "http://site.test/dead"].map(|page| Url::parse(page).unwrap());
    let mut memory = Memory::default();
    let mut asked = |now, remembers| {
        let before = server.requests().iter().filter(|request| request.starts_with("HEAD")).count();
        let told = Round { now, remembers }.ask(&pages, &visitor, &mut memory);
        assert_eq!(told.answers.len(), 2);
        server.requests().iter().filter(|request| request.starts_with("HEAD")).count() - before
    };
    assert_eq!(asked(0, true), 2);
    assert_eq!(asked(60, true), 0);
    // A dead page may have come back within the hour.
    assert_eq!(asked(2 * 60 * 60, true), 1);
    assert_eq!(asked(2 * 60 * 60, false), 2);
    assert_eq!(asked(30 * 24 * 60 * 60, true), 2);
}
