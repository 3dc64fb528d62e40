//! Measures the web server for readers: `cargo bench --bench serve`, beside nginx that answers 200 and changes nothing, and an
//! endpoint of the same semantics in `FastAPI` with SQLite, where these are installed. Prints figures and asserts none but that
//! the answers are right: a busy machine is not a failure.
//!
//! `cargo bench --bench serve -- million` is about a million readers, for which the ledger alone takes a minute to make.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints figures, and has nobody to report errors to"
)]

mod load;
mod server;

use std::time::{Duration, Instant};

use load::{Connection, Measured, Scanners, get, load, post};
use server::{RATE, Served, fastapi, nginx};

/// Connections at once.
const CONNECTIONS: usize = 256;

/// Requests of each kind.
const REQUESTS: usize = 40_000;

/// Connections of programs that visit links beside it.
const SCANNERS: usize = 8;

/// Timed answers of each kind.
const TIMED: usize = 2000;

const ORIGIN: &str = "Origin: https://www.example.org\r\n";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    // `cargo test --benches` wants to know that it builds, not how fast it is.
    if arguments.iter().any(|argument| argument == "--test") {
        return;
    }
    if arguments.iter().any(|argument| argument == "million") {
        return million();
    }
    println!("{REQUESTS} requests over {CONNECTIONS} connections");
    let alone = one_click(false);
    let ours = one_click(true);
    peers(&alone, &ours);

    let served = Served::with(TIMED);
    let measured = load(served.address, CONNECTIONS, (0..REQUESTS).map(sign_up).collect(), "303", Scanners::default());
    print("newsletter serve, sign-ups", &measured);
    assert_eq!(measured.wrong, 0);
    enumeration(&served);
}

/// Everybody leaves by one click, while an issue is mailed and scanners visit links if it `is_busy`.
fn one_click(is_busy: bool) -> Measured {
    let served = Served::with(REQUESTS);
    let mut delivery = if is_busy { served.send() } else { None };
    let links = |readers: std::ops::Range<usize>| readers.map(|reader| get(&served.link(reader))).collect();
    let scanners = if is_busy {
        Scanners { connections: SCANNERS, requests: links(0..REQUESTS), pause: Duration::from_millis(10) }
    } else {
        Scanners::default()
    };
    let posts = (0..REQUESTS).map(|reader| post(&served.link(reader), "List-Unsubscribe=One-Click", "")).collect();
    let measured = load(served.address, CONNECTIONS, posts, "200", scanners);
    let name = match &mut delivery {
        Some(delivery) => {
            assert!(delivery.is_running(), "an issue is mailed all the time");
            format!("the same, {RATE} messages/s, {SCANNERS} scanners")
        }
        None if is_busy => format!("the same, no send, {SCANNERS} scanners"),
        None => "newsletter serve, one-click".to_owned(),
    };
    print(&name, &measured);
    if is_busy {
        println!("{:42} {:.0} visits/s of scanners", "", measured.scanned as f64 / measured.seconds);
    }
    assert_eq!((measured.wrong, served.suppressed()), (0, REQUESTS), "each answer is in the ledger");
    measured
}

/// Compares with others that are `alone` on the machine, and says the ratio of `busy` as well.
fn peers(alone: &Measured, busy: &Measured) {
    let asked = |paths: usize| (0..paths).map(|number| post(&format!("/u/{number}"), "List-Unsubscribe=One-Click", ""));
    let compared = |name: &str, address, requests: usize| {
        let measured = load(address, CONNECTIONS, asked(requests).collect(), "200", Scanners::default());
        print(name, &measured);
        let [alone, busy] = [alone, busy].map(|ours| ours.per_second() / measured.per_second());
        println!("{:42} newsletter serve is {alone:.2} times as fast, {busy:.2} times while it mails", "");
    };
    match nginx() {
        Some(nginx) => compared("nginx, return 200, nothing kept", nginx.address, REQUESTS),
        None => println!("nginx: not installed, skipped"),
    }
    match fastapi() {
        Ok(peer) => compared("FastAPI and SQLite, one-click", peer.address, REQUESTS / 8),
        Err(why) => println!("FastAPI and SQLite: {why}, skipped"),
    }
}

/// A sign-up from a network of its own for every eight.
fn sign_up(number: usize) -> String {
    let network = number / 8;
    let client = format!("X-Forwarded-For: 10.{}.{}.1\r\n{ORIGIN}", network / 256, network % 256);
    post("/subscribe", &format!("address=new{number}%40example.org"), &client)
}

/// Whether the time of an answer tells who reads.
fn enumeration(served: &Served) {
    for reader in 0..TIMED / 2 {
        Connection::open(served.address).ask(&post(&served.link(reader), "", ""));
    }
    let mut connection = Connection::open(served.address);
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    let mut answers = std::collections::BTreeSet::new();
    for number in 0..TIMED {
        let kinds = [
            format!("reader{}", number % (TIMED / 2)),
            format!("reader{}", TIMED / 2 + number % (TIMED / 2)),
            format!("nobody{number}"),
        ];
        for (kind, reader) in kinds.iter().enumerate() {
            let network = 40_000 + (3 * number + kind) / 8;
            let client = format!("X-Forwarded-For: 11.{}.{}.1\r\n{ORIGIN}", network / 256 % 256, network % 256);
            let request = post("/subscribe", &format!("address={reader}%40example.org"), &client);
            let asked = Instant::now();
            let (status, rest) = connection.ask(&request);
            times[kind].push(asked.elapsed());
            answers.insert(status + &rest);
        }
    }
    let medians = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    let names = ["who left", "a reader", "a stranger"];
    let told: Vec<_> =
        names.iter().zip(medians).map(|(name, time)| format!("{name} {:.3} ms", time.as_secs_f64() * 1e3)).collect();
    let (least, most) = (medians.iter().min().unwrap(), medians.iter().max().unwrap());
    let apart = (most.as_secs_f64() / least.as_secs_f64() - 1.0) * 100.0;
    println!("is X subscribed? medians of {TIMED}: {}; {apart:.1} % apart, {} answers", told.join(", "), answers.len());
    assert_eq!(answers.len(), 1, "{answers:?}");
}

fn million() {
    const READERS: usize = 1_000_000;
    let began = Instant::now();
    let made = Served::make(READERS);
    println!("a ledger of {READERS} readers, made in {:.0} s", began.elapsed().as_secs_f64());
    let began = Instant::now();
    let served = made.start();
    println!("ready after {:.3} s, {} MB", began.elapsed().as_secs_f64(), served.memory() >> 20);
    let asked = Instant::now();
    let (status, _) = Connection::open(served.address).ask(&post(&served.link(READERS / 2), "", ""));
    println!("first one-click after {:.1} ms: {}", asked.elapsed().as_secs_f64() * 1e3, status.trim());
    let posts = (0..REQUESTS).map(|number| post(&served.link(number * (READERS / REQUESTS)), "", "")).collect();
    print("one-click among a million", &load(served.address, CONNECTIONS, posts, "200", Scanners::default()));
    println!("then {} MB", served.memory() >> 20);
}

fn print(name: &str, measured: &Measured) {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{name:<42} {:>7.0}/s  median {:>6.1} ms  p99 {:>6.1} ms  slowest {:>6.1} ms",
        measured.per_second(),
        milliseconds(measured.percentile(50)),
        milliseconds(measured.percentile(99)),
        milliseconds(measured.percentile(100))
    );
}
