//! Tests the client against Postfix's `smtp-sink`.

use newsletter::smtp::Connection;

use super::{MESSAGE, deliver, server_at};
use crate::support::SmtpSink;

const RECIPIENTS: [&str; 3] = ["a@example.org", "b@example.org", "c@example.org"];

/// What three messages to a sink with these options come to, and how many of them it kept whole.
fn sent(options: &[&str]) -> (Vec<String>, usize) {
    let sink = SmtpSink::start_with(options);
    let mut connection = Connection::open(&server_at(sink.port)).unwrap();
    let outcomes = deliver(&mut connection, &RECIPIENTS);
    connection.quit();
    // It makes a file for every transaction begun.
    let kept: Vec<_> = sink.messages().into_iter().filter(|message| !message.is_empty()).collect();
    // It ends each file with an empty line of its own.
    let written = [MESSAGE, b"\r\n"].concat();
    assert!(kept.iter().all(|message| *message == written), "{kept:?}");
    (outcomes, kept.len())
}

#[test]
#[ignore = "needs Postfix; ./check runs it"]
fn smtp_sink_takes_every_message_with_and_without_pipelining_and_esmtp() {
    for options in [&[][..], &["-p"], &["-e"], &["-8", "-N", "-E"]] {
        let (outcomes, kept) = sent(options);
        assert_eq!((outcomes.join("\n"), kept), (["accepted: 250 2.0.0 Ok"; 3].join("\n"), 3), "{options:?}");
    }
}

#[test]
#[ignore = "needs Postfix; ./check runs it"]
fn a_refusal_of_smtp_sink_counts() {
    let (outcomes, kept) = sent(&["-f", "RCPT", "-B", "550 5.1.1 no such user"]);
    assert_eq!((outcomes.join("\n"), kept), (["RCPT refused: 550 5.1.1 no such user"; 3].join("\n"), 0));

    // It keeps what it refuses at the dot as well.
    let (outcomes, _) = sent(&["-r", ".", "-b", "452 4.2.2 full"]);
    assert_eq!(outcomes, ["refused: 452 4.2.2 full"; 3]);
}

#[test]
#[ignore = "needs Postfix; ./check runs it"]
fn smtp_sink_leaves_doubt_only_when_it_breaks_off_after_the_final_dot() {
    for (options, expected) in [
        (
            ["-q", "DATA"],
            "lost, after the dot: false, Closed: connection lost (DATA): the server closed the connection",
        ),
        (["-q", "."], "lost, after the dot: true, Closed: connection lost (end of message): "),
        (
            ["-Q", "RCPT"],
            "lost, after the dot: false, Closed: connection lost (RCPT): the server closes the connection: 421",
        ),
        (["-Q", "."], "refused: 421"),
    ] {
        let (outcomes, _) = sent(&options);
        assert!(outcomes[0].starts_with(expected), "{options:?}: {outcomes:?}");
    }
}
