//! Tests what a real Postfix and Dovecot return, over IMAP and by a pipe, and what a reader's sieve script answers.

use std::os::unix::process::CommandExt;
use std::process::Command;

use super::suppressed;
use crate::support::{Mailing, PASSWORD, PostOffice, Project, Script, SmtpServer};

/// Where Postfix takes mail for addresses that it returns.
const RETURNED: &str = "recipient_delimiter = +
transport_maps = inline:{ {gone@example.com=gone:}, {null@example.com=null:}, {wall@example.com=wall:} }
";

/// What it is told about them; Dovecot says by itself that the mailbox of `full` is full. `USER` is not root, who may run nothing for Postfix.
const SERVICES: &str = "gone unix - n n - - pipe user=USER argv=/bin/sh -c {echo 5.1.1 no such user here; exit 69}
null unix - n n - - pipe user=USER argv=/bin/sh -c {echo 5.1.10 the domain does not accept mail; exit 69}
wall unix - n n - - pipe user=USER argv=/bin/sh -c {echo 5.7.1 blocked as spam; exit 69}
";

/// Somebody who is not root.
fn user() -> String {
    if rustix::process::geteuid().is_root() { "nobody".to_owned() } else { std::env::var("USER").unwrap() }
}

const PEOPLE: [&str; 5] =
    ["ada@example.org", "gone@example.com", "full@example.org", "null@example.com", "wall@example.com"];

/// Everybody Postfix knows, each once: it takes no mail at all with a table in which somebody stands twice.
fn mailboxes() -> impl Iterator<Item = &'static str> {
    PEOPLE.into_iter().chain(["bounces@example.org"])
}

/// The configuration that sends through `office`, from an address of its own for everybody.
fn configure(project: &Project, office: &PostOffice, more: &str) {
    let sender = "[newsletter]\nenvelope_sender = \"bounces+{token}@example.org\"";
    let config = project.read("newsletter.toml").replace("[newsletter]", sender);
    let port = office.postfix.plain;
    let smtp =
        format!("[send]\ncourier = \"smtp\"\n\n[smtp]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n{more}");
    project.write("newsletter.toml", format!("{config}\n{smtp}"));
}

/// The project as the helpers of the mailbox know it.
fn mailing(project: Project) -> Mailing {
    Mailing::taken_up(project, SmtpServer::start(Script::default())).unread()
}

#[test]
#[ignore = "needs Postfix and Dovecot; ./check runs it"]
fn what_postfix_returns_is_read_over_imap() {
    let office = PostOffice::open_with(mailboxes(), [RETURNED, &SERVICES.replace("USER", &user())]);
    let project = Project::new().subscribers(PEOPLE);
    configure(
        &project,
        &office,
        &format!(
            "\n[mailbox]\nimap = \"localhost\"\nport = {}\nca_file = \"{}\"\nuser = \"bounces@example.org\"\npassword = \
             {{ env = \"IMAP_PASSWORD\" }}\n",
            office.imaps(),
            office.authority().display()
        ),
    );
    let sent = project.run(["send", "1", "--yes"]);
    assert_eq!(sent.code, 0, "{sent:?}\n{}", office.postfix.log());
    // The letter of ada and four reports.
    office.delivered(5);
    let read = project.finish(project.command(["mailbox"]).env("IMAP_PASSWORD", PASSWORD));
    assert!(
        read.stderr.contains("4 messages: 4 bounced (2 dead, 1 full, 1 policy)"),
        "{read:?}\n{}",
        office.postfix.log()
    );
    let mailing = mailing(project);
    assert_eq!(suppressed(&mailing), ["gone@example.com bounced", "null@example.com bounced"]);
    assert_eq!(office.messages("bounces@example.org").len(), 0, "they were moved");
}

#[test]
#[ignore = "needs Postfix and Dovecot; ./check runs it"]
fn what_postfix_returns_is_read_by_a_pipe() {
    let project = Project::new().subscribers(PEOPLE);
    let root = project.root().display();
    let service = format!(
        "letter unix - n n - 1 pipe flags=DR user={} argv={} -C {root} mailbox -\n{}",
        user(),
        env!("CARGO_BIN_EXE_newsletter"),
        SERVICES.replace("USER", &user())
    );
    let lines = RETURNED.replace("inline:{", "inline:{ {bounces@example.org=letter:},");
    let office = PostOffice::open_with(mailboxes(), [&lines, &service]);
    configure(&project, &office, "");
    let mut command = project.command(["send", "1", "--yes"]);
    if rustix::process::geteuid().is_root() {
        let status = Command::new("sh").arg("-c").arg(format!("chmod 755 {root}; chown -R nobody {root}")).status();
        assert!(status.unwrap().success());
        command.uid(65534);
    }
    let sent = project.finish(&mut command);
    assert_eq!(sent.code, 0, "{sent:?}\n{}", office.postfix.log());
    office.logged("relay=letter", 4);
    let log = office.postfix.log();
    assert!(!log.contains("Command died") && !log.contains("Command time limit"), "{log}");
    let mailing = mailing(project);
    assert_eq!(suppressed(&mailing), ["gone@example.com bounced", "null@example.com bounced"], "{log}");
}

#[test]
#[ignore = "needs Postfix and Dovecot; ./check runs it"]
fn who_is_away_by_a_sieve_script_stays_a_reader() {
    let office = PostOffice::open_with(["ada@example.org", "bounces@example.org"], ["recipient_delimiter = +\n", ""]);
    office.filter(
        "ada@example.org",
        "require \"vacation\";\nvacation :days 1 \"Unsubscribe me? No: away until May.\";\nkeep;\n",
    );
    let project = Project::new().subscribers(["ada@example.org"]);
    configure(&project, &office, "");
    assert_eq!(project.run(["send", "1", "--yes"]).code, 0);
    let letter = office.messages_as_delivered("ada@example.org", 1).remove(0);
    let letter = String::from_utf8(letter).unwrap();
    let (_, sender) = letter.split_once("Return-Path: <").unwrap();
    let sender = sender.split_once('>').unwrap().0;
    assert!(sender.starts_with("bounces+"), "{letter}");
    // Sieve does not answer what comes from a list (RFC 5230 4.6), so this is a mail of the writer, from the same address.
    let message = "From: Ada Example <ada@example.org>\nTo: ada@example.org\nSubject: Are you there?\n\nYes?\n";
    office.hand_in_from(sender, "ada@example.org", message);
    let answer = office.messages_as_delivered("bounces@example.org", 1).remove(0);
    assert!(
        String::from_utf8_lossy(&answer).contains("Auto-Submitted: auto-replied"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    project.write("Maildir/new/1", answer);
    project.write("Maildir/cur/.keep", "");
    let read = project.run(["mailbox", "Maildir"]);
    assert_eq!((read.code, read.stderr.as_str()), (0, "1 message: 1 of no consequence\n"));
    assert_eq!(office.messages("bounces@example.org").len(), 1, "the letter itself was not answered");
}
