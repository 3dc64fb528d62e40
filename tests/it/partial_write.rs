//! Tests connections that break in the middle of a write.

use snapbox::{assert_data_eq, str};

use crate::fault_matrix::{after, over_tls};
use crate::support::{Certificate, Chunking, Mailing, Script, ServerTls, SmtpServer, preloaded};

/// What is said of a delivery in which it breaks once; see `partial_write/partial_write.c`.
fn cut(mailing: &Mailing) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = mailing.project.command(["send", "1", "--yes"]);
    after(
        mailing,
        &mailing.project.finish(command.env("LD_PRELOAD", preloaded("partial_write/partial_write.c", folder.path()))),
    )
}

#[test]
#[ignore = "needs LD_PRELOAD; ./check runs it"]
fn after_a_write_broken_behind_the_final_dot_the_reply_counts_and_no_recipient_gets_two_copies() {
    // So many that one at least lies ready when the one before it is sent, and its envelope goes with that.
    let people: Vec<_> = (10..40).map(|number| format!("reader{number}")).collect();
    let server = SmtpServer::start(Script::default());
    let mailing = Mailing::configured(server, people.iter().map(String::as_str), "connections = 1", "");
    assert_data_eq!(
        cut(&mailing),
        str![[r#"
Sent issue 1 to 30 of 30 recipients
exit 0
accepted: 30 recipients

"#]]
    );
    assert_eq!(mailing.accepted(), people);
    let commands = mailing.server.wait_until_idle();
    let messages = |log: &Vec<String>| log.iter().filter(|line| *line == "(message)").count();
    let [trial, broken, rest] = &commands[..] else { panic!("{} connections", commands.len()) };
    assert_eq!((messages(trial), messages(broken) + messages(rest)), (0, 30), "{commands:#?}");
    assert!(messages(broken) > 0 && !broken.contains(&String::from("QUIT")), "{broken:#?}");
    assert!(rest.contains(&String::from("QUIT")), "{rest:#?}");
}

#[test]
#[ignore = "needs LD_PRELOAD; ./check runs it"]
fn a_write_broken_inside_tls_leaves_its_message_in_doubt() {
    for in_flight in [1, 4] {
        let script = Script::default().chunking(Chunking::Yes).tls(ServerTls::Implicit(Certificate::Good));
        let lines = format!("tls = \"implicit\"\nconnections = 1\nmax_in_flight = {in_flight}");
        let mailing = Mailing::configured(SmtpServer::start(script), ["ada", "bo", "cy"], "", "");
        let mailing = over_tls(mailing, &lines);
        assert_data_eq!(
            cut(&mailing),
            str![[r#"
...
Sent issue 1 to 2 of 3 recipients
  1 in doubt  ada@example.org  the server closed the connection
Details: newsletter status 1 --state in-doubt
In doubt: the server may have accepted these messages. To send them again: newsletter send 1 --in-doubt resend
          To give up on these recipients: newsletter send 1 --in-doubt skip
exit 4
accepted: bo, cy
in-doubt: ada

"#]]
        );
        assert_eq!(mailing.accepted(), ["bo", "cy"]);
    }
}
