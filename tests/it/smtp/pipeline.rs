//! Tests several messages in flight at once.

use newsletter::smtp::{ChunkedConnection, Connection, Content, Fact, LossKind, Lost, Server, Tls, TransactionResult};

use super::{MESSAGE, conversation, server_at, to, trusting};
use crate::support::{Certificate, Chunking, Script, ServerTls, SmtpServer};

fn chunking() -> Script {
    Script::default().chunking(Chunking::Yes)
}

/// A connection to a server that was seen to mean what it offers.
fn open(server: &Server) -> ChunkedConnection {
    for fact in [Fact::PipelinesEnvelopes, Fact::PipelinesMessages, Fact::AcceptsChunks] {
        server.facts.record(fact);
    }
    open_first(server)
}

/// The first connection to a server.
fn open_first(server: &Server) -> ChunkedConnection {
    Connection::open(server).unwrap().into_chunked()
}

/// What becomes of [`MESSAGE`] to each recipient, all of them sent before the first answer is waited for.
fn outcomes(pipeline: &mut ChunkedConnection, recipients: &[&str]) -> Vec<String> {
    let mut outcomes = Vec::new();
    for recipient in recipients {
        if let Err(lost) = pipeline.begin(&to(recipient), &Content::from(MESSAGE)) {
            outcomes.push(format!("not sent: {lost}"));
            break;
        }
    }
    while pipeline.in_flight() > 0 {
        match pipeline.await_result() {
            Ok(TransactionResult::Accepted(reply)) => outcomes.push(format!("accepted: {reply}")),
            Ok(TransactionResult::Refused(refusal)) => outcomes.push(refusal.to_string()),
            Err(lost) => {
                outcomes.push(format!("{lost}; {} of {} in doubt", pipeline.in_doubt(), pipeline.in_flight()));
                break;
            }
        }
    }
    outcomes
}

fn outcomes_of(script: Script, recipients: &[&str]) -> Vec<String> {
    let smtp = SmtpServer::start(script);
    outcomes(&mut open(&server_at(smtp.port())), recipients)
}

#[test]
fn messages_arrive_byte_for_byte_and_in_order() {
    for (tls, script) in [(Tls::None, ServerTls::None), (Tls::Implicit, ServerTls::Implicit(Certificate::Good))] {
        let smtp = SmtpServer::start(chunking().tls(script));
        let mut pipeline = open(&trusting(&smtp, tls));
        let recipients = ["a@example.org", "b@example.org", "c@example.org"];
        assert_eq!(outcomes(&mut pipeline, &recipients), ["accepted: 250 2.0.0 queued"; 3]);
        pipeline.quit();
        let accepted = smtp.accepted();
        assert!(accepted.iter().all(|received| received.bytes == MESSAGE));
        assert_eq!(accepted.iter().map(|received| received.recipients[0].as_str()).collect::<Vec<_>>(), recipients);
    }
}

#[test]
fn rset_goes_between_messages_and_quit_ends_the_conversation() {
    let smtp = SmtpServer::start(chunking());
    let mut pipeline = open(&server_at(smtp.port()));
    outcomes(&mut pipeline, &["a@example.org", "b@example.org"]);
    pipeline.quit();
    assert_eq!(
        conversation(&smtp),
        "EHLO client.example.org\n\
         MAIL FROM:<letter@example.org> SIZE=43\n\
         RCPT TO:<a@example.org>\n\
         BDAT 43 LAST\n\
         (message)\n\
         RSET\n\
         MAIL FROM:<letter@example.org> SIZE=43\n\
         RCPT TO:<b@example.org>\n\
         BDAT 43 LAST\n\
         (message)\n\
         QUIT\n\
         (closed)"
    );
}

#[test]
fn a_refusal_costs_only_its_message_whether_the_server_then_begins_anew_or_not() {
    for chunking in [Chunking::Yes, Chunking::Sticky] {
        let script = Script::default().chunking(chunking);
        let recipients = ["a@example.org", "refuse-550@example.org", "refuse-dot-554@example.org", "b@example.org"];
        assert_eq!(
            outcomes_of(script, &recipients),
            [
                "accepted: 250 2.0.0 queued",
                "RCPT refused: 550 as scripted",
                "end of message refused: 554 as scripted",
                "accepted: 250 2.0.0 queued",
            ],
            "{chunking:?}"
        );
    }
}

#[test]
fn a_connection_that_breaks_leaves_all_that_is_out_in_doubt_and_a_421_nothing() {
    for (recipient, expected) in [
        ("drop-rcpt@example.org", "connection lost (RCPT): the server closed the connection; 2 of 2 in doubt"),
        (
            "drop-after-dot-kept@example.org",
            "connection lost (end of message): the server closed the connection; 2 of 2 in doubt",
        ),
        (
            "garbage@example.org",
            "connection lost (RCPT): the server sent `HTTP/1.1 400 Bad Request`, which is not an SMTP reply; 2 of 2 in doubt",
        ),
        (
            "421-rcpt@example.org",
            "connection lost (RCPT): the server closes the connection: 421 4.3.2 closing as scripted; 0 of 2 in doubt",
        ),
    ] {
        let outcomes = outcomes_of(chunking(), &["a@example.org", recipient, "b@example.org"]);
        // It has not read everything, so its system may say that the connection was reset and not closed.
        let outcomes: Vec<_> =
            outcomes.iter().map(|outcome| outcome.replace("server reset", "server closed")).collect();
        assert_eq!(outcomes, ["accepted: 250 2.0.0 queued", expected]);
    }
}

#[test]
fn a_421_to_a_message_is_the_answer_to_it() {
    assert_eq!(
        outcomes_of(chunking(), &["421-dot@example.org", "b@example.org"]),
        [
            "end of message refused: 421 4.3.2 closing as scripted",
            "connection lost (end of message): the server closes the connection: 421 4.3.2 closing as scripted; \
             0 of 1 in doubt",
        ]
    );
}

#[test]
fn a_server_that_does_not_know_what_it_offers_is_left() {
    let smtp = SmtpServer::start(Script::default().chunking(Chunking::Pretended));
    assert_eq!(
        outcomes(&mut open_first(&server_at(smtp.port())), &["a@example.org"]),
        [
            "connection lost (end of message): the server offers CHUNKING and refused BDAT: 502 5.5.2 unknown command; 0 of 1 in doubt"
        ]
    );
    assert_eq!(
        outcomes_of(Script::default().chunking(Chunking::Pretended), &["a@example.org"]),
        [
            "connection lost (end of message): the server replied to BDAT with `502 5.5.2 unknown command`; 1 of 1 in doubt"
        ],
        "after one that was taken nobody knows"
    );
}

#[test]
fn a_message_cut_in_the_middle_is_discarded_and_earlier_ones_are_still_answered() {
    let smtp = SmtpServer::start(chunking());
    let mut pipeline = open(&server_at(smtp.port()));
    pipeline.begin(&to("a@example.org"), &Content::from(MESSAGE)).unwrap();
    // Larger than the socket buffers of both sides.
    let large = b"0123456789\r\n".repeat(4_000_000);
    let lost: Lost = pipeline.begin(&to("drop-before-dot@example.org"), &Content::from(large.as_slice())).unwrap_err();
    assert!(!lost.after_dot, "{lost}");
    assert_eq!(pipeline.begin(&to("b@example.org"), &Content::from(MESSAGE)), Err(lost));
    // The answer to the first was read when the second could not be written.
    assert_eq!((pipeline.in_flight(), pipeline.in_doubt()), (1, 0));
    assert!(matches!(pipeline.await_result(), Ok(TransactionResult::Accepted(_))));
    // The rest of the large message is not written with a good-bye.
    pipeline.quit();
    assert_eq!(smtp.accepted_recipients(), ["a@example.org"]);
}

#[test]
fn it_takes_both_extensions() {
    for script in [Script::default(), chunking().pipelining(false)] {
        let smtp = SmtpServer::start(script);
        assert!(!ChunkedConnection::fits(Connection::open(&server_at(smtp.port())).unwrap().capabilities()));
    }
}

#[test]
fn a_server_that_closes_between_messages_gets_no_more() {
    let smtp = SmtpServer::start(chunking());
    let mut pipeline = open(&server_at(smtp.port()));
    assert_eq!(outcomes(&mut pipeline, &["unasked-dot@example.org"]), ["accepted: 250 2.0.0 queued"]);
    assert_eq!(
        outcomes(&mut pipeline, &["a@example.org"]),
        ["not sent: connection lost (idle): the server closes the connection: 421 4.3.2 nobody asked"]
    );
    pipeline.quit();
    assert!(!conversation(&smtp).contains("a@example.org"));
}

#[test]
fn a_message_with_a_bare_line_end_never_leaves_and_the_others_do() {
    let smtp = SmtpServer::start(chunking());
    let mut pipeline = open(&server_at(smtp.port()));
    pipeline.begin(&to("a@example.org"), &Content::from(MESSAGE)).unwrap();
    let lost = pipeline.begin(&to("b@example.org"), &Content::from(b"Subject: x\r\n\r\nfine\n.\r\n")).unwrap_err();
    assert_eq!((lost.kind, lost.after_dot), (LossKind::Unsendable, false));
    assert_eq!(
        lost.to_string(),
        "connection lost (message): the message has a bare CR or LF at byte 18; nothing was sent"
    );
    assert_eq!(outcomes(&mut pipeline, &["c@example.org"]), ["accepted: 250 2.0.0 queued"; 2]);
    assert_eq!(smtp.accepted_recipients(), ["a@example.org", "c@example.org"]);
}

#[test]
fn a_good_bye_does_not_wait_for_what_is_under_way() {
    let smtp = SmtpServer::start(chunking());
    let mut pipeline = open(&server_at(smtp.port()));
    pipeline.begin(&to("stall-dot@example.org"), &Content::from(MESSAGE)).unwrap();
    smtp.wait_for_command("(message)");
    pipeline.quit();
    assert!(conversation(&smtp).ends_with("(message)\n(closed)"));
}
