//! What a server has against the sender: it is the same for everybody, so nobody pays for it.

use snapbox::{assert_data_eq, str};

use crate::fault_matrix::sent;
use crate::support::{Chunking, Mailing, Script, SmtpServer};

/// A newsletter that mails from `sender` at example.org, one message at a time or several.
fn mailing(sender: &str, in_flight: usize, people: &[&str]) -> Mailing {
    let server = SmtpServer::start(Script::default().chunking(Chunking::Yes));
    let smtp = format!("connections = 1\nin_flight = {in_flight}");
    let mailing = Mailing::configured(server, people.iter().copied(), &smtp, "");
    let config = mailing.project.read("newsletter.toml");
    let line = format!("[newsletter]\nenvelope_sender = \"{sender}@example.org\"");
    mailing.project.write("newsletter.toml", config.replace("[newsletter]", &line));
    mailing
}

#[test]
fn one_that_is_refused_stops_the_run() {
    for in_flight in [1, 4] {
        assert_data_eq!(
            sent(&mailing("refuse-mail-550", in_flight, &["ada", "bo", "cy"]), ["--yes"]),
            str![[r#"
Stopped: the server refuses to work for us: `550 as scripted`
Issue 1 is sent to 0 of 3
Left: 3. Continue with: newsletter send 1
exit 5
planned: ada, bo, cy

"#]]
        );
    }
}

#[test]
fn one_that_is_put_off_is_a_server_that_wants_a_rest() {
    for in_flight in [1, 4] {
        let mailing = mailing("defer-mail-once", in_flight, &["ada", "bo", "cy"]);
        let told = sent(&mailing, ["--yes"]);
        // With others under way the connection has done some work, and a new one is opened at once.
        assert_data_eq!(
            told.replace("the server said `451 4.3.2 come back later`; trying again in 1 s\n", ""),
            str![[r#"
Sent issue 1 to 3 of 3
exit 0
accepted: ada, bo, cy

"#]]
        );
        assert_eq!(mailing.accepted(), ["ada", "bo", "cy"]);
        assert_eq!(mailing.server.connections(), 3, "one to try it out, one put off, one that was not");
    }
}

#[test]
fn one_without_a_password_is_told_so_at_any_time_and_that_stops_the_run() {
    for in_flight in [1, 4] {
        let mailing = mailing("ada", in_flight, &["ada", "refuse-dot-530-5.7.0", "bo"]);
        let told = sent(&mailing, ["--yes"]);
        // Behind it, in the same breath, Bo may have been said.
        assert_data_eq!(
            told.replace("planned: refuse-dot-530-5.7.0, bo", "planned: refuse-dot-530-5.7.0"),
            str![[r#"
Stopped: the server refuses to work for us: `530 5.7.0 as scripted`
Issue 1 is sent to [..] of 3
Left: [..]. Continue with: newsletter send 1
exit 5
accepted: ada[..]
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
