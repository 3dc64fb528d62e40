//! Two parsers we did not write, `mail-parser` and Python's `email`, and what they say of our messages: that each is
//! sound, and that both see the same in it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use mail_parser::{Address, MessageParser, PartType};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Fails unless every message is sound and both parsers agree on what it says: header lines, addresses, subject, both
/// bodies. Answers what they saw, an object a message: `from`, `to`, `subject`, `message_id`, `date`, `headers`, `text`,
/// `html`.
pub(crate) fn judged<'a>(messages: impl IntoIterator<Item = &'a Vec<u8>>) -> Vec<Value> {
    let folder = TempDir::new().unwrap();
    let mut ours = Vec::new();
    for (number, message) in messages.into_iter().enumerate() {
        fs::write(folder.path().join(format!("{number:06}.eml")), message).unwrap();
        ours.push(facts(message));
    }
    if ours.is_empty() {
        return ours;
    }
    let theirs = python(folder.path());
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(&theirs) {
        let keys = |facts: &Value| facts.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(theirs["problems"], ours["problems"]);
        assert_eq!(keys(theirs), keys(ours));
        for (fact, seen) in ours.as_object().unwrap() {
            assert_eq!(&theirs[fact], seen, "Python and mail-parser differ on `{fact}`");
        }
    }
    ours
}

/// What Python sees in the `.eml` files of `folder`.
fn python(folder: &Path) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/verify.py");
    let output = Command::new("/usr/bin/python3")
        .arg(script)
        .arg(folder)
        .stdin(Stdio::null())
        .output()
        .expect("python3 is missing; run ./check");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What `mail-parser` sees, in the form of `verify.py`, which must have found no problem.
fn facts(message: &[u8]) -> Value {
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

fn mailboxes(addresses: Option<&Address>) -> Vec<(String, String)> {
    let mailboxes = addresses.into_iter().flat_map(|addresses| addresses.clone().into_list());
    mailboxes
        .map(|one| (one.name.unwrap_or_default().into_owned(), one.address.unwrap_or_default().into_owned()))
        .collect()
}
