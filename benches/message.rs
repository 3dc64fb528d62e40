//! Measures the cost of one message before it reaches the socket: `cargo bench --bench message`.
//! Prints figures and asserts none: a busy machine is not a failure. The signature alone stands beside
//! the signed message: the difference is ours.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and has nobody to report errors to")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use chrono::DateTime;
use newsletter::config::Newsletter;
use newsletter::letter::{self, LetterStyleSheet};
use newsletter::message::dkim::{Algorithm, DkimKey, DkimSigner};
use newsletter::message::{DeliveryStamp, FrozenLetter, MessageKeys, PlanId, TokenKey};
use newsletter::model::{EmailAddress, Subscriber};
use newsletter::templates;

/// Messages in a batch, and batches of which the median counts.
const BATCH: u32 = 500;
const BATCHES: usize = 11;

/// Links in the letter.
const LINKS: u32 = 30;

fn main() {
    // `cargo test --benches` wants to know that it builds, not how fast it is.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let frozen = freeze();
    let subscribers: Vec<Subscriber> = (0..BATCH).map(subscriber).collect();
    let mut message = Vec::new();
    let unsigned = MessageKeys { tokens: TokenKey::new(&[7; 32]), dkim: None };
    frozen.compose(&subscribers[0], &unsigned, &mut message);
    println!("a message of {} bytes, {LINKS} links; median of {BATCHES} times {BATCH}", message.len());
    println!("{:<44} {:>9} {:>9} {:>9}", "", "median", "fastest", "slowest");
    let mut compose = |label, keys: &MessageKeys| {
        row(label, |index| {
            frozen.compose(&subscribers[index], keys, &mut message);
            black_box(&message);
        });
    };
    compose("composed", &unsigned);
    compose("composed and signed, Ed25519", &signed(Algorithm::Ed25519));
    compose("composed and signed, RSA-2048", &signed(Algorithm::Rsa));
    let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let mut signature = vec![0; key.public_modulus_len()];
    row("an RSA-2048 signature of 2 KB, alone", |_| {
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &[7; 2048], &mut signature).unwrap();
    });
}

/// Times `work` and prints one line of the table.
fn row(label: &str, mut work: impl FnMut(usize)) {
    let mut batch = || {
        let start = Instant::now();
        (0..BATCH as usize).for_each(&mut work);
        start.elapsed().as_secs_f64() * 1e6 / f64::from(BATCH)
    };
    batch();
    let mut times: Vec<f64> = (0..BATCHES).map(|_| batch()).collect();
    times.sort_unstable_by(f64::total_cmp);
    let [median, fastest, slowest] = [times[BATCHES / 2], times[0], times[BATCHES - 1]].map(|us| format!("{us:.2} µs"));
    println!("{label:<44} {median:>9} {fastest:>9} {slowest:>9}");
}

fn signed(algorithm: Algorithm) -> MessageKeys {
    let key = DkimKey::from_pem(DkimKey::generate(algorithm).unwrap().as_bytes()).unwrap();
    MessageKeys { tokens: TokenKey::new(&[7; 32]), dkim: Some(DkimSigner::new("example.org", "nl2026", key)) }
}

fn subscriber(number: u32) -> Subscriber {
    let address = EmailAddress::parse(&format!("reader.{number}@example.org")).unwrap();
    Subscriber { address, fields: BTreeMap::from([("name".to_owned(), format!("Reader {number}"))]) }
}

/// This repository's own newsletter with an issue of as many links as the benchmark against other senders has.
fn freeze() -> FrozenLetter {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::copy(root.join("newsletter.toml"), folder.path().join("newsletter.toml")).unwrap();
    fs::create_dir(folder.path().join("issues")).unwrap();
    let mut issue = String::from(
        "number = 1\ntitle = \"Thirty links\"\ndate = 2026-01-06\npreheader = \"As many as people write\"\n\
         intro = \"Hello {subscriber.name|friend}, these are *many*.\"\n\n[[section]]\ntitle = \"Reading\"\n",
    );
    for link in 1..=LINKS {
        write!(
            issue,
            "\n[[section.link]]\nurl = \"https://example.org/reading/{link}\"\ntitle = \"Link {link} of thirty\"\n\
             author = \"Mina Berg\"\nreading_time = 7\n\
             description = \"Two sentences about it. They say **why** one should read it, and `what` is in it.\"\n"
        )
        .unwrap();
    }
    fs::write(folder.path().join("issues/001-thirty.toml"), issue).unwrap();
    let opened = Newsletter::open(folder.path()).unwrap();
    let loaded = opened.issue("1", folder.path(), |_| false).unwrap();
    let style = LetterStyleSheet::prepare(templates::mail::letter::CSS, opened.publication.theme).unwrap();
    let letter = letter::render(&loaded.issue, &opened.publication, &style).unwrap();
    let stamp = DeliveryStamp { plan: PlanId([7; 16]), date: DateTime::UNIX_EPOCH };
    FrozenLetter::freeze(&letter, &opened.publication, &stamp).unwrap()
}
