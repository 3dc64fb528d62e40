//! Tests the mail server's replies and their effect on all recipients.

use snapbox::{assert_data_eq, str};

use super::accepting;
use crate::support::{Auth, Mailing, Script, SmtpServer, after_summary};

fn answering(script: Script) -> SmtpServer {
    SmtpServer::start(script)
}

#[test]
fn one_connection_at_a_time_is_enough_for_the_server() {
    let mailing = Mailing::new(answering(Script::default().most_connections(1)), ["ada", "bo", "cy", "di", "ed"]);
    let told = mailing.send(["--yes", "--quiet"]);
    assert_data_eq!(
        told,
        str![[r"
exit 0

"]]
    );
    assert_eq!(mailing.accepted(), ["ada", "bo", "cy", "di", "ed"]);
}

#[test]
fn a_server_that_closes_after_some_messages_is_asked_again() {
    for script in [Script::default().messages_per_connection(2), Script::default().hang_up_after(2)] {
        let mailing = Mailing::new(answering(script), ["ada", "bo", "cy", "di", "ed", "fa", "gil"]);
        assert_data_eq!(
            mailing.send(["--yes", "-q"]),
            str![[r"
exit 0

"]]
        );
        assert_eq!(mailing.accepted(), ["ada", "bo", "cy", "di", "ed", "fa", "gil"]);
    }
}

#[test]
fn it_works_without_pipelining() {
    let mailing = Mailing::new(answering(Script::default().pipelining(false)), ["ada", "refuse-550-5.1.1", "bo"]);
    mailing.send(["--yes"]);
    assert_eq!(mailing.accepted(), ["ada", "bo"]);
}

#[test]
fn a_connection_is_closed_after_its_limit_of_messages() {
    let mailing = Mailing::configured(
        accepting(),
        ["a", "b", "c", "d", "e", "f", "g"],
        "connections = 1\nper_connection = 3",
        "",
    );
    mailing.send(["--yes"]);
    let commands = mailing.server.wait_until_idle();
    let messages = |log: &Vec<String>| log.iter().filter(|line| *line == "(message)").count();
    // The first connection is the one that tried the server out.
    assert_eq!(commands.iter().map(messages).collect::<Vec<_>>(), [0, 3, 3, 1]);
    assert!(commands.iter().all(|log| log.contains(&"QUIT".to_owned())), "{commands:#?}");
}

#[test]
fn refusals_by_policy_stop_the_run_and_leave_recipients_planned() {
    let locals: Vec<_> = (0..15).map(|number| format!("refuse-554-5.7.1+{number}")).collect();
    let mailing = Mailing::new(accepting(), locals.iter().map(String::as_str));
    assert_data_eq!(
        after_summary(&mailing.send(["--yes", "--connections", "1"])),
        str![[r#"
Stopped: the server refused 10 recipients in a row, the last with `554 5.7.1 as scripted`; no recipient was marked as refused
Issue 1 has been sent to 0 of 15 recipients
Recipients left: 15. To continue: newsletter send 1
If the list is old and these addresses no longer exist: newsletter send 1 --accept-refusals
exit 5

"#]]
    );
    assert_data_eq!(
        mailing.run(["status"]),
        str![[r"
No  Started     State    Sent  Refused  In doubt  Title
1   YYYY-MM-DD  partial  0/15  -        -         First things   <- newsletter send 1
exit 0

"]]
    );
    assert_data_eq!(
        mailing.run(["suppress", "--list"]),
        str![[r"
no address is suppressed
exit 0

"]]
    );
}

#[test]
fn a_message_the_server_cannot_take_stops_the_run() {
    let locals: Vec<_> = (0..5).map(|number| format!("refuse-dot-554-5.6.0+{number}")).collect();
    let mailing = Mailing::new(accepting(), locals.iter().map(String::as_str));
    assert_data_eq!(
        after_summary(&mailing.send(["--yes", "--connections", "1"])),
        str![[r"
Stopped: the server rejected the message itself: `554 5.6.0 as scripted`; no recipient was marked as refused
Issue 1 has been sent to 0 of 5 recipients
Recipients left: 5. To continue: newsletter send 1
exit 5

"]]
    );
}

#[test]
fn a_message_larger_than_the_server_takes_is_not_begun() {
    let mailing = Mailing::new(answering(Script::default().size(Some(2000))), ["ada"]);
    assert_data_eq!(
        mailing.send(["--yes", "-q"]),
        str![[r#"
error: `127.0.0.1:[PORT]` accepts messages of up to 2.0 KB, but this one has 14 KB; nothing was sent
hint: shorten the issue
exit 3

"#]]
    );
    assert_eq!(mailing.begun(), 0);
    assert_data_eq!(
        mailing.run(["status"]),
        str![[r"
nothing has been sent yet
exit 0

"]]
    );
}

#[test]
fn wrong_credentials_end_it_before_it_begins_and_are_not_shown() {
    let auth = Auth { mechanisms: "PLAIN", user: "ada", password: "right", answer: None };
    let mailing = Mailing::configured(
        answering(Script::default().auth(auth)),
        ["ada"],
        "user = \"ada\"\npassword = { command = [\"echo\", \"canary-secret\"] }",
        "",
    );
    let told = mailing.send(["--yes", "-vv"]);
    assert!(!told.contains("canary") && !told.contains("Y2FuYXJ5"), "{told}");
    assert_data_eq!(
        mailing.send(["--yes", "-q"]),
        str![[r"
error: `127.0.0.1:[PORT]` rejected the login of `ada`: 535 5.7.8 wrong user or password; nothing was sent
exit 6

"]]
    );
}

#[test]
fn a_server_that_is_not_there_gets_nothing_planned() {
    let mut mailing = Mailing::new(accepting(), ["ada"]);
    let port = mailing.server.port().to_string();
    // The one it was configured for goes.
    mailing.server = accepting();
    let output = mailing.project.run(["send", "1", "--yes", "-q"]);
    assert_data_eq!(
        output.stderr.replace(&port, "[PORT]"),
        str![[r"
error: cannot reach `127.0.0.1:[PORT]`: connection refused (127.0.0.1); nothing was sent

"]]
    );
    assert_eq!(output.code, 5);
    assert_eq!(mailing.project.run(["status"]).stderr, "nothing has been sent yet\n");
}
