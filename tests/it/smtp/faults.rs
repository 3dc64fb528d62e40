//! Tests servers that break off, talk nonsense or stay silent, and the doubt that leaves.

use std::thread;
use std::time::{Duration, Instant};

use newsletter::smtp::{Connection, Content, GoAhead, LossKind, Lost, Phase, Server, Tls};

use super::{connect, conversation, deliver, outcome, server_at, to, trusting};
use crate::support::{Certificate, Greeting, RawServer, Script, ServerTls, SmtpServer};

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

/// How a message fails that is larger than the socket buffers of both sides, so that its end cannot have left.
fn failed_large_message(connection: &mut Connection, recipient: &str) -> Lost {
    connection.begin(&to(recipient)).unwrap();
    assert_eq!(connection.await_go_ahead(), Ok(GoAhead::Ready));
    connection.finish(&Content::from(b"0123456789\r\n".repeat(4_000_000).as_slice()), None).unwrap_err()
}

#[test]
fn a_connection_cut_in_the_middle_of_a_message_leaves_no_doubt() {
    let smtp = SmtpServer::start(Script::default());
    let lost = failed_large_message(&mut connect(&smtp), "drop-before-dot@example.org");
    assert_eq!((lost.phase, lost.after_dot, lost.kind, lost.reply), (Phase::Body, false, LossKind::Closed, None));
    assert_eq!(smtp.accepted(), []);
}

#[test]
fn a_server_that_hangs_up_in_the_middle_of_a_message_is_heard_out() {
    let smtp = SmtpServer::start(Script::default());
    let lost = failed_large_message(&mut connect(&smtp), "421-before-dot@example.org");
    assert_eq!((lost.phase, lost.after_dot, lost.kind), (Phase::Body, false, LossKind::Closed));
    assert_eq!(lost.to_string(), "connection lost (message): 421 4.3.2 closing as scripted");
    assert_eq!(lost.reply.unwrap().code, 421);
}

#[test]
fn only_a_421_counts_as_a_reply_in_the_middle_of_a_message() {
    let smtp = SmtpServer::start(Script::default());
    let lost = failed_large_message(&mut connect(&smtp), "garbage-before-dot@example.org");
    assert_eq!((lost.phase, lost.after_dot, lost.kind, lost.reply), (Phase::Body, false, LossKind::Closed, None));
}

#[test]
fn a_server_that_closes_when_it_has_asked_for_a_message_gets_none() {
    let smtp = SmtpServer::start(Script::default());
    assert_eq!(
        deliver(&mut connect(&smtp), &["unasked-data@example.org"]),
        [
            "lost, after the dot: false, Closed: connection lost (idle): the server closes the connection: 421 4.3.2 nobody asked"
        ]
    );
    assert!(!conversation(&smtp).contains("(message)"));
}

#[test]
fn a_server_that_closes_without_the_good_bye_of_tls_has_closed() {
    let smtp = SmtpServer::start(Script::default().tls(ServerTls::Implicit(Certificate::Good)));
    let mut connection = Connection::open(&trusting(&smtp, Tls::Implicit)).unwrap();
    assert_eq!(
        deliver(&mut connection, &["drop-after-dot-kept@example.org"]),
        ["lost, after the dot: true, Closed: connection lost (end of message): the server closed the connection"]
    );
}

#[test]
fn a_421_before_the_final_dot_is_no_attempt_and_at_it_a_refusal() {
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
fn a_server_that_ends_a_connection_early_leaves_no_doubt() {
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
fn a_reply_is_read_even_when_the_server_hangs_up_right_after_it() {
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
            "false, Protocol: connection lost (RCPT): the server replied to RCPT with `354 as scripted`",
        ),
        (
            "answer-data-250@example.org",
            "false, Protocol: connection lost (DATA): the server replied to DATA with `250 as scripted`",
        ),
        (
            "answer-dot-354@example.org",
            "true, Protocol: connection lost (end of message): the server replied to end of message with `354 as scripted`",
        ),
    ] {
        assert_eq!(outcome(Script::default(), recipient), format!("lost, after the dot: {expected}"), "{recipient}");
    }
}

/// What a step said that is over after `deadline` and not before. How long after, depends on the machine: a test that never
/// ends says it as well.
fn overdue<T: std::fmt::Debug>(deadline: Duration, step: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = step();
    let took = start.elapsed();
    assert!(took >= deadline, "{took:?}: {result:?}");
    result
}

#[test]
fn no_step_outlives_its_deadline_however_the_server_dawdles() {
    let soon = Duration::from_millis(400);
    let no_answer = "no response in time";
    for (recipient, after_dot, phase) in [
        ("stall-rcpt@example.org", false, "RCPT"),
        ("drip-rcpt@example.org", false, "RCPT"),
        ("stall-data@example.org", false, "DATA"),
        ("drip-data@example.org", false, "DATA"),
        ("stall-dot@example.org", true, "end of message"),
        ("drip-dot@example.org", true, "end of message"),
    ] {
        let smtp = SmtpServer::start(Script::default());
        let mut server = server_at(smtp.port());
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
        let mut server = server_at(smtp.port());
        server.deadlines.greeting = soon;
        let error = overdue(soon, || Connection::open(&server)).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("could not talk to `{server}`: connection lost (greeting): no response in time")
        );
        assert!(error.is_temporary());
    }
}

const WHICH_PORT: &str = "a port for STARTTLS, usually 587, needs `tls = \"starttls\"`; one for implicit TLS, usually 465, needs \
    `tls = \"implicit\"`";

#[test]
fn a_silent_server_is_left_soon_and_a_greeting_one_gets_the_time_of_the_standard() {
    let (soon, later) = (Duration::from_millis(100), Duration::from_millis(400));
    for tls in [Tls::StartTls, Tls::Implicit, Tls::None] {
        let smtp = SmtpServer::start(Script::default().greeting(Greeting::Stall));
        let mut server = trusting(&smtp, tls);
        server.deadlines.first_greeting = soon;
        let error = overdue(soon, || Connection::open(&server)).unwrap_err();
        assert_eq!(error.help(), Some(WHICH_PORT), "{tls:?}");
        assert!(error.is_temporary());
    }
    let smtp = SmtpServer::start(Script::default().greetings_held_after(1));
    let mut server = server_at(smtp.port());
    server.deadlines.first_greeting = soon;
    server.deadlines.greeting = later;
    Connection::open(&server).unwrap().quit();
    let error = overdue(later, || Connection::open(&server)).unwrap_err();
    assert!(error.to_string().ends_with("connection lost (greeting): no response in time"), "{error}");
}

#[test]
fn a_server_that_hangs_up_while_we_open_the_conversation_is_quoted() {
    for (says, expected) in [
        (&["220 hi\r\n421 4.3.2 too busy\r\n"][..], "greeting refused: 421 4.3.2 too busy"),
        (&["220 hi\r\n554 5.7.1 not you\r\n"], "greeting refused: 554 5.7.1 not you"),
        (&["220 hi\r\n", "550 5.7.1 not you\r\n421 bye\r\n"], "EHLO refused: 550 5.7.1 not you"),
        (&["220 hi\r\n", "421 4.7.0 not you\r\n"], "EHLO refused: 421 4.7.0 not you"),
    ] {
        let says: Vec<&str> = says.to_vec();
        let raw = RawServer::start(move |_, talk| {
            for (number, text) in says.iter().enumerate() {
                if number > 0 {
                    talk.line();
                }
                talk.say(text);
            }
        });
        let mut server = server_at(raw.port);
        server.credentials = Some(newsletter::smtp::Credentials {
            user: String::from("ada"),
            password: newsletter::secret::Secret::new("hunter2"),
            mechanism: None,
        });
        let text = Connection::open(&server).unwrap_err().to_string();
        // Whether the second reply is there when the first is answered is the network's affair.
        assert!(text.contains(expected) || text.contains(&expected.replace("greeting", "EHLO")), "{text}");
    }
}

#[test]
fn a_host_with_two_addresses_is_reached_although_one_refuses() {
    // `localhost` is ::1, too, where there is IPv6; the server is not there.
    let smtp = SmtpServer::start(Script::default());
    let mut server = server_at(smtp.port());
    server.host = String::from("localhost");
    let mut connection = Connection::open(&server).unwrap();
    assert_eq!(deliver(&mut connection, &["a@example.org"]), ["accepted: 250 2.0.0 queued"]);
}

#[test]
fn a_server_that_closes_before_it_greets_and_one_that_greets_twice_are_left() {
    for (greeting, expected) in [
        (Greeting::Nothing, "(greeting): the server closed the connection"),
        (Greeting::Line("220 localhost\r\n250 and more"), "(EHLO): the server sent unsolicited data"),
    ] {
        let smtp = SmtpServer::start(Script::default().greeting(greeting));
        let server = server_at(smtp.port());
        let error = Connection::open(&server).unwrap_err();
        assert_eq!(error.to_string(), format!("could not talk to `{server}`: connection lost {expected}"));
        assert!(error.is_temporary());
    }
}

#[test]
fn a_handshake_that_the_server_leaves_or_never_answers_is_over() {
    for (greeting, expected) in
        [(Greeting::Nothing, "the server closed the connection"), (Greeting::Stall, "no response in time")]
    {
        let smtp = SmtpServer::start(Script::default().greeting(greeting));
        let mut server = trusting(&smtp, Tls::Implicit);
        server.deadlines.command = Duration::from_millis(300);
        let error = Connection::open(&server).unwrap_err();
        assert_eq!(error.to_string(), format!("could not talk to `{server}`: connection lost (TLS): {expected}"));
        assert!(error.is_temporary());
    }
}

#[test]
fn a_server_that_takes_no_bytes_is_left() {
    let soon = Duration::from_millis(400);
    let smtp = SmtpServer::start(Script::default());
    let mut server = server_at(smtp.port());
    server.deadlines.block = soon;
    let lost = failed_large_message(&mut Connection::open(&server).unwrap(), "stall-before-dot@example.org");
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
fn no_good_bye_is_said_on_a_connection_that_was_cut() {
    let smtp = SmtpServer::start(Script::default());
    let connection = connect(&smtp);
    connection.stop_handle().stop();
    connection.quit();
    assert_eq!(conversation(&smtp), "EHLO client.example.org\n(closed)");
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
fn a_refused_connection_is_reported() {
    let smtp = SmtpServer::start(Script::default());
    let server = server_at(smtp.port());
    drop(smtp);
    let error = Connection::open(&server).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot reach `{server}`: connection refused (127.0.0.1)"));
    assert!(error.is_temporary());

    let error = Connection::open(&Server::new("mail.invalid", 25, Tls::Implicit)).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("cannot reach `mail.invalid:25`: its name could not be resolved: "), "{text}");
}

#[test]
fn a_name_is_not_looked_up_for_longer_than_the_deadline() {
    let mut server = Server::new("mail.invalid", 25, Tls::Implicit);
    server.deadlines.connect = Duration::ZERO;
    // A resolver may be faster than no time at all, but not always.
    let mut attempts = (0..100).map(|_| Connection::open(&server).unwrap_err().to_string());
    assert!(attempts.any(|error| error == "cannot reach `mail.invalid:25`: the lookup of its name timed out"));
}

#[test]
fn a_server_that_does_not_want_us_is_quoted() {
    for (line, temporary) in [("554 5.7.1 not you", false), ("421 4.7.0 too many connections", true)] {
        let smtp = SmtpServer::start(Script::default().greeting(Greeting::Close(line)));
        let server = server_at(smtp.port());
        let error = Connection::open(&server).unwrap_err();
        assert_eq!(error.to_string(), format!("`{server}` rejected the connection: greeting refused: {line}"));
        assert_eq!(error.is_temporary(), temporary);
    }
}

#[test]
fn connections_beyond_the_servers_limit_are_temporary_failures() {
    let smtp = SmtpServer::start(Script::default().most_connections(1));
    let first = connect(&smtp);
    let error = Connection::open(&server_at(smtp.port())).unwrap_err();
    assert!(error.is_temporary(), "{error}");
    assert_eq!(error.reply().unwrap().code, 421);
    drop(first);
    smtp.wait_until_idle();
    connect(&smtp).quit();
}
