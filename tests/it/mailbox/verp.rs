//! Tests addresses with a token in them: every reader has their own, and what comes in there is about them.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{files, put, read, report, suppressed};
use crate::support::{Chunking, Mailing, Project, Script, SmtpServer};

const SETTINGS: &str = "envelope_sender = \"bounces+{token}@example.org\"";

/// The configuration with the addresses of `SETTINGS`.
fn with_tokens(config: &str) -> String {
    let config = config.replace("[newsletter]", &format!("[newsletter]\n{SETTINGS}"));
    config.replace("unsubscribe@example.org", "Leave+{token}@example.org")
}

fn sent(people: &[&str], chunking: Chunking, smtp: &str) -> Mailing {
    let server = SmtpServer::start(Script::default().chunking(chunking));
    let mailing = Mailing::configured(server, people.iter().copied(), smtp, "");
    mailing.project.write("newsletter.toml", with_tokens(&mailing.project.read("newsletter.toml")));
    assert!(mailing.send(["--yes"]).contains("exit 0"));
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(mailing.project.path("Maildir").join(part)).unwrap();
    }
    mailing
}

/// The envelope sender that each message came from, by local part of the recipient.
fn senders(mailing: &Mailing) -> Vec<(String, String)> {
    let one = |received: crate::support::Received| {
        (received.recipients[0].trim_end_matches("@example.org").to_owned(), received.sender)
    };
    let mut senders: Vec<_> = mailing.server.accepted().into_iter().map(one).collect();
    senders.sort();
    senders
}

#[test]
fn every_recipient_has_an_envelope_sender_of_their_own_however_messages_are_sent() {
    let people = ["ada", "bo", "cy", "di", "eve"];
    for (chunking, smtp) in [
        (Chunking::No, "connections = 1\npipelining = false"),
        (Chunking::No, "connections = 1"),
        (Chunking::Yes, "connections = 1\nmax_in_flight = 4"),
    ] {
        let mailing = sent(&people, chunking, smtp);
        let senders = senders(&mailing);
        assert_eq!(senders.iter().map(|(who, _)| who.as_str()).collect::<Vec<_>>(), people, "{smtp}");
        let different: BTreeSet<&str> = senders.iter().map(|(_, sender)| sender.as_str()).collect();
        assert_eq!(different.len(), people.len(), "{smtp}: {senders:?}");
        for (who, sender) in &senders {
            let token = sender.strip_prefix("bounces+").and_then(|rest| rest.strip_suffix("@example.org")).unwrap();
            assert_eq!((token.len(), token.to_ascii_lowercase()), (26, token.to_owned()));
            let message = super::received(&mailing, who);
            assert!(message.contains(&format!("<mailto:Leave+{token}@example.org?subject=unsubscribe>")), "{message}");
        }
    }
}

#[test]
fn a_program_and_the_outbox_are_told_the_sender_too() {
    let project = Project::new()
        .subscribers(["ada@example.org", "bo@example.org"])
        .config("[send]\ncourier = \"sendmail\"\nsendmail = \"./sendmail\"\n")
        .file("sendmail", "#!/bin/sh\necho \"$3 $5\" >> senders\ncat > /dev/null\n");
    fs::set_permissions(project.path("sendmail"), fs::Permissions::from_mode(0o700)).unwrap();
    project.write("newsletter.toml", with_tokens(&project.read("newsletter.toml")));
    assert_eq!(project.run(["send", "1", "--yes"]).code, 0);
    let mut senders: Vec<String> = project.read("senders").lines().map(str::to_owned).collect();
    senders.sort_by_key(|line| line.rsplit(' ').next().unwrap().to_owned());
    assert!(senders[0].starts_with("bounces+") && senders[0] != senders[1], "{senders:?}");

    let config = project.read("newsletter.toml").replace("courier = \"sendmail\"", "courier = \"outbox\"");
    let outbox = Project::new().subscribers(["ada@example.org"]);
    outbox.write("newsletter.toml", config);
    fs::create_dir_all(outbox.path(".newsletter")).unwrap();
    fs::copy(project.path(".newsletter/unsubscribe.key"), outbox.path(".newsletter/unsubscribe.key")).unwrap();
    assert_eq!(outbox.run(["send", "1", "--yes"]).code, 0);
    let path = format!("Return-Path: <{}>\r\n", senders[0].split(' ').next().unwrap());
    let message = outbox.read("outbox/1/00001-ada@example.org.eml");
    assert!(message.starts_with(&path), "{path}{message}");
    // The judges of what is left behind know no such header.
    fs::remove_dir_all(outbox.path("outbox")).unwrap();
}

#[test]
fn what_comes_to_the_address_of_a_reader_is_about_them_in_any_case() {
    let mailing = sent(&["ann", "bo", "cy"], Chunking::No, "connections = 1");
    let to = |who: &str| senders(&mailing).into_iter().find(|(local, _)| local == who).unwrap().1;
    // It names nobody, and returns nothing.
    let bounce = format!("Delivered-To: {}\n{}", to("ann").to_uppercase(), report("x", "5.1.1", "user unknown", ""));
    put(&mailing, "1", &bounce.replace("x@example.org", "x@elsewhere.example"));
    let leave = to("bo").replace("bounces", "Leave");
    put(&mailing, "2", &format!("From: somebody@else.example\nTo: {leave}\nSubject: \n\n"));
    let told = read(&mailing, &[]);
    assert!(told.contains("2 messages: 1 unsubscribed, 1 bounced (1 dead)"), "{told}");
    assert_eq!(suppressed(&mailing), ["ann@example.org bounced", "bo@example.org unsubscribed"]);
    assert_eq!(files(&mailing), ["cur/1:2,S", "cur/2:2,S"]);
}

#[test]
fn a_token_that_cannot_stand_there_is_an_error_with_its_place() {
    let project = Project::new().subscribers(["ada@example.org"]);
    let config = project.read("newsletter.toml");
    project.write(
        "newsletter.toml",
        config.replace("[newsletter]", "[newsletter]\nenvelope_sender = \"a@{token}.example.org\""),
    );
    let told = project.run(["check"]).stderr;
    assert!(told.contains("is not an address") && told.contains("stands once before the `@`"), "{told}");
}
