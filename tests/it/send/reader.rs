//! Single readers: refused, put off, not on the list in a way that can be read.

use snapbox::{assert_data_eq, str};

use super::accepting;
use crate::support::Mailing;

#[test]
fn who_is_refused_is_named_and_an_address_that_is_none_gets_no_mail_again() {
    let mailing = Mailing::new(accepting(), ["ada", "refuse-550-5.1.1", "refuse-550", "refuse-554-5.7.1", "zoe"]);
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
Issue 1 · First things
  from       Ada Example <ada@example.org>
  subject    Test Letter #1: First things
  preheader  Two links about clocks, and one that says why they lie to you
  size       html 10 KB · text 720 bytes

Recipients · subscribers.csv
  5 people get it: ada@example.org, refuse-550-5.1.1@example.org and 3 more

Delivery · 127.0.0.1:[PORT], no TLS, 2 connections
Sent issue 1 to 2 of 5
  3 refused  refuse-550-5.1.1@example.org  550 5.1.1 as scripted
             refuse-550@example.org        550 as scripted
             refuse-554-5.7.1@example.org  554 5.7.1 as scripted
Details: newsletter status 1 --state refused
exit 4

"]]
    );
    assert_eq!(mailing.accepted(), ["ada", "zoe"]);
    assert_data_eq!(
        mailing.run(["suppress", "--list"]),
        str![[r"
refuse-550-5.1.1@example.org  YYYY-MM-DD  hard bounce
exit 0

"]]
    );
    assert_data_eq!(
        mailing.send(["--yes", "--retry-refused"]),
        str![[r"
Issue 1 · First things
2 have it, 3 refused, 2 to be sent again
Sent issue 1 to 2 of 5
  3 refused  refuse-550-5.1.1@example.org  550 5.1.1 as scripted
             refuse-550@example.org        550 as scripted
             refuse-554-5.7.1@example.org  554 5.7.1 as scripted
Details: newsletter status 1 --state refused
exit 4

"]]
    );
}

#[test]
fn a_subscriber_put_off_is_tried_again_within_the_run() {
    let mailing = Mailing::new(accepting(), ["ada", "defer-once", "zoe"]);
    assert_data_eq!(
        mailing.send(["--yes", "--wait", "30s"]),
        str![[r"
Issue 1 · First things
  from       Ada Example <ada@example.org>
  subject    Test Letter #1: First things
  preheader  Two links about clocks, and one that says why they lie to you
  size       html 10 KB · text 720 bytes

Recipients · subscribers.csv
  3 people get it: ada@example.org, defer-once@example.org and 1 more

Delivery · 127.0.0.1:[PORT], no TLS, 2 connections
waiting 1 s for those the server put off
Sent issue 1 to 3 of 3
exit 0

"]]
    );
    assert_eq!(mailing.accepted(), ["ada", "defer-once", "zoe"]);
}

#[test]
fn a_subscriber_put_off_for_long_is_left_to_the_next_run() {
    let mailing = Mailing::configured(accepting(), ["ada", "defer-451"], "", "retry = [\"1h\"]");
    assert_data_eq!(
        mailing.send(["--yes", "--wait", "0s"]),
        str![[r"
Issue 1 · First things
  from       Ada Example <ada@example.org>
  subject    Test Letter #1: First things
  preheader  Two links about clocks, and one that says why they lie to you
  size       html 10 KB · text 720 bytes

Recipients · subscribers.csv
  2 people get it: ada@example.org, defer-451@example.org

Delivery · 127.0.0.1:[PORT], no TLS, 4 connections
Sent issue 1 to 1 of 2; 1 person put off by the server, the first until YYYY-MM-DD hh:mm:ss UTC
Left: 1. Continue with: newsletter send 1
exit 5

"]]
    );
    let begun = mailing.begun();
    assert_data_eq!(
        mailing.send(["--yes", "--wait", "0s"]),
        str![[r"
Issue 1 · First things
1 has it, 1 left
Sent issue 1 to 1 of 2; 1 person put off by the server, the first until YYYY-MM-DD hh:mm:ss UTC
Left: 1. Continue with: newsletter send 1
exit 5

"]]
    );
    assert_eq!(mailing.begun(), begun, "nobody is asked before their time");
}

#[test]
fn a_list_with_bad_rows_sends_nothing_unless_told_to() {
    let mailing = Mailing::new(accepting(), ["ada", "bad address", "bo"]);
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
error: `bad address@example.org` is not an address: a space or control character
 --> subscribers.csv:3:1
  |
3 | bad address@example.org
  | ^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: mend the rows, or send to all the others with `--skip-bad-rows`
error: 1 error; nothing was sent or written
exit 3

"]]
    );
    assert_eq!(mailing.server.connections(), 0);
    assert_data_eq!(
        mailing.send(["--yes", "--skip-bad-rows"]),
        str![[r"
Issue 1 · First things
  from       Ada Example <ada@example.org>
  subject    Test Letter #1: First things
  preheader  Two links about clocks, and one that says why they lie to you
  size       html 10 KB · text 720 bytes

Recipients · subscribers.csv
  1 bad row
  2 people get it: ada@example.org, bo@example.org

Delivery · 127.0.0.1:[PORT], no TLS, 2 connections
Sent issue 1 to 2 of 2
exit 0

"]]
    );
    assert_eq!(mailing.accepted(), ["ada", "bo"]);
}

#[test]
fn with_nobody_left_there_is_nobody_to_send_to() {
    let mailing = Mailing::new(accepting(), ["ada", "bo"]);
    mailing.run(["suppress", "ada@example.org", "bo@example.org"]);
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
error: nobody to send to: 2 suppressed
hint: `newsletter suppress --list` shows who is suppressed, `newsletter check` what is wrong with the list
exit 6

"]]
    );
}
