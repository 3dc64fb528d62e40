//! Tests single recipients: refused, deferred, or unreadable on the list.

use snapbox::{assert_data_eq, str};

use super::accepting;
use crate::support::{Mailing, after_summary};

#[test]
fn refused_recipients_are_named_and_unknown_mailboxes_are_suppressed() {
    let mailing =
        Mailing::new(accepting(), ["ada", "refuse-550-5.1.1", "refuse-550", "refuse-554-5.7.1", "bo", "cy", "zoe"]);
    assert_data_eq!(
        after_summary(&mailing.send(["--yes"])),
        str![[r#"
Sent issue 1 to 4 of 7 recipients
  3 refused  refuse-550-5.1.1@example.org  550 5.1.1 as scripted
             refuse-550@example.org        550 as scripted
             refuse-554-5.7.1@example.org  554 5.7.1 as scripted
Suppressed: 1 address whose server reports no such mailbox; to undo: newsletter suppress --remove refuse-550-5.1.1@example.org
Details: newsletter status 1 --state refused
exit 4

"#]]
    );
    assert_eq!(mailing.accepted(), ["ada", "bo", "cy", "zoe"]);
    assert_data_eq!(
        mailing.run(["suppress", "--list"]),
        str![[r#"
refuse-550-5.1.1@example.org  YYYY-MM-DD  hard bounce
exit 0

"#]]
    );
    assert_data_eq!(
        mailing.send(["--yes", "--retry-refused"]),
        str![[r#"
1 refused recipient is not retried because its address is suppressed:
  refuse-550-5.1.1@example.org  hard bounce
To retry them anyway: newsletter suppress --remove refuse-550-5.1.1@example.org, then newsletter send 1 --retry-refused
Issue 1 · First things
4 sent, 3 refused, 2 to be retried
Sent issue 1 to 4 of 7 recipients
  3 refused  refuse-550-5.1.1@example.org  550 5.1.1 as scripted
             refuse-550@example.org        550 as scripted
             refuse-554-5.7.1@example.org  554 5.7.1 as scripted
Details: newsletter status 1 --state refused
exit 4

"#]]
    );
}

#[test]
fn a_subscriber_put_off_is_tried_again_within_the_run() {
    let mailing = Mailing::new(accepting(), ["ada", "defer-once", "zoe"]);
    assert_data_eq!(
        after_summary(&mailing.send(["--yes", "--wait", "30s"])),
        str![[r"
waiting 1 s for deferred recipients
Sent issue 1 to 3 of 3 recipients
exit 0

"]]
    );
    assert_eq!(mailing.accepted(), ["ada", "defer-once", "zoe"]);
}

#[test]
fn a_subscriber_put_off_for_long_is_left_to_the_next_run_which_tries_at_once() {
    let mailing = Mailing::configured(accepting(), ["ada", "defer-451"], "", "retry = [\"1h\"]");
    assert_data_eq!(
        after_summary(&mailing.send(["--yes", "--wait", "0s"])),
        str![[r"
Sent issue 1 to 1 of 2 recipients; 1 recipient deferred by the server, the first until YYYY-MM-DD hh:mm:ss UTC
Recipients left: 1. To continue: newsletter send 1
exit 5

"]]
    );
    let begun = mailing.begun();
    assert_data_eq!(
        mailing.send(["--yes", "--wait", "0s"]),
        str![[r"
Issue 1 · First things
1 sent, 1 left
Sent issue 1 to 1 of 2 recipients; 1 recipient deferred by the server, the first until YYYY-MM-DD hh:mm:ss UTC
Recipients left: 1. To continue: newsletter send 1
exit 5

"]]
    );
    assert_eq!(mailing.begun(), begun + 1, "only within a run is their time waited for");
}

#[test]
fn a_list_with_bad_rows_sends_nothing_without_skip_bad_rows() {
    let mailing = Mailing::new(accepting(), ["ada", "bad address", "bo"]);
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r#"
error: `bad address@example.org` is not an address: it contains a space or control character
 --> subscribers.csv:3:1
  |
3 | bad address@example.org
  | ^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: fix these rows, or pass `--skip-bad-rows` to ignore them
error: 1 error; nothing was sent or written
exit 3

"#]]
    );
    assert_eq!(mailing.server.connections(), 0);
    let told = mailing.send(["--yes", "--skip-bad-rows"]);
    assert!(told.contains("\n  1 bad row\n  2 recipients get the issue: ada@example.org, bo@example.org\n"), "{told}");
    assert_data_eq!(
        after_summary(&told),
        str![[r"
Sent issue 1 to 2 of 2 recipients
exit 0

"]]
    );
    assert_eq!(mailing.accepted(), ["ada", "bo"]);
}

#[test]
fn with_all_recipients_suppressed_nothing_is_sent() {
    let mailing = Mailing::new(accepting(), ["ada", "bo"]);
    mailing.run(["suppress", "ada@example.org", "bo@example.org"]);
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r#"
error: no recipients: 2 suppressed
hint: `newsletter suppress --list` shows suppressed addresses, and `newsletter check` shows problems in the list
exit 6

"#]]
    );
}
