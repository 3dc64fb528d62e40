//! Tests replies about the sender: they concern every recipient, so they refuse none.

use snapbox::{assert_data_eq, str};

use crate::fault_matrix::sent;
use crate::support::{Chunking, Mailing, Script, SmtpServer};

/// A newsletter that mails from `sender` at example.org, one message at a time or several.
fn mailing(sender: &str, in_flight: usize, people: &[&str]) -> Mailing {
    let server = SmtpServer::start(Script::default().chunking(Chunking::Yes));
    let smtp = format!("connections = 1\nmax_in_flight = {in_flight}");
    let mailing = Mailing::configured(server, people.iter().copied(), &smtp, "");
    let config = mailing.project.read("newsletter.toml");
    let line = format!("[newsletter]\nenvelope_sender = \"{sender}@example.org\"");
    mailing.project.write("newsletter.toml", config.replace("[newsletter]", &line));
    mailing
}

#[test]
fn a_refused_sender_stops_the_run() {
    for in_flight in [1, 4] {
        assert_data_eq!(
            sent(&mailing("refuse-mail-550", in_flight, &["ada", "bo", "cy"]), ["--yes"]),
            str![[r#"
Stopped: the server rejected this sender: `550 as scripted`; no recipient was marked as refused
Issue 1 has been sent to 0 of 3 recipients
Recipients left: 3. To continue: newsletter send 1
hint: set `from` (or `envelope_sender`, if you use it) to an address that the server accepts; it is currently `refuse-mail-550@example.org`
exit 6
planned: ada, bo, cy

"#]]
        );
    }
}

#[test]
fn a_deferred_sender_makes_the_run_back_off() {
    for in_flight in [1, 4] {
        let mailing = mailing("defer-mail-once", in_flight, &["ada", "bo", "cy"]);
        let told = sent(&mailing, ["--yes"]);
        let pause = "the server said `451 4.3.2 come back later`; trying again in 1 s\n";
        // With several in flight the connection has done some work, and a new one is opened at once.
        assert!(told.starts_with(pause) || in_flight > 1, "{told}");
        assert_data_eq!(
            told.strip_prefix(pause).unwrap_or(&told),
            str![[r#"
Sent issue 1 to 3 of 3 recipients
exit 0
accepted: ada, bo, cy

"#]]
        );
        assert_eq!(mailing.accepted(), ["ada", "bo", "cy"]);
        assert_eq!(mailing.server.connections(), 3, "one to try it out, one put off, one that was not");
    }
}

#[test]
fn a_sender_that_must_log_in_is_told_at_any_step_and_stops_the_run() {
    for in_flight in [1, 4] {
        let mailing = mailing("ada", in_flight, &["ada", "refuse-dot-530-5.7.0", "bo"]);
        let told = sent(&mailing, ["--yes"]);
        // Bo gets it between the two answers that it takes to be believed.
        assert_data_eq!(
            told,
            str![[r#"
Stopped: the server rejected this sender: `530 5.7.0 as scripted`; no recipient was marked as refused
Issue 1 has been sent to 2 of 3 recipients
Recipients left: 1. To continue: newsletter send 1
hint: set `user` and `password` under `[smtp]`: the server requires a login
exit 6
accepted: ada, bo
planned: refuse-dot-530-5.7.0

"#]]
        );
    }
}

#[test]
fn a_test_mail_tells_what_the_server_has_against_it() {
    assert_data_eq!(
        mailing("refuse-mail-550", 1, &["ada"]).send(["--test", "ada@example.org"]),
        str![[r#"
error: the server said `550 as scripted`
exit 6

"#]]
    );
}

#[test]
fn a_test_mail_tells_what_became_of_it() {
    let mailing = mailing("ada", 1, &["ada"]);
    assert_data_eq!(
        mailing.send(["--test", "defer-451@example.org", "drop-after-dot-lost@example.org"]),
        str![[r#"
defer-451@example.org  deferred  451 as scripted
drop-after-dot-lost@example.org  in doubt  the server closed the connection
exit 4

"#]]
    );
    assert_data_eq!(
        mailing.send(["--test", "drop-rcpt@example.org"]),
        str![[r#"
error: connection lost (RCPT): the server closed the connection
exit 6

"#]]
    );
}
