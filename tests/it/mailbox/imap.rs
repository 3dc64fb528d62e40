//! Tests a mailbox at a server: a scripted one with every fault, and Dovecot.

use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use snapbox::{assert_data_eq, str};

use super::{header, report, sent, suppressed};
use crate::support::{Fault, ImapServer, Mailing, PASSWORD, PostOffice, signal};

const LETTER: &str = "From: flo@example.org\nSubject: Re: first things\n\nLovely!\n";

/// Issue 1, sent to ann and bo, and a mailbox at `server` with a report about ann and a letter.
fn world(server: &ImapServer) -> Mailing {
    let mailing = sent(&["ann", "bo", "cy"]);
    configure(&mailing, &format!("imap = \"127.0.0.1\"\nport = {}\ntls = \"none\"", server.port));
    server.put(&report("ann", "5.1.1", "user unknown", &header(&mailing, "ann")));
    server.put(LETTER);
    mailing
}

fn configure(mailing: &Mailing, mailbox: &str) {
    let config = mailing.project.read("newsletter.toml");
    mailing.project.write("password", "secret-enough\n");
    std::process::Command::new("chmod").arg("600").arg(mailing.project.path("password")).status().unwrap();
    let access = "user = \"ada\"\npassword = { file = \"password\" }";
    mailing.project.write("newsletter.toml", format!("{config}\n[mailbox]\n{mailbox}\n{access}\n"));
}

fn read(mailing: &Mailing) -> String {
    mailing.run(["mailbox"])
}

const UNDERSTOOD: &str = "ann@example.org gets no more mail: issue 1 came back\n\
                          2 messages: 1 bounced (1 dead), 1 letter to you\nexit 0\n";

#[test]
fn what_is_understood_moves_and_letters_stay_unread() {
    for (capabilities, inbox, folders, commands) in [
        (
            "MOVE UIDPLUS",
            &["2"][..],
            &["Newsletter 1"][..],
            "UID STORE 1 +FLAGS.SILENT (\\Seen); UID MOVE 1 \"Newsletter\"; CREATE \"Newsletter\"; SUBSCRIBE \"Newsletter\"; \
             UID MOVE 1 \"Newsletter\"",
        ),
        (
            "UIDPLUS NAMESPACE",
            &["2"],
            &["INBOX.Newsletter 1"],
            "UID STORE 1 +FLAGS.SILENT (\\Seen); UID COPY 1 \"Newsletter\"; NAMESPACE; CREATE \"INBOX.Newsletter\"; SUBSCRIBE \
             \"INBOX.Newsletter\"; UID COPY 1 \"INBOX.Newsletter\"; UID STORE 1 +FLAGS.SILENT (\\Deleted); UID EXPUNGE 1",
        ),
        // Nothing moves where a move could remove what others have marked.
        ("", &["1S", "2"], &[], "UID STORE 1 +FLAGS.SILENT (\\Seen)"),
    ] {
        let server = ImapServer::start(capabilities);
        let mailing = world(&server);
        let rehearsed = mailing.run(["mailbox", "--dry-run"]);
        assert_data_eq!(rehearsed, UNDERSTOOD);
        assert_eq!(server.inbox(), ["1", "2"]);
        assert!(server.commands().contains(&"EXAMINE \"INBOX\"".to_owned()));
        let before = server.commands().len();

        assert_data_eq!(read(&mailing), UNDERSTOOD);
        assert_eq!(
            (server.inbox(), server.folders()),
            (inbox.iter().map(|&one| one.to_owned()).collect(), folders.iter().map(|&one| one.to_owned()).collect())
        );
        let said: Vec<String> = server.commands()[before..].iter().filter(|one| *one != "LOGOUT").cloned().collect();
        let said = said.join("; ");
        let first =
            "CAPABILITY; CAPABILITY; SELECT \"INBOX\"; UID SEARCH UNSEEN; UID FETCH 1:2 (UID BODY.PEEK[]<0.10485761>)";
        assert_eq!(said, format!("{first}; {commands}"));
        assert_eq!(suppressed(&mailing), ["ann@example.org bounced"]);
        // The letter is read again, and nothing else happens.
        assert_data_eq!(read(&mailing), "1 message: 1 letter to you\nexit 0\n");
    }
}

#[test]
fn a_connection_that_is_cut_anywhere_costs_nothing() {
    let bye = || Fault::Say("* BYE going down\r\n".to_owned());
    for (command, fault) in [
        ("CAPABILITY", Fault::Cut),
        ("SELECT", bye()),
        ("UID SEARCH", Fault::Cut),
        ("UID FETCH", Fault::CutAfter),
        ("UID STORE", Fault::CutAfter),
        ("UID MOVE", Fault::Cut),
        ("CREATE", Fault::CutAfter),
        ("SUBSCRIBE", bye()),
    ] {
        let server = ImapServer::start("MOVE");
        let mailing = world(&server);
        server.fail(command, fault.clone());
        let first = read(&mailing);
        let told = if first.ends_with("exit 5\n") { read(&mailing) } else { first.clone() };
        assert!(told.ends_with("exit 0\n"), "{command} {fault:?}: {first}{told}");
        assert_eq!(server.inbox(), ["2"], "{command} {fault:?}: {told}");
        assert_eq!(server.folders(), ["Newsletter 1"], "{command} {fault:?}");
        assert_eq!(suppressed(&mailing), ["ann@example.org bounced"], "{command} {fault:?}");
    }
}

#[test]
fn half_a_message_is_no_message() {
    let server = ImapServer::start("MOVE");
    let mailing = world(&server);
    server.fail("UID FETCH", Fault::Say("* 1 FETCH (UID 1 BODY[]<0> {500}\r\nFrom: a@b.example\r\n".to_owned()));
    assert_data_eq!(read(&mailing), UNDERSTOOD);
    assert_eq!(server.inbox(), ["2"]);
}

#[test]
fn what_is_no_imap_changes_nothing() {
    let giant = "* 1 FETCH (UID 1 BODY[]<0> {4000000000}\r\n".to_owned() + &"x".repeat(100_000);
    for (command, text, expected) in [
        ("UID FETCH", giant.as_str(), "its response is larger than a response may be"),
        ("UID FETCH", "* 1 FETCH (UID 1 BODY[] {3}\r\nabc(((\r\n", "its response is no IMAP"),
        ("UID FETCH", "zz OK done\r\n", "its response is no IMAP"),
        ("UID SEARCH", "HTTP/1.1 400 Bad Request\r\n", "its response is no IMAP"),
        ("greeting", "220 smtp.example.org ESMTP\r\n", "its response is no IMAP"),
        ("greeting", "* BYE too many connections\r\n", "refuses the connection: too many connections"),
    ] {
        let server = ImapServer::start("MOVE");
        let mailing = world(&server);
        for _ in 0..2 {
            server.fail(command, Fault::Say(text.to_owned()));
        }
        let told = read(&mailing);
        assert!(told.contains(expected) && !told.contains("exit 0"), "{told}");
        assert_eq!((server.inbox(), suppressed(&mailing)), (vec!["1".to_owned(), "2".to_owned()], vec![]), "{told}");
    }
}

#[test]
fn refusals_are_told_with_the_words_of_the_server_and_without_the_password() {
    let port = |told: String, server: &ImapServer| told.replace(&server.port.to_string(), "[PORT]");
    let server = ImapServer::start("MOVE");
    let mailing = world(&server);
    server.fail("LOGIN", Fault::Answer("NO [AUTHENTICATIONFAILED] secret-enough is wrong"));
    assert_data_eq!(
        port(read(&mailing), &server),
        str![[r#"
error: `127.0.0.1:[PORT]` refuses the login: (a line that repeats the password)
hint: `user` and `password` under `[mailbox]` are those of the mailbox, which may differ from those under `[smtp]`
exit 3

"#]]
    );
    server.fail("LOGIN", Fault::Answer("NO Basic authentication is disabled."));
    assert_data_eq!(
        port(read(&mailing), &server),
        str![[r#"
error: `127.0.0.1:[PORT]` refuses the login: Basic authentication is disabled.
hint: it wants OAuth or an app password: `mechanism = "xoauth2"` under `[mailbox]` with `password = { command = [...] }` that prints an access token
exit 3

"#]]
    );
    server.fail("SELECT", Fault::Answer("NO no such folder"));
    assert_data_eq!(
        port(read(&mailing), &server),
        str![[r#"
error: `127.0.0.1:[PORT]` refuses to open `INBOX`: no such folder
exit 3

"#]]
    );
    assert_eq!(server.inbox(), ["1", "2"]);
}

#[test]
fn messages_that_are_numbered_anew_are_not_mistaken_for_others() {
    let server = ImapServer::start("MOVE");
    let mailing = world(&server);
    server.fail("UID SEARCH", Fault::Renumber);
    let told = read(&mailing);
    assert!(told.contains("the server has renumbered the messages of `INBOX`: run the command again"), "{told}");
    assert_eq!(server.inbox(), ["1", "2"]);
    assert_data_eq!(read(&mailing), UNDERSTOOD);
    assert_eq!(server.inbox(), ["2"]);
}

#[test]
fn what_comes_in_later_is_read_at_once_and_a_signal_ends_it() {
    let server = ImapServer::start("MOVE IDLE");
    let mailing = world(&server);
    let mut command = mailing.project.command(["mailbox", "--follow"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let wait_for = |folders: &[&str]| {
        let deadline = Instant::now() + Duration::from_mins(1);
        while server.folders() != folders {
            assert!(Instant::now() < deadline, "{:?}", server.folders());
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    wait_for(&["Newsletter 1"]);
    server.fail("UID SEARCH", Fault::Cut);
    server.put(&report("bo", "5.1.1", "user unknown", &header(&mailing, "bo")));
    wait_for(&["Newsletter 2"]);
    signal(&child, Signal::TERM);
    let told = mailing.finish(child);
    assert!(told.ends_with("exit 0\n"), "{told}");
    assert!(told.contains("bo@example.org gets no more mail: issue 1 came back"), "{told}");
    let fetched = server.commands().iter().filter(|command| command.starts_with("UID FETCH 2 ")).count();
    assert_eq!(fetched, 0, "the letter was fetched again");
}

#[test]
#[ignore = "needs Postfix and Dovecot; ./check runs it"]
fn dovecot_hands_out_and_takes_away_over_tls() {
    let office = PostOffice::open(["bounces@example.org"]);
    let mailing = sent(&["ann", "bo"]);
    let project = &mailing.project;
    let config = project.read("newsletter.toml");
    project.write("password", format!("{PASSWORD}\n"));
    std::process::Command::new("chmod").arg("600").arg(project.path("password")).status().unwrap();
    for (tls, port, about) in [("implicit", office.imaps(), "ann"), ("starttls", office.imap(), "bo")] {
        project.write(
            "newsletter.toml",
            format!(
                "{config}\n[mailbox]\nimap = \"localhost\"\nport = {port}\ntls = \"{tls}\"\nca_file = \"{}\"\n\
                 user = \"bounces@example.org\"\npassword = {{ file = \"password\" }}\ndone = \"Ärger & mehr\"\n",
                office.authority().display()
            ),
        );
        office.hand_in("bounces@example.org", &report(about, "5.1.1", "user unknown", &header(&mailing, about)));
        office.hand_in("bounces@example.org", LETTER);
        let told = read(&mailing);
        assert!(told.contains(&format!("{about}@example.org gets no more mail")), "{told}");
        assert!(told.ends_with("exit 0\n"), "{told}");
    }
    assert_eq!(suppressed(&mailing), ["ann@example.org bounced", "bo@example.org bounced"]);
    assert_eq!(office.messages("bounces@example.org").len(), 2, "the letters stay");
    // They were handed in with an empty sender.
    let left =
        |number| format!("left unread: INBOX#{number}: by a program, and not understood: \"Re: first things\"\n");
    assert_data_eq!(read(&mailing), left(2) + &left(4) + "2 messages: 2 not understood\nexit 0\n");
}
