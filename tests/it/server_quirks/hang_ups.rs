//! Tests replies followed by a hang-up: a reply that was read counts.
//!
//! The kind: a server answers a command, for good or for now, and then the connection ends, in whatever way (FIN, RST, 421,
//! nonsense, silence), before the commands after it get a reply. The reply that came is the outcome, as it is without
//! PIPELINING; what it did not answer is planned, or in doubt where its message is out.

use std::time::Duration;

use newsletter::smtp::{Connection, Content, Envelope, Fact, FinalReply, GoAhead, Lost, Server, Tls};

use super::{deliver, server_at};
use crate::support::{Certificate, Chunking, RawServer, Script, ServerTls, SmtpServer, Talk};

const PEOPLE: [&str; 3] = ["ada", "bo", "cy"];

/// The list with somebody who is answered as `local` says in its middle.
fn list(local: &str) -> [&str; 4] {
    ["ada", "bo", local, "cy"]
}

#[test]
fn a_refusal_before_a_hang_up_counts_for_its_recipient_only() {
    for (local, expected) in [
        ("hangup-550-5.1.1", "refused 550 5.1.1 as scripted"),
        ("hangup-rcpt-550", "refused 550 as scripted"),
        ("hangup-rcpt-554-5.7.1", "refused 554 5.7.1 as scripted"),
        ("hangup-rcpt-450-4.2.0", "deferred 450 4.2.0 as scripted"),
        ("hangup-rcpt-451", "deferred 451 as scripted"),
        ("cut-rcpt-550-5.1.1", "refused 550 5.1.1 as scripted"),
        ("cut-rcpt-452-4.2.2", "deferred 452 4.2.2 as scripted"),
        ("goodbye-rcpt-550-5.1.1", "refused 550 5.1.1 as scripted"),
        ("goodbye-rcpt-451", "deferred 451 as scripted"),
        ("hangup-data-550-5.2.0", "refused 550 5.2.0 as scripted"),
        ("cut-data-451", "deferred 451 as scripted"),
        ("goodbye-data-550-5.2.0", "refused 550 5.2.0 as scripted"),
        ("hangup-dot-550-5.2.0", "refused 550 5.2.0 as scripted"),
        ("goodbye-dot-451", "deferred 451 as scripted"),
    ] {
        for pipelining in [true, false] {
            let smtp = SmtpServer::start(Script::default().pipelining(pipelining));
            let delivered = deliver(&server_at(smtp.port()), 1, &list(local));
            let rows = [&format!("{local} {expected}"), "ada accepted", "bo accepted", "cy accepted"];
            let mut found = delivered.rows.clone();
            found.sort();
            let mut wanted = rows.map(str::to_owned);
            wanted.sort();
            assert_eq!(found, wanted, "{local}, PIPELINING {pipelining}: {delivered:#?}");
            assert_eq!(delivered.stopped, None, "{local}, PIPELINING {pipelining}");
            // The reset of a server that hangs up on pipelined commands may overtake its replies; then PIPELINING is doubted.
            let doubted = pipelining && delivered.found == ["one by one"];
            assert!(delivered.found.is_empty() || doubted, "{local}, PIPELINING {pipelining}: {:?}", delivered.found);
            let accepted = smtp.accepted_recipients();
            assert_eq!(accepted, PEOPLE.map(|local| format!("{local}@example.org")), "{local}");
        }
    }
}

#[test]
fn inside_tls_a_refusal_outlives_its_connection_too() {
    let (tls, script) = (Tls::Implicit, ServerTls::Implicit(Certificate::Good));
    for local in ["hangup-550-5.1.1", "cut-rcpt-550-5.1.1", "goodbye-rcpt-550-5.1.1"] {
        for (in_flight, chunking) in [(1, Chunking::No), (4, Chunking::Yes)] {
            let smtp = SmtpServer::start(Script::default().tls(script).chunking(chunking));
            let ca_file = Some(Certificate::authority());
            let server = Server { ca_file, ..Server::new("localhost", smtp.port(), tls) };
            let delivered = deliver(&server, in_flight, &["ada", "bo", local]);
            let refused = format!("{local} refused 550 5.1.1 as scripted");
            assert_eq!(delivered.rows, ["ada accepted", "bo accepted", refused.as_str()], "{delivered:#?}");
        }
    }
}

#[test]
fn with_several_messages_in_flight_refused_recipients_are_never_in_doubt_and_accepted_ones_never_lost() {
    for (local, expected) in [
        ("hangup-550-5.1.1", "refused 550 5.1.1 as scripted"),
        ("cut-rcpt-550-5.1.1", "refused 550 5.1.1 as scripted"),
        ("goodbye-rcpt-550-5.1.1", "refused 550 5.1.1 as scripted"),
        ("hangup-rcpt-451", "deferred 451 as scripted"),
        ("cut-rcpt-451", "deferred 451 as scripted"),
        ("goodbye-rcpt-450", "deferred 450 as scripted"),
        ("hangup-dot-550-5.2.0", "refused 550 5.2.0 as scripted"),
        ("goodbye-dot-554", "refused 554 as scripted"),
        ("cut-dot-452", "deferred 452 as scripted"),
    ] {
        for in_flight in [2, 4, 16] {
            let smtp = SmtpServer::start(Script::default().chunking(Chunking::Yes));
            let people = ["ada", "bo", local, "cy", "di", "ed", "fay"];
            let delivered = deliver(&server_at(smtp.port()), in_flight, &people);
            let row = |who: &str| delivered.rows.iter().find(|row| row.starts_with(who)).unwrap();
            assert_eq!(*row(local), format!("{local} {expected}"), "{in_flight} in flight");
            let accepted = smtp.accepted_recipients();
            for who in ["ada", "bo", "cy", "di", "ed", "fay"] {
                let taken = accepted.contains(&format!("{who}@example.org"));
                let known = *row(who) == format!("{who} accepted");
                // Behind it nothing was answered: in doubt, and nobody mails them a second time unasked.
                assert!(known && taken || row(who).starts_with(&format!("{who} in-doubt")), "{local}: {delivered:#?}");
            }
            assert!(accepted.windows(2).all(|two| two[0] != two[1]), "{accepted:?}");
            if local.starts_with("goodbye") {
                assert!(!delivered.rows.iter().any(|row| row.contains("in-doubt")), "{local}: {delivered:#?}");
            }
        }
    }
}

#[test]
fn a_sender_that_is_refused_before_the_server_hangs_up_is_the_reason_shown() {
    for extensions in [&["PIPELINING"][..], &["SIZE"], &["PIPELINING", "CHUNKING"]] {
        for (answers, ends) in [
            ("550 5.7.1 who are you\r\n", "part"),
            ("550 5.7.1 who are you\r\n421 4.7.0 bye\r\n", "part"),
            ("550 5.7.1 who are you\r\n503 5.5.1 what\r\n", "part"),
            ("550 5.7.1 who are you\r\n", "cut"),
            ("550 5.7.1 who are you\r\n421 4.7.0 bye\r\n", "cut"),
        ] {
            let server = RawServer::start(move |_, talk| {
                talk.open(extensions);
                talk.line();
                talk.say(answers);
                if ends == "part" {
                    talk.part();
                }
            });
            let delivered = deliver(&server_at(server.port), 4, &["ada"]);
            assert_eq!(delivered.rows, ["ada planned"]);
            let shown = delivered.stopped.clone().unwrap_or_default();
            assert!(shown.contains("550 5.7.1 who are you"), "{extensions:?}, {ends}: {delivered:#?}");
        }
    }
}

/// A connection to a server that answers EHLO and then does `conversation`.
fn connected(conversation: impl Fn(&mut Talk) + Send + Sync + 'static) -> Connection {
    let server = RawServer::start(move |_, talk| {
        talk.open(&["PIPELINING"]);
        conversation(talk);
    });
    let mut server = server_at(server.port);
    server.deadlines.command = Duration::from_millis(200);
    server.deadlines.data = Duration::from_millis(200);
    Connection::open(&server).unwrap()
}

fn to(recipient: &str) -> Envelope<'_> {
    Envelope { sender: "letter@example.org", recipient, size: 7 }
}

/// What the server makes of an envelope, and how the connection ended behind it.
fn asked(connection: &mut Connection) -> (String, Option<String>) {
    connection.begin(&to("ada@example.org")).unwrap();
    let go_ahead = match connection.await_go_ahead() {
        Ok(GoAhead::Ready) => "ready".to_owned(),
        Ok(GoAhead::Refused(refusal)) => refusal.to_string(),
        Err(lost) => lost.to_string(),
    };
    (go_ahead, connection.ended().map(|lost| lost.to_string().replace("server reset", "server closed")))
}

#[test]
fn a_refusal_is_heard_whatever_comes_behind_it() {
    let closed = |phase| format!("connection lost ({phase}): the server closed the connection");
    for (answers, refused, ended) in [
        ("550 no\r\n", "MAIL refused: 550 no", closed("RCPT")),
        ("250 a\r\n550 no\r\n", "RCPT refused: 550 no", closed("DATA")),
        ("250 a\r\n550 no\r\n55", "RCPT refused: 550 no", closed("DATA")),
        ("250-a\r\n250 a\r\n550-no\r\n550 no\r\n", "RCPT refused: 550 no no", closed("DATA")),
        (
            "250 a\r\n550 no\r\n421 bye\r\n",
            "RCPT refused: 550 no",
            "connection lost (DATA): the server closes the connection: 421 bye".to_owned(),
        ),
        (
            "250 a\r\n550 no\r\nbye\r\n",
            "RCPT refused: 550 no",
            "connection lost (DATA): the server sent `bye`, which is not an SMTP reply".to_owned(),
        ),
    ] {
        for cut in [true, false] {
            for pieces in [1, 3] {
                let mut connection = connected(move |talk| {
                    talk.line();
                    let size = answers.len().div_ceil(pieces);
                    for piece in answers.as_bytes().chunks(size) {
                        talk.say(std::str::from_utf8(piece).unwrap());
                    }
                    // What is unread when it closes makes the system cut the connection.
                    if !cut {
                        talk.part();
                    }
                });
                assert_eq!(asked(&mut connection), (refused.to_owned(), Some(ended.clone())), "{answers:?}, cut {cut}");
                connection.begin(&to("bo@example.org")).unwrap_err();
                connection.quit();
            }
        }
    }
    let mut silent = connected(|talk| {
        talk.line();
        talk.say("250 a\r\n550 no\r\n");
        talk.rest();
    });
    let ended = "connection lost (DATA): no response in time".to_owned();
    assert_eq!(asked(&mut silent), ("RCPT refused: 550 no".to_owned(), Some(ended)));
}

#[test]
fn a_message_asked_for_after_a_refusal_reaches_no_recipient() {
    let (said, heard) = std::sync::mpsc::channel();
    for (answers, refused, expected) in [
        // The recipient was refused, too: RFC 2920 3.1 wants an empty message, which nobody gets.
        ("550 no\r\n503 what\r\n354 go on\r\n", "MAIL refused: 550 no", ".\r\n"),
        ("250 a\r\n550 no\r\n354 go on\r\n", "RCPT refused: 550 no", ".\r\n"),
        // It was taken: an empty message would be one to somebody.
        ("550 no\r\n250 b\r\n354 go on\r\n", "MAIL refused: 550 no", ""),
        ("451 no\r\n250 b\r\n354 go on\r\n", "MAIL refused: 451 no", ""),
    ] {
        let said = said.clone();
        let mut connection = connected(move |talk| {
            talk.lines(3);
            talk.say(answers);
            said.send(talk.rest()).unwrap();
        });
        let (go_ahead, ended) = asked(&mut connection);
        assert_eq!((go_ahead.as_str(), ended.is_some()), (refused, expected.is_empty()), "{answers:?}");
        connection.quit();
        assert_eq!(heard.recv().unwrap().trim_end_matches("QUIT\r\n"), expected, "{answers:?}");
    }
}

/// Larger than the socket buffers of both sides: it cannot have left when the server hangs up.
fn large() -> Content {
    Content::from(b"0123456789\r\n".repeat(4_000_000).as_slice())
}

#[test]
fn replies_are_read_before_a_failed_write_is_reported() {
    for (answers, expected) in [
        ("552 5.3.4 too large\r\n", Ok("552 5.3.4 too large")),
        ("451 4.3.0 not now\r\n", Ok("451 4.3.0 not now")),
        ("554 5.7.1 spam\r\n421 bye\r\n", Ok("554 5.7.1 spam")),
        ("421 4.3.2 bye\r\n", Err("connection lost (message): 421 4.3.2 bye")),
        ("250 mine already\r\n", Err("connection lost (message): the server reset the connection")),
        ("", Err("connection lost (message): the server reset the connection")),
    ] {
        let mut connection = connected(move |talk| {
            talk.lines(3);
            talk.say("250 a\r\n250 b\r\n354 go on\r\n");
            talk.line();
            talk.say(answers);
        });
        assert_eq!(asked(&mut connection), ("ready".to_owned(), None));
        let verdict = connection.finish(&large(), None).and_then(|()| connection.await_final_reply());
        match (verdict, expected) {
            (Ok(FinalReply::Refused(reply)), Ok(words)) => assert_eq!(reply.to_string(), words),
            (Err(Lost { after_dot: false, reason, .. }), Err(words)) => assert!(words.ends_with(&reason), "{reason}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn with_several_messages_in_flight_replies_are_read_before_a_failed_write_is_reported() {
    for (answers, expected) in [
        ("250 a\r\n550 no\r\n", &["accepted", "RCPT refused: 550 no"][..]),
        ("550 no\r\n421 bye\r\n", &["accepted", "MAIL refused: 550 no"]),
        ("250 a\r\n250 b\r\n552 too large\r\n", &["accepted", "end of message refused: 552 too large"]),
        ("250 a\r\n250 b\r\n", &["not sent", "accepted"]),
        ("", &["not sent", "accepted"]),
    ] {
        let raw = RawServer::start(move |_, talk| {
            talk.open(&["PIPELINING", "CHUNKING"]);
            // The first message, then the envelope of the second behind its RSET.
            talk.lines(4);
            talk.say("250 a\r\n250 b\r\n250 mine\r\n");
            talk.lines(3);
            talk.say(&format!("250 r\r\n{answers}"));
        });
        let server = seen(server_at(raw.port));
        let mut pipeline = Connection::open(&server).unwrap().into_chunked();
        let mut outcomes = Vec::new();
        pipeline.begin(&to("ada@example.org"), &Content::from(b"hello\r\n")).unwrap();
        if pipeline.begin(&to("bo@example.org"), &large()).is_err() {
            outcomes.push("not sent".to_owned());
        }
        while pipeline.in_flight() > 0 {
            outcomes.push(match pipeline.await_result() {
                Ok(newsletter::smtp::TransactionResult::Accepted(_)) => "accepted".to_owned(),
                Ok(newsletter::smtp::TransactionResult::Refused(refusal)) => refusal.to_string(),
                Err(lost) => panic!("{lost}"),
            });
        }
        assert_eq!(outcomes, expected, "{answers:?}");
    }
}

/// `server`, which was seen to mean what it offers.
fn seen(server: Server) -> Server {
    for fact in [Fact::PipelinesEnvelopes, Fact::PipelinesMessages, Fact::AcceptsChunks] {
        server.facts.record(fact);
    }
    server
}
