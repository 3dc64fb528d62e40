//! Tests a frozen letter that was damaged in the ledger: bytes that SMTP forbids are never sent.

use snapbox::{assert_data_eq, str};

use crate::fault_matrix::sent;
use crate::support::{Chunking, Mailing, Script, SmtpServer};

/// A delivery of which one has it, one message at a time or several, in whose letter `this` became `that`.
fn damaged(in_flight: usize, this: &str, that: &str) -> Mailing {
    let server = SmtpServer::start(Script::default().chunking(Chunking::Yes));
    let smtp = format!("connections = 1\nmax_in_flight = {in_flight}");
    let mailing = Mailing::configured(server, ["ada", "bo", "cy", "di"], &smtp, "");
    mailing.send(["--yes", "--limit", "1"]);
    let ledger = rusqlite::Connection::open(mailing.project.path(".newsletter/ledger.sqlite3")).unwrap();
    let changed = "UPDATE letter SET bytes = CAST(replace(CAST(bytes AS TEXT), ?1, ?2) AS BLOB)
                   WHERE instr(CAST(bytes AS TEXT), ?1) > 0";
    assert_eq!(ledger.execute(changed, [this, that]).unwrap(), 1);
    mailing
}

#[test]
fn a_bare_line_end_in_the_letter_stops_the_run_and_marks_no_recipient_refused() {
    for in_flight in [1, 4] {
        let mailing = damaged(in_flight, "Until next week", r"Until\nnext week");
        assert_data_eq!(
            sent(&mailing, ["--yes"]),
            str![[r#"
Issue 1 · First things
1 sent, 3 left
connection lost (message): the message has a bare CR or LF at byte [..]; nothing was sent; trying again in 1 s
Stopped: the server rejected the message itself: `the message has a bare CR or LF at byte [..]; nothing was sent`; no recipient was marked as refused
Issue 1 has been sent to 1 of 4 recipients
Recipients left: 3. To continue: newsletter send 1
exit 5
accepted: ada
planned: bo, cy, di

"#]]
        );
        assert_eq!(mailing.accepted(), ["ada"]);
    }
}

#[test]
fn a_sender_that_would_break_its_command_is_never_sent() {
    for in_flight in [1, 4] {
        let mailing = damaged(in_flight, r#""sender":"ada@example.org""#, r#""sender":"ada> @example.org""#);
        assert_data_eq!(
            sent(&mailing, ["--yes"]),
            str![[r#"
Issue 1 · First things
1 sent, 3 left
Sent issue 1 to 1 of 4 recipients
  3 refused  bo@example.org  553 5.1.7 the sender is not valid in a command
             cy@example.org  553 5.1.7 the sender is not valid in a command
             di@example.org  553 5.1.7 the sender is not valid in a command
Details: newsletter status 1 --state refused
exit 4
accepted: ada
refused: bo, cy, di

"#]]
        );
        assert_eq!(mailing.begun(), 1);
    }
}
