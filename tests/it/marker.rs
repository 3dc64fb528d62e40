//! The marker beside an issue: a ledger that is lost or old sends nobody a second copy.

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
        str![[r#"
# Written by `newsletter send`. Commit it with the issue: it keeps a second `send` from mailing everybody again when the
# ledger is lost or restored from an old copy.
plan = "[..]"
started = "[..]"
letter = "[..]"
accepted = 3
total = 3

"#]]
    );
    fs::remove_dir_all(mailing.project.path(".newsletter")).unwrap();
    let connections = mailing.server.connections();
    let output = mailing.project.run(["send", "1", "--yes"]);
    assert_eq!(output.code, 6);
    assert_data_eq!(
        last_lines(&output.stderr),
        str![[r#"
error: issue 1 was sent on [..] to 3 of 3, says `issues/001.sent`, but the ledger knows nothing of it
hint: bring back the ledger of that send: `.newsletter/ledger.sqlite3`, from the machine that sent or from its backup
hint: only if nobody is to be spared a second copy: delete `issues/001.sent`
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
error: issue 1 was sent on [..] to 3 of 3, says `issues/001.sent`, but the ledger knows of only 1
hint: bring back the ledger of that send: `.newsletter/ledger.sqlite3`, from the machine that sent or from its backup
hint: only if nobody is to be spared a second copy: delete `issues/001.sent`
"#]]
    );
    assert_eq!(mailing.server.accepted().len(), 3);
}

#[test]
fn a_damaged_marker_is_no_reason_to_send() {
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
        str!["error: cannot read `[ROOT]/issues/001.sent`: Is a directory (os error 21); nothing was sent"]
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
error: issue 1 was sent on [..] to 1 of 3, says `issues/001.sent`, but the ledger knows another delivery
hint: bring back the ledger of that send: `.newsletter/ledger.sqlite3`, from the machine that sent or from its backup
hint: only if nobody is to be spared a second copy: delete `issues/001.sent`
"#]]
    );
}
