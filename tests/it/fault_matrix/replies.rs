//! Tests rows 9 to 17, 20 to 22, 49, 52 and 58: the replies of a server, and its behaviour instead
//! of one.

use snapbox::{assert_data_eq, str};

use super::{mailing, sent};
use crate::support::{Mailing, Meddler, Script, SmtpServer, SmtpSink};

/// A newsletter for so many people that mails to somebody else's server.
fn mailing_to(port: u16, people: usize, smtp: &str) -> Mailing {
    let locals: Vec<_> = (0..people).map(|number| format!("reader{number}")).collect();
    let mailing = Mailing::configured(
        SmtpServer::start(Script::default()),
        locals.iter().map(String::as_str),
        smtp,
        "retry = [\"1h\"]",
    );
    let config = mailing.project.read("newsletter.toml");
    let ours = format!("port = {}", mailing.server.port());
    mailing.project.write("newsletter.toml", config.replace(&ours, &format!("port = {port}")));
    mailing
}

/// What was `told`, but for the remark that the server offers a login.
fn without_the_remark(told: &str) -> String {
    told.split_inclusive('\n').filter(|line| !line.contains("offers a login")).collect()
}

#[test]
fn row_09_a_421_before_the_final_dot_leaves_recipients_planned() {
    let mailing = mailing(Script::default(), &["ada", "421-rcpt", "bo"]);
    assert_data_eq!(
        sent(&mailing, ["--yes", "--wait", "1s"]),
        str![[r#"
connection lost (RCPT): the server closes the connection: 421 4.3.2 closing as scripted; trying again in 1 s
Stopped: no delivery progress: connection lost (RCPT): the server closes the connection: 421 4.3.2 closing as scripted
Issue 1 has been sent to 2 of 3 recipients
Recipients left: 1. To continue: newsletter send 1
exit 5
accepted: ada, bo
planned: 421-rcpt

"#]]
    );
}

#[test]
fn row_10_a_421_as_the_answer_to_the_dot_is_a_refusal_for_now() {
    let mailing = mailing(Script::default(), &["ada", "421-dot", "bo"]);
    assert_data_eq!(
        sent(&mailing, ["--yes", "--wait", "0s"]),
        str![[r#"
Sent issue 1 to 2 of 3 recipients; 1 recipient deferred by the server, the first until YYYY-MM-DD hh:mm:ss UTC
Recipients left: 1. To continue: newsletter send 1
exit 5
accepted: ada, bo
deferred: 421-dot

"#]]
    );
}

#[test]
fn row_11_a_deferred_recipient_is_retried_when_due() {
    let mailing = mailing(Script::default(), &["ada", "defer-451", "defer-450-4.2.0", "bo"]);
    assert_data_eq!(
        sent(&mailing, ["--yes", "--wait", "0s"]),
        str![[r#"
Sent issue 1 to 2 of 4 recipients; 2 recipients deferred by the server, the first until YYYY-MM-DD hh:mm:ss UTC
Recipients left: 2. To continue: newsletter send 1
exit 5
accepted: ada, bo
deferred: defer-451, defer-450-4.2.0

"#]]
    );
}

#[test]
fn row_12_a_refused_recipient_is_named_and_the_others_get_their_message() {
    let mailing = mailing(Script::default(), &["ada", "refuse-550-5.1.1", "refuse-550", "bo"]);
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
Sent issue 1 to 2 of 4 recipients
  2 refused  refuse-550-5.1.1@example.org  550 5.1.1 as scripted
             refuse-550@example.org        550 as scripted
Not suppressed: 1 address whose server reports no such mailbox; too many were refused for this to be credible
Details: newsletter status 1 --state refused
exit 4
accepted: ada, bo
refused: refuse-550-5.1.1, refuse-550

"#]]
    );
    assert_eq!(mailing.server.connections(), 2, "one to try it out, one for everybody");
}

#[test]
fn row_13_a_message_refused_for_its_size_at_the_dot_is_not_offered_to_everybody() {
    let mailing = mailing(
        Script::default(),
        &["refuse-dot-552-5.3.4+1", "refuse-dot-552-5.3.4+2", "refuse-dot-552-5.3.4+3", "ada"],
    );
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
Stopped: the server rejected the message itself: `552 5.3.4 as scripted`; no recipient was marked as refused
Issue 1 has been sent to 0 of 4 recipients
Recipients left: 4. To continue: newsletter send 1
exit 5
planned: refuse-dot-552-5.3.4+1, refuse-dot-552-5.3.4+2, refuse-dot-552-5.3.4+3, ada

"#]]
    );
}

#[test]
fn row_14_refusals_by_policy_stop_the_run_and_mark_no_recipient() {
    let refused: Vec<_> = (0..13).map(|number| format!("refuse-554-5.7.1+{number}")).collect();
    let everybody: Vec<_> = ["ada", "bo"].into_iter().chain(refused.iter().map(String::as_str)).collect();
    let mailing = mailing(Script::default(), &everybody);
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
Stopped: the server refused 10 recipients in a row, the last with `554 5.7.1 as scripted`; no recipient was marked as refused
Issue 1 has been sent to 2 of 15 recipients
Recipients left: 13. To continue: newsletter send 1
If the list is old and these addresses no longer exist: newsletter send 1 --accept-refusals
exit 5
accepted: ada, bo
planned: 13 recipients

"#]]
    );
    assert_eq!(mailing.run(["suppress", "--list"]), "no address is suppressed\nexit 0\n");
}

#[test]
fn row_15_too_many_recipients_at_once_is_not_a_refusal() {
    let mailing = mailing(Script::default(), &["ada", "defer-452-4.5.3", "defer-451-4.7.0", "bo"]);
    assert_data_eq!(
        sent(&mailing, ["--yes", "--wait", "0s"]),
        str![[r#"
Sent issue 1 to 2 of 4 recipients; 2 recipients deferred by the server, the first until YYYY-MM-DD hh:mm:ss UTC
Recipients left: 2. To continue: newsletter send 1
exit 5
accepted: ada, bo
deferred: defer-452-4.5.3, defer-451-4.7.0

"#]]
    );
}

#[test]
fn row_16_a_connection_lost_before_the_message_leaves_no_doubt() {
    let mailing = mailing(Script::default(), &["ada", "drop-data", "bo"]);
    assert_data_eq!(
        sent(&mailing, ["--yes", "--wait", "1s"]),
        str![[r#"
connection lost (DATA): the server closed the connection; trying again in 1 s
Stopped: no delivery progress: connection lost (DATA): the server closed the connection
Issue 1 has been sent to 2 of 3 recipients
Recipients left: 1. To continue: newsletter send 1
exit 5
accepted: ada, bo
planned: drop-data

"#]]
    );
}

#[test]
fn row_16_people_no_connection_survives_do_not_keep_the_others_from_theirs() {
    let mailing = mailing(Script::default(), &["drop-rcpt", "drop-data", "421-rcpt", "garbage-rcpt", "ada", "bo"]);
    assert_data_eq!(
        sent(&mailing, ["--yes", "--wait", "0s", "-q"]),
        str![[r#"
exit 5
accepted: ada, bo
planned: drop-rcpt, drop-data, 421-rcpt, garbage-rcpt

"#]]
    );
}

#[test]
fn row_16_a_message_that_had_left_whole_is_in_doubt_however_little_the_server_read() {
    let mailing = mailing(Script::default(), &["ada", "drop-before-dot", "bo"]);
    assert_data_eq!(
        // A server that closes with bytes unread resets.
        sent(&mailing, ["--yes"]).replace("reset the connection", "closed the connection"),
        str![[r#"
Sent issue 1 to 2 of 3 recipients
  1 in doubt  drop-before-dot@example.org  the server closed the connection
Details: newsletter status 1 --state in-doubt
In doubt: the server may have accepted these messages. To send them again: newsletter send 1 --in-doubt resend
          To give up on these recipients: newsletter send 1 --in-doubt skip
exit 4
accepted: ada, bo
in-doubt: drop-before-dot

"#]]
    );
}

#[test]
fn row_17_a_connection_lost_after_the_dot_leaves_its_row_in_doubt() {
    let mailing = mailing(Script::default(), &["ada", "drop-after-dot-kept", "drop-after-dot-lost", "bo"]);
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
...
Sent issue 1 to 2 of 4 recipients
  2 in doubt  drop-after-dot-kept@example.org  the server closed the connection
              drop-after-dot-lost@example.org  the server closed the connection
Details: newsletter status 1 --state in-doubt
In doubt: the server may have accepted these messages. To send them again: newsletter send 1 --in-doubt resend
          To give up on these recipients: newsletter send 1 --in-doubt skip
exit 4
accepted: ada, bo
in-doubt: drop-after-dot-kept, drop-after-dot-lost

"#]]
    );
    assert_eq!(mailing.accepted(), ["ada", "bo", "drop-after-dot-kept"]);
}

#[test]
#[ignore = "needs Postfix; ./check runs it"]
fn row_20_a_slow_server_is_waited_for() {
    let sink = SmtpSink::start_with(&["-p", "-W", "RCPT:1"]);
    let mailing = mailing_to(sink.port, 4, "connections = 2");
    assert_data_eq!(
        without_the_remark(&sent(&mailing, ["--yes"])),
        str![[r#"
Sent issue 1 to 4 of 4 recipients
exit 0
accepted: reader0, reader1, reader2, reader3

"#]]
    );
}

#[test]
fn row_21_nonsense_before_the_final_dot_leaves_recipients_planned() {
    let told = ["garbage-rcpt", "answer-rcpt-354", "answer-data-250"]
        .map(|local| sent(&mailing(Script::default(), &["ada", local]), ["--yes", "--wait", "1s"]));
    assert_data_eq!(
        told.join("\n"),
        str![[r#"
connection lost (RCPT): the server sent `HTTP/1.1 400 Bad Request`, which is not an SMTP reply; trying again in 1 s
Stopped: no delivery progress: connection lost (RCPT): the server sent `HTTP/1.1 400 Bad Request`, which is not an SMTP reply
Issue 1 has been sent to 1 of 2 recipients
Recipients left: 1. To continue: newsletter send 1
exit 5
accepted: ada
planned: garbage-rcpt

connection lost (RCPT): the server replied to RCPT with `354 as scripted`; trying again in 1 s
Stopped: no delivery progress: connection lost (RCPT): the server replied to RCPT with `354 as scripted`
Issue 1 has been sent to 1 of 2 recipients
Recipients left: 1. To continue: newsletter send 1
exit 5
accepted: ada
planned: answer-rcpt-354

connection lost (DATA): the server replied to DATA with `250 as scripted`; trying again in 1 s
Stopped: no delivery progress: connection lost (DATA): the server replied to DATA with `250 as scripted`
Issue 1 has been sent to 1 of 2 recipients
Recipients left: 1. To continue: newsletter send 1
exit 5
accepted: ada
planned: answer-data-250

"#]]
    );
}

#[test]
fn row_21_nonsense_after_the_dot_is_no_acceptance() {
    let mailing = mailing(Script::default(), &["ada", "garbage-dot", "answer-dot-354", "answer-dot-199", "bo"]);
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
...
Sent issue 1 to 2 of 5 recipients
  3 in doubt  garbage-dot@example.org     the server sent `HTTP/1.1 400 Bad Request`, which is not an SMTP reply
              answer-dot-354@example.org  the server replied to end of message with `354 as scripted`
              answer-dot-199@example.org  the server sent `199 as scripted`, which is not an SMTP reply
Details: newsletter status 1 --state in-doubt
In doubt: the server may have accepted these messages. To send them again: newsletter send 1 --in-doubt resend
          To give up on these recipients: newsletter send 1 --in-doubt skip
exit 4
accepted: ada, bo
in-doubt: garbage-dot, answer-dot-354, answer-dot-199

"#]]
    );
}

#[test]
fn row_22_an_accepted_message_is_counted_as_accepted_and_not_as_delivered() {
    let mailing = mailing(Script::default(), &["ada"]);
    let told = sent(&mailing, ["--yes"]) + &mailing.run(["status", "1"]);
    assert!(!told.contains("delivered") && !told.contains("arrived"), "{told}");
    assert_data_eq!(
        told,
        str![[r#"
Sent issue 1 to 1 of 1 recipient
exit 0
accepted: ada
ada@example.org  accepted  YYYY-MM-DD hh:mm:ss  250 2.0.0 queued
exit 0

"#]]
    );
}

#[test]
#[ignore = "needs Postfix; ./check runs it"]
fn row_49_a_server_that_can_do_little_gets_the_same_messages() {
    for options in [&["-p"][..], &["-e"], &["-8", "-N", "-E", "-p"]] {
        let sink = SmtpSink::start_with(options);
        let mailing = mailing_to(sink.port, 3, "connections = 1");
        assert_data_eq!(
            without_the_remark(&sent(&mailing, ["--yes"])),
            str![[r#"
Sent issue 1 to 3 of 3 recipients
exit 0
accepted: reader0, reader1, reader2

"#]]
        );
        assert_eq!(sink.messages().iter().filter(|message| !message.is_empty()).count(), 3, "{options:?}");
    }
}

#[test]
fn row_52_something_in_between_that_rewrites_and_crumbles_changes_nothing() {
    let server = SmtpServer::start(Script::default());
    let meddler = Meddler::before(server.port());
    let mailing = mailing_to(meddler.port, 3, "connections = 2");
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
Sent issue 1 to 3 of 3 recipients
exit 0
accepted: reader0, reader1, reader2

"#]]
    );
    assert_eq!(
        server.accepted_recipients(),
        ["reader0", "reader1", "reader2"].map(|name| format!("{name}@example.org"))
    );
}

#[test]
fn row_58_replies_read_before_the_server_hung_up_count() {
    let people = ["ada", "hangup-550-5.1.1", "goodbye-550", "cut-rcpt-450-4.2.0", "hangup-data-451", "bo"];
    let told = [true, false].map(|pipelining| {
        let mailing = mailing(Script::default().pipelining(pipelining), &people);
        sent(&mailing, ["--yes", "--wait", "0s"])
    });
    assert_eq!(told[0], told[1], "with PIPELINING and without");
    assert_data_eq!(
        told[0].clone(),
        str![[r#"
Sent issue 1 to 2 of 6 recipients; 2 recipients deferred by the server, the first until YYYY-MM-DD hh:mm:ss UTC
  2 refused  hangup-550-5.1.1@example.org  550 5.1.1 as scripted
             goodbye-550@example.org       550 as scripted
Not suppressed: 1 address whose server reports no such mailbox; too many were refused for this to be credible
Details: newsletter status 1 --state refused
Recipients left: 2. To continue: newsletter send 1
exit 5
accepted: ada, bo
deferred: cut-rcpt-450-4.2.0, hangup-data-451
refused: hangup-550-5.1.1, goodbye-550

"#]]
    );
}
