//! Tests several senders on one PostgreSQL: they share the rows, and under any failure no recipient
//! is mailed twice or lost.

mod senders;
mod session;

use std::fs;

use rustix::process::Signal;
use snapbox::{assert_data_eq, str};

use crate::crash::{Aftermath, judge};
use crate::support::{Chunking, Mailing, Postgres, Script, SmtpServer, signal};

/// A newsletter for `people` whose ledger is on `server`, and the journal of its mail server.
pub(crate) fn mailing(server: &Postgres, people: usize, rate: &str) -> (Mailing, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mail = SmtpServer::start(Script::default().journal(folder.path().join("journal")));
    let locals: Vec<_> = (0..people).map(|number| format!("reader{number}")).collect();
    let mailing = Mailing::configured(mail, locals.iter().map(String::as_str), "connections = 2", "");
    let ledger = format!("rate = \"{rate}\"\n\n[ledger]\nurl = \"{}\"\nlease = \"1s\"\n", server.url());
    let config = mailing.project.read("newsletter.toml");
    mailing.project.write("newsletter.toml", format!("{config}{ledger}"));
    (mailing, folder)
}

/// Holds what became of everybody against the server's journal; at most `bound` may be in doubt.
pub(crate) fn judged(mailing: &Mailing, journal: &tempfile::TempDir, people: usize, bound: usize) -> usize {
    mailing.server.wait_until_idle();
    let journal = fs::read_to_string(journal.path().join("journal")).unwrap_or_default();
    let aftermath = Aftermath::read(&mailing.project, &journal);
    judge(&aftermath, people, bound, false);
    aftermath.in_doubt.len()
}

/// How many `told` says were accepted in that run.
fn from_here(told: &str) -> usize {
    let (before, _) = told.split_once(" from this machine)").unwrap();
    before.rsplit_once('(').unwrap().1.parse().unwrap()
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn two_senders_share_the_rows() {
    let server = Postgres::start();
    let (mailing, journal) = mailing(&server, 60, "20/s");
    let senders = [mailing.start(["--yes"]), mailing.start(["--yes"])];
    let told = senders.map(|sender| mailing.finish(sender));
    for told in &told {
        assert!(told.contains("\nSent issue 1 to 60 of 60 recipients ("), "{told}");
        assert!(told.ends_with("exit 0\n"), "{told}");
    }
    let [one, other] = told.map(|told| from_here(&told));
    assert!(one > 0 && other > 0 && one + other == 60, "{one} and {other}");
    assert_eq!(judged(&mailing, &journal, 60, 0), 0);
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
Nothing left to do: 60 sent
exit 0

"]]
    );
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_sender_at_work_is_seen_and_joined() {
    let server = Postgres::start();
    let (mailing, journal) = mailing(&server, 40, "10/s");
    let first = mailing.start(["--yes"]);
    mailing.server.wait_for_accepted(3);
    let status = mailing.run(["status"]).replace(&first.id().to_string(), "[PID]");
    assert_data_eq!(
        status,
        str![[r"
a send is running: pid [PID] on [..], issue 1, since YYYY-MM-DD hh:mm:ss UTC
No  Started     State    Sent  Refused  In doubt  Title
1   YYYY-MM-DD  running  [..]/40  -        -         First things
exit 0

"]]
    );
    let joined = mailing.send(["--yes"]);
    assert!(joined.contains(" from this machine)") && joined.ends_with("exit 0\n"), "{joined}");
    assert!(mailing.finish(first).ends_with("exit 0\n"));
    assert_eq!(judged(&mailing, &journal, 40, 0), 0);
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_database_that_stays_away_ends_the_run_and_the_next_goes_on() {
    let mut server = Postgres::start();
    let (mailing, journal) = mailing(&server, 40, "20/s");
    let sender = mailing.start(["--yes", "--wait", "2s"]);
    mailing.server.wait_for_accepted(5);
    server.kill();
    let told = mailing.finish(sender);
    let (_, end) = told.split_once("error: ").unwrap();
    assert_data_eq!(
        end,
        str![[r"
stopped: cannot reach the ledger in `[..]/weekly`: error [..]
hint: everything sent so far is recorded in the ledger
hint: continue with `newsletter send 1`
exit 5

"]]
    );
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
error: cannot reach the ledger in `[..]/weekly`: error connecting to server: [..]; nothing was sent
exit 5

"]]
    );
    server.run();
    let told = mailing.send(["--yes", "-q"]);
    assert!(told.ends_with("exit 0\n") || told.ends_with("exit 4\n"), "{told}");
    judged(&mailing, &journal, 40, 2);
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_database_that_comes_back_is_waited_for() {
    let mut server = Postgres::start();
    let (mailing, journal) = mailing(&server, 40, "20/s");
    let sender = mailing.start(["--yes"]);
    mailing.server.wait_for_accepted(5);
    server.kill();
    server.run();
    let told = mailing.finish(sender);
    assert!(told.contains("trying again in") && told.ends_with("exit 0\n"), "{told}");
    assert_eq!(judged(&mailing, &journal, 40, 0), 0, "it is all known, because its own sender lived");
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn an_interrupt_ends_the_wait_for_the_database() {
    let mut server = Postgres::start();
    let (mailing, journal) = mailing(&server, 40, "20/s");
    let mut sender = mailing.start(["--yes"]);
    mailing.server.wait_for_accepted(5);
    server.kill();
    Mailing::wait_for_words(&mut sender, "trying again in");
    signal(&sender, Signal::INT);
    let told = mailing.finish(sender);
    let (_, end) = told.split_once("error: ").unwrap();
    assert_data_eq!(
        end,
        str![[r"
stopped: cannot reach the ledger in `[..]/weekly`: error [..]
hint: everything sent so far is recorded in the ledger
hint: continue with `newsletter send 1`
exit 5

"]]
    );
    server.run();
    mailing.send(["--yes", "-q"]);
    judged(&mailing, &journal, 40, 2);
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_recipient_suppressed_while_leased_gets_nothing() {
    let server = Postgres::start();
    let mail = SmtpServer::start(Script::default().chunking(Chunking::Yes));
    let lines = format!("connections = 1\nmax_in_flight = 4\nrate = \"2/s\"\n\n[ledger]\nurl = \"{}\"", server.url());
    let mailing = Mailing::configured(mail, ["wait-dot", "bo", "cy"], &lines, "");
    let sender = mailing.start(["--yes", "-q"]);
    mailing.server.wait_for_command("(message)");
    // Before the pace lets Bo's message go.
    mailing.run(["suppress", "bo@example.org"]);
    mailing.server.go_on();
    assert_eq!(mailing.finish(sender), "exit 0\n");
    assert_eq!(mailing.accepted(), ["cy", "wait-dot"]);
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_machine_with_another_key_does_not_join() {
    let server = Postgres::start();
    let (mailing, _journal) = mailing(&server, 3, "20/s");
    mailing.send(["--yes", "--limit", "1"]);
    mailing.project.write(".newsletter/unsubscribe.key", "another key, long enough to be a key of links\n");
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
error: the unsubscribe key has changed: with a new key, the unsubscribe links in the mail of issue 1 and earlier would stop working
hint: restore `.newsletter/unsubscribe.key` from the machine that sent or from a backup
hint: if `list_id` was changed, or the `name` that it is derived from, change it back: every link depends on it
hint: if the key is lost for good, `newsletter send N --allow-new-key` sends with a new one; the unsubscribe links in earlier mail will then stop working
exit 6

"]]
    );
}
