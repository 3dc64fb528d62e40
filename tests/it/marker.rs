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
    let mailing = mailing();
    mailing.project.write("issues/001.sent", "plan = 7\n");
    let output = mailing.project.run(["send", "1", "--yes"]);
    assert_eq!(output.code, 6);
    assert_data_eq!(
        last_lines(&output.stderr),
        str!["error: `[ROOT]/issues/001.sent` is damaged; restore it from the repository; nothing was sent"]
    );
    assert_eq!(mailing.server.connections(), 0);
}
