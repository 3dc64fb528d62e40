//! Tests `ledger recover` on damaged ledgers: rows are saved, and no recipient gets a second copy.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use newsletter::ledger::{self, LedgerLocation, SalvageReport, SalvagedDelivery, Sqlite};
use newsletter::model::{IssueNumber, State};
use rusqlite::Connection;
use snapbox::{assert_data_eq, str};

use crate::support::{Mailing, Script, SmtpServer};

const LEDGER: &str = ".newsletter/ledger.sqlite3";
const RECOVERED: &str = ".newsletter/ledger.recovered.sqlite3";

/// Issue 1 sent to 300 of 400 recipients, and the ledger in one file.
fn begun() -> Mailing {
    let people: Vec<_> = (0..400).map(|number| format!("reader{number}")).collect();
    let people = people.iter().map(String::as_str);
    let mailing = Mailing::configured(SmtpServer::start(Script::default()), people, "connections = 1", "");
    mailing.send(["--yes", "--limit", "300"]);
    let ledger = Connection::open(mailing.project.path(LEDGER)).unwrap();
    ledger.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    mailing
}

/// The pages of `table`, the leaves only or the others only.
fn pages(ledger: &Path, table: &str, leaves: bool) -> Vec<usize> {
    let ledger = Connection::open(ledger).unwrap();
    let sql = "SELECT pageno FROM dbstat WHERE name = ? AND (pagetype = 'leaf') = ? ORDER BY pageno";
    let mut query = ledger.prepare(sql).unwrap();
    let pages = query.query_map((table, leaves), |row| row.get::<_, u32>(0)).unwrap();
    pages.map(|page| page.unwrap() as usize).collect()
}

/// Overwrites page `page` of a ledger.
fn damage(ledger: &Path, page: usize, with: u8) {
    let mut bytes = fs::read(ledger).unwrap();
    let size = usize::from(u16::from_be_bytes([bytes[16], bytes[17]]));
    bytes[(page - 1) * size..page * size].fill(with);
    fs::write(ledger, bytes).unwrap();
}

/// How many rows of issue 1 are in which state.
fn states(ledger: &Path) -> BTreeMap<&'static str, u64> {
    let mut ledger = ledger::open_to_read(&LedgerLocation::File(ledger.to_owned()), None).unwrap().unwrap();
    let counts = ledger.counts(IssueNumber(1)).unwrap();
    let states = State::ALL.into_iter().map(|state| (state.name(), counts.of(state)));
    states.filter(|(_, count)| *count > 0).collect()
}

/// Puts the recovered ledger in the place of the damaged one.
fn install(mailing: &Mailing) {
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(mailing.project.path(&format!("{LEDGER}{suffix}")));
    }
    fs::rename(mailing.project.path(RECOVERED), mailing.project.path(LEDGER)).unwrap();
}

#[test]
fn a_sound_ledger_is_left_alone() {
    let mailing = begun();
    assert_data_eq!(
        mailing.run(["ledger", "path"]).replace(mailing.project.root().to_str().unwrap(), "[ROOT]"),
        str![[r#"
[ROOT]/.newsletter/ledger.sqlite3
exit 0

"#]]
    );
    assert!(mailing.run(["ledger", "check"]).ends_with("/.newsletter/ledger.sqlite3` is intact\nexit 0\n"));
    assert!(mailing.run(["ledger", "recover"]).ends_with("is intact: nothing to recover\nexit 0\n"));
    assert!(!mailing.project.path(RECOVERED).exists());
}

#[test]
fn every_readable_row_of_a_damaged_ledger_is_saved_and_no_recipient_is_mailed_unasked() {
    let mailing = begun();
    let ledger = mailing.project.path(LEDGER);
    damage(&ledger, pages(&ledger, "delivery", true)[1], 0xff);
    let damaged = fs::read(&ledger).unwrap();
    let refused = mailing.project.run(["send", "1", "--yes"]);
    assert_eq!(refused.code, 6);
    assert!(refused.stderr.contains("is damaged"), "{refused:?}");
    assert!(refused.stderr.contains("`newsletter ledger recover` copies what can be read"), "{refused:?}");
    assert_eq!(mailing.project.run(["ledger", "check"]).code, 1);
    let recovered = mailing.project.run(["ledger", "recover"]);
    assert_eq!(recovered.code, 4, "{recovered:?}");
    assert_data_eq!(
        recovered.stdout,
        str![[r#"
issue 1: [..] of 400 rows read, [..] known by address only, [..] in doubt
suppressed addresses: 0

"#]]
    );
    assert_eq!(fs::read(&ledger).unwrap(), damaged, "the damaged one is as it was");
    assert_eq!(mailing.project.run(["ledger", "recover"]).code, 1, "and the new one is not written over");
    install(&mailing);
    assert!(mailing.run(["ledger", "check"]).ends_with("is intact\nexit 0\n"));
    let states = states(&ledger);
    let (accepted, in_doubt) = (states["accepted"], states["in-doubt"]);
    assert_eq!((states.len(), accepted + in_doubt), (2, 400), "{states:?}");
    assert!((200..300).contains(&accepted), "{states:?}");
    let told = mailing.send(["--yes"]);
    assert!(told.starts_with(&format!("Nothing left to do: {accepted} sent, {in_doubt} in doubt\n")), "{told}");
    assert_eq!(mailing.server.accepted().len(), 300);
    let told = mailing.send(["--yes", "--in-doubt", "resend"]);
    assert!(told.ends_with("Sent issue 1 to 400 of 400 recipients\nexit 0\n"), "{told}");
    let recipients = mailing.server.accepted_recipients();
    assert_eq!(recipients.len() as u64, 300 + in_doubt, "only those in doubt got it again");
    let ids: BTreeSet<_> = mailing.server.accepted().into_iter().map(|mail| id(&mail.bytes)).collect();
    assert_eq!(ids.len(), 400, "who got it twice got the same Message-ID");
}

fn id(message: &[u8]) -> String {
    let text = String::from_utf8_lossy(message);
    text.lines().find(|line| line.starts_with("Message-ID:")).unwrap().to_owned()
}

#[test]
fn damage_elsewhere_leaves_no_recipient_in_doubt() {
    let mailing = begun();
    let ledger = mailing.project.path(LEDGER);
    mailing.run(["suppress", "gone@example.org"]);
    let connection = Connection::open(&ledger).unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(connection);
    damage(&ledger, pages(&ledger, "suppression", true)[0], 0xff);
    let recovered = mailing.project.run(["ledger", "recover"]);
    assert_data_eq!(
        recovered.stdout,
        str![[r#"
issue 1: 400 of 400 rows read
suppressed addresses: 0; more may be lost, and addresses that unsubscribed could be mailed again: compare with a backup

"#]]
    );
    install(&mailing);
    assert!(mailing.send(["--yes"]).ends_with("Sent issue 1 to 400 of 400 recipients\nexit 0\n"));
    assert_eq!(mailing.server.accepted().len(), 400);
}

#[test]
fn an_unreadable_ledger_is_not_recovered() {
    let mailing = begun();
    let ledger = mailing.project.path(LEDGER);
    damage(&ledger, 1, 0xff);
    let recovered = mailing.project.run(["ledger", "recover"]);
    assert_eq!(recovered.code, 1, "{recovered:?}");
    assert!(recovered.stderr.contains("cannot be read at all: restore it from a backup"), "{recovered:?}");
    let left: Vec<_> =
        fs::read_dir(ledger.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_str().unwrap().contains("recovered")), "{left:?}");
}

#[test]
fn with_any_page_damaged_no_accepted_recipient_is_planned_again() {
    let mailing = begun();
    let ledger = mailing.project.path(LEDGER);
    let (sound, before) = (fs::read(&ledger).unwrap(), states(&ledger));
    let folder = tempfile::tempdir().unwrap();
    let size = usize::from(u16::from_be_bytes([sound[16], sound[17]]));
    for page in 2..=sound.len() / size {
        for with in [0x00, 0xff, 0x0a] {
            let (from, to) = (folder.path().join("from.sqlite3"), folder.path().join("to.sqlite3"));
            fs::write(&from, &sound).unwrap();
            damage(&from, page, with);
            if Sqlite::examine(&from).unwrap().unwrap().is_empty() {
                continue;
            }
            let Ok(salvage) = Sqlite::salvage(&from, &to, &[IssueNumber(1)]) else { continue };
            assert_eq!(Sqlite::examine(&to).unwrap().unwrap(), [""; 0], "page {page} with {with:#x}");
            if salvage.lost.is_empty() {
                let after = states(&to);
                let planned = after.get("planned").copied().unwrap_or_default();
                assert!(planned == 0 || after == before, "page {page} with {with:#x}: {after:?}");
                assert!(after.get("accepted") <= before.get("accepted"), "page {page} with {with:#x}: {after:?}");
            }
            for suffix in ["", "-wal", "-shm"] {
                let _ = fs::remove_file(folder.path().join(format!("to.sqlite3{suffix}")));
            }
        }
    }
}

#[test]
fn without_a_ledger_there_is_nothing_to_check() {
    let mailing = Mailing::new(SmtpServer::start(Script::default()), ["ada"]);
    let told = mailing.run(["ledger", "check"]) + &mailing.run(["ledger", "recover"]);
    assert_data_eq!(
        told.replace(mailing.project.root().to_str().unwrap(), "[ROOT]"),
        str![[r#"
there is no ledger yet; the first send creates `[ROOT]/.newsletter/ledger.sqlite3`
exit 0
error: there is no ledger at `[ROOT]/.newsletter/ledger.sqlite3`
hint: restore it from a backup
exit 2

"#]]
    );
}

#[test]
fn rows_found_only_in_the_write_ahead_log_are_saved_too() {
    let mailing = begun();
    let ledger = mailing.project.path(LEDGER);
    // Whoever closes the ledger last would write the log into it.
    let open = Connection::open(&ledger).unwrap();
    open.query_row("SELECT total FROM plan", [], |row| row.get::<_, u32>(0)).unwrap();
    mailing.send(["--yes", "--limit", "50"]);
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from.sqlite3"), folder.path().join("to.sqlite3"));
    fs::copy(&ledger, &from).unwrap();
    fs::copy(ledger.with_extension("sqlite3-wal"), from.with_extension("sqlite3-wal")).unwrap();
    damage(&from, pages(&ledger, "suppression", true)[0], 0xff);
    let salvage = Sqlite::salvage(&from, &to, &[]).unwrap();
    assert!(salvage.suppressions_may_be_missing, "{salvage:?}");
    assert_eq!(states(&to), [("accepted", 350), ("planned", 50)].into());
    let left: BTreeSet<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(left, ["from.sqlite3", "from.sqlite3-wal", "to.sqlite3"].map(str::to_owned).into());
}

#[test]
fn missing_rows_are_rebuilt_from_mailboxes_without_a_row() {
    let mailing = begun();
    let ledger = mailing.project.path(LEDGER);
    let sql = "DELETE FROM delivery WHERE seq IN (5, 351);
               UPDATE mailbox SET address_key = 'reader350' WHERE address_key = 'reader350@example.org';
               INSERT INTO mailbox (issue, address_key) VALUES (1, 'yan@example.org'), (1, 'zoe@example.org')";
    Connection::open(&ledger).unwrap().execute_batch(sql).unwrap();
    let to = mailing.project.path(RECOVERED);
    let salvage = Sqlite::salvage(&ledger, &to, &[]).unwrap();
    let saved =
        SalvagedDelivery { issue: IssueNumber(1), total: 400, read: 398, named: 2, in_doubt: 101, has_letter: true };
    assert_eq!(salvage.deliveries, [saved]);
    let query = "SELECT seq || ' ' || address || ': ' || text FROM delivery WHERE seq IN (5, 351) ORDER BY seq";
    let named: Vec<String> = Connection::open(&to)
        .unwrap()
        .prepare(query)
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        named,
        [
            "5 reader4@example.org: the ledger was damaged: what became of this row is lost",
            "351 yan@example.org: the ledger was damaged: what became of this row is lost",
        ]
    );
}

#[test]
fn a_ledger_that_lost_whole_tables_is_saved_without_them() {
    let mailing = begun();
    let ledger = mailing.project.path(LEDGER);
    Connection::open(&ledger).unwrap().execute_batch("DROP TABLE suppression; DROP TABLE sent").unwrap();
    let to = mailing.project.path(RECOVERED);
    let saved =
        SalvagedDelivery { issue: IssueNumber(1), total: 400, read: 400, named: 0, in_doubt: 0, has_letter: true };
    assert_eq!(
        Sqlite::salvage(&ledger, &to, &[]).unwrap(),
        SalvageReport {
            deliveries: vec![saved],
            lost: vec![],
            suppressions: 0,
            suppressions_may_be_missing: true,
            subscribers: 0,
            readers_may_be_missing: false,
        }
    );
    assert_eq!(Sqlite::examine(&to).unwrap().unwrap(), [""; 0]);
}
