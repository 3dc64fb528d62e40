//! A way to the server that breaks in the middle of a write.

use snapbox::{assert_data_eq, str};

use crate::fault_matrix::{after, over_tls};
use crate::support::{Certificate, Chunking, Mailing, Script, ServerTls, SmtpServer, preloaded};

/// What is said of a delivery in which it breaks once; see `cut/cut.c`.
fn cut(mailing: &Mailing) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = mailing.project.command(["send", "1", "--yes"]);
    after(mailing, &mailing.project.finish(command.env("LD_PRELOAD", preloaded("cut/cut.c", folder.path()))))
}

#[test]
fn behind_the_final_dot_the_verdict_is_still_heard_and_nobody_gets_it_twice() {
    // So many that one at least lies ready when the one before it is sent, and its envelope goes with that.
    let people: Vec<_> = (10..40).map(|number| format!("reader{number}")).collect();
    let server = SmtpServer::start(Script::default());
    let mailing = Mailing::configured(server, people.iter().map(String::as_str), "connections = 1", "");
    assert_data_eq!(
        cut(&mailing),
        str![[r#"
Sent issue 1 to 30 of 30
exit 0
accepted: 30 people

"#]]
    );
    assert_eq!(mailing.accepted(), people);
    assert_eq!(mailing.server.connections(), 3, "one to try it out, one that broke, one for the rest");
}

#[test]
fn inside_tls_nobody_knows_how_much_of_a_message_is_out() {
    for in_flight in [1, 4] {
        let script = Script::default().chunking(Chunking::Yes).tls(ServerTls::Implicit(Certificate::Good));
        let lines = format!("tls = \"implicit\"\nconnections = 1\nin_flight = {in_flight}");
        let mailing = Mailing::configured(SmtpServer::start(script), ["ada", "bo", "cy"], "", "");
        let mailing = over_tls(mailing, &lines);
        assert_data_eq!(
            cut(&mailing),
            str![[r#"
...
Sent issue 1 to 2 of 3
  1 in doubt  ada@example.org  the server cut the connection
Details: newsletter status 1 --state in-doubt
In doubt: the server may have taken it or not. To send the very same message again: newsletter send 1 --in-doubt resend
          To leave it at that: newsletter send 1 --in-doubt skip
exit 4
accepted: bo, cy
in-doubt: ada

"#]]
        );
        assert_eq!(mailing.accepted(), ["bo", "cy"]);
    }
}
