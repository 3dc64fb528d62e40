//! Tests recipients in doubt: held, mailed the identical message, or skipped.

use snapbox::{assert_data_eq, str};

use super::accepting;
use crate::support::{ISSUE, Mailing, after_summary};

#[test]
fn an_answer_lost_after_the_dot_is_held_in_doubt() {
    let mailing = Mailing::new(accepting(), ["ada", "drop-after-dot-kept", "drop-after-dot-lost", "zoe"]);
    assert_data_eq!(
        after_summary(&mailing.send(["--yes"])),
        str![[r"
connection lost (end of message): the server closed the connection; trying again in 1 s
Sent issue 1 to 2 of 4 recipients
  2 in doubt  drop-after-dot-kept@example.org  the server closed the connection
              drop-after-dot-lost@example.org  the server closed the connection
Details: newsletter status 1 --state in-doubt
In doubt: the server may have accepted these messages. To send them again: newsletter send 1 --in-doubt resend
          To give up on these recipients: newsletter send 1 --in-doubt skip
exit 4

"]]
    );
    assert_eq!(mailing.accepted(), ["ada", "drop-after-dot-kept", "zoe"]);
    let connections = mailing.server.connections();
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
Nothing left to do: 2 sent, 2 in doubt
  2 in doubt  drop-after-dot-kept@example.org  the server closed the connection
              drop-after-dot-lost@example.org  the server closed the connection
Details: newsletter status 1 --state in-doubt
In doubt: the server may have accepted these messages. To send them again: newsletter send 1 --in-doubt resend
          To give up on these recipients: newsletter send 1 --in-doubt skip
exit 4

"]]
    );
    assert_eq!(mailing.server.connections(), connections, "nothing is sent to them unasked");
}

#[test]
fn recipients_in_doubt_get_the_identical_message_on_request() {
    let mailing = Mailing::new(accepting(), ["ada", "drop-after-dot-kept"]);
    mailing.send(["--yes"]);
    mailing.project.write("issues/001-first-things.toml", ISSUE.replace("Until next week", "Until next month"));
    assert_data_eq!(
        mailing.send(["--yes", "--in-doubt", "resend", "--allow-changed"]),
        str![[r"
Issue 1 · First things
1 sent, 1 in doubt, 1 to be retried
connection lost (end of message): the server closed the connection; trying again in 1 s
Sent issue 1 to 1 of 2 recipients
  1 in doubt  drop-after-dot-kept@example.org  the server closed the connection
Details: newsletter status 1 --state in-doubt
In doubt: the server may have accepted these messages. To send them again: newsletter send 1 --in-doubt resend
          To give up on these recipients: newsletter send 1 --in-doubt skip
exit 4

"]]
    );
    let copies: Vec<_> = mailing
        .server
        .accepted()
        .into_iter()
        .filter(|message| message.recipients[0].starts_with("drop"))
        .map(|message| message.bytes)
        .collect();
    assert_eq!(copies.len(), 2);
    assert!(copies[0] == copies[1], "byte-identical, so that the receiver can drop one");
}

#[test]
fn nothing_is_sent_again_unconfirmed() {
    let mailing = Mailing::new(accepting(), ["ada", "drop-after-dot-lost", "refuse-550"]);
    mailing.send(["--yes"]);
    let before = mailing.run(["status", "1"]);
    mailing.project.write("issues/001-first-things.toml", ISSUE.replace("Until next week", "Until next month"));
    let told = mailing.send(["--in-doubt", "resend", "--retry-refused", "--allow-changed"]);
    assert_data_eq!(
        told,
        str![[r"
Issue 1 · First things
1 sent, 1 refused, 1 in doubt, 2 to be retried
error: not confirmed: 2 recipients would get the issue
hint: `newsletter send 1 --confirm 2` sends only to exactly 2 recipients
hint: `newsletter send 1 --yes` sends without confirmation
exit 6

"]]
    );
    assert_eq!(mailing.run(["status", "1"]), before);
}

#[test]
fn recipients_in_doubt_can_be_skipped() {
    let mailing = Mailing::new(accepting(), ["ada", "drop-after-dot-lost"]);
    mailing.send(["--yes"]);
    assert_data_eq!(
        mailing.send(["--yes", "--in-doubt", "skip"]),
        str![[r"
Nothing left to do: 1 sent, 1 given up
exit 0

"]]
    );
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
Nothing left to do: 1 sent, 1 given up
exit 0

"]]
    );
    assert_eq!(mailing.accepted(), ["ada"]);
}

#[test]
fn doubt_is_settled_only_once_the_send_is_confirmed() {
    let mailing = Mailing::configured(accepting(), ["drop-after-dot-lost", "ada"], "connections = 1", "");
    mailing.send(["--yes", "--limit", "1"]);
    let before = mailing.run(["status", "1"]);
    assert_data_eq!(
        mailing.send(["--in-doubt", "skip"]),
        str![[r"
Issue 1 · First things
0 sent, 1 in doubt, 1 left
error: not confirmed: 1 recipient would get the issue
hint: `newsletter send 1 --confirm 1` sends only to exactly 1 recipient
hint: `newsletter send 1 --yes` sends without confirmation
exit 6

"]]
    );
    assert_eq!(mailing.run(["status", "1"]), before);
    assert!(mailing.send(["--in-doubt", "skip", "--yes"]).ends_with("Sent issue 1 to 1 of 2 recipients\nexit 0\n"));
    assert_eq!(mailing.run(["status", "1", "--state", "given-up"]).lines().count(), 2);
}

#[test]
fn a_server_that_never_answers_the_dot_is_not_fed_the_whole_list() {
    let locals: Vec<_> = (0..9).map(|number| format!("drop-after-dot-lost+{number}")).collect();
    let mailing = Mailing::configured(accepting(), locals.iter().map(String::as_str), "connections = 1", "");
    let told = mailing.send(["--yes"]);
    let (_, end) = told.split_once("Stopped: ").unwrap();
    assert_data_eq!(
        end,
        str![[r#"
the server did not reply to the data of several messages in a row: the server closed the connection
Issue 1 has been sent to 0 of 9 recipients
  4 in doubt  drop-after-dot-lost+0@example.org  the server closed the connection
              drop-after-dot-lost+[..]@example.org  the server closed the connection
              drop-after-dot-lost+[..]@example.org  the server closed the connection
              drop-after-dot-lost+[..]@example.org  the server closed the connection
Details: newsletter status 1 --state in-doubt
In doubt: the server may have accepted these messages. To send them again: newsletter send 1 --in-doubt resend
          To give up on these recipients: newsletter send 1 --in-doubt skip
Recipients left: 5. To continue: newsletter send 1
exit 5

"#]]
    );
}
