//! Tests deliveries with several messages in flight on one connection.

use std::process::Stdio;

use rustix::process::Signal;
use snapbox::{assert_data_eq, str};

use crate::crash::traced;
use crate::support::{Chunking, Mailing, Script, SmtpServer, signal};

fn mailing<'a>(script: Script, subscribers: impl IntoIterator<Item = &'a str>) -> Mailing {
    let server = SmtpServer::start(script.chunking(Chunking::Yes));
    Mailing::configured(server, subscribers, "connections = 1\nmax_in_flight = 4", "retry = [\"1s\"]")
}

fn people(count: usize) -> Vec<String> {
    (10..10 + count).map(|number| format!("p{number}")).collect()
}

/// How many rows are in doubt.
fn in_doubt(mailing: &Mailing) -> usize {
    let told = mailing.run(["status", "1", "--state", "in-doubt", "--csv"]);
    told.lines().filter(|line| line.contains("@example.org")).count()
}

#[test]
fn every_recipient_has_the_outcome_of_their_own_message() {
    let subscribers =
        ["ada", "refuse-550-5.1.1", "bo", "defer-once", "refuse-dot-554", "cy", "di", "refuse-550-5.1.1+2"];
    let mailing = mailing(Script::default(), subscribers);
    let told = mailing.send(["--yes", "-q"]);
    assert_eq!(told, "exit 4\n");
    assert_eq!(mailing.accepted(), ["ada", "bo", "cy", "defer-once", "di"]);
    let refused = mailing.run(["status", "1", "--state", "refused", "--csv"]);
    let refused: Vec<_> =
        refused.lines().filter_map(|line| line.split_once("@example.org")).map(|(who, _)| who).collect();
    assert_eq!(refused, ["refuse-550-5.1.1", "refuse-dot-554", "refuse-550-5.1.1+2"]);
    let bdat = mailing.server.commands().iter().flatten().filter(|line| line.starts_with("BDAT")).count();
    // The second is the first behind another: its envelope was answered before its message would have been said.
    assert_eq!(bdat, subscribers.len(), "one each but for the second, and one more for who was deferred");
}

#[test]
fn a_connection_carries_no_more_messages_than_per_connection() {
    let server = SmtpServer::start(Script::default().chunking(Chunking::Yes));
    let settings = "connections = 1\nper_connection = 3\nmax_in_flight = 8";
    let mailing = Mailing::configured(server, ["a", "b", "c", "d", "e", "f", "g"], settings, "");
    mailing.send(["--yes"]);
    let commands = mailing.server.wait_until_idle();
    let messages = |log: &Vec<String>| log.iter().filter(|line| *line == "(message)").count();
    assert_eq!(commands.iter().map(messages).collect::<Vec<_>>(), [0, 3, 3, 1]);
    assert!(commands.iter().all(|log| log.contains(&"QUIT".to_owned())), "{commands:#?}");
}

#[test]
fn a_server_that_ends_a_connection_early_skips_no_recipient_and_leaves_no_doubt() {
    for script in [Script::default().messages_per_connection(3), Script::default()] {
        let people = people(20);
        let mailing = mailing(script, people.iter().map(String::as_str));
        assert_eq!(mailing.send(["--yes", "-q"]), "exit 0\n");
        assert_eq!(mailing.accepted(), people);
    }
}

#[test]
fn a_connection_that_breaks_leaves_at_most_what_was_under_way_in_doubt() {
    let mut people = people(20);
    people.insert(7, "drop-after-dot-kept".to_owned());
    let mailing = mailing(Script::default(), people.iter().map(String::as_str));
    assert_eq!(mailing.send(["--yes", "-q"]), "exit 4\n");
    let doubtful = in_doubt(&mailing);
    assert!((1..=4).contains(&doubtful), "{doubtful} in doubt");
    let accepted = mailing.accepted();
    // Who is in doubt may have it; who is not has it once.
    assert!(accepted.len() + doubtful > people.len(), "{accepted:?}, {doubtful} in doubt");
    assert!(accepted.windows(2).all(|two| two[0] != two[1]), "{accepted:?}");
    assert_eq!(mailing.send(["--yes", "-q"]), "exit 4\n");
    assert_eq!(mailing.accepted(), accepted, "nobody in doubt was mailed again");
}

#[test]
fn a_killed_process_leaves_at_most_what_was_under_way_in_doubt() {
    let mut people = people(20);
    people.insert(7, "stall-dot".to_owned());
    let mailing = mailing(Script::default(), people.iter().map(String::as_str));
    let mut sending = mailing.start(["--yes", "-q"]);
    mailing.server.wait_for_command("RCPT TO:<stall-dot@");
    signal(&sending, Signal::KILL);
    sending.wait().unwrap();
    let before = mailing.accepted();
    assert_eq!(mailing.send(["--yes", "-q", "--in-doubt", "skip"]), "exit 0\n");
    let accepted = mailing.accepted();
    assert!(accepted.windows(2).all(|two| two[0] != two[1]), "{accepted:?}");
    let missing = people.len() - accepted.len();
    assert!((1..=4).contains(&missing), "{missing} skipped; {before:?} then {accepted:?}");
}

#[test]
fn a_server_that_cannot_is_sent_one_message_after_the_other() {
    let server = SmtpServer::start(Script::default());
    let mailing = Mailing::configured(server, ["ada", "bo", "cy"], "connections = 1\nmax_in_flight = 4", "");
    assert_eq!(mailing.send(["--yes", "-q"]), "exit 0\n");
    assert_eq!(mailing.accepted(), ["ada", "bo", "cy"]);
    let data = mailing.server.commands().iter().flatten().filter(|line| *line == "DATA").count();
    assert_eq!(data, 3);
}

#[test]
fn a_server_that_closes_between_two_messages_is_connected_to_again() {
    let mailing = mailing(Script::default(), ["unasked-dot", "bo"]);
    // So slow that the second is not under way when the first is answered.
    assert_eq!(mailing.send(["--yes", "-q", "--rate", "2/s"]), "exit 0\n");
    assert_eq!(mailing.accepted(), ["bo", "unasked-dot"]);
    assert_eq!(mailing.server.connections(), 3, "one to try it out, one that it closed, one for the second");
}

#[test]
fn an_interrupt_while_connecting_sends_nothing() {
    let mailing = mailing(Script::default().greetings_held_after(1), ["ada", "bo"]);
    let mut sender = mailing.start(["--yes"]);
    mailing.server.wait_until(|record| record.commands.len() == 2, |_| ());
    signal(&sender, Signal::INT);
    Mailing::wait_for_words(&mut sender, "press Ctrl-C again to close the connections\n");
    mailing.server.go_on();
    assert_data_eq!(
        mailing.finish(sender),
        str![[r"
Stopped: issue 1 has been sent to 0 of 2 recipients
Recipients left: 2. To continue: newsletter send 1
exit 5

"]]
    );
    assert_eq!(mailing.begun(), 0);
}

#[test]
fn on_interrupt_pending_replies_are_read_and_no_further_command_is_sent() {
    let server = SmtpServer::start(Script::default().chunking(Chunking::Yes));
    let people = ["wait-dot", "bo", "cy", "di"];
    let mailing = Mailing::configured(server, people, "connections = 1\nmax_in_flight = 2", "");
    let mut sender = mailing.start(["--yes"]);
    mailing.server.wait_for_command("(message)");
    signal(&sender, Signal::INT);
    Mailing::wait_for_words(&mut sender, "press Ctrl-C again to close the connections\n");
    mailing.server.go_on();
    assert_data_eq!(
        mailing.finish(sender),
        str![[r"
Stopped: issue 1 has been sent to 2 of 4 recipients
Recipients left: 2. To continue: newsletter send 1
exit 5

"]]
    );
    assert_eq!(mailing.accepted(), ["bo", "wait-dot"]);
}

#[test]
#[ignore = "needs strace; ./check runs it"]
fn a_failing_transmit_log_stops_the_run_and_leaves_no_doubt_with_several_in_flight() {
    let people = people(30);
    let mailing = mailing(Script::default(), people.iter().map(String::as_str));
    let tally = mailing.project.path(".newsletter/ledger.sqlite3.001.tally");
    let fails = ["-P", tally.to_str().unwrap(), "-e", "trace=pwrite64", "-e", "inject=pwrite64:error=ENOSPC:when=20+"];
    let mut sender = traced(&mailing.project.command(["send", "1", "--yes"]), fails);
    let said = sender.stderr(Stdio::piped()).output().expect("strace is missing; run ./check").stderr;
    let said = String::from_utf8(said).unwrap();
    let sent = mailing.accepted().len();
    assert!((1..30).contains(&sent), "{said}");
    assert_data_eq!(
        said.split_once("Stopped: ").unwrap().1.replace(&format!("sent to {sent} of"), "sent to [SENT] of"),
        str![[r#"
cannot write to the transmit log `[..]/.newsletter/ledger.sqlite3.001.tally`: No space left on device (os error 28)
Issue 1 has been sent to [SENT] of 30 recipients
Recipients left: [..]. To continue: newsletter send 1

"#]]
    );
    assert_eq!(mailing.send(["--yes", "-q"]), "exit 0\n");
    assert_eq!(mailing.accepted(), people);
}
