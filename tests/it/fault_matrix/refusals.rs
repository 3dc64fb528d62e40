//! Tests row 53: refusals that concern the server or the sender, and the credit of the other
//! refusals of that run.
//!
//! The kind: a server that gives wrong replies for a while (a lost user table, a relay that forgot us, a block list) must cost no
//! reader. Variants are made of codes, grounds, points of the conversation, orders of the list, numbers of people, and of when
//! the run ends.

use snapbox::{assert_data_eq, str};

use super::{mailing, sent};
use crate::support::{Chunking, Mailing, Postgres, Script, SmtpServer};

/// So many people of whom the server says `what`.
fn many(what: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{what}+{number}")).collect()
}

fn strs(people: &[String]) -> Vec<&str> {
    people.iter().map(String::as_str).collect()
}

/// Ada and Bo, and behind them so many of whom the server says `what`.
fn behind_two(what: &str, count: usize) -> Mailing {
    let others = many(what, count);
    let people: Vec<_> = ["ada", "bo"].into_iter().chain(others.iter().map(String::as_str)).collect();
    mailing(Script::default(), &people)
}

/// So many at `domain` of whom the server says `what`.
pub(super) fn at(domain: &str, what: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{what}+{number}@{domain}")).collect()
}

/// From here on the newsletter mails to this server.
fn served_by(mailing: &mut Mailing, script: Script) {
    let server = SmtpServer::start(script);
    let config = mailing.project.read("newsletter.toml");
    let [ours, theirs] = [&mailing.server, &server].map(|server| format!("port = {}", server.port()));
    mailing.project.write("newsletter.toml", config.replace(&ours, &theirs));
    mailing.server = server;
}

/// The server is well again, and accepts everybody.
pub(super) fn mend(mailing: &mut Mailing) {
    served_by(mailing, Script::default().well());
}

pub(super) fn suppressed(mailing: &Mailing) -> String {
    mailing.run(["suppress", "--list"])
}

pub(super) const NOBODY: &str = "no address is suppressed\nexit 0\n";

#[test]
fn row_53_a_wave_of_refusals_stops_the_run_for_any_code_and_suppresses_no_address() {
    for what in [
        "refuse-550-5.1.1",
        "refuse-550-5.1.2",
        "refuse-551-5.1.6",
        "refuse-550-5.2.1",
        "refuse-556-5.1.10",
        "refuse-550-5.7.1",
        "refuse-550",
        "refuse-554-5.0.0",
        "refuse-552-5.2.2",
        "refuse-data-550-5.1.1",
        "refuse-dot-550-5.1.1",
        "refuse-dot-554-5.7.1",
    ] {
        let mailing = behind_two(what, 30);
        let told = sent(&mailing, ["--yes"]);
        let end = "no recipient was marked as refused\nIssue 1 has been sent to 2 of 32 recipients\nRecipients left: 30. To continue: newsletter send 1\n\
                   If the list is old and these addresses no longer exist: newsletter send 1 --accept-refusals\nexit 5\n\
                   accepted: ada, bo\nplanned: 30 recipients\n";
        assert!(
            told.starts_with("Stopped: the server refused 10 recipients in a row, the last with `5"),
            "{what}: {told}"
        );
        assert!(told.ends_with(end), "{what}: {told}");
        assert_eq!(suppressed(&mailing), NOBODY, "{what}");
    }
}

#[test]
fn row_53_many_connections_and_many_messages_under_way_change_nothing() {
    for (smtp, chunking) in [
        ("connections = 4", Chunking::No),
        ("connections = 1\nmax_in_flight = 8", Chunking::Yes),
        ("connections = 4\nmax_in_flight = 4", Chunking::Sticky),
        ("connections = 2\nper_connection = 3", Chunking::No),
    ] {
        let people = [vec!["ada".to_owned(), "bo".to_owned()], many("refuse-550-5.1.1", 58)].concat();
        let server = SmtpServer::start(Script::default().chunking(chunking));
        let mut mailing = Mailing::configured(server, strs(&people), smtp, "retry = [\"1h\"]");
        let told = sent(&mailing, ["--yes"]);
        let end = "exit 5\naccepted: ada, bo\nplanned: 58 recipients\n";
        assert!(
            told.contains("Stopped: the server refused 10 recipients in a row") && told.ends_with(end),
            "{smtp}: {told}"
        );
        mend(&mut mailing);
        assert!(sent(&mailing, ["--yes"]).contains("Sent issue 1 to 60 of 60 recipients\nexit 0\n"), "{smtp}");
        assert_eq!(suppressed(&mailing), NOBODY, "{smtp}");
    }
}

#[test]
fn row_53_a_message_for_everybody_goes_out_when_the_server_is_well_again() {
    let mut mailing = behind_two("refuse-550-5.1.1", 58);
    assert!(sent(&mailing, ["--yes"]).contains("Stopped: the server refused 10 recipients in a row"));
    mend(&mut mailing);
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
Issue 1 · First things
2 sent, 58 left
Sent issue 1 to 60 of 60 recipients
exit 0
accepted: 60 recipients

"#]]
    );
    assert_eq!(suppressed(&mailing), NOBODY);
}

#[test]
fn row_53_more_than_twenty_and_more_than_a_tenth_stop_the_run_and_those_before_are_planned_again() {
    let people: Vec<_> = (0..130)
        .map(|number| if number % 5 == 4 { format!("refuse-550-5.1.1+{number}") } else { format!("ada{number}") })
        .collect();
    let mailing = mailing(Script::default(), &strs(&people));
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        // Some more may be on their way when it is noticed.
        str![[r#"
Stopped: the server refused 21 of 105 recipients, the last with `550 5.1.1 as scripted`; no recipient was marked as refused
Issue 1 has been sent to [..] of 130 recipients
Recipients left: [..]. To continue: newsletter send 1
If the list is old and these addresses no longer exist: newsletter send 1 --accept-refusals
exit 5
accepted: [..] recipients
planned: [..] recipients

"#]]
    );
    assert_eq!(suppressed(&mailing), NOBODY);
}

#[test]
fn row_53_refusals_of_a_killed_run_are_retried_and_suppress_no_address() {
    for refused in [1, 5, 9] {
        let others = many("refuse-550-5.1.1", refused);
        let people: Vec<_> =
            ["ada", "bo", "cy"].into_iter().chain(strs(&others)).chain(["stall-rcpt", "dee"]).collect();
        let mut mailing = mailing(Script::default(), &people);
        let mut sender = mailing.start(["--yes"]);
        mailing.server.wait_for_command("RCPT TO:<stall-rcpt@");
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
        while mailing.run(["status", "1", "--state", "refused"]).matches("refuse-550").count() < refused {
            assert!(std::time::Instant::now() < deadline);
            std::thread::yield_now();
        }
        sender.kill().unwrap();
        sender.wait().unwrap();
        assert_eq!(suppressed(&mailing), NOBODY);
        let total = refused + 5;
        mend(&mut mailing);
        let told = sent(&mailing, ["--yes"]);
        assert!(told.contains(&format!("Sent issue 1 to {total} of {total} recipients\nexit 0\n")), "{told}");
        assert_eq!(suppressed(&mailing), NOBODY);
    }
}

#[test]
fn row_53_a_stale_list_is_stopped_and_finished_when_its_refusals_are_accepted() {
    let dead = many("refuse-550-5.1.1", 10);
    let people: Vec<_> = strs(&dead).into_iter().chain(["ada", "bo"]).collect();
    let mailing = mailing(Script::default(), &people);
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
Stopped: the server refused 10 recipients in a row, the last with `550 5.1.1 as scripted`; no recipient was marked as refused
Issue 1 has been sent to 0 of 12 recipients
Recipients left: 12. To continue: newsletter send 1
If the list is old and these addresses no longer exist: newsletter send 1 --accept-refusals
exit 5
planned: 12 recipients

"#]]
    );
    assert_data_eq!(
        sent(&mailing, ["--yes", "--accept-refusals"]),
        str![[r#"
Issue 1 · First things
0 sent, 12 left
Sent issue 1 to 2 of 12 recipients
  10 refused  refuse-550-5.1.1+0@example.org  550 5.1.1 as scripted
...
              refuse-550-5.1.1+9@example.org  550 5.1.1 as scripted
Not suppressed: 10 addresses whose servers report no such mailbox; too many were refused for this to be credible
Details: newsletter status 1 --state refused
exit 4
accepted: ada, bo
refused: 10 recipients

"#]]
    );
    assert_eq!(suppressed(&mailing), NOBODY);
}

#[test]
fn row_53_of_three_two_unknown_are_refused_and_keep_their_place_on_the_list() {
    let mut mailing = mailing(Script::default(), &["refuse-550-5.1.1+1", "ada", "refuse-550-5.1.1+2"]);
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
Sent issue 1 to 1 of 3 recipients
  2 refused  refuse-550-5.1.1+1@example.org  550 5.1.1 as scripted
             refuse-550-5.1.1+2@example.org  550 5.1.1 as scripted
Not suppressed: 2 addresses whose servers report no such mailbox; too many were refused for this to be credible
Details: newsletter status 1 --state refused
exit 4
accepted: ada
refused: refuse-550-5.1.1+1, refuse-550-5.1.1+2

"#]]
    );
    assert_eq!(suppressed(&mailing), NOBODY);
    // The same command again changes nothing, and is no success.
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
Nothing left to do: 1 sent, 2 refused
Details: newsletter status 1 --state refused
To retry the refused recipients: newsletter send 1 --retry-refused
exit 4
accepted: ada
refused: refuse-550-5.1.1+1, refuse-550-5.1.1+2

"#]]
    );
    mend(&mut mailing);
    assert!(sent(&mailing, ["--yes", "--retry-refused"]).contains("Sent issue 1 to 3 of 3 recipients\nexit 0\n"));
}

#[test]
fn row_53_an_address_unknown_for_two_issues_is_suppressed_with_a_hint_to_undo_it() {
    let mailing = mailing(Script::default(), &["refuse-550-5.1.1", "refuse-552-5.2.2"]);
    assert!(sent(&mailing, ["--yes"]).contains("Not suppressed: 1 address whose server reports"));
    let second = mailing.project.read("issues/001-first-things.toml").replace("number = 1", "number = 2");
    mailing.project.write("issues/002-second-things.toml", second);
    let told = mailing.run(["send", "2", "--yes"]);
    let undo = "Suppressed: 1 address whose server reports no such mailbox; to undo: \
                newsletter suppress --remove refuse-550-5.1.1@example.org\n";
    assert!(told.contains(undo) && told.ends_with("exit 4\n"), "{told}");
    assert_eq!(suppressed(&mailing), "refuse-550-5.1.1@example.org  YYYY-MM-DD  hard bounce\nexit 0\n");
}

#[test]
fn row_53_a_run_that_went_well_is_believed_and_its_suppressions_are_undone_by_its_number() {
    let dead = many("refuse-550-5.1.1", 4);
    let people: Vec<_> = ["a", "b", "c", "d", "e", "refuse-550-5.7.1"].into_iter().chain(strs(&dead)).collect();
    let mailing = mailing(Script::default(), &people);
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
Sent issue 1 to 5 of 10 recipients
  5 refused  refuse-550-5.7.1@example.org    550 5.7.1 as scripted
             refuse-550-5.1.1+0@example.org  550 5.1.1 as scripted
             refuse-550-5.1.1+1@example.org  550 5.1.1 as scripted
             refuse-550-5.1.1+2@example.org  550 5.1.1 as scripted
             refuse-550-5.1.1+3@example.org  550 5.1.1 as scripted
Not suppressed: 4 addresses whose servers report no such mailbox; too many were refused for this to be credible
Details: newsletter status 1 --state refused
exit 4
accepted: a, b, c, d, e
refused: refuse-550-5.7.1, refuse-550-5.1.1+0, refuse-550-5.1.1+1, refuse-550-5.1.1+2, refuse-550-5.1.1+3

"#]]
    );
    let people: Vec<_> = ["a", "b", "c", "d", "e", "f"].into_iter().chain(strs(&dead)).collect();
    let mut mailing = super::mailing(Script::default(), &people);
    let told = sent(&mailing, ["--yes"]);
    let undo = "Suppressed: 4 addresses whose servers report no such mailbox; to undo: newsletter suppress --remove --issue 1\n";
    assert!(told.contains(undo), "{told}");
    assert_data_eq!(
        sent(&mailing, ["--yes", "--retry-refused"]),
        str![[r#"
4 refused recipients are not retried because their addresses are suppressed:
  refuse-550-5.1.1+0@example.org  hard bounce
  refuse-550-5.1.1+1@example.org  hard bounce
  refuse-550-5.1.1+2@example.org  hard bounce
  refuse-550-5.1.1+3@example.org  hard bounce
To retry them anyway: newsletter suppress --remove --issue 1, then newsletter send 1 --retry-refused
Nothing left to do: 6 sent, 4 refused
Details: newsletter status 1 --state refused
exit 4
accepted: a, b, c, d, e, f
refused: refuse-550-5.1.1+0, refuse-550-5.1.1+1, refuse-550-5.1.1+2, refuse-550-5.1.1+3

"#]]
    );
    assert_data_eq!(
        mailing.run(["suppress", "--remove", "--issue", "1"]),
        str![[r#"
refuse-550-5.1.1+0@example.org can get mail again
refuse-550-5.1.1+1@example.org can get mail again
refuse-550-5.1.1+2@example.org can get mail again
refuse-550-5.1.1+3@example.org can get mail again
exit 0

"#]]
    );
    mend(&mut mailing);
    assert!(sent(&mailing, ["--yes", "--retry-refused"]).contains("Sent issue 1 to 10 of 10 recipients\nexit 0\n"));
}

#[test]
fn row_53_a_reply_that_only_resembles_an_unknown_mailbox_suppresses_no_address() {
    for (what, words) in [
        ("refuse-550-5.1.1+1", "blocked using Spamhaus"),
        ("refuse-550-5.2.1+1", "your message looks like spam"),
        ("refuse-550-5.1.1+1", "user lookup failed, try again later"),
        ("refuse-550-5.1.1+1", "mailbox is full"),
        ("refuse-554+1", "Service refusé, veuillez réessayer plus tard"),
        ("refuse-550-5.7.1+1", "user unknown"),
        ("refuse-550-5.1.1+1", "Postfach voll"),
        ("refuse-dot-550-5.1.1+1", "message rejected by policy"),
    ] {
        let mailing = mailing(Script::default().words(words), &["ada", "bo", what]);
        let told = sent(&mailing, ["--yes"]);
        assert!(told.contains("1 refused") && told.contains("exit 4\n"), "{words}: {told}");
        assert!(!told.contains("uppressed"), "{words}: {told}");
        assert_eq!(suppressed(&mailing), NOBODY, "{words}");
    }
}

#[test]
fn row_53_a_mailbox_that_gets_too_much_at_a_time_is_put_off_and_not_dead() {
    let words = "The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered.";
    let mailing = mailing(Script::default().words(words), &["ada", "refuse-550-5.2.1", "bo"]);
    let told = sent(&mailing, ["--yes", "--wait", "0s"]);
    assert!(told.contains("1 recipient deferred by the server, the first until"), "{told}");
    assert!(told.ends_with("exit 5\naccepted: ada, bo\ndeferred: refuse-550-5.2.1\n"), "{told}");
    assert_eq!(suppressed(&mailing), NOBODY);
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn row_53_of_two_machines_the_one_with_the_bad_server_stops_and_the_other_sends_to_everybody() {
    let database = Postgres::start();
    let (mut mailing, _journal) = crate::postgres::mailing(&database, 1, "20/s");
    mailing
        .project
        .write("subscribers.csv", format!("email\n{}\n", at("example.org", "refuse-550-5.1.1", 60).join("\n")));
    served_by(&mut mailing, Script::default().well());
    let healthy = mailing.start(["--yes"]);
    mailing.server.wait_for_accepted(3);
    let well = mailing.project.read("newsletter.toml");
    let bad = SmtpServer::start(Script::default());
    let port = format!("port = {}", mailing.server.port());
    mailing.project.write("newsletter.toml", well.replace(&port, &format!("port = {}", bad.port())));
    let stopped = mailing.send(["--yes"]);
    assert!(
        stopped.contains("Stopped: the server refused 10 recipients in a row") && stopped.ends_with("exit 5\n"),
        "{stopped}"
    );
    mailing.project.write("newsletter.toml", well);
    let told = mailing.finish(healthy);
    assert!(told.ends_with("Sent issue 1 to 60 of 60 recipients (60 from this machine)\nexit 0\n"), "{told}");
    assert_eq!(suppressed(&mailing), NOBODY);
}
