//! Tests rehearsals and test mails.

use snapbox::{assert_data_eq, str};

use super::accepting;
use crate::support::{ISSUE, Mailing, after_summary};

#[test]
fn a_rehearsal_builds_everything_and_sends_nothing() {
    let mailing = Mailing::new(accepting(), ["ada", "bo", "cy"]);
    assert_data_eq!(
        after_summary(&mailing.send(["--dry-run", "--eml", "rehearsed"])),
        str![[r#"
Built    · 3 messages, the largest 14 KB, written to rehearsed/
Run      · sends to 3 recipients; exit 0

Nothing was sent. To send: newsletter send 1
exit 0

"#]]
    );
    let mut files: Vec<_> = std::fs::read_dir(mailing.project.path("rehearsed"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files, ["00001-ada@example.org.eml", "00002-bo@example.org.eml", "00003-cy@example.org.eml"]);
    let commands = mailing.server.wait_until_idle();
    assert_data_eq!(format!("{commands:?}"), str![[r#"[["EHLO [127.0.0.1]", "QUIT", "(closed)"]]"#]]);
    assert_data_eq!(
        mailing.run(["status"]),
        str![[r"
nothing has been sent yet
exit 0

"]]
    );
    assert!(!mailing.project.path(".newsletter/ledger.sqlite3").exists());
}

#[test]
fn a_rehearsal_of_a_started_issue_tells_what_is_left() {
    let mailing = Mailing::new(accepting(), ["ada", "bo", "cy"]);
    mailing.send(["--yes", "--limit", "1"]);
    let told = mailing.send(["-n"]);
    assert_data_eq!(
        &told[told.find("Started ").unwrap()..],
        str![[r#"
Started YYYY-MM-DD: 1 accepted. Left: 2 recipients
Built    · 2 messages, the largest 14 KB
Run      · sends to 2 recipients; exit 0

Nothing was sent. To send: newsletter send 1
exit 0

"#]]
    );
    assert_eq!(mailing.accepted(), ["ada"]);
}

#[test]
fn a_rehearsal_refuses_what_the_send_would_refuse_and_knows_when_nothing_is_left() {
    let mailing = Mailing::new(accepting(), ["ada", "bo"]);
    mailing.send(["--yes", "--limit", "1"]);
    mailing.project.write("issues/001-first-things.toml", ISSUE.replace("Until next week", "Until next month"));
    assert_data_eq!(
        mailing.send(["-n"]),
        str![[r"
error: issue 1 was edited after it was first sent: the letter was [..] and is now [..]
hint: `newsletter send 1 --allow-changed` sends the new letter to the 1 recipient left
hint: undo the edit to continue with the letter the others received
exit 6

"]]
    );
    mailing.send(["-n", "--allow-changed", "--eml", "rehearsed"]);
    let rehearsed = mailing.project.read("rehearsed/00002-bo@example.org.eml");
    assert!(rehearsed.contains("Until next month"), "{rehearsed}");
    mailing.send(["--yes", "--allow-changed"]);
    assert_data_eq!(
        mailing.send(["-n"]),
        str![[r"
Nothing left to do: 2 sent
exit 0

"]]
    );
}

#[test]
fn a_test_mail_is_marked_and_leaves_the_ledger_alone() {
    let mailing = Mailing::new(accepting(), ["ada", "bo"]);
    assert_data_eq!(
        mailing.send(["--test", "ada@example.org", "refuse-550-5.1.1@example.org"]),
        str![[r#"
ada@example.org  accepted  250 2.0.0 queued
refuse-550-5.1.1@example.org  refused  550 5.1.1 as scripted
exit 4

"#]]
    );
    let bytes = mailing.server.accepted().remove(0).bytes;
    let message = mail_parser::MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(message.subject(), Some("[test] Test Letter #1: First things"));
    assert_data_eq!(
        mailing.run(["status"]),
        str![[r"
nothing has been sent yet
exit 0

"]]
    );
    assert_data_eq!(
        mailing.send(["--test"]),
        str![[r"
error: no recipient for the test mail
hint: `newsletter send 1 --test you@example.org`
hint: or set `test_to` under `[send]` in `newsletter.toml`
exit 2

"]]
    );
}

#[test]
fn a_draft_is_not_sent_but_may_be_tested() {
    let mailing = Mailing::new(accepting(), ["ada"]);
    mailing.project.write("issues/001-first-things.toml", format!("draft = true\n{ISSUE}"));
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
error: issue 1 is a draft
hint: remove `draft = true` from `issues/001-first-things.toml` when it is ready
exit 6

"]]
    );
    assert_data_eq!(
        mailing.send(["--test", "ada@example.org"]),
        str![[r#"
ada@example.org  accepted  250 2.0.0 queued
exit 0

"#]]
    );
}
