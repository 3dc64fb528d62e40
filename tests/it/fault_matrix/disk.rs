//! Tests rows 27 to 32: a failing disk, and ledgers that are damaged, lost, outdated, busy or on a
//! network.

use std::fs;
use std::process::Stdio;

use snapbox::{assert_data_eq, str};

use super::{after, ledger, mailing, sent};
use crate::crash::traced;
use crate::support::{Mailing, Output, Script, SmtpServer};

const LEDGER: &str = ".newsletter/ledger.sqlite3";

/// A send whose system calls on `file`, when one is named, go wrong as strace(1) is told.
fn injected(mailing: &Mailing, calls: &str, file: Option<&str>, injection: &str) -> String {
    let command = mailing.project.command(["send", "1", "--yes"]);
    let (trace, inject) = (format!("trace={calls}"), format!("inject={calls}:{injection}"));
    let mut options = vec!["-o", "/dev/null", "-e", &trace, "-e", &inject];
    let path = file.map(|file| mailing.project.path(".newsletter").join(file));
    options.extend(path.iter().flat_map(|path| ["-P", path.to_str().unwrap()]));
    let output = traced(&command, options).stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap_or(-1);
    let root = mailing.project.root().to_str().unwrap();
    let stderr = text(output.stderr).replace(root, "[ROOT]");
    after(mailing, &Output { code, stdout: text(output.stdout), stderr })
}

/// A newsletter for three hundred people over one connection, of whom one has it.
fn large() -> Mailing {
    let locals: Vec<_> = (0..300).map(|number| format!("reader{number}")).collect();
    let server = SmtpServer::start(Script::default());
    let mailing = Mailing::configured(server, locals.iter().map(String::as_str), "connections = 1", "");
    mailing.send(["--yes", "--limit", "1"]);
    mailing
}

/// Goes on, and holds the guarantee against what came of it all: at most one was in doubt.
fn assert_no_recipient_is_lost(mailing: &Mailing) {
    let told = mailing.send(["--yes", "-q"]);
    assert!(told.ends_with("exit 0\n") || told.ends_with("exit 4\n"), "{told}");
    let mut copies = mailing.server.accepted_recipients();
    let accepted = copies.len();
    copies.dedup();
    assert_eq!(copies.len(), accepted, "nobody twice");
    let status = mailing.run(["status", "1", "--state", "accepted,in-doubt"]);
    assert_eq!(status.lines().count() - 1, 300, "{status}");
    let in_doubt =
        mailing.run(["status", "1", "--state", "in-doubt"]).lines().filter(|line| line.contains('@')).count();
    assert!(in_doubt <= 1, "{in_doubt} in doubt");
}

#[test]
#[ignore = "needs strace; ./check runs it"]
fn row_27_a_disk_that_is_full_from_the_beginning_sends_nothing() {
    let mailing = mailing(Script::default(), &["ada", "bo"]);
    assert_data_eq!(
        injected(&mailing, "pwrite64", None, "error=ENOSPC"),
        str![[r#"
error: no space left for the ledger `[ROOT]/.newsletter/ledger.sqlite3`: database or disk is full; nothing was sent
exit 6
no ledger

"#]]
    );
    assert_eq!(mailing.begun(), 0);
}

/// Hides how many of 300 got the issue and how many are left, which must be all of them together: whether the next row
/// is at hand when a message is accepted decides how much is written until then.
fn without_counts(said: &str) -> String {
    let number_after = |words: &str| -> Option<u32> {
        let (_, rest) = said.split_once(words)?;
        rest.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
    };
    let (Some(sent), Some(left)) = (number_after("has been sent to "), number_after("Recipients left: ")) else {
        return said.to_owned();
    };
    assert_eq!(sent + left, 300, "{said}");
    let said = said.replace(&format!("sent to {sent} of"), "sent to [SENT] of");
    said.replace(&format!("left: {left}."), "left: [LEFT].")
}

#[test]
#[ignore = "needs strace; ./check runs it"]
fn row_27_a_disk_that_fills_up_stops_the_run_before_anybody_is_lost_track_of() {
    let told = ["ledger.sqlite3-wal", "ledger.sqlite3.001.tally"].map(|file| {
        let mailing = large();
        let told = injected(&mailing, "pwrite64", Some(file), "error=ENOSPC:when=5+");
        let (said, _) = told.split_once("accepted: ").unwrap_or_else(|| panic!("{told}"));
        assert_no_recipient_is_lost(&mailing);
        without_counts(said)
    });
    assert_data_eq!(
        told.join("\n"),
        str![[r#"
Issue 1 · First things
1 sent, 299 left
error: stopped: cannot write to the ledger: database or disk is full
hint: everything sent so far is recorded in the ledger
hint: continue with `newsletter send 1`
exit 5

Issue 1 · First things
1 sent, 299 left
Stopped: cannot write to the transmit log `[ROOT]/.newsletter/ledger.sqlite3.001.tally`: No space left on device (os error 28)
Issue 1 has been sent to [SENT] of 300 recipients
Recipients left: [LEFT]. To continue: newsletter send 1
exit 5

"#]]
    );
}

#[test]
#[ignore = "needs strace; ./check runs it"]
fn row_28_a_sync_that_fails_stops_the_run_and_is_not_tried_again() {
    let mailing = large();
    let told = injected(&mailing, "fsync,fdatasync", Some("ledger.sqlite3-wal"), "error=EIO:when=3+");
    let (said, _) = told.split_once("exit 5\n").unwrap_or_else(|| panic!("{told}"));
    assert_data_eq!(
        said,
        str![[r#"
Issue 1 · First things
1 sent, 299 left
error: stopped: cannot write to the ledger: disk I/O error
hint: everything sent so far is recorded in the ledger
hint: continue with `newsletter send 1`

"#]]
    );
    assert_no_recipient_is_lost(&mailing);
}

#[test]
fn row_29_a_damaged_ledger_is_refused_and_left_alone() {
    let half_sent = || {
        let mailing = mailing(Script::default(), &["ada", "bo"]);
        mailing.send(["--yes", "--limit", "1"]);
        mailing
    };
    let refusal = |damaged: fn(&mut Vec<u8>)| {
        let mailing = half_sent();
        let path = mailing.project.path(LEDGER);
        let mut bytes = fs::read(&path).unwrap();
        damaged(&mut bytes);
        fs::write(&path, &bytes).unwrap();
        let output = mailing.project.run(["send", "1", "--yes"]);
        assert_eq!(mailing.server.count_accepted(), 1);
        mailing.told(&output)
    };
    let half = refusal(|bytes| bytes.truncate(bytes.len() / 2));
    let nothing = refusal(Vec::clear);
    let another_file = refusal(|bytes| *bytes = "Dear diary, ".repeat(500).into_bytes());
    let a_page = refusal(|bytes| bytes[4096..4196].fill(0xff));
    let all = [half, nothing, another_file, a_page].join("\n");
    assert_data_eq!(
        all,
        str![[r#"
error: the ledger `[ROOT]/.newsletter/ledger.sqlite3` is damaged (`newsletter ledger recover` copies what can be read): database disk image is malformed; nothing was sent
exit 6

error: `issues/001.sent` records that issue 1 was sent on YYYY-MM-DD to 1 of 2, but the ledger has no record of it
hint: restore `.newsletter/ledger.sqlite3`, the ledger of that send, from the machine that sent or from a backup
hint: delete `issues/001.sent` only if every subscriber should get this issue again
exit 6

error: `[ROOT]/.newsletter/ledger.sqlite3` is not a ledger: file is not a database; nothing was sent
exit 6

error: the ledger `[ROOT]/.newsletter/ledger.sqlite3` is damaged (`newsletter ledger recover` copies what can be read): *** in database main ***
Tree 2 page 2: btreeInitPage() returns error code 11; nothing was sent
exit 6

"#]]
    );
}

#[test]
fn row_30_a_lost_ledger_sends_no_second_copies() {
    let mailing = mailing(Script::default(), &["ada", "bo"]);
    mailing.send(["--yes"]);
    fs::remove_dir_all(mailing.project.path(".newsletter")).unwrap();
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
error: `issues/001.sent` records that issue 1 was sent on YYYY-MM-DD to 2 of 2, but the ledger has no record of it
hint: restore `.newsletter/ledger.sqlite3`, the ledger of that send, from the machine that sent or from a backup
hint: delete `issues/001.sent` only if every subscriber should get this issue again
exit 6
no ledger

"#]]
    );
    assert_eq!(mailing.server.count_accepted(), 2);
}

#[test]
fn row_30_an_outdated_ledger_sends_no_second_copies() {
    let mailing = mailing(Script::default(), &["ada", "bo"]);
    mailing.send(["--yes", "--limit", "1"]);
    let old = fs::read(mailing.project.path(LEDGER)).unwrap();
    mailing.send(["--yes"]);
    for name in ["ledger.sqlite3-wal", "ledger.sqlite3-shm"] {
        let _ = fs::remove_file(mailing.project.path(".newsletter").join(name));
    }
    fs::write(mailing.project.path(LEDGER), old).unwrap();
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
error: `issues/001.sent` records that issue 1 was sent on YYYY-MM-DD to 2 of 2, but the ledger records only 1
hint: restore `.newsletter/ledger.sqlite3`, the ledger of that send, from the machine that sent or from a backup
hint: delete `issues/001.sent` only if every subscriber should get this issue again
exit 6
accepted: ada
planned: bo

"#]]
    );
    assert_eq!(mailing.server.count_accepted(), 2);
}

#[test]
fn row_31_a_ledger_that_another_program_keeps_busy_is_waited_for_and_left() {
    let mailing = mailing(Script::default(), &["ada", "bo"]);
    mailing.send(["--yes", "--limit", "1"]);
    let other = rusqlite::Connection::open(mailing.project.path(LEDGER)).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let output = mailing.project.run(["send", "1", "--yes"]);
    other.execute_batch("ROLLBACK").unwrap();
    assert_data_eq!(
        mailing.told(&output) + &ledger(&mailing.project),
        str![[r#"
Issue 1 · First things
1 sent, 1 left
error: another program has kept the ledger `[ROOT]/.newsletter/ledger.sqlite3` busy for 5 seconds: database is locked; nothing was sent
exit 6
accepted: ada
planned: bo

"#]]
    );
}

#[test]
#[ignore = "needs strace; ./check runs it"]
fn row_32_a_ledger_on_a_network_file_system_is_refused() {
    let mailing = mailing(Script::default(), &["ada"]);
    // What statfs(2) answers, changed to the kind of NFS.
    assert_data_eq!(
        injected(&mailing, "statfs,fstatfs", None, "poke_exit=@arg2=6969000000000000"),
        str![[r#"
error: the ledger `[ROOT]/.newsletter/ledger.sqlite3` is on a network file system (NFS), where locks and syncs are unreliable; set `path` under `[ledger]` to a local disk; nothing was sent
exit 6
no ledger

"#]]
    );
    assert_eq!(mailing.server.connections(), 0);
}
