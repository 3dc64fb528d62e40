//! Tests the `.sent` file beside an issue: a lost or outdated ledger sends no second copies.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

use std::fs;

use snapbox::{assert_data_eq, str};

use crate::support::{Mailing, Script, SmtpServer};

fn mailing() -> Mailing {
    Mailing::new(SmtpServer::start(Script::default()), ["ada", "bo", "cy"])
}

fn last_lines(told: &str) -> String {
    let lines: Vec<_> = told.lines().filter(|line| line.starts_with("error") || line.starts_with("hint")).collect();
    lines.join("\n")
}

#[test]
fn a_lost_ledger_sends_nothing_again() {
    let mailing = mailing();
    mailing.send(["--yes"]);
    assert_data_eq!(
        mailing.project.read("issues/001.sent"),
        str![[r##"
# Written by `newsletter send`. Commit it with the issue: it keeps a second `send` from mailing every subscriber again when
# the ledger is lost or restored from an old copy.
plan = "[..]"
started = "[..]"
letter = "[..]"
accepted = 3
total = 3
key = "[..]"
pages = ["1-first-things"]

"##]]
    );
    fs::remove_dir_all(mailing.project.path(".newsletter")).unwrap();
    let connections = mailing.server.connections();
    let output = mailing.project.run(["send", "1", "--yes"]);
    assert_eq!(output.code, 6);
    assert_data_eq!(
        last_lines(&output.stderr),
        str![[r#"
error: `issues/001.sent` records that issue 1 was sent on [..] to 3 of 3, but the ledger has no record of it
hint: restore `.newsletter/ledger.sqlite3`, the ledger of that send, from the machine that sent or from a backup
hint: delete `issues/001.sent` only if every subscriber should get this issue again
"#]]
    );
    assert_eq!(mailing.server.connections(), connections);
    fs::remove_file(mailing.project.path("issues/001.sent")).unwrap();
    assert_eq!(mailing.project.run(["send", "1", "--yes"]).code, 0);
}

#[test]
fn an_old_copy_of_the_ledger_sends_nothing_again() {
    let mailing = mailing();
    mailing.send(["--yes", "--limit", "1"]);
    let ledger = mailing.project.path(".newsletter/ledger.sqlite3");
    let old = fs::read(&ledger).unwrap();
    mailing.send(["--yes"]);
    assert_eq!(mailing.server.accepted().len(), 3);
    for name in ["ledger.sqlite3-wal", "ledger.sqlite3-shm"] {
        let _ = fs::remove_file(mailing.project.path(&format!(".newsletter/{name}")));
    }
    fs::write(&ledger, old).unwrap();
    let output = mailing.project.run(["send", "1", "--yes"]);
    assert_eq!(output.code, 6);
    assert_data_eq!(
        last_lines(&output.stderr),
        str![[r#"
error: `issues/001.sent` records that issue 1 was sent on [..] to 3 of 3, but the ledger records only 1
hint: restore `.newsletter/ledger.sqlite3`, the ledger of that send, from the machine that sent or from a backup
hint: delete `issues/001.sent` only if every subscriber should get this issue again
"#]]
    );
    assert_eq!(mailing.server.accepted().len(), 3);
}

#[test]
fn a_copy_of_the_ledger_with_every_row_being_transmitted_sends_nothing_again() {
    let mailing = mailing();
    mailing.send(["--yes"]);
    let ledger = rusqlite::Connection::open(mailing.project.path(".newsletter/ledger.sqlite3")).unwrap();
    ledger.execute_batch("UPDATE delivery SET state = 1").unwrap();
    drop(ledger);
    let output = mailing.project.run(["send", "1", "--yes"]);
    assert_eq!(output.code, 6);
    assert_data_eq!(
        last_lines(&output.stderr),
        str![[r#"
error: `issues/001.sent` records that issue 1 was sent on [..] to 3 of 3, but the ledger records only 0
hint: restore `.newsletter/ledger.sqlite3`, the ledger of that send, from the machine that sent or from a backup
hint: delete `issues/001.sent` only if every subscriber should get this issue again
"#]]
    );
    assert_eq!(mailing.server.accepted().len(), 3);
}

#[test]
fn a_damaged_marker_sends_nothing() {
    let marker = |started| format!("plan = 'p'\nstarted = '{started}'\nletter = 'l'\naccepted = 0\ntotal = 3\n");
    for damaged in ["plan = 7\n".to_owned(), marker("some day")] {
        let mailing = mailing();
        mailing.project.write("issues/001.sent", damaged);
        let output = mailing.project.run(["send", "1", "--yes"]);
        assert_eq!(output.code, 6);
        assert_data_eq!(
            last_lines(&output.stderr),
            str!["error: `[ROOT]/issues/001.sent` is damaged; restore it from the repository; nothing was sent"]
        );
        assert_eq!(mailing.server.connections(), 0);
    }
}

#[test]
fn a_marker_that_cannot_be_read_is_no_reason_to_send() {
    let mailing = mailing();
    fs::create_dir(mailing.project.path("issues/001.sent")).unwrap();
    let output = mailing.project.run(["send", "1", "--yes"]);
    assert_eq!(output.code, 6);
    assert_data_eq!(
        last_lines(&output.stderr),
        str!["error: cannot read `[ROOT]/issues/001.sent`: it is a folder, not a file; nothing was sent"]
    );
    assert_eq!(mailing.server.connections(), 0);
}

#[test]
fn the_ledger_of_another_delivery_sends_nothing_again() {
    let (mailing, other) = (mailing(), mailing());
    mailing.send(["--yes"]);
    other.send(["--yes", "--limit", "1"]);
    // Two machines began the same issue, and the repository has the marker of one of them.
    mailing.project.write("issues/001.sent", other.project.read("issues/001.sent"));
    mailing.project.write("subscribers.csv", "email\nada@example.org\n");
    let output = mailing.project.run(["send", "1", "--yes"]);
    assert_eq!(output.code, 6);
    assert_data_eq!(
        last_lines(&output.stderr),
        str![[r#"
error: `issues/001.sent` records that issue 1 was sent on [..] to 1 of 3, but the ledger records a different delivery
hint: restore `.newsletter/ledger.sqlite3`, the ledger of that send, from the machine that sent or from a backup
hint: delete `issues/001.sent` only if every subscriber should get this issue again
"#]]
    );
}
