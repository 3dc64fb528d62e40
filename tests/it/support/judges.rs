//! Reads our messages by two parsers that are not ours, `mail-parser` and Python's `email`: each
//! message must be sound, and both must see the same in it. Python reads along where
//! `NEWSLETTER_PYTHON` names it, as `./check` does: a plain `cargo test` needs nothing but Rust and
//! a C compiler.

use std::ffi::OsStr;
use std::fs;
use std::process::{Command, Stdio};

use mail_parser::{Address, MessageParser, PartType};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Fails unless every message is sound and both parsers agree on what it says: header lines, addresses, subject, both
/// bodies. Returns what they saw, an object a message: `from`, `to`, `subject`, `message_id`, `date`, `headers`, `text`,
/// `html`.
pub(crate) fn judged<'a>(messages: impl IntoIterator<Item = &'a Vec<u8>>) -> Vec<Value> {
    let messages: Vec<_> = messages.into_iter().collect();
    let ours: Vec<_> = messages.iter().map(|message| facts(message)).collect();
    if let Some(python) = std::env::var_os("NEWSLETTER_PYTHON").filter(|_| !messages.is_empty()) {
        compare(&ours, &seen_by(&python, &messages));
    }
    ours
}

fn compare(ours: &[Value], theirs: &[Value]) {
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(theirs) {
        let keys = |facts: &Value| facts.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(theirs["problems"], ours["problems"]);
        assert_eq!(keys(theirs), keys(ours));
        for (fact, seen) in ours.as_object().unwrap() {
            assert_eq!(&theirs[fact], seen, "Python and mail-parser differ on `{fact}`");
        }
    }
}

/// What `python` sees in the messages.
fn seen_by(python: &OsStr, messages: &[&Vec<u8>]) -> Vec<Value> {
    let folder = TempDir::new().unwrap();
    for (number, message) in messages.iter().enumerate() {
        fs::write(folder.path().join(format!("{number:06}.eml")), message).unwrap();
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/verify.py");
    let output = Command::new(python)
        .arg(script)
        .arg(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", python.display()));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What `mail-parser` sees, in the form of `verify.py`, which must have found no problem.
fn facts(message: &[u8]) -> Value {
    assert_lines(message);
    let parsed = MessageParser::default().parse(message).expect("a message");
    let text = |index: Option<&u32>| match index.map(|index| &parsed.parts[*index as usize].body) {
        Some(PartType::Text(text) | PartType::Html(text)) => text.replace("\r\n", "\n"),
        other => panic!("not a text: {other:?}"),
    };
    json!({
        "problems": [],
        "from": mailboxes(parsed.from()),
        "to": mailboxes(parsed.to()),
        "subject": parsed.subject(),
        "message_id": format!("<{}>", parsed.message_id().expect("a Message-ID")),
        "date": parsed.date().expect("a Date").to_timestamp(),
        "headers": parsed.headers().iter().map(|header| header.name().to_lowercase()).collect::<Vec<_>>(),
        "text": text(parsed.text_body.first()),
        "html": text(parsed.html_body.first()),
    })
}

/// Fails unless every line ends with CRLF and has at most 998 bytes of ASCII (RFC 5322 section 2.1.1): parsers forgive what
/// servers do not.
fn assert_lines(message: &[u8]) {
    let text = std::str::from_utf8(message).expect("ASCII");
    let lines: Vec<_> = text.strip_suffix("\r\n").expect("an end of the last line").split("\r\n").collect();
    let is_sound = |line: &&str| line.is_ascii() && line.len() <= 998 && !line.contains(['\r', '\n']);
    assert!(lines.iter().all(is_sound), "{text}");
}

fn mailboxes(addresses: Option<&Address>) -> Vec<(String, String)> {
    let mailboxes = addresses.into_iter().flat_map(|addresses| addresses.clone().into_list());
    mailboxes
        .map(|one| (one.name.unwrap_or_default().into_owned(), one.address.unwrap_or_default().into_owned()))
        .collect()
}
