//! Tests rows 18 and 19: silent servers and endless replies.

use snapbox::{assert_data_eq, str};

use super::{after, mailing, sent};
use crate::support::{Greeting, Mailing, Script, preloaded};

/// Sends while time passes two hundred times faster for the sender that waits for the server: the deadlines are minutes.
fn hurried(mailing: &Mailing, arguments: [&str; 3]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = mailing.project.command(["send", "1"]);
    after(
        mailing,
        &mailing.project.finish(
            command.args(arguments).env("LD_PRELOAD", preloaded("fault_matrix/short_timeouts.c", folder.path())),
        ),
    )
}

#[test]
#[ignore = "needs LD_PRELOAD; ./check runs it"]
fn row_18_a_server_that_does_not_greet_gets_nothing_planned() {
    let mailing = mailing(Script::default().greeting(Greeting::Stall), &["ada"]);
    assert_data_eq!(
        hurried(&mailing, ["--yes", "--wait", "1s"]),
        str![[r#"
error: could not talk to `127.0.0.1:[PORT]`: connection lost (greeting): no response in time; nothing was sent
hint: a port for STARTTLS, usually 587, needs `tls = "starttls"`; one for implicit TLS, usually 465, needs `tls = "implicit"`
exit 5
no ledger

"#]]
    );
}

#[test]
#[ignore = "needs LD_PRELOAD; ./check runs it"]
fn row_18_silence_before_the_final_dot_leaves_recipients_planned_and_after_it_in_doubt() {
    let told = ["stall-rcpt", "stall-data", "stall-dot"]
        .map(|local| hurried(&mailing(Script::default(), &["ada", local]), ["--yes", "--wait", "1s"]));
    assert_data_eq!(
        told.join("\n"),
        str![[r#"
connection lost (RCPT): no response in time; trying again in 1 s
Stopped: no delivery progress: connection lost (RCPT): no response in time
Issue 1 has been sent to 1 of 2 recipients
Recipients left: 1. To continue: newsletter send 1
exit 5
accepted: ada
planned: stall-rcpt

connection lost (DATA): no response in time; trying again in 1 s
Stopped: no delivery progress: connection lost (DATA): no response in time
Issue 1 has been sent to 1 of 2 recipients
Recipients left: 1. To continue: newsletter send 1
exit 5
accepted: ada
planned: stall-data

Sent issue 1 to 1 of 2 recipients
  1 in doubt  stall-dot@example.org  no response in time
Details: newsletter status 1 --state in-doubt
In doubt: the server may have accepted these messages. To send them again: newsletter send 1 --in-doubt resend
          To give up on these recipients: newsletter send 1 --in-doubt skip
exit 4
accepted: ada
in-doubt: stall-dot

"#]]
    );
}

#[test]
fn row_19_a_reply_that_does_not_end_is_cut_off() {
    let endless: &'static str = Box::leak(format!("220 {}", "a".repeat(3000)).into_boxed_str());
    let mailing = mailing(Script::default().greeting(Greeting::Line(endless)), &["ada"]);
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
error: could not talk to `127.0.0.1:[PORT]`: connection lost (greeting): the server sent a line of more than 2048 bytes; nothing was sent
exit 5
no ledger

"#]]
    );
}
