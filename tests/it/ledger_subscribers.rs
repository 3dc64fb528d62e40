//! Tests that a send mails the subscribers of the ledger and those of the list, in that order of precedence, and that
//! the ledger can be carried to another machine.

use std::fs;

use newsletter::ledger::{self, Ledger, LedgerLocation};
use newsletter::message::TokenKey;
use newsletter::model::{EmailAddress, Token};
use newsletter::readers::{Event, Evidence, ImportedReader};

use crate::support::{Mailing, Script, SmtpServer};

const LEDGER: &str = ".newsletter/ledger.sqlite3";

fn ledger(mailing: &Mailing) -> Box<dyn Ledger> {
    ledger::open(&LedgerLocation::File(mailing.project.path(LEDGER))).unwrap()
}

fn key(mailing: &Mailing) -> TokenKey {
    let secret = mailing.project.read(".newsletter/unsubscribe.key");
    TokenKey::new(secret.trim_end().as_bytes())
}

/// Has `event` happen to the reader at example.org with the local part `reader`.
fn happen(mailing: &Mailing, reader: &str, event: &Event) {
    let address = EmailAddress::parse(&format!("{reader}@example.org")).unwrap();
    let list_id = ledger(mailing).identity().unwrap().unwrap();
    let who = key(mailing).identify(&list_id, &address);
    let now = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    ledger(mailing).change_readers(&mut |records| records.happen(&who, event.clone(), now).map(drop)).unwrap();
}

fn add() -> Event {
    Event::Add(ImportedReader { source: "by hand".to_owned(), ..ImportedReader::default() }, Evidence::default())
}

/// A newsletter whose ledger and key exist already.
fn begun(listed: &[&str]) -> Mailing {
    let mailing = Mailing::new(SmtpServer::start(Script::default()), listed.iter().copied());
    assert_eq!(mailing.project.run(["suppress", "nobody@example.org"]).code, 0);
    assert_eq!(mailing.project.run(["send", "1", "--test", "me@example.org"]).code, 0);
    mailing
}

#[test]
fn the_ledger_says_first_who_gets_mail_and_then_the_list() {
    let mailing = begun(&["ada", "bo", "cy", "dee", "eve"]);
    for reader in ["zoe", "ada", "bo"] {
        happen(&mailing, reader, &add());
    }
    happen(&mailing, "bo", &Event::Unsubscribe(Evidence::default()));
    happen(&mailing, "cy", &Event::Unsubscribe(Evidence::default()));
    happen(&mailing, "dee", &Event::Erase);
    let told = mailing.send(["--yes"]);
    assert!(told.contains("\nRecipients · 2 from the ledger, 1 from subscribers.csv\n"), "{told}");
    assert!(told.contains("3 suppressed"), "{told}");
    assert_eq!(mailing.accepted(), ["ada", "eve", "me", "zoe"]);
}

#[test]
fn without_a_list_the_ledger_is_enough() {
    let mailing = begun(&["ada"]);
    happen(&mailing, "zoe", &add());
    let config = mailing.project.read("newsletter.toml");
    mailing.project.write("newsletter.toml", format!("{config}\n[subscribers]\nfile = \"\"\n"));
    let told = mailing.send(["--yes"]);
    assert!(told.contains("\nRecipients · 1 from the ledger\n"), "{told}");
    assert_eq!(mailing.accepted(), ["me", "zoe"]);
    let checked = mailing.run(["check"]);
    assert!(checked.ends_with("exit 0\n") && !checked.contains("subscribers.csv"), "{checked}");
}

#[test]
fn a_list_that_is_gone_is_not_missed_once_the_ledger_has_subscribers() {
    let mailing = begun(&["ada"]);
    fs::remove_file(mailing.project.path("subscribers.csv")).unwrap();
    assert!(mailing.send(["--yes"]).contains("there is no subscriber list at `subscribers.csv`"));
    happen(&mailing, "zoe", &add());
    assert!(mailing.send(["--yes"]).ends_with("exit 0\n"));
    assert_eq!(mailing.accepted(), ["me", "zoe"]);
}

#[test]
fn a_token_that_begins_with_a_hyphen_is_no_option() {
    let mailing = begun(&[]);
    let list_id = ledger(&mailing).identity().unwrap().unwrap();
    let token = |number: usize| {
        let address = EmailAddress::parse(&format!("reader{number}@example.org")).unwrap();
        key(&mailing).token(&list_id, &address)
    };
    let two: Vec<_> = (0..10_000).filter(|number| token(*number).starts_with('-')).take(3).collect();
    let all: Vec<_> = two.iter().map(|number| format!("reader{number}@example.org\n")).collect();
    mailing.project.write("subscribers.csv", format!("email\n{}", all.concat()));
    let [one, another, third] = two[..] else { panic!() };
    assert_eq!(mailing.run(["suppress", &token(one)]), format!("reader{one}@example.org is suppressed\nexit 0\n"));
    let behind = mailing.run(["suppress", "--", &token(another)]);
    assert_eq!(behind, format!("reader{another}@example.org is suppressed\nexit 0\n"));
    // The link outlives the row.
    mailing.send(["--yes"]);
    mailing.project.write("subscribers.csv", "email\nsomebody@example.org\n");
    let folded = Token::parse(&token(third)).unwrap().folded().to_uppercase();
    assert_eq!(mailing.run(["suppress", &folded]), format!("reader{third}@example.org is suppressed\nexit 0\n"));
}

#[test]
fn a_backup_and_the_key_carry_the_ledger_to_another_machine() {
    let mailing = begun(&["ada", "bo"]);
    happen(&mailing, "zoe", &add());
    mailing.send(["--yes"]);
    happen(&mailing, "bo", &Event::Unsubscribe(Evidence::default()));
    let told = mailing.run(["ledger", "backup", "copy.sqlite3"]);
    assert!(told.contains("copied `") && told.ends_with("exit 0\n"), "{told}");
    let again = mailing.run(["ledger", "backup", "copy.sqlite3"]);
    assert!(again.contains("exists already") && !again.ends_with("exit 0\n"), "{again}");
    let taken = mailing.run(["ledger", "restore", "copy.sqlite3"]);
    assert!(taken.contains("there is a ledger already") && taken.ends_with("exit 6\n"), "{taken}");

    let moved = Mailing::taken_up(mailing.project.copied(), SmtpServer::start(Script::default()));
    let key = fs::read(moved.project.path(".newsletter/unsubscribe.key")).unwrap();
    fs::remove_dir_all(moved.project.path(".newsletter")).unwrap();
    let without_key = moved.run(["ledger", "restore", "copy.sqlite3"]);
    assert!(without_key.contains("the unsubscribe key is missing"), "{without_key}");
    assert!(!moved.project.path(LEDGER).exists(), "nothing was changed");
    moved.project.write(".newsletter/unsubscribe.key", key);
    let own = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(moved.project.path(".newsletter/unsubscribe.key"), own).unwrap();
    let restored = moved.run(["ledger", "restore", "copy.sqlite3"]);
    assert!(restored.ends_with("exit 0\n"), "{restored}");
    assert!(moved.send(["--yes"]).ends_with("exit 0\n"), "everybody had issue 1");
    assert_eq!(moved.begun(), 0);
    assert!(moved.run(["suppress", "--list"]).contains("bo@example.org"));
}

#[test]
fn a_copy_of_an_older_ledger_is_kept_before_it_is_brought_up_to_date() {
    let mailing = begun(&["ada"]);
    let path = mailing.project.path(LEDGER);
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(mailing.project.path(&format!("{LEDGER}{end}")));
    }
    let old = rusqlite::Connection::open(&path).unwrap();
    for step in 1..=4 {
        let schema = format!("{}/src/ledger/sqlite/schema_{step}.sql", env!("CARGO_MANIFEST_DIR"));
        old.execute_batch(&fs::read_to_string(schema).unwrap()).unwrap();
    }
    old.execute_batch(
        "INSERT INTO suppression (address_key, address, reason, at) VALUES ('ada@example.org', 'ada@example.org', 'unsubscribed', 0);
         PRAGMA application_id = 0x4e57534c; PRAGMA user_version = 4;",
    )
    .unwrap();
    drop(old);
    assert!(mailing.run(["suppress", "--list"]).contains("ada@example.org"), "reading does not migrate");
    let copy = mailing.project.path(".newsletter/ledger.sqlite3.schema-4");
    assert!(!copy.exists());
    mailing.run(["suppress", "bo@example.org"]);
    let kept = rusqlite::Connection::open(&copy).unwrap();
    let version: i64 = kept.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    let suppressed: i64 = kept.query_row("SELECT count(*) FROM suppression", [], |row| row.get(0)).unwrap();
    assert_eq!((version, suppressed), (4, 1));
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&copy).unwrap().permissions()) & 0o777, 0o600);
}
