//! Fuzzes the readers of a ledger, whose file may have been damaged.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use chrono::DateTime;

use super::message::{keys, letter, publication, stamp};
use crate::ledger::{self, LedgerLocation, NewPlan};
use crate::message::FrozenLetter;
use crate::model::{CourierKind, EmailAddress, IssueNumber, State, Subscriber};

const ISSUE: IssueNumber = IssueNumber(7);

fn frozen() -> FrozenLetter {
    let letter = letter(&mut &b"Subject \0<p>Hello \0</p><a href=\"\0\">leave</a>\0Hello \0, bye\0"[..]);
    FrozenLetter::freeze(&letter, &publication("Fuzz".into()), &stamp()).expect("a letter can be frozen")
}

fn subscriber(address: &str) -> Subscriber {
    Subscriber { address: EmailAddress::parse(address).expect("an address"), fields: [].into() }
}

/// A frozen letter: what cannot be read is an error, and what can be read can be composed.
pub fn frozen_letter(data: &[u8]) {
    if let Ok(letter) = FrozenLetter::from_bytes(data) {
        let mut message = Vec::new();
        letter.compose(&subscriber("bo@example.net"), &keys(), &mut message);
        assert!(message.starts_with(b"DKIM-Signature: "));
        let again = FrozenLetter::from_bytes(&letter.to_bytes()).expect("what was written can be read");
        assert_eq!(again, letter);
    }
}

/// A ledger's file. The first byte says how `data` damages a sound one: zero, and the rest is the file; otherwise places
/// (three bytes) and values (one) by turns.
pub fn ledger_file(data: &[u8]) {
    let bytes = match data.split_first() {
        Some((0, file)) => file.to_vec(),
        Some((_, changes)) => {
            let mut bytes = sound_ledger().to_vec();
            for change in changes.chunks_exact(4) {
                let place = u32::from_be_bytes([0, change[0], change[1], change[2]]) as usize % bytes.len();
                bytes[place] = change[3];
            }
            bytes
        }
        None => return,
    };
    let folder = Folder::new("damaged");
    fs::write(folder.ledger(), bytes).expect("a file can be written");
    let place = LedgerLocation::File(folder.ledger());
    // Whatever is wrong with it is an error and not a panic; what these say of a damaged file nobody can check.
    if let Ok(Some(mut ledger)) = ledger::open_to_read(&place, None) {
        let _ = (ledger.counts(ISSUE), ledger.summaries());
    }
    if let Ok(mut ledger) = ledger::open(&place) {
        let _ = (ledger.plan(ISSUE), ledger.counts(ISSUE), ledger.next_due(ISSUE));
        let _ = ledger.entries(ISSUE, &[State::Planned, State::Transmitting], &mut |_| Ok(()));
        let _ = ledger.claim(ISSUE, DateTime::UNIX_EPOCH, 10);
    }
}

/// The bytes of a ledger with a plan in it.
fn sound_ledger() -> &'static [u8] {
    static LEDGER: OnceLock<Vec<u8>> = OnceLock::new();
    LEDGER.get_or_init(|| {
        let folder = Folder::new("sound");
        let mut ledger = ledger::open(&LedgerLocation::File(folder.ledger())).expect("a ledger can be made");
        let plan = NewPlan {
            issue: ISSUE,
            courier: CourierKind::Smtp,
            stamp: stamp(),
            title: "Title",
            subject: "Subject",
            letter: &frozen(),
            key: "k",
            list: "l",
            audience: "",
            recipients_of: None,
        };
        let mut audience = ["a@example.net", "b@example.net", "c@example.net"].map(|to| Ok(subscriber(to))).into_iter();
        ledger.freeze(&plan, 3, &mut audience).expect("a plan can be frozen");
        drop(ledger);
        fs::read(folder.ledger()).expect("the ledger is in its file")
    })
}

/// A folder of this thread's own, gone when this is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        // In memory where there is such a place: a ledger syncs.
        let shared = Path::new("/dev/shm");
        let base = if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() };
        let thread = format!("{:?}", std::thread::current().id()).replace(|c: char| !c.is_alphanumeric(), "");
        let folder = base.join(format!("newsletter-fuzzing-{}-{thread}-{name}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder can be made");
        Self(folder)
    }

    fn ledger(&self) -> PathBuf {
        self.0.join("ledger.sqlite3")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
