//! Tests `hold` and `canary`: the countdown before a first send, and the few recipients mailed
//! before the rest.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

use rustix::process::Signal;
use snapbox::{assert_data_eq, str};

use crate::support::{Mailing, Script, SmtpServer, signal};

fn mailing(send: &str, people: &[&str]) -> Mailing {
    Mailing::configured(SmtpServer::start(Script::default()), people.iter().copied(), "connections = 1", send)
}

/// What was said after the summary of a first send.
fn last_lines(told: &str) -> &str {
    told.split_once("connection\n").map_or(told, |(_, after)| after)
}

#[test]
fn a_first_send_counts_down_and_can_be_called_off() {
    let mailing = mailing("hold = \"1h\"", &["ada", "bo"]);
    let mut sender = mailing.start(["--yes"]);
    Mailing::wait_for_words(&mut sender, "press Ctrl-C to cancel\n");
    signal(&sender, Signal::INT);
    let told = mailing.finish(sender);
    assert_data_eq!(
        last_lines(&told),
        str![[r#"
error: cancelled; nothing was sent
exit 6

"#]]
    );
    assert_eq!(mailing.server.accepted().len(), 0);
    assert_eq!(mailing.run(["status"]), "nothing has been sent yet\nexit 0\n");
}

#[test]
fn a_list_that_is_edited_while_it_counts_down_is_not_sent_to() {
    let mailing = mailing("hold = \"5s\"", &["ada", "bo"]);
    let mut sender = mailing.start(["--yes"]);
    Mailing::wait_for_words(&mut sender, "press Ctrl-C to cancel\n");
    mailing.project.write("subscribers.csv", "email\nada@example.org\n");
    assert_data_eq!(
        last_lines(&mailing.finish(sender)),
        str![[r#"
error: `subscribers.csv` changed while it was being read
help: save it and run the command again
exit 3

"#]]
    );
    assert_eq!(mailing.run(["status"]), "nothing has been sent yet\nexit 0\n");
    let config = mailing.project.read("newsletter.toml");
    mailing.project.write("newsletter.toml", config.replace("hold = \"5s\"", "hold = \"1s\""));
    assert_data_eq!(
        last_lines(&mailing.send(["--yes"])),
        str![[r#"
Starting in 1 s; press Ctrl-C to cancel
Sent issue 1 to 1 of 1 recipient
exit 0

"#]]
    );
}

#[test]
fn a_dry_run_tells_of_countdown_and_canary() {
    let beginning = |settings: &str| {
        let told = mailing(settings, &["ada", "bo", "cy", "dee"]).send(["--dry-run"]);
        told.lines().filter(|line| line.starts_with("Start ")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        beginning("hold = \"30s\"\ncanary = 2"),
        ["Start    · after 30 s; to 2 recipients first, and to all others if at most one in ten was not accepted"]
    );
    assert_eq!(beginning("hold = \"30s\""), ["Start    · after 30 s"]);
    assert!(beginning("canary = 4").is_empty(), "all of them are no canary");
}

#[test]
fn the_rest_is_sent_when_the_canaries_are_accepted() {
    let mailing = mailing("canary = 2", &["ada", "bo", "cy", "dee"]);
    assert_data_eq!(
        last_lines(&mailing.send(["--yes"])),
        str![[r#"
The canary of 2 recipients succeeded
Sent issue 1 to 4 of 4 recipients
exit 0

"#]]
    );
    assert_eq!(mailing.server.accepted().len(), 4);
}

#[test]
fn the_rest_is_held_back_when_the_canaries_are_refused() {
    let mailing = mailing("canary = 2", &["refuse-550", "bo", "cy", "dee"]);
    assert_data_eq!(
        last_lines(&mailing.send(["--yes"])),
        str![[r#"
error: too few of the first 2 messages of this run were accepted: 1 sent, 1 refused, 2 left
hint: `newsletter status 1 --state refused,deferred,in-doubt` shows the replies
hint: `newsletter send 1` continues with the next 2
exit 5

"#]]
    );
    assert_eq!(mailing.server.accepted().len(), 1);
    assert_data_eq!(
        last_lines(&mailing.send(["--yes"])),
        str![[r#"
Issue 1 · First things
1 sent, 1 refused, 2 left
Sent issue 1 to 3 of 4 recipients
  1 refused  refuse-550@example.org  550 as scripted
Details: newsletter status 1 --state refused
exit 4

"#]]
    );
    assert_eq!(mailing.server.accepted().len(), 3);
}

#[test]
fn whoever_continues_begins_with_a_canary_until_enough_are_accepted() {
    let mailing = mailing("canary = 2", &["refuse-550", "refuse-551", "refuse-552", "dee", "eve", "fay", "gus"]);
    let mut told = String::new();
    for _ in 0..3 {
        told.push_str(last_lines(&mailing.send(["--yes"])));
    }
    assert_data_eq!(
        told,
        str![[r#"
error: too few of the first 2 messages of this run were accepted: 0 sent, 2 refused, 5 left
hint: `newsletter status 1 --state refused,deferred,in-doubt` shows the replies
hint: `newsletter send 1` continues with the next 2
exit 5
Issue 1 · First things
0 sent, 2 refused, 5 left
error: too few of the first 2 messages of this run were accepted: 1 sent, 3 refused, 3 left
hint: `newsletter status 1 --state refused,deferred,in-doubt` shows the replies
hint: `newsletter send 1` continues with the next 2
exit 5
Issue 1 · First things
1 sent, 3 refused, 3 left
The canary of 2 recipients succeeded
Sent issue 1 to 4 of 7 recipients
  3 refused  refuse-550@example.org  550 as scripted
             refuse-551@example.org  551 as scripted
             refuse-552@example.org  552 as scripted
Details: newsletter status 1 --state refused
exit 4

"#]]
    );
    assert_eq!(mailing.accepted(), ["dee", "eve", "fay", "gus"]);
}

#[test]
fn a_recipient_suppressed_while_the_rate_delays_others_gets_nothing() {
    let mailing = mailing("", &["ada", "bo", "cy", "dee"]);
    let sender = mailing.start(["--yes", "--rate", "1/s"]);
    mailing.server.wait_for_accepted(1);
    mailing.run(["suppress", "cy@example.org"]);
    let told = mailing.finish(sender);
    assert!(told.contains("Sent issue 1 to 3 of 4 recipients"), "{told}");
    assert_eq!(mailing.accepted(), ["ada", "bo", "dee"]);
}

#[test]
fn a_limit_that_covers_every_recipient_finishes_the_send() {
    let mailing = mailing("", &["ada", "bo"]);
    assert_data_eq!(
        last_lines(&mailing.send(["--yes", "--limit", "2"])),
        str![[r#"
Sent issue 1 to 2 of 2 recipients
exit 0

"#]]
    );
}

#[test]
fn a_recipient_deferred_past_give_up_is_refused() {
    let mailing = mailing("retry = [\"1s\"]\ngive_up = \"1s\"", &["ada", "defer-451"]);
    assert_data_eq!(
        last_lines(&mailing.send(["--yes"])),
        str![[r#"
waiting [..] for deferred recipients
Sent issue 1 to 1 of 2 recipients
  1 refused  defer-451@example.org  451 as scripted
Details: newsletter status 1 --state refused
exit 4

"#]]
    );
}
