//! The SMTP client against a scripted server: every promise of `newsletter::smtp`, and every way to break one.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use newsletter::secret::Secret;
use newsletter::smtp::{
    Connection, ConversationLog, Credentials, Envelope, Extension, GoAhead, LossKind, Lost, Mechanism, OpenError,
    Phase, Server, Tls, Verdict,
};

use crate::support::{Auth, Certificate, Greeting, Received, Script, ServerTls, SmtpServer};

const MESSAGE: &[u8] = b"Subject: hello\r\n\r\n.one dot\r\n..two\r\n.\r\nbye\r\n";
const PASSWORD: &str = "correct horse battery";

fn server_of(smtp: &SmtpServer) -> Server {
    Server { hello: String::from("client.example.org"), ..Server::new("127.0.0.1", smtp.port(), Tls::None) }
}

fn connect(smtp: &SmtpServer) -> Connection {
    Connection::open(&server_of(smtp)).unwrap()
}

fn to(recipient: &str) -> Envelope<'_> {
    Envelope { sender: "letter@example.org", recipient, size: MESSAGE.len() }
}

/// Sends [`MESSAGE`] to each recipient as a delivery does: the next envelope with the end of each message.
fn deliver(connection: &mut Connection, recipients: &[&str]) -> Vec<String> {
    let mut outcomes = Vec::new();
    if let Err(lost) = deliver_until_lost(connection, recipients, &mut outcomes) {
        outcomes.push(format!("lost, after the dot: {}, {:?}: {lost}", lost.after_dot, lost.kind));
    }
    outcomes
}

fn deliver_until_lost(
    connection: &mut Connection,
    recipients: &[&str],
    outcomes: &mut Vec<String>,
) -> Result<(), Lost> {
    let mut asked = false;
    for (index, recipient) in recipients.iter().enumerate() {
        if !asked {
            connection.begin(&to(recipient))?;
        }
        asked = match connection.await_go_ahead()? {
            GoAhead::Refused(refusal) => {
                outcomes.push(refusal.to_string());
                false
            }
            GoAhead::Ready => {
                let next = recipients.get(index + 1).map(|recipient| to(recipient));
                connection.finish(MESSAGE, next.as_ref())?;
                outcomes.push(match connection.await_verdict()? {
                    Verdict::Accepted(reply) => format!("accepted: {reply}"),
                    Verdict::Refused(reply) => format!("refused: {reply}"),
                });
                next.is_some()
            }
        };
    }
    Ok(())
}

/// The only outcome of a message to `recipient`.
fn outcome(script: Script, recipient: &str) -> String {
    let smtp = SmtpServer::start(script);
    deliver(&mut connect(&smtp), &[recipient]).join("; ")
}

/// The one command log of a server that has had one connection.
fn conversation(smtp: &SmtpServer) -> String {
    let logs = smtp.wait_until_idle();
    assert_eq!(logs.len(), 1, "{logs:#?}");
    logs[0].join("\n")
}

#[test]
fn a_message_arrives_byte_for_byte() {
    let smtp = SmtpServer::start(Script::default());
    let mut connection = connect(&smtp);
    assert_eq!(deliver(&mut connection, &["ada@example.org"]), ["accepted: 250 2.0.0 queued"]);
    connection.quit();
    let received = Received {
        connection: 0,
        sender: String::from("letter@example.org"),
        recipients: vec![String::from("ada@example.org")],
        bytes: MESSAGE.to_vec(),
    };
    assert_eq!(smtp.accepted(), [received]);
    assert_eq!(
        conversation(&smtp),
        "EHLO client.example.org\n\
         MAIL FROM:<letter@example.org> SIZE=43\n\
         RCPT TO:<ada@example.org>\n\
         DATA\n\
         (message)\n\
         QUIT\n\
         (closed)"
    );
}

#[test]
fn with_pipelining_the_end_of_a_message_and_the_next_envelope_travel_together() {
    // This server says nothing to a message before the next DATA is there: a client that waits gets nowhere.
    let smtp = SmtpServer::start(Script::default().hold_verdicts());
    let mut connection = connect(&smtp);
    connection.begin(&to("first@example.org")).unwrap();
    for _ in 0..3 {
        assert_eq!(connection.await_go_ahead(), Ok(GoAhead::Ready));
        connection.finish(MESSAGE, Some(&to("next@example.org"))).unwrap();
        assert!(matches!(connection.await_verdict(), Ok(Verdict::Accepted(_))));
    }
    assert_eq!(smtp.accepted().len(), 3);
}

#[test]
fn without_pipelining_each_command_waits_for_its_answer() {
    let smtp = SmtpServer::start(Script::default().pipelining(false));
    let mut connection = connect(&smtp);
    assert!(!connection.capabilities().offers(Extension::Pipelining));
    let recipients =
        ["a@example.org", "refuse-550@example.org", "b@example.org", "refuse-data-451@example.org", "c@example.org"];
    assert_eq!(
        deliver(&mut connection, &recipients),
        [
            "accepted: 250 2.0.0 queued",
            "RCPT refused: 550 as scripted",
            "accepted: 250 2.0.0 queued",
            "DATA refused: 451 as scripted",
            "accepted: 250 2.0.0 queued",
        ]
    );
    connection.quit();
    assert_eq!(smtp.accepted_recipients(), ["a@example.org", "b@example.org", "c@example.org"]);
    let resets = conversation(&smtp).matches("RSET").count();
    assert_eq!(resets, 2);
}

#[test]
fn a_server_that_knows_only_helo_is_served() {
    let smtp = SmtpServer::start(Script::default().ehlo(false));
    assert_eq!(deliver(&mut connect(&smtp), &["a@example.org"]), ["accepted: 250 2.0.0 queued"]);
    assert!(
        conversation(&smtp)
            .starts_with("EHLO client.example.org\nHELO client.example.org\nMAIL FROM:<letter@example.org>\n")
    );
}

#[test]
fn a_refused_recipient_in_a_pipeline_costs_only_itself() {
    let smtp = SmtpServer::start(Script::default());
    let mut connection = connect(&smtp);
    let recipients = ["a@example.org", "refuse-550-5.1.1@example.org", "defer-451+b@example.org", "c@example.org"];
    assert_eq!(
        deliver(&mut connection, &recipients),
        [
            "accepted: 250 2.0.0 queued",
            "RCPT refused: 550 5.1.1 as scripted",
            "RCPT refused: 451 as scripted",
            "accepted: 250 2.0.0 queued",
        ]
    );
    connection.quit();
    assert_eq!(smtp.accepted_recipients(), ["a@example.org", "c@example.org"]);
    assert_eq!(
        conversation(&smtp),
        "EHLO client.example.org\n\
         MAIL FROM:<letter@example.org> SIZE=43\n\
         RCPT TO:<a@example.org>\n\
         DATA\n\
         (message)\n\
         MAIL FROM:<letter@example.org> SIZE=43\n\
         RCPT TO:<refuse-550-5.1.1@example.org>\n\
         DATA\n\
         RSET\n\
         MAIL FROM:<letter@example.org> SIZE=43\n\
         RCPT TO:<defer-451+b@example.org>\n\
         DATA\n\
         RSET\n\
         MAIL FROM:<letter@example.org> SIZE=43\n\
         RCPT TO:<c@example.org>\n\
         DATA\n\
         (message)\n\
         QUIT\n\
         (closed)"
    );
}

#[test]
fn a_server_that_wants_a_message_for_nobody_gets_an_empty_one_and_keeps_nothing() {
    let smtp = SmtpServer::start(Script::default().grant_anyway());
    let mut connection = connect(&smtp);
    let recipients = ["refuse-550@example.org", "a@example.org", "refuse-550@example.org"];
    assert_eq!(
        deliver(&mut connection, &recipients),
        ["RCPT refused: 550 as scripted", "accepted: 250 2.0.0 queued", "RCPT refused: 550 as scripted"]
    );
    assert_eq!(smtp.accepted_recipients(), ["a@example.org"]);
    assert!(!smtp.commands()[0].contains(&String::from("RSET")));
}

#[test]
fn a_refused_sender_is_a_refusal_of_that_message() {
    let smtp = SmtpServer::start(Script::default());
    let mut connection = connect(&smtp);
    let envelope = Envelope { sender: "refuse-mail-550-5.7.1@example.org", recipient: "a@example.org", size: 1 };
    connection.begin(&envelope).unwrap();
    let GoAhead::Refused(refusal) = connection.await_go_ahead().unwrap() else { panic!("accepted") };
    assert_eq!(refusal.to_string(), "MAIL refused: 550 5.7.1 as scripted");
    assert_eq!(deliver(&mut connection, &["a@example.org"]), ["accepted: 250 2.0.0 queued"]);
}

#[test]
fn a_message_refused_at_its_end_leaves_the_next_one_alone() {
    let smtp = SmtpServer::start(Script::default());
    let recipients = ["refuse-dot-554-5.7.1@example.org", "a@example.org", "defer-dot-452@example.org"];
    assert_eq!(
        deliver(&mut connect(&smtp), &recipients),
        ["refused: 554 5.7.1 as scripted", "accepted: 250 2.0.0 queued", "refused: 452 as scripted"]
    );
    assert_eq!(smtp.accepted_recipients(), ["a@example.org"]);
}

#[test]
fn a_message_larger_than_the_server_takes_is_refused_before_a_byte_of_it() {
    let smtp = SmtpServer::start(Script::default().size(Some(42)));
    let mut connection = connect(&smtp);
    assert_eq!(
        deliver(&mut connection, &["a@example.org"]),
        ["size refused: 552 5.3.4 the message has 43 bytes, the server takes 42"]
    );
    connection.quit();
    assert_eq!(conversation(&smtp), "EHLO client.example.org\nQUIT\n(closed)");
}

#[test]
fn an_address_that_would_break_out_of_its_command_is_refused_before_a_byte_of_it() {
    let smtp = SmtpServer::start(Script::default());
    let mut connection = connect(&smtp);
    assert_eq!(
        deliver(&mut connection, &["a@example.org>\r\nRCPT TO:<b@example.org"]),
        ["address refused: 553 5.1.3 the recipient cannot stand in a command"]
    );
    connection.quit();
    assert_eq!(conversation(&smtp), "EHLO client.example.org\nQUIT\n(closed)");
}

#[test]
fn a_message_with_a_bare_line_end_never_leaves() {
    let smtp = SmtpServer::start(Script::default());
    let mut connection = connect(&smtp);
    connection.begin(&to("a@example.org")).unwrap();
    assert_eq!(connection.await_go_ahead(), Ok(GoAhead::Ready));
    let lost = connection.finish(b"Subject: x\r\n\r\nfine\n.\r\n", None).unwrap_err();
    assert_eq!((lost.kind, lost.after_dot), (LossKind::Unsendable, false));
    assert_eq!(
        lost.to_string(),
        "connection lost (message): the message has a bare CR or LF at byte 18; nothing was sent"
    );
    drop(connection);
    assert!(!conversation(&smtp).contains("(message)"));
}

#[test]
fn a_message_of_several_blocks_arrives_whole() {
    let message = b"0123456789 0123456789 0123456789 0123456789 0123456789 012345\r\n".repeat(5000);
    for (tls, script) in [(Tls::None, ServerTls::None), (Tls::Implicit, ServerTls::Implicit(Certificate::Good))] {
        let smtp = SmtpServer::start(Script::default().tls(script));
        let mut connection = Connection::open(&trusting(&smtp, tls)).unwrap();
        connection.begin(&Envelope { size: message.len(), ..to("a@example.org") }).unwrap();
        assert_eq!(connection.await_go_ahead(), Ok(GoAhead::Ready));
        connection.finish(&message, None).unwrap();
        assert!(matches!(connection.await_verdict(), Ok(Verdict::Accepted(_))));
        assert!(smtp.accepted()[0].bytes == message, "not the bytes sent");
    }
}

#[test]
fn a_connection_lost_before_the_dot_leaves_no_doubt_and_one_lost_after_it_does() {
    let closed = "the server closed the connection";
    for (recipient, after_dot, phase) in [
        ("drop-rcpt@example.org", false, "RCPT"),
        ("drop-data@example.org", false, "DATA"),
        ("drop-after-dot-kept@example.org", true, "end of message"),
        ("drop-after-dot-lost@example.org", true, "end of message"),
    ] {
        assert_eq!(
            outcome(Script::default(), recipient),
            format!("lost, after the dot: {after_dot}, Closed: connection lost ({phase}): {closed}"),
        );
    }
}

#[test]
fn a_connection_cut_in_the_middle_of_a_large_message_leaves_no_doubt() {
    let smtp = SmtpServer::start(Script::default());
    let mut connection = connect(&smtp);
    connection.begin(&to("drop-before-dot@example.org")).unwrap();
    assert_eq!(connection.await_go_ahead(), Ok(GoAhead::Ready));
    // More than the socket buffers of both sides hold, so the end of it cannot have left.
    let message = b"0123456789\r\n".repeat(4_000_000);
    let lost = connection.finish(&message, None).unwrap_err();
    assert_eq!((lost.phase, lost.after_dot, lost.kind), (Phase::Body, false, LossKind::Closed));
    assert_eq!(smtp.accepted(), []);
}

#[test]
fn a_421_is_no_attempt_before_the_dot_and_a_refusal_at_it() {
    let closes = "the server closes the connection: 421 4.3.2 closing as scripted";
    assert_eq!(
        outcome(Script::default(), "421-rcpt@example.org"),
        format!("lost, after the dot: false, Closed: connection lost (RCPT): {closes}")
    );
    let smtp = SmtpServer::start(Script::default());
    let outcomes = deliver(&mut connect(&smtp), &["421-dot@example.org", "next@example.org"]);
    assert_eq!(
        outcomes,
        [
            String::from("refused: 421 4.3.2 closing as scripted"),
            format!("lost, after the dot: false, Closed: connection lost (end of message): {closes}"),
        ]
    );
}

#[test]
fn a_server_that_has_had_enough_of_a_connection_leaves_no_doubt() {
    let smtp = SmtpServer::start(Script::default().messages_per_connection(2));
    let recipients = ["a@example.org", "b@example.org", "c@example.org"];
    assert_eq!(
        deliver(&mut connect(&smtp), &recipients),
        [
            "accepted: 250 2.0.0 queued",
            "accepted: 250 2.0.0 queued",
            "lost, after the dot: false, Closed: connection lost (MAIL): the server closes the connection: \
             421 4.7.0 enough messages on this connection",
        ]
    );
}

#[test]
fn a_verdict_is_heard_even_when_the_server_hangs_up_right_behind_it() {
    let smtp = SmtpServer::start(Script::default().hang_up_after(1));
    let outcomes = deliver(&mut connect(&smtp), &["a@example.org", "b@example.org"]);
    assert_eq!(outcomes[0], "accepted: 250 2.0.0 queued");
    assert!(outcomes[1].starts_with("lost, after the dot: false, Closed: connection lost (MAIL): "), "{outcomes:?}");
}

#[test]
fn answers_that_are_not_smtp_there_end_the_connection() {
    for (recipient, expected) in [
        (
            "garbage@example.org",
            "false, Protocol: connection lost (RCPT): the server sent `HTTP/1.1 400 Bad Request`, which is not an SMTP reply",
        ),
        (
            "garbage-dot@example.org",
            "true, Protocol: connection lost (end of message): the server sent `HTTP/1.1 400 Bad Request`, which is not an SMTP reply",
        ),
        (
            "answer-rcpt-354@example.org",
            "false, Protocol: connection lost (RCPT): the server answered RCPT with `354 as scripted`",
        ),
        (
            "answer-data-250@example.org",
            "false, Protocol: connection lost (DATA): the server answered DATA with `250 as scripted`",
        ),
        (
            "answer-dot-354@example.org",
            "true, Protocol: connection lost (end of message): the server answered end of message with `354 as scripted`",
        ),
    ] {
        assert_eq!(outcome(Script::default(), recipient), format!("lost, after the dot: {expected}"), "{recipient}");
    }
}

/// How long a step took that should have been over after `deadline`, and what it said.
fn overdue<T: std::fmt::Debug>(deadline: Duration, step: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = step();
    let took = start.elapsed();
    assert!(took >= deadline && took < deadline + Duration::from_secs(1), "{took:?}: {result:?}");
    result
}

#[test]
fn no_step_outlives_its_deadline_however_the_server_dawdles() {
    let soon = Duration::from_millis(400);
    let no_answer = "no answer in time";
    for (recipient, after_dot, phase) in [
        ("stall-rcpt@example.org", false, "RCPT"),
        ("drip-rcpt@example.org", false, "RCPT"),
        ("stall-data@example.org", false, "DATA"),
        ("drip-data@example.org", false, "DATA"),
        ("stall-dot@example.org", true, "end of message"),
        ("drip-dot@example.org", true, "end of message"),
    ] {
        let smtp = SmtpServer::start(Script::default());
        let mut server = server_of(&smtp);
        match phase {
            "RCPT" => server.deadlines.command = soon,
            "DATA" => server.deadlines.data = soon,
            _ => server.deadlines.dot = soon,
        }
        let mut connection = Connection::open(&server).unwrap();
        assert_eq!(
            overdue(soon, || deliver(&mut connection, &[recipient])),
            [format!("lost, after the dot: {after_dot}, TimedOut: connection lost ({phase}): {no_answer}")],
        );
    }
}

#[test]
fn a_server_that_does_not_greet_in_time_is_left() {
    let soon = Duration::from_millis(300);
    for greeting in [Greeting::Stall, Greeting::Drip] {
        let smtp = SmtpServer::start(Script::default().greeting(greeting));
        let mut server = server_of(&smtp);
        server.deadlines.greeting = soon;
        let error = overdue(soon, || Connection::open(&server)).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("no conversation with `{server}`: connection lost (greeting): no answer in time")
        );
        assert!(error.is_temporary());
    }
}

#[test]
fn a_server_that_takes_no_bytes_is_left() {
    let soon = Duration::from_millis(400);
    let smtp = SmtpServer::start(Script::default());
    let mut server = server_of(&smtp);
    server.deadlines.block = soon;
    let mut connection = Connection::open(&server).unwrap();
    connection.begin(&to("stall-before-dot@example.org")).unwrap();
    assert_eq!(connection.await_go_ahead(), Ok(GoAhead::Ready));
    let message = b"0123456789\r\n".repeat(4_000_000);
    let lost = connection.finish(&message, None).unwrap_err();
    assert_eq!((lost.phase, lost.after_dot, lost.kind), (Phase::Body, false, LossKind::TimedOut));
}

#[test]
fn a_connection_can_be_cut_from_another_thread() {
    let smtp = SmtpServer::start(Script::default());
    let mut connection = connect(&smtp);
    let stop = connection.stop_handle();
    let waiting = thread::spawn(move || deliver(&mut connection, &["stall-dot@example.org"]));
    smtp.wait_for_command("(message)");
    stop.stop();
    assert_eq!(
        waiting.join().unwrap(),
        ["lost, after the dot: true, Stopped: connection lost (end of message): stopped"]
    );
    stop.stop(); // nothing left to stop
}

#[test]
fn a_dropped_connection_leaves_no_message_behind() {
    let smtp = SmtpServer::start(Script::default());
    let mut connection = connect(&smtp);
    connection.begin(&to("a@example.org")).unwrap();
    assert_eq!(connection.await_go_ahead(), Ok(GoAhead::Ready));
    connection.quit();
    assert!(conversation(&smtp).ends_with("DATA\n(closed)"));
    assert_eq!(smtp.accepted(), []);
}

#[test]
fn nobody_listening_is_said_so() {
    let smtp = SmtpServer::start(Script::default());
    let server = server_of(&smtp);
    drop(smtp);
    let error = Connection::open(&server).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot reach `{server}`: connection refused (127.0.0.1)"));
    assert!(error.is_temporary());

    let error = Connection::open(&Server::new("mail.invalid", 25, Tls::Implicit)).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("cannot reach `mail.invalid:25`: its name cannot be resolved: "), "{text}");
}

#[test]
fn plaintext_goes_to_this_machine_only() {
    let error = Connection::open(&Server::new("192.0.2.1", 25, Tls::None)).unwrap_err();
    assert_eq!(
        (error.to_string(), error.phase(), error.is_temporary()),
        (
            String::from(
                "`192.0.2.1:25` is not safe to use: it is not on this machine, and the connection would not be encrypted"
            ),
            Phase::Tls,
            false
        )
    );
    assert_eq!(error.help(), Some("use `tls = \"implicit\"` (port 465) or `tls = \"starttls\"` (port 587)"));
}

#[test]
fn a_server_that_does_not_want_us_is_quoted() {
    for (line, temporary) in [("554 5.7.1 not you", false), ("421 4.7.0 too many connections", true)] {
        let smtp = SmtpServer::start(Script::default().greeting(Greeting::Close(line)));
        let server = server_of(&smtp);
        let error = Connection::open(&server).unwrap_err();
        assert_eq!(error.to_string(), format!("`{server}` does not talk to us: greeting refused: {line}"));
        assert_eq!(error.is_temporary(), temporary);
    }
}

#[test]
fn connections_beyond_the_servers_limit_are_temporary_failures() {
    let smtp = SmtpServer::start(Script::default().most_connections(1));
    let first = connect(&smtp);
    let error = Connection::open(&server_of(&smtp)).unwrap_err();
    assert!(error.is_temporary(), "{error}");
    assert_eq!(error.reply().unwrap().code, 421);
    drop(first);
    smtp.wait_until_idle();
    connect(&smtp).quit();
}

/// A server reached by a name the good certificate is for, its authority trusted.
fn trusting(smtp: &SmtpServer, tls: Tls) -> Server {
    Server {
        hello: String::from("client.example.org"),
        ca_file: Some(Certificate::authority()),
        ..Server::new("localhost", smtp.port(), tls)
    }
}

#[test]
fn mail_travels_inside_tls() {
    for (tls, script, expected) in [
        (
            Tls::Implicit,
            ServerTls::Implicit(Certificate::Good),
            "(TLS)\nEHLO client.example.org\nMAIL FROM:<letter@example.org> SIZE=43\n",
        ),
        (
            Tls::StartTls,
            ServerTls::StartTls(Certificate::Good),
            "EHLO client.example.org\nSTARTTLS\n(TLS)\nEHLO client.example.org\nMAIL FROM:<letter@example.org> SIZE=43\n",
        ),
    ] {
        let smtp = SmtpServer::start(Script::default().tls(script).hold_verdicts());
        let mut connection = Connection::open(&trusting(&smtp, tls)).unwrap();
        connection.begin(&to("a@example.org")).unwrap();
        assert_eq!(connection.await_go_ahead(), Ok(GoAhead::Ready));
        connection.finish(MESSAGE, Some(&to("b@example.org"))).unwrap();
        assert!(matches!(connection.await_verdict(), Ok(Verdict::Accepted(_))));
        drop(connection);
        let log = conversation(&smtp);
        assert!(log.starts_with(expected), "{log}");
        assert_eq!(smtp.accepted()[0].bytes, MESSAGE);
    }
}

#[test]
fn a_bad_certificate_is_named_and_nothing_is_said() {
    let authority =
        "if the server is yours, name its authority's certificate as `ca_file`; there is no way to go without";
    let clock = "the server's certificate has to be renewed, or this machine's clock set right";
    let unknown = "its certificate is self-signed or from an authority this machine does not know";
    for (certificate, ca_file, reason, help) in [
        (Certificate::Good, None, unknown, authority),
        (Certificate::SelfSigned, Some(Certificate::authority()), unknown, authority),
        (Certificate::Expired, Some(Certificate::authority()), "its certificate expired on 2021-02-03", clock),
        (
            Certificate::WrongName,
            Some(Certificate::authority()),
            "its certificate is for `mail.example.org`, `smtp.example.org`, not for `localhost`",
            "use a name the certificate is for as `host`",
        ),
    ] {
        for (tls, script) in
            [(Tls::Implicit, ServerTls::Implicit(certificate)), (Tls::StartTls, ServerTls::StartTls(certificate))]
        {
            let smtp = SmtpServer::start(Script::default().tls(script).auth(AUTH));
            let server = Server { ca_file: ca_file.clone(), credentials: Some(ada(None)), ..trusting(&smtp, tls) };
            let error = Connection::open(&server).unwrap_err();
            assert_eq!(error.to_string(), format!("no TLS with `{server}`: {reason}"));
            assert_eq!(error.help(), Some(help));
            assert!(!error.is_temporary());
            assert!(!conversation(&smtp).contains("AUTH"));
        }
    }
}

#[test]
fn a_ca_file_without_certificates_is_named() {
    let smtp = SmtpServer::start(Script::default().tls(ServerTls::Implicit(Certificate::Good)));
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    let reason = |ca_file: PathBuf| {
        let server = Server { ca_file: Some(ca_file), ..trusting(&smtp, Tls::Implicit) };
        let text = Connection::open(&server).unwrap_err().to_string();
        text.replace(&folder.path().display().to_string(), "[TMP]").replace(&server.to_string(), "[SERVER]")
    };
    assert_eq!(reason(empty), "no TLS with `[SERVER]`: the authorities in `[TMP]/empty.pem`: no certificate in it");
    assert_eq!(
        reason(folder.path().join("none.pem")),
        "no TLS with `[SERVER]`: the authorities in `[TMP]/none.pem`: No such file or directory (os error 2)"
    );
}

#[test]
fn a_port_without_tls_is_told_from_one_with_it() {
    let smtp = SmtpServer::start(Script::default());
    let error = Connection::open(&trusting(&smtp, Tls::Implicit)).unwrap_err();
    assert_eq!(error.to_string(), format!("no TLS with `localhost:{}`: what it sent is not TLS", smtp.port()));
    assert_eq!(
        error.help(),
        Some(
            "a port for STARTTLS, usually 587, needs `tls = \"starttls\"`; one for implicit TLS, usually 465, `tls = \"implicit\"`"
        )
    );
}

#[test]
fn starttls_is_required_where_it_is_configured() {
    let smtp = SmtpServer::start(Script::default().auth(AUTH));
    let server = Server { credentials: Some(ada(None)), ..trusting(&smtp, Tls::StartTls) };
    let error = Connection::open(&server).unwrap_err();
    assert_eq!(error.to_string(), format!("`{server}` is not safe to use: it offers no STARTTLS; nothing was sent"));
    assert_eq!(conversation(&smtp), "EHLO client.example.org\n(closed)");
}

#[test]
fn plaintext_smuggled_in_before_tls_is_refused() {
    for injection in ["250 2.0.0 injected\r\n", "250-half a reply", "x"] {
        let script = Script::default().tls(ServerTls::StartTls(Certificate::Good)).injection(injection);
        let smtp = SmtpServer::start(script);
        let server = trusting(&smtp, Tls::StartTls);
        let error = Connection::open(&server).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "`{server}` is not safe to use: unexpected data before TLS; somebody may be tampering with the connection"
            )
        );
        assert_eq!(conversation(&smtp), "EHLO client.example.org\nSTARTTLS\n(closed)");
    }
}

const AUTH: Auth = Auth { mechanisms: "PLAIN LOGIN XOAUTH2", user: "ada", password: PASSWORD, answer: None };

fn ada(mechanism: Option<Mechanism>) -> Credentials {
    Credentials { user: String::from("ada"), password: Secret::new(PASSWORD), mechanism }
}

#[test]
fn each_mechanism_lets_the_right_password_in() {
    for (mechanism, offer) in [
        (None, "PLAIN LOGIN"),
        (None, "LOGIN"),
        (Some(Mechanism::Login), "PLAIN LOGIN"),
        (Some(Mechanism::XOAuth2), "PLAIN XOAUTH2"),
    ] {
        let script = Script::default().tls(ServerTls::StartTls(Certificate::Good));
        let smtp = SmtpServer::start(script.auth(Auth { mechanisms: offer, ..AUTH }));
        let server = Server { credentials: Some(ada(mechanism)), ..trusting(&smtp, Tls::StartTls) };
        let mut connection = Connection::open(&server).unwrap();
        assert_eq!(deliver(&mut connection, &["a@example.org"]), ["accepted: 250 2.0.0 queued"]);
        let clear: Vec<_> = smtp.commands()[0].iter().take_while(|line| *line != "(TLS)").cloned().collect();
        assert_eq!(clear, ["EHLO client.example.org", "STARTTLS"]);
    }
}

/// What an attempt with these credentials says, and everything that was logged meanwhile.
fn refused_entry(auth: Auth, credentials: Credentials) -> (OpenError, String) {
    let smtp = SmtpServer::start(Script::default().auth(auth));
    let said = Arc::new(Mutex::new(String::new()));
    let log = ConversationLog::new({
        let said = Arc::clone(&said);
        move |line| said.lock().unwrap().push_str(&format!("{line}\n"))
    });
    let error = Connection::open(&Server { credentials: Some(credentials), log, ..server_of(&smtp) }).unwrap_err();
    let said = said.lock().unwrap().clone();
    (error, said)
}

#[test]
fn a_wrong_password_is_refused_in_the_servers_words() {
    let wrong = |mechanism| Credentials { password: Secret::new("hunter2"), ..ada(mechanism) };
    for mechanism in [None, Some(Mechanism::Login), Some(Mechanism::XOAuth2)] {
        let (error, log) = refused_entry(AUTH, wrong(mechanism));
        let text = error.to_string();
        assert!(text.ends_with("` does not let `ada` in: 535 5.7.8 wrong user or password"), "{text}");
        assert!(!error.is_temporary());
        assert_eq!(error.phase(), Phase::Auth);
        for form in ["hunter2", "aHVudGVyMg", "AGFkYQBodW50ZXIy"] {
            assert!(!format!("{error:?}{log}").contains(form), "{log}");
        }
    }
}

#[test]
fn the_log_shows_the_conversation_without_the_password() {
    let repeats = Auth { answer: Some("535 5.7.8 your password `correct horse battery` is wrong"), ..AUTH };
    let (error, log) = refused_entry(repeats, ada(None));
    assert_eq!(
        log,
        "< 220 localhost ESMTP scripted\n\
         > EHLO client.example.org\n\
         < 250 localhost\n\
         < 250 ENHANCEDSTATUSCODES\n\
         < 250 PIPELINING\n\
         < 250 SIZE 0\n\
         < 250 AUTH PLAIN LOGIN XOAUTH2\n\
         > AUTH PLAIN ***\n\
         < 535 5.7.8 (a line that repeats the password)\n"
    );
    assert!(error.to_string().ends_with("in: 535 5.7.8 (a line that repeats the password)"), "{error}");
    assert!(!format!("{error:?}").contains("horse"));
}

#[test]
fn a_server_too_busy_to_authenticate_is_a_temporary_failure() {
    let busy = Auth { answer: Some("454 4.7.0 come back later"), ..AUTH };
    let (error, _) = refused_entry(busy, ada(None));
    assert!(error.to_string().ends_with("in: 454 4.7.0 come back later"), "{error}");
    assert!(error.is_temporary());
}

#[test]
fn a_server_without_a_mechanism_of_ours_is_told_what_is_missing() {
    let (error, log) = refused_entry(Auth { mechanisms: "CRAM-MD5 XOAUTH2", ..AUTH }, ada(None));
    assert!(error.to_string().ends_with("in: it offers CRAM-MD5 XOAUTH2, not PLAIN or LOGIN"), "{error}");
    assert!(!error.is_temporary());
    assert!(!log.contains("> AUTH"));
}

#[test]
fn the_log_of_a_message_shows_its_size_and_not_its_text() {
    let smtp = SmtpServer::start(Script::default());
    let said = Arc::new(Mutex::new(Vec::new()));
    let log = ConversationLog::new({
        let said = Arc::clone(&said);
        move |line| said.lock().unwrap().push(line.to_string())
    });
    let mut connection = Connection::open(&Server { log, ..server_of(&smtp) }).unwrap();
    deliver(&mut connection, &["a@example.org"]);
    connection.quit();
    let said = said.lock().unwrap();
    let begun = said.iter().position(|line| line.starts_with("> MAIL")).unwrap();
    assert_eq!(
        said[begun..],
        [
            "> MAIL FROM:<letter@example.org> SIZE=43",
            "> RCPT TO:<a@example.org>",
            "> DATA",
            "< 250 2.1.0 sender ok",
            "< 250 2.1.5 recipient ok",
            "< 354 go on",
            "* message of 43 bytes and the final dot",
            "< 250 2.0.0 queued",
            "> QUIT",
        ]
    );
}

#[test]
fn a_recipient_deferred_once_is_taken_the_second_time() {
    let smtp = SmtpServer::start(Script::default());
    assert_eq!(
        deliver(&mut connect(&smtp), &["defer-once@example.org", "defer-once@example.org"]),
        ["RCPT refused: 451 4.7.1 come back later", "accepted: 250 2.0.0 queued"]
    );
}

#[test]
fn the_journal_of_the_scripted_server_holds_what_it_has_taken() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let smtp = SmtpServer::start(Script::default().journal(&journal));
    let recipients = ["refuse-dot-554@example.org", "a@example.org", "drop-after-dot-kept@example.org"];
    deliver(&mut connect(&smtp), &recipients);
    smtp.wait_for_accepted(2);
    // sha256sum of MESSAGE
    let digest = "67a2b6a8f2efd01a1f7681e61998164e62ac6ea5c3dc51c36b06c6303a708c8e";
    assert_eq!(
        std::fs::read_to_string(journal).unwrap(),
        format!("a@example.org\t-\t{digest}\ndrop-after-dot-kept@example.org\t-\t{digest}\n")
    );
}
