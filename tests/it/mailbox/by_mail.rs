//! Tests readers who come, confirm and leave by mail alone, without a server.

use std::fs;

use snapbox::{assert_data_eq, str};

use super::{files, put, read, suppressed};
use crate::support::{Chunking, Mailing, Project, Received, Script, SmtpServer};

/// A newsletter that was sent to `people`, takes requests at `leave@example.org`, and has no `[serve]`.
fn world(people: &[&str]) -> Mailing {
    let server = SmtpServer::start(Script::default().chunking(Chunking::Yes));
    let mailing = Mailing::new(server, people.iter().copied()).unread();
    let config = mailing.project.read("newsletter.toml");
    let config = config.replace("unsubscribe@example.org", "leave@example.org");
    mailing.project.write("newsletter.toml", config);
    assert!(mailing.send(["--yes"]).contains("exit 0"));
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(mailing.project.path("Maildir").join(part)).unwrap();
    }
    mailing
}

/// The mail to `who` that is no issue, oldest first.
fn notices(mailing: &Mailing, who: &str) -> Vec<String> {
    let is_notice = |received: &Received| received.recipients == [format!("{who}@example.org")];
    let messages = mailing.server.accepted().into_iter().filter(is_notice);
    let text = messages.map(|received| String::from_utf8(received.bytes).unwrap().replace("\r\n", "\n"));
    text.filter(|message| message.contains("Auto-Submitted: auto-generated")).collect()
}

fn field<'a>(message: &'a str, name: &str) -> &'a str {
    let start = format!("{name}: ");
    message.lines().find_map(|line| line.strip_prefix(&start)).unwrap_or_default()
}

fn mail(from: &str, subject: &str, more: &str, text: &str) -> String {
    format!(
        "From: {from}@example.org\nTo: leave@example.org\nSubject: {subject}\nMessage-ID: <{from}-{}@example.org>\n{more}\n\
         {text}\n",
        subject.len()
    )
}

/// An answer to the question that `who` was mailed.
fn answer(mailing: &Mailing, who: &str, text: &str) -> String {
    let question = notices(mailing, who).pop().unwrap();
    let more = format!("In-Reply-To: {}\n", field(&question, "Message-ID"));
    mail(who, &format!("Re: {}", field(&question, "Subject")), &more, text)
}

#[test]
fn somebody_subscribes_confirms_and_leaves_by_mail() {
    let mailing = world(&["ann"]);
    put(&mailing, "1", &mail("zoe", "Subscribe", "", "My name is <b>Zoe</b>, buy pills"));
    assert_data_eq!(
        read(&mailing, &[]),
        str![[r#"
1 message: 1 signed up
sent 1 mail to readers
exit 0

"#]]
    );
    let question = notices(&mailing, "zoe").pop().unwrap();
    assert_eq!(field(&question, "Reply-To"), "leave@example.org");
    let shown = question.replace("=\n", "").replace("=3D", "=");
    assert!(!shown.contains("pills") && !shown.contains("https://letter.example.org/confirm"), "{shown}");
    assert!(shown.contains("mailto:leave@example.org?subject=confirm%20"), "{shown}");
    assert!(field(&question, "List-Unsubscribe").starts_with("<mailto:leave@example.org?subject=not%20me%20"));

    put(&mailing, "2", &answer(&mailing, "zoe", "Yes\n\nOn Monday, Test Letter wrote:\n> Somebody"));
    assert!(read(&mailing, &[]).contains("1 message: 1 confirmed\nsent 1 mail to readers"));
    assert_eq!(notices(&mailing, "zoe").len(), 2, "the question and a welcome");

    let welcome = notices(&mailing, "zoe").pop().unwrap();
    let url = field(&welcome, "List-Unsubscribe").trim_matches(['<', '>']).to_owned();
    let token = url.rsplit('/').next().unwrap();
    put(&mailing, "4", &mail("other", &format!("unsubscribe {token}"), "", ""));
    assert!(read(&mailing, &[]).contains("1 message: 1 unsubscribed"));
    assert_eq!(suppressed(&mailing), ["zoe@example.org unsubscribed"]);
    assert_eq!(files(&mailing), ["cur/1:2,S", "cur/2:2,S", "cur/4:2,S"]);
}

#[test]
fn the_mail_that_a_button_writes_is_shown_as_a_person_writes_it() {
    for config in ["", "[words]\nconfirm = \"כן\"\n"] {
        let html = Project::new().config(config).run(["render", "confirm", "--html"]).stdout;
        let token = "a".repeat(26);
        let url = format!("mailto:unsubscribe@example.org?subject=confirm%20{token}");
        // Address and subject each in its own direction; what is pressed leads to the mail.
        let shown = format!(
            "><bdi dir=\"ltr\">unsubscribe@example.org</bdi></a><br><bdi dir=\"ltr\">confirm {token}</bdi></p>"
        );
        assert_eq!((html.matches(&format!("href=\"{url}\"")).count(), html.matches(&shown).count()), (2, 1), "{html}");
        assert!(!html.contains(">mailto:"), "{html}");
    }
}

#[test]
fn every_way_to_answer_counts_and_a_question_is_a_letter() {
    for (text, outcome) in [
        ("", "confirmed"),
        ("> Somebody, we hope you", "confirmed"),
        ("Ja!", "confirmed"),
        ("はい", "confirmed"),
        ("no", "unsubscribed"),
        ("What is this?", "letter to you"),
        ("Yes, but what is it about?", "letter to you"),
    ] {
        let mailing = world(&["ann"]);
        put(&mailing, "1", &mail("zoe", "subscribe", "", ""));
        read(&mailing, &[]);
        put(&mailing, "2", &answer(&mailing, "zoe", text));
        let told = read(&mailing, &[]);
        assert!(told.contains(&format!("1 message: 1 {outcome}")), "{text:?}: {told}");
        let never = if outcome == "unsubscribed" { vec!["zoe@example.org it was not me"] } else { vec![] };
        assert_eq!(suppressed(&mailing), never, "{text:?}");
    }
    // What the button writes.
    let mailing = world(&["ann"]);
    put(&mailing, "1", &mail("zoe", "subscribe", "", ""));
    read(&mailing, &[]);
    let token = field(&notices(&mailing, "zoe")[0], "Message-ID").trim_matches(['<', '>']).replace("confirm.", "");
    let token = token.split('@').next().unwrap().to_owned();
    put(&mailing, "2", &mail("zoe.work", &format!("confirm {}", token.to_uppercase()), "", ""));
    assert!(read(&mailing, &[]).contains("1 message: 1 confirmed"));
    // The answer of a program to the question.
    put(&mailing, "3", &mail("yan", "subscribe", "", ""));
    read(&mailing, &[]);
    let absence = answer(&mailing, "yan", "").replace("\nTo:", "\nAuto-Submitted: auto-replied\nTo:");
    put(&mailing, "4", &absence);
    assert!(!read(&mailing, &[]).contains("confirmed"));
}

#[test]
fn nobody_is_asked_twice_a_day() {
    let mailing = world(&["ann"]);
    for number in 0..3 {
        put(&mailing, &format!("s{number}"), &mail("zoe", "subscribe", "", ""));
        put(&mailing, &format!("u{number}"), &mail("ann", "unsubscribe", "", ""));
    }
    assert_data_eq!(
        read(&mailing, &[]),
        str![[r#"
6 messages: 1 signed up, 1 asked how to leave, 4 of no consequence
sent 2 mails to readers
exit 0

"#]]
    );
    put(&mailing, "s9", &mail("zoe", "subscribe", "", ""));
    put(&mailing, "u9", &mail("ann", "unsubscribe", "", ""));
    assert!(read(&mailing, &[]).contains("2 messages: 2 of no consequence"));
    assert_eq!((notices(&mailing, "zoe").len(), notices(&mailing, "ann").len()), (1, 1));
}

#[test]
fn programs_and_ourselves_are_never_answered() {
    let mailing = world(&["ann"]);
    let robots = [
        ("zoe", "Auto-Submitted: auto-generated\n"),
        ("zoe", "Precedence: bulk\n"),
        ("zoe", "Precedence: list\n"),
        ("zoe", "Return-Path: <>\n"),
        ("zoe", "List-Id: <x.example.org>\n"),
        ("MAILER-DAEMON", ""),
        // The newsletter itself.
        ("ada", ""),
        ("leave", ""),
    ];
    for (number, (from, more)) in robots.iter().enumerate() {
        for word in ["subscribe", "unsubscribe"] {
            put(&mailing, &format!("{word}{number}"), &mail(from, word, more, ""));
        }
    }
    let told = read(&mailing, &[]);
    assert!(!told.contains("sent ") && !told.contains("signed up"), "{told}");
    assert_eq!(notices(&mailing, "zoe"), [""; 0]);
}

#[test]
fn two_mailboxes_pointed_at_each_other_come_to_rest() {
    let [one, other] = [world(&["ann"]), world(&["bo"])];
    put(&one, "start", &mail("loop", "subscribe", "", ""));
    read(&one, &[]);
    let mut mails = 1;
    for round in 0..4 {
        for (from, to) in [(&one, &other), (&other, &one)] {
            for (number, message) in notices(from, "loop").iter().enumerate() {
                put(to, &format!("{round}-{number}"), message);
            }
            read(to, &[]);
        }
        let now = notices(&one, "loop").len() + notices(&other, "loop").len();
        assert!(now <= 2, "{now} mails after {mails}");
        mails = now;
    }
    assert_eq!(mails, 1);
}

#[test]
fn what_cannot_go_out_waits_and_what_goes_nowhere_is_not_asked() {
    let mailing = world(&["ann"]);
    let config = mailing.project.read("newsletter.toml");
    let port = config.lines().find(|line| line.starts_with("port = ")).unwrap().to_owned();
    mailing.project.write("newsletter.toml", config.replace(&port, "port = 1"));
    put(&mailing, "1", &mail("zoe", "subscribe", "", ""));
    let told = read(&mailing, &[]);
    assert!(told.contains("1 signed up") && told.contains("warning: mail waits 1 min:"), "{told}");
    assert!(!told.contains("zoe"), "{told}");

    let outbox = Project::new().subscribers(["ann@example.org"]);
    outbox.write("one.msg", mail("zoe", "subscribe", "", ""));
    let told = outbox.run(["mailbox", "one.msg"]);
    assert!(told.stderr.contains("1 letter to you"), "{told:?}");
}

#[test]
fn a_dry_run_asks_nobody() {
    let mailing = world(&["ann"]);
    put(&mailing, "1", &mail("zoe", "subscribe", "", ""));
    assert_data_eq!(
        read(&mailing, &["--dry-run"]),
        str![[r#"
1 message: 1 signed up
exit 0

"#]]
    );
    assert_eq!((notices(&mailing, "zoe"), files(&mailing)), (vec![], vec!["new/1".to_owned()]));
}
