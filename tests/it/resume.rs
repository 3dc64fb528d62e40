//! Tests deliveries that did not finish: the same command continues them.

mod doubt;
mod edit;

use std::fs::File;
use std::os::unix::fs::FileExt;

use rustix::process::Signal;
use snapbox::{assert_data_eq, str};

use crate::crash::traced;
use crate::support::{Mailing, Script, SmtpServer, after_summary, signal};

fn accepting() -> SmtpServer {
    SmtpServer::start(Script::default())
}

#[test]
fn the_same_command_continues() {
    let mailing = Mailing::new(accepting(), ["ada", "bo", "cy", "di"]);
    assert_data_eq!(
        after_summary(&mailing.send(["--yes", "--limit", "3"])),
        str![[r#"
Sent issue 1 to 3 of 4 recipients, the limit of this run
Recipients left: 1. To continue: newsletter send 1
exit 5

"#]]
    );
    assert_data_eq!(
        mailing.send(["--confirm", "1"]),
        str![[r"
Issue 1 · First things
3 sent, 1 left
Sent issue 1 to 4 of 4 recipients
exit 0

"]]
    );
    assert_eq!(mailing.accepted(), ["ada", "bo", "cy", "di"]);
}

#[test]
fn the_same_command_continues_with_the_number_that_was_confirmed() {
    let mailing = Mailing::new(accepting(), ["ada", "bo", "cy", "di"]);
    let cut_short = mailing.send(["--yes", "--limit", "1"]);
    assert!(cut_short.ends_with("exit 5\n"), "{cut_short}");
    assert_data_eq!(
        mailing.send(["--confirm", "2"]),
        str![[r"
Issue 1 · First things
1 sent, 3 left
error: `--confirm 2` was given, but 3 recipients would now get the issue
hint: check the list, then confirm that number
exit 6

"]]
    );
    let told = mailing.send(["--confirm", "4"]);
    assert!(told.ends_with("Sent issue 1 to 4 of 4 recipients\nexit 0\n"), "{told}");
    // Nothing is left, whatever is confirmed.
    let told = mailing.send(["--confirm", "4"]);
    assert!(told.ends_with("exit 0\n"), "{told}");
}

#[test]
#[ignore = "needs strace; ./check runs it"]
fn a_failing_transmit_log_stops_the_run_and_leaves_no_doubt() {
    let locals: Vec<_> = (0..30).map(|number| format!("reader{number:02}")).collect();
    // Pipelined, an acceptance and the next beginning are one write or two, as the replies arrive.
    let one_by_one = "connections = 1\npipelining = false";
    let mailing = Mailing::configured(accepting(), locals.iter().map(String::as_str), one_by_one, "");
    let tally = mailing.project.root().join(".newsletter/ledger.sqlite3.001.tally");
    let fails = ["-P", tally.to_str().unwrap(), "-e", "trace=pwrite64", "-e", "inject=pwrite64:error=ENOSPC:when=8+"];
    let mut sender = traced(&mailing.project.command(["send", "1", "--yes"]), fails);
    let output = sender.stderr(std::process::Stdio::piped()).output().expect("strace is missing; run ./check");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_data_eq!(
        said.split_once("Stopped: ").unwrap().1,
        str![[r"
cannot write to the transmit log `[..]/.newsletter/ledger.sqlite3.001.tally`: No space left on device (os error 28)
Issue 1 has been sent to 4 of 30 recipients
Recipients left: 26. To continue: newsletter send 1

"]]
    );
    assert_eq!(output.status.code(), Some(5));
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
Issue 1 · First things
4 sent, 26 left
Sent issue 1 to 30 of 30 recipients
exit 0

"]]
    );
    assert_eq!(mailing.accepted(), locals);
}

#[test]
fn newcomers_are_mentioned_and_wait_for_the_next_issue() {
    let mailing = Mailing::new(accepting(), ["ada", "bo"]);
    mailing.send(["--yes", "--limit", "1"]);
    mailing.project.write("subscribers.csv", "email\nada@example.org\nbo@example.org\ncy@example.org\n");
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
Issue 1 · First things
1 sent, 1 left
1 recipient joined the list after YYYY-MM-DD and will not receive this issue
Sent issue 1 to 2 of 2 recipients
exit 0

"]]
    );
    assert_eq!(mailing.accepted(), ["ada", "bo"]);
}

#[test]
fn a_list_that_is_being_written_to_keeps_no_delivery_from_going_on() {
    let mailing = Mailing::new(accepting(), ["ada", "bo"]);
    mailing.send(["--yes", "--limit", "1"]);
    let row = "email,name\nada@example.org,";
    // Enough people that it is written to between two readings.
    let others: Vec<_> = (0..5000).map(|number| format!("reader{number}@example.org,\n")).collect();
    mailing.project.write("subscribers.csv", format!("{row}00000000\n{}", others.concat()));
    let list = File::options().write(true).open(mailing.project.path("subscribers.csv")).unwrap();
    let mut sender = mailing.start(["--yes"]);
    for name in 0.. {
        list.write_all_at(format!("{name:08}").as_bytes(), row.len() as u64).unwrap();
        if sender.try_wait().unwrap().is_some() {
            break;
        }
    }
    assert_data_eq!(
        mailing.finish(sender),
        str![[r"
Issue 1 · First things
1 sent, 1 left
Sent issue 1 to 2 of 2 recipients
exit 0

"]]
    );
}

#[test]
fn recipients_gone_from_the_list_still_get_the_issue_and_suppressed_ones_do_not() {
    let mailing = Mailing::new(accepting(), ["ada", "bo", "cy"]);
    mailing.send(["--yes", "--limit", "1"]);
    mailing.project.write("subscribers.csv", "email\nada@example.org\n");
    mailing.run(["suppress", "cy@example.org"]);
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
Issue 1 · First things
1 sent, 1 suppressed, 1 left
Sent issue 1 to 2 of 3 recipients
exit 0

"]]
    );
    assert_eq!(mailing.accepted(), ["ada", "bo"]);
}

#[test]
fn a_connection_lost_before_the_final_dot_leaves_recipients_planned() {
    for local in ["drop-rcpt", "421-rcpt", "421-data", "garbage-rcpt"] {
        let mailing = Mailing::configured(accepting(), [local, "ada", "bo"], "connections = 1", "");
        let told = mailing.send(["--yes", "--wait", "1s"]);
        assert!(told.ends_with("Recipients left: 1. To continue: newsletter send 1\nexit 5\n"), "{local}: {told}");
        assert_eq!(mailing.accepted(), ["ada", "bo"], "{local}: the others have it");
        let status = mailing.run(["status", "1", "--state", "planned"]);
        assert!(status.starts_with(&format!("{local}@example.org  planned")), "{status}");
    }
}

#[test]
fn a_server_that_goes_away_is_waited_for_and_then_left() {
    let mailing = Mailing::configured(accepting(), ["ada", "421-rcpt"], "connections = 1", "");
    assert_data_eq!(
        after_summary(&mailing.send(["--yes", "--wait", "1s"])),
        str![[r"
connection lost (RCPT): the server closes the connection: 421 4.3.2 closing as scripted; trying again in 1 s
Stopped: no delivery progress: connection lost (RCPT): the server closes the connection: 421 4.3.2 closing as scripted
Issue 1 has been sent to 1 of 2 recipients
Recipients left: 1. To continue: newsletter send 1
exit 5

"]]
    );
}

#[test]
fn ctrl_c_finishes_what_is_in_flight_and_says_how_to_go_on() {
    let locals: Vec<_> = (0..50).map(|number| format!("reader{number:02}")).collect();
    let mailing = Mailing::new(accepting(), locals.iter().map(String::as_str));
    let sender = mailing.start(["--yes", "--rate", "20/s"]);
    mailing.server.wait_for_accepted(3);
    signal(&sender, Signal::INT);
    assert_data_eq!(
        after_summary(&mailing.finish(sender)),
        str![[r"
finishing the messages in flight; press Ctrl-C again to close the connections
Stopped: issue 1 has been sent to [..] of 50 recipients
Recipients left: [..]. To continue: newsletter send 1
exit 5

"]]
    );
    let accepted = mailing.accepted();
    assert!(accepted.len() < 50);
    let status = mailing.run(["status", "1", "--state", "accepted"]);
    assert_eq!(status.lines().count() - 1, accepted.len(), "the ledger is exact");
    assert!(mailing.run(["status", "1", "--state", "in-doubt"]).starts_with("no matching recipients\n"));
    mailing.send(["--yes"]);
    assert_eq!(mailing.accepted(), locals);
}

#[test]
fn a_second_ctrl_c_cuts_the_connections() {
    let mailing = Mailing::configured(accepting(), ["ada", "stall-dot"], "connections = 1", "");
    let mut sender = mailing.start(["--yes"]);
    mailing
        .server
        .wait_until(|record| record.commands.iter().flatten().filter(|line| *line == "(message)").count() == 2, |_| ());
    signal(&sender, Signal::INT);
    Mailing::wait_for_words(&mut sender, "press Ctrl-C again to close the connections\n");
    signal(&sender, Signal::INT);
    assert_data_eq!(
        mailing.finish(sender),
        str![[r"
Stopped: issue 1 has been sent to 1 of 2 recipients
  1 in doubt  stall-dot@example.org  cut off before the reply
Details: newsletter status 1 --state in-doubt
In doubt: the server may have accepted these messages. To send them again: newsletter send 1 --in-doubt resend
          To give up on these recipients: newsletter send 1 --in-doubt skip
exit 130

"]]
    );
}

#[test]
fn a_second_send_at_the_same_time_is_turned_away() {
    let mailing = Mailing::configured(accepting(), ["ada", "stall-dot"], "connections = 1", "");
    let mut sender = mailing.start(["--yes"]);
    mailing.server.wait_for_accepted(1);
    let told = mailing.send(["--yes"]).replace(&sender.id().to_string(), "[PID]");
    assert_data_eq!(
        told,
        str![[r"
error: another send is running: pid [PID], issue 1, since YYYY-MM-DD hh:mm:ss UTC
hint: `newsletter status` shows its progress
exit 6

"]]
    );
    assert_data_eq!(
        mailing.run(["status"]).replace(&sender.id().to_string(), "[PID]"),
        str![[r"
a send is running: pid [PID], issue 1, since YYYY-MM-DD hh:mm:ss UTC
No  Started     State    Sent  Refused  In doubt  Title
1   YYYY-MM-DD  running  1/2   -        -         First things
exit 0

"]]
    );
    let told = mailing.send(["--dry-run"]).replace(&sender.id().to_string(), "[PID]");
    assert!(told.contains("error: another send is running: pid [PID], issue 1, since"), "{told}");
    assert!(told.ends_with("exit 6\n"), "a dry run disturbs nobody, and says what a send would do: {told}");
    sender.kill().unwrap();
    sender.wait().unwrap();
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
Nothing left to do: 1 sent, 1 in doubt
  1 in doubt  stall-dot@example.org  the sender ended between the final dot and the reply
Details: newsletter status 1 --state in-doubt
In doubt: the server may have accepted these messages. To send them again: newsletter send 1 --in-doubt resend
          To give up on these recipients: newsletter send 1 --in-doubt skip
exit 4

"]]
    );
}
