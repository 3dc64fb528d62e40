//! Tests `newsletter mailbox`: what comes back about mail that was sent, in a Maildir, an mbox, a file and a pipe.

mod by_mail;
mod imap;
mod postfix;
mod refusals;
mod verp;

use std::fs;
use std::io::Write;
use std::process::Stdio;

use snapbox::{assert_data_eq, str};

use crate::support::{Chunking, Mailing, Output, Received, Script, SmtpServer};

/// Issue 1, sent to `people` at example.org, with a Maildir beside it.
fn sent(people: &[&str]) -> Mailing {
    let server = SmtpServer::start(Script::default().chunking(Chunking::Yes));
    let mailing = Mailing::new(server, people.iter().copied());
    assert!(mailing.send(["--yes"]).contains("exit 0"));
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(mailing.project.path("Maildir").join(part)).unwrap();
    }
    mailing
}

/// What the server took for `local`.
fn received(mailing: &Mailing, local: &str) -> String {
    let address = format!("{local}@example.org");
    let of = |received: &Received| received.recipients == [address.clone()];
    let received = mailing.server.accepted().into_iter().find(of).unwrap();
    String::from_utf8(received.bytes).unwrap().replace("\r\n", "\n")
}

/// The header of that message.
fn header(mailing: &Mailing, local: &str) -> String {
    received(mailing, local).split_once("\n\n").unwrap().0.to_owned()
}

/// A delivery report about `local` with `status`; `returned` is the header of what it returns.
fn report(local: &str, status: &str, text: &str, returned: &str) -> String {
    format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nTo: bounces@example.com\nSubject: Undelivered Mail\n\
         Message-ID: <report-{local}@mx.example.org>\nContent-Type: multipart/report; report-type=delivery-status; \
         boundary=b\n\n--b\n\nIt did not arrive.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; \
         mx.example.org\n\nFinal-Recipient: rfc822; {local}@example.org\nAction: failed\nStatus: {status}\n\
         Diagnostic-Code: smtp; 550 {status} {text}\n--b\nContent-Type: text/rfc822-headers\n\n{returned}\n--b--\n"
    )
}

fn put(mailing: &Mailing, name: &str, message: &str) {
    mailing.project.write(&format!("Maildir/new/{name}"), message);
}

/// The command on the Maildir.
fn read(mailing: &Mailing, arguments: &[&str]) -> String {
    let all: Vec<&str> = ["mailbox", "Maildir"].into_iter().chain(arguments.iter().copied()).collect();
    let root = mailing.project.root().display().to_string();
    mailing.told(&mailing.project.run(all)).replace(&format!("{root}/"), "")
}

/// The files of the Maildir, sorted.
fn files(mailing: &Mailing) -> Vec<String> {
    let mut files = Vec::new();
    for part in ["cur", "new"] {
        for entry in mailing.project.path(&format!("Maildir/{part}")).read_dir().unwrap() {
            files.push(format!("{part}/{}", entry.unwrap().file_name().into_string().unwrap()));
        }
    }
    files.sort();
    files
}

/// Suppressed addresses with their reasons.
fn suppressed(mailing: &Mailing) -> Vec<String> {
    let listed = mailing.project.run(["suppress", "--list", "--json"]).stdout;
    let listed: Vec<serde_json::Value> = serde_json::from_str(&listed).unwrap();
    let mut all: Vec<String> = listed
        .iter()
        .map(|one| format!("{} {}", one["address"].as_str().unwrap(), one["reason"].as_str().unwrap()))
        .collect();
    all.sort();
    all
}

#[test]
fn everything_that_comes_back_has_its_consequence_and_nothing_is_deleted() {
    let mailing = sent(&["ann", "bo", "cy", "di", "eve", "flo", "gus"]);
    put(&mailing, "1", &report("ann", "5.1.1", "user unknown", &header(&mailing, "ann")));
    put(&mailing, "2", &report("bo", "5.2.2", "mailbox full", &header(&mailing, "bo")));
    put(&mailing, "3", &report("cy", "5.7.1", "blocked as spam", ""));
    let complaint = format!(
        "From: fbl@example.net\nSubject: complaint\nContent-Type: multipart/report; report-type=feedback-report; \
         boundary=b\n\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n--b\nContent-Type: \
         text/rfc822-headers\n\n{}\n--b--\n",
        header(&mailing, "di").replace("di@example.org", "somebody@redacted.example")
    );
    put(&mailing, "4", &complaint);
    let id = header(&mailing, "eve").lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap().to_owned();
    put(
        &mailing,
        "5",
        &format!("From: eve@example.org\nTo: a@example.com\nSubject: Unsubscribe\nIn-Reply-To: {id}\n\n"),
    );
    put(&mailing, "6", "From: flo@example.org\nSubject: Re: first things\n\nLovely!\n");
    put(&mailing, "7", "From: flo@example.org\nAuto-Submitted: auto-replied\nSubject: Out of office\n\nAway.\n");
    put(&mailing, "8", "From: MAILER-DAEMON@x.example\nSubject: hm\n\nhm\n");
    put(&mailing, "9", &report("nobody", "5.1.1", "user unknown", ""));

    let before = files(&mailing);
    let expected = str![[r#"
ann@example.org gets no more mail: issue 1 came back
left unread: Maildir/new/8: by a program, and not understood: "hm"
left unread: Maildir/new/9: about nobody who was mailed in the last 30 days: "Undelivered Mail"
9 messages: 1 unsubscribed, 3 bounced (1 dead, 1 full, 1 policy), 1 complaint, 1 of no consequence, 1 letter to you, 2 not understood
warning: 1 of 7 recipients of issue 1 were refused by policy, which is about the sender
hint: `newsletter doctor` looks at SPF, DKIM and DMARC
exit 4

"#]];
    assert_data_eq!(read(&mailing, &["--dry-run"]), expected.clone());
    assert_eq!((files(&mailing), suppressed(&mailing)), (before, vec![]), "a dry run changes nothing");

    assert_data_eq!(read(&mailing, &[]), expected);
    assert_eq!(
        files(&mailing),
        ["cur/1:2,S", "cur/2:2,S", "cur/3:2,S", "cur/4:2,S", "cur/5:2,S", "cur/7:2,S", "new/6", "new/8", "new/9"]
    );
    assert_eq!(
        suppressed(&mailing),
        ["ann@example.org bounced", "di@example.org complained", "eve@example.org unsubscribed"]
    );
    // What was left is read again, and nothing else happens.
    assert_data_eq!(
        read(&mailing, &[]),
        str![[r#"
left unread: Maildir/new/8: by a program, and not understood: "hm"
left unread: Maildir/new/9: about nobody who was mailed in the last 30 days: "Undelivered Mail"
3 messages: 1 letter to you, 2 not understood
exit 0

"#]]
    );
}

#[test]
fn forged_reports_remove_nobody() {
    let mailing = sent(&["ann", "bo"]);
    let stolen = "Message-ID: <1.aaaaaaaaaaaaaaaaaaaaaaaaaa@example.org>\nList-Unsubscribe: \
                  <https://letter.example.org/u/AAAAAAAAAAAAAAAAAAAAAA>";
    put(&mailing, "1", &report("ann", "5.1.1", "user unknown", stolen));
    put(&mailing, "2", &report("ann", "5.1.1", "user unknown", ""));
    // The Message-ID of one proves nothing about another.
    put(&mailing, "3", &report("ann", "5.1.1", "user unknown", &header(&mailing, "bo").replace("bo@", "ann@")));
    let told = read(&mailing, &[]);
    assert!(told.starts_with("bo@example.org gets no more mail"), "the token in the header is of bo: {told}");
    assert_eq!(suppressed(&mailing), ["bo@example.org bounced"]);
}

#[test]
fn a_wave_is_held_until_it_is_accepted() {
    let people: Vec<String> = (0..6).map(|number| format!("reader{number}")).collect();
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let mailing = sent(&people);
    for one in &people {
        put(&mailing, one, &report(one, "5.1.1", "user unknown", &header(&mailing, one)));
    }
    let held = str![[r#"
6 messages: 6 held
held: 6 of 6 addresses at `example.org` are reported dead within a day by issue 1: that is more likely a wall than a graveyard
hint: `newsletter mailbox --accept-refusals`, if it is true
exit 4

"#]];
    assert_data_eq!(read(&mailing, &[]), held);
    assert_eq!(suppressed(&mailing), [""; 0]);
    assert!(read(&mailing, &["--accept-refusals"]).contains("6 bounced (6 dead)"));
    assert_eq!(suppressed(&mailing).len(), 6);
}

#[test]
fn a_pipe_a_file_and_an_mbox_are_read_alike() {
    let mailing = sent(&["ann", "bo", "cy", "di"]);
    let message = report("ann", "5.1.1", "user unknown", &header(&mailing, "ann"));
    let mut command = mailing.project.command(["mailbox", "-"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(message.as_bytes()).unwrap();
    let piped = child.wait_with_output().unwrap();
    assert!(piped.status.success(), "{piped:?}");
    assert!(String::from_utf8_lossy(&piped.stderr).contains("1 message: 1 bounced (1 dead)"), "{piped:?}");

    mailing.project.write("bo.msg", report("bo", "5.1.1", "user unknown", &header(&mailing, "bo")));
    assert!(mailing.run(["mailbox", "bo.msg"]).contains("1 message: 1 bounced (1 dead)"));

    let of = |one: &str| report(one, "5.1.1", "user unknown", &header(&mailing, one)).replace("\nFrom ", "\n>From ");
    let mbox = format!("From - Thu Jan  1\n{}\nFrom - Thu Jan  1\n{}", of("cy"), of("di"));
    mailing.project.write("mbox", mbox);
    assert!(mailing.run(["mailbox", "mbox"]).contains("2 messages: 2 bounced (2 dead)"));
    assert_eq!(suppressed(&mailing).len(), 4);
}

#[test]
fn the_settings_name_the_mailbox_and_without_it_the_command_says_so() {
    let mailing = sent(&["ann"]);
    assert_data_eq!(
        mailing.run(["mailbox"]),
        str![[r#"
error: no mailbox is named
hint: `newsletter mailbox PATH` reads a Maildir, an mbox or a message; `maildir` or `imap` under `[mailbox]` names one for good
exit 2

"#]]
    );
    let config = mailing.project.read("newsletter.toml");
    mailing.project.write("newsletter.toml", format!("{config}\n[mailbox]\nmaildir = \"Maildir\"\n"));
    assert_data_eq!(
        mailing.run(["mailbox"]),
        str![[r#"
0 messages
exit 0

"#]]
    );
    let Output { code, stderr, .. } = mailing.project.run(["mailbox", "issues"]);
    assert!(code == 1 && stderr.contains("is no Maildir"), "{stderr}");
    let Output { code, stderr, .. } = mailing.project.run(["mailbox", "nothing"]);
    assert!(code == 1 && stderr.contains("nothing"), "{stderr}");
    assert!(mailing.run(["mailbox", "newsletter.toml", "--follow"]).contains("`--follow` needs a Maildir"));
}
