//! Tests ledgers whose files are removed, moved or replaced during a send, by people, `git clean`
//! or a program that synchronizes folders.
//!
//! Whatever it is: no second sender gets in, the first one notices before its next batch and ends, and what it knew is there
//! for the next run. Everybody gets the issue once.

use std::fs;
use std::process::{Child, Command};

use snapbox::{assert_data_eq, str};

use crate::support::{Mailing, Script, SmtpServer};

/// Somebody whose message the server holds back until the test says so, and others before and after.
const PEOPLE: [&str; 6] = ["ada", "wait-dot", "bo", "cy", "di", "ed"];

/// A delivery over one connection that has come to the one who waits.
fn begun() -> (Mailing, Child) {
    let server = SmtpServer::start(Script::default());
    let mailing = Mailing::configured(server, PEOPLE, "connections = 1", "");
    mailing.project.write(".gitignore", ".newsletter/\noutbox/\nsubscribers.csv\n");
    run(&mailing, "git init -q && git add . && git -c user.name=t -c user.email=t@example.org commit -qm begin");
    let first = mailing.start(["--yes"]);
    mailing.server.wait_until(|record| record.accepted.len() == 2, |_| ());
    (mailing, first)
}

fn run(mailing: &Mailing, script: &str) {
    let mut shell = Command::new("sh");
    let done = shell.args(["-ec", script]).current_dir(mailing.project.root()).status().unwrap();
    assert!(done.success(), "{script}");
}

/// Sends until a run comes to its end, as the messages say; everybody has it once then.
fn ends_well(mailing: &Mailing, first: Child, told: &str) {
    mailing.server.go_on();
    let ended = mailing.finish(first);
    assert!(ended.ends_with(told), "{ended}");
    let told = mailing.send(["--yes"]);
    assert!(told.ends_with("exit 0\n"), "{ended}{told}");
    let mut people = PEOPLE;
    people.sort_unstable();
    assert_eq!(mailing.accepted(), people, "{ended}{told}");
}

const IN_THE_WAY_OF_NOBODY: [&str; 5] = [
    "rm .newsletter/ledger.sqlite3.lock",
    "mv .newsletter/ledger.sqlite3.lock away",
    "cp .newsletter/ledger.sqlite3.lock copy; mv copy .newsletter/ledger.sqlite3.lock",
    "rm .newsletter/ledger.sqlite3.lock; echo > .newsletter/ledger.sqlite3.lock",
    "chmod 000 .newsletter/ledger.sqlite3.lock",
];

#[test]
#[ignore = "needs git; ./check runs it"]
fn without_its_lock_file_a_delivery_goes_on_alone() {
    for script in IN_THE_WAY_OF_NOBODY {
        let (mailing, first) = begun();
        run(&mailing, script);
        let second = mailing.project.run(["send", "1", "--yes"]);
        assert_eq!(second.code, 6, "{script}: {second:?}");
        assert!(second.stderr.starts_with("error: another send is running: "), "{script}: {second:?}");
        ends_well(&mailing, first, "Sent issue 1 to 6 of 6 recipients\nexit 0\n");
    }
}

/// What takes the ledger away, wholly or in part.
const REMOVALS: [&str; 9] = [
    "rm .newsletter/ledger.sqlite3",
    "rm .newsletter/ledger.sqlite3 .newsletter/ledger.sqlite3.lock",
    "rm .newsletter/ledger.sqlite3*",
    "rm -r .newsletter",
    "mv .newsletter away",
    "git clean -fdXq",
    "git clean -fdxq -e subscribers.csv",
    "rm .newsletter/ledger.sqlite3-wal",
    "rm .newsletter/ledger.sqlite3-shm",
];

#[test]
#[ignore = "needs git; ./check runs it"]
fn a_ledger_that_is_removed_ends_the_delivery_and_is_put_back() {
    for script in REMOVALS {
        let (mailing, first) = begun();
        let list = mailing.project.read("subscribers.csv");
        let key = fs::read(mailing.project.path(".newsletter/unsubscribe.key")).unwrap();
        run(&mailing, script);
        mailing.project.write("subscribers.csv", list);
        let second = mailing.project.run(["send", "1", "--yes"]);
        assert_eq!(second.code, 6, "{script}: {second:?}");
        assert!(second.stderr.starts_with("error: another send is running: "), "{script}: {second:?}");
        // It is not the key that this is about.
        mailing.project.write(".newsletter/unsubscribe.key", key);
        run(&mailing, "chmod 600 .newsletter/unsubscribe.key");
        ends_well(&mailing, first, ". To continue: newsletter send 1\nexit 5\n");
    }
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn a_delivery_whose_ledger_was_removed_says_what_happened() {
    let (mailing, first) = begun();
    run(&mailing, "rm .newsletter/ledger.sqlite3");
    mailing.server.go_on();
    let told = mailing.finish(first).replace(mailing.project.root().to_str().unwrap(), "[ROOT]");
    assert_data_eq!(
        told.split_once("1 connection\n").unwrap().1,
        str![[r#"
warning: the ledger was removed during the delivery: `[ROOT]/.newsletter/ledger.sqlite3`
It was restored with everything this run did: `.newsletter/ledger.sqlite3`
Stopped: the ledger was removed during the delivery: `[ROOT]/.newsletter/ledger.sqlite3`
Issue 1 has been sent to [..] of 6 recipients
Recipients left: [..]. To continue: newsletter send 1
exit 5

"#]]
    );
}

#[test]
fn before_the_first_message_no_recipient_is_marked() {
    let mailing = Mailing::configured(SmtpServer::start(Script::default()), PEOPLE, "connections = 1", "hold = \"1s\"");
    let mut first = mailing.start(["--yes"]);
    Mailing::wait_for_words(&mut first, "press Ctrl-C to cancel\n");
    run(&mailing, "rm -r .newsletter");
    let told = mailing.finish(first);
    assert!(
        told.ends_with(
            "Issue 1 has been sent to 0 of 6 recipients\nRecipients left: 6. To continue: newsletter send 1\nexit 5\n"
        ),
        "{told}"
    );
    assert_eq!(mailing.begun(), 0);
}

#[test]
fn a_send_that_another_ledger_recorded_meanwhile_does_not_begin() {
    let mailing = Mailing::configured(SmtpServer::start(Script::default()), PEOPLE, "connections = 1", "hold = \"1s\"");
    let mut first = mailing.start(["--yes"]);
    Mailing::wait_for_words(&mut first, "press Ctrl-C to cancel\n");
    mailing.project.write(
        "issues/001.sent",
        "plan = \"00\"\nstarted = \"2026-11-20T12:00:00+00:00\"\nletter = \"\"\naccepted = 5\ntotal = 6\n",
    );
    let told = mailing.finish(first);
    let refused = "\
error: `issues/001.sent` records that issue 1 was sent on YYYY-MM-DD to 5 of 6, but the ledger records a different delivery
hint: restore `.newsletter/ledger.sqlite3`, the ledger of that send, from the machine that sent or from a backup
hint: delete `issues/001.sent` only if every subscriber should get this issue again
exit 6
";
    assert_eq!(told, refused);
    assert_eq!(mailing.begun(), 0);
}

/// What puts another file in the place of the ledger.
const REPLACEMENTS: [&str; 4] = [
    "cp .newsletter/ledger.sqlite3 copy; mv copy .newsletter/ledger.sqlite3",
    "mv .newsletter/ledger.sqlite3 away; echo > .newsletter/ledger.sqlite3",
    "cp -r .newsletter copy; rm -r .newsletter; mv copy .newsletter",
    "rm .newsletter/ledger.sqlite3*; sqlite=.newsletter/ledger.sqlite3; : > $sqlite",
];

#[test]
#[ignore = "needs git; ./check runs it"]
fn a_ledger_that_is_replaced_ends_the_delivery_and_the_other_one_sends_nothing() {
    for script in REPLACEMENTS {
        let (mailing, first) = begun();
        run(&mailing, script);
        let second = mailing.project.run(["send", "1", "--yes"]);
        assert_eq!(second.code, 6, "{script}: {second:?}");
        mailing.server.go_on();
        let told = mailing.finish(first);
        assert!(told.ends_with(". To continue: newsletter send 1\nexit 5\n"), "{script}: {told}");
        let third = mailing.project.run(["send", "1", "--yes"]);
        assert_eq!(third.code, 6, "{script}: {third:?}");
        // One more may have been handed out before anybody noticed.
        assert!((2..=3).contains(&mailing.accepted().len()), "{script}: {told}");
        let command =
            told.lines().find(|line| line.starts_with("rm -f ")).unwrap_or_else(|| panic!("{script}: {told}"));
        run(&mailing, command);
        let told = mailing.send(["--yes"]);
        assert!(told.ends_with("Sent issue 1 to 6 of 6 recipients\nexit 0\n"), "{script}: {told}");
        assert_eq!(mailing.accepted().len(), 6, "{script}");
    }
}
