//! Tests rows 23 to 26, 33, 36 and 51: a process killed, disconnected, interrupted, started twice
//! or short of descriptors.

use std::process::{Command, Stdio};

use rustix::process::Signal;
use snapbox::{assert_data_eq, str};

use super::{after, ledger, mailing, sent, told};
use crate::crash::resumed_after_a_power_cut;
use crate::support::{Mailing, Script, SmtpServer, run_by, signal};

#[test]
fn row_23_after_a_kill_the_one_in_flight_is_in_doubt_and_the_rest_is_sent() {
    let mailing = mailing(Script::default(), &["ada", "stall-dot", "bo", "cy"]);
    let mut sender = mailing.start(["--yes"]);
    mailing
        .server
        .wait_until(|record| record.commands.iter().flatten().filter(|line| *line == "(message)").count() == 2, |_| ());
    sender.kill().unwrap();
    sender.wait().unwrap();
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
Issue 1 · First things
1 sent, 1 in doubt, 2 left
Sent issue 1 to 3 of 4 recipients
  1 in doubt  stall-dot@example.org  the sender ended between the final dot and the reply
Details: newsletter status 1 --state in-doubt
In doubt: the server may have accepted these messages. To send them again: newsletter send 1 --in-doubt resend
          To give up on these recipients: newsletter send 1 --in-doubt skip
exit 4
accepted: ada, bo, cy
in-doubt: stall-dot

"#]]
    );
    assert_eq!(mailing.accepted(), ["ada", "bo", "cy"]);
}

#[test]
#[ignore = "needs strace; ./check runs it"]
fn row_24_after_a_power_cut_possible_deliveries_are_in_doubt_and_the_rest_is_sent() {
    let (mailing, said) = resumed_after_a_power_cut(9, 4);
    assert_data_eq!(
        told(&said, &mailing.project),
        str![[r#"
Issue 1 · First things
[..] in doubt, [..] left
Sent issue 1 to [..] of 9 recipients
...
In doubt: the server may have accepted these messages. To send them again: newsletter send 1 --in-doubt resend
          To give up on these recipients: newsletter send 1 --in-doubt skip
exit 4
accepted: [..]
in-doubt: [..]reader3[..]

"#]]
    );
}

#[test]
fn row_25_a_signal_finishes_what_is_in_flight_and_the_ledger_is_exact() {
    for sign in [Signal::INT, Signal::TERM, Signal::HUP] {
        let locals: Vec<_> = (0..50).map(|number| format!("reader{number:02}")).collect();
        let server = SmtpServer::start(Script::default());
        let mailing = Mailing::configured(server, locals.iter().map(String::as_str), "connections = 2", "");
        let sender = mailing.start(["--yes", "--rate", "20/s"]);
        mailing.server.wait_for_accepted(3);
        signal(&sender, sign);
        let told = told(&mailing.finish(sender), &mailing.project);
        let accepted = mailing.accepted();
        let exact =
            format!("{} of 50 recipients\nRecipients left: {}. To continue", accepted.len(), 50 - accepted.len());
        assert!(told.contains(&exact), "{told}");
        let whoever = |line: &str| line.replace(&accepted.join(", "), "[WHO]");
        assert_data_eq!(
            whoever(&told).replace(&format!("{} recipients", accepted.len()), "[WHO]"),
            str![[r#"
finishing the messages in flight; press Ctrl-C again to close the connections
Stopped: issue 1 has been sent to [..] of 50 recipients
Recipients left: [..]. To continue: newsletter send 1
exit 5
accepted: [WHO]
planned: [..] recipients

"#]]
        );
    }
}

#[test]
fn row_25_a_send_under_nohup_survives_the_end_of_its_terminal() {
    let server = SmtpServer::start(Script::default());
    let mailing = Mailing::configured(server, ["ada", "bo", "cy", "dee"], "connections = 1", "");
    let mut nohup = Command::new("sh");
    nohup.args(["-c", "trap '' HUP; exec \"$@\"", "sh"]);
    let mut sender = run_by(nohup, &mailing.project.command(["send", "1", "--yes", "-q", "--rate", "4/s"]));
    let sender = sender.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    mailing.server.wait_for_accepted(1);
    signal(&sender, Signal::HUP);
    assert_data_eq!(
        told(&mailing.finish(sender), &mailing.project),
        str![[r#"
exit 0
accepted: ada, bo, cy, dee

"#]]
    );
}

#[test]
fn row_25_a_second_signal_cuts_the_connections() {
    let mailing = mailing(Script::default(), &["ada", "stall-dot"]);
    let mut sender = mailing.start(["--yes"]);
    mailing
        .server
        .wait_until(|record| record.commands.iter().flatten().filter(|line| *line == "(message)").count() == 2, |_| ());
    signal(&sender, Signal::INT);
    Mailing::wait_for_words(&mut sender, "press Ctrl-C again to close the connections\n");
    signal(&sender, Signal::INT);
    assert_data_eq!(
        told(&mailing.finish(sender), &mailing.project),
        str![[r#"
Stopped: issue 1 has been sent to 1 of 2 recipients
  1 in doubt  stall-dot@example.org  cut off before the reply
Details: newsletter status 1 --state in-doubt
In doubt: the server may have accepted these messages. To send them again: newsletter send 1 --in-doubt resend
          To give up on these recipients: newsletter send 1 --in-doubt skip
exit 130
accepted: ada
in-doubt: stall-dot

"#]]
    );
}

#[test]
fn row_26_a_reader_of_the_output_that_went_away_changes_nothing() {
    let mailing = mailing(Script::default(), &["ada", "refuse-550", "bo"]);
    let mut sender = mailing.start(["--yes", "--json"]);
    drop((sender.stdout.take(), sender.stderr.take()));
    let code = sender.wait().unwrap().code().unwrap();
    assert_data_eq!(
        format!("exit {code}\n{}", ledger(&mailing.project)),
        str![[r#"
exit 4
accepted: ada, bo
refused: refuse-550

"#]]
    );
}

#[test]
fn row_33_a_second_send_is_refused_while_the_first_runs_and_names_it() {
    let mailing = mailing(Script::default(), &["ada", "stall-dot"]);
    let mut holder = mailing.start(["--yes"]);
    mailing.server.wait_for_accepted(1);
    let output = mailing.project.run(["send", "1", "--yes"]);
    assert!(holder.try_wait().unwrap().is_none(), "refused only once the first had ended");
    let told = mailing.told(&output).replace(&holder.id().to_string(), "[PID]");
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert_data_eq!(
        told,
        str![[r#"
error: another send is running: pid [PID], issue 1, since YYYY-MM-DD hh:mm:ss UTC
hint: `newsletter status` shows its progress
exit 6

"#]]
    );
    assert!(mailing.send(["--yes"]).ends_with("exit 4\n"), "the lock is gone with its holder");
}

#[test]
#[ignore = "needs faketime; ./check runs it"]
fn row_36_a_jumping_clock_changes_no_outcome() {
    let mailing = mailing(Script::default(), &["ada", "bo", "cy", "di"]);
    let told = ["2038-01-20 00:00:00", "1970-01-02 00:00:00", "2026-03-29 02:30:00"].map(|time| {
        let command = mailing.project.command(["send", "1", "--yes", "--limit", "1"]);
        let mut faketime = Command::new("faketime");
        faketime.arg(time);
        let mut faked = run_by(faketime, &command);
        // The name of the time changes, not how it passes.
        after(&mailing, &mailing.project.finish(faked.env("FAKETIME_DONT_FAKE_MONOTONIC", "1")))
    });
    assert_data_eq!(
        told.join("\n") + "\n" + &sent(&mailing, ["--yes"]),
        str![[r#"
Sent issue 1 to 1 of 4 recipients, the limit of this run
Recipients left: 3. To continue: newsletter send 1
exit 5
accepted: ada
planned: bo, cy, di

Issue 1 · First things
1 sent, 3 left
Sent issue 1 to 2 of 4 recipients, the limit of this run
Recipients left: 2. To continue: newsletter send 1
exit 5
accepted: ada, bo
planned: cy, di

Issue 1 · First things
2 sent, 2 left
Sent issue 1 to 3 of 4 recipients, the limit of this run
Recipients left: 1. To continue: newsletter send 1
exit 5
accepted: ada, bo, cy
planned: di

Issue 1 · First things
3 sent, 1 left
Sent issue 1 to 4 of 4 recipients
exit 0
accepted: ada, bo, cy, di

"#]]
    );
    let dates: std::collections::BTreeSet<_> = mailing
        .server
        .accepted()
        .iter()
        .map(|message| {
            mail_parser::MessageParser::default().parse(&message.bytes).unwrap().date().unwrap().to_rfc3339()
        })
        .collect();
    assert_eq!(dates.len(), 1, "one Date for everybody: {dates:?}");
}

/// A send that may open so many files, by the shell's `ulimit`.
fn short_of_files(mailing: &Mailing, files: usize) -> String {
    let command = mailing.project.command(["send", "1", "--yes", "--wait", "1s"]);
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -n {files}; exec \"$@\""), "sh"]);
    after(mailing, &mailing.project.finish(&mut run_by(shell, &command)))
}

#[test]
fn row_51_too_few_file_descriptors_for_all_connections_leave_no_recipient_in_doubt() {
    let locals: Vec<_> = (0..20).map(|number| format!("reader{number}")).collect();
    let server = SmtpServer::start(Script::default());
    let mailing = Mailing::configured(server, locals.iter().map(String::as_str), "connections = 16", "");
    let told = short_of_files(&mailing, 16);
    let accepted = mailing.server.count_accepted();
    let copies = mailing.server.accepted_recipients();
    assert_eq!(copies.iter().collect::<std::collections::BTreeSet<_>>().len(), accepted, "nobody twice");
    assert!(!told.contains("in-doubt"), "{told}");
    assert!(sent(&mailing, ["--yes"]).contains("exit 0\n"));
    assert_eq!(mailing.server.count_accepted(), 20);
    assert_data_eq!(
        told,
        str![[r#"
...
Sent issue 1 to 20 of 20 recipients
exit 0
accepted: 20 recipients

"#]]
    );
}

#[test]
fn row_57_a_rehearsal_that_was_killed_is_no_delivery() {
    let mailing = mailing(Script::default(), &["ada", "bo", "cy", "dee"]);
    let config = mailing.project.read("newsletter.toml");
    mailing.project.write("newsletter.toml", config.replace("courier = \"smtp\"", "courier = \"outbox\""));
    mailing.send(["--yes", "--limit", "2"]);
    let ledger = rusqlite::Connection::open(mailing.project.path(".newsletter/ledger.sqlite3")).unwrap();
    ledger.execute_batch("UPDATE delivery SET state = 1 WHERE seq = 3").unwrap();
    mailing.project.write("newsletter.toml", config);
    let told = sent(&mailing, ["--yes"]);
    assert_data_eq!(
        told,
        str![[r#"
Sent issue 1 to 4 of 4 recipients
exit 0
accepted: ada, bo, cy, dee

"#]]
    );
    assert_eq!(mailing.accepted(), ["ada", "bo", "cy", "dee"]);
}
