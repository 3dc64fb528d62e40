//! Tests the way from the outbox to real mail and back: a delivery is mail or a rehearsal by how it
//! was begun, and a rehearsal counts no recipient as mailed, wherever it stopped.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

use snapbox::{assert_data_eq, str};

use crate::support::{Mailing, Postgres, Project, Script, SmtpServer};

fn courier(mailing: &Mailing, from: &str, to: &str) {
    let config = mailing.project.read("newsletter.toml");
    mailing
        .project
        .write("newsletter.toml", config.replace(&format!("courier = \"{from}\""), &format!("courier = \"{to}\"")));
}

fn last_lines(told: &str) -> String {
    let words = ["error", "hint", "Sent", "Rehearsed", "Nothing", "exit", "Issue 1 was"];
    told.lines().filter(|line| words.iter().any(|word| line.starts_with(word))).collect::<Vec<_>>().join("\n")
}

#[test]
fn recipients_written_to_the_outbox_are_still_to_be_mailed() {
    let mailing = Mailing::new(SmtpServer::start(Script::default()), ["ada", "bo"]);
    courier(&mailing, "smtp", "outbox");
    assert_data_eq!(
        last_lines(&mailing.send(["--yes"])),
        str![[r#"
Rehearsed issue 1 for 2 of 2 recipients
exit 0
"#]]
    );
    courier(&mailing, "outbox", "smtp");
    assert_data_eq!(
        last_lines(&mailing.send(["--yes"])),
        str![[r#"
Issue 1 was only rehearsed: 2 of 2 letters written to the outbox, none mailed
Sent issue 1 to 2 of 2 recipients
exit 0
"#]]
    );
    assert_eq!(mailing.server.accepted().len(), 2);
    assert_data_eq!(
        last_lines(&mailing.send(["--yes"])),
        str![[r#"
Nothing left to do: 2 sent
exit 0
"#]]
    );
    assert_eq!(mailing.server.accepted().len(), 2);
}

#[test]
fn a_delivery_begun_by_mail_is_not_finished_in_the_outbox() {
    let mailing = Mailing::new(SmtpServer::start(Script::default()), ["ada", "bo"]);
    mailing.send(["--yes", "--limit", "1"]);
    courier(&mailing, "smtp", "outbox");
    assert_data_eq!(
        last_lines(&mailing.send(["--yes"])),
        str![[r#"
error: issue 1 was begun as real mail; the remaining messages would only be written to files
hint: restore the previous `courier` under `[send]`
exit 6
"#]]
    );
    assert_eq!(mailing.server.accepted().len(), 1);
}

#[test]
fn an_outbox_that_cannot_be_written_stops_the_run() {
    let project = Project::new().subscribers(["ada@example.org", "bo@example.org"]).file("outbox", "no folder");
    let output = project.run(["send", "1", "--yes"]);
    assert_eq!(output.code, 5);
    assert_data_eq!(
        output.stderr.split_once("this machine\n").unwrap().1,
        str![[r#"
Stopped: cannot write to the outbox `[ROOT]/outbox/1`: Not a directory (os error 20)
Issue 1 has been rehearsed for 0 of 2 recipients
Recipients left: 2. To continue: newsletter send 1

"#]]
    );
    std::fs::remove_file(project.path("outbox")).unwrap();
    assert_eq!(project.run(["send", "1", "--yes"]).code, 0);
}

const PEOPLE: [&str; 5] = ["ada", "bo", "cy", "dee", "eve"];

/// A newsletter for five that writes to its outbox.
fn rehearsing(smtp: &str) -> Mailing {
    let mailing = Mailing::configured(SmtpServer::start(Script::default()), PEOPLE, smtp, "");
    courier(&mailing, "smtp", "outbox");
    mailing
}

/// What became of a rehearsal is mailed to everybody, once.
#[track_caller]
fn mailed_once(mailing: &Mailing, people: &[&str]) {
    courier(mailing, "outbox", "smtp");
    let told = mailing.send(["--yes"]);
    let count = people.len();
    assert!(told.ends_with(&format!("Sent issue 1 to {count} of {count} recipients\nexit 0\n")), "{told}");
    assert_eq!(mailing.accepted(), people);
    let told = mailing.send(["--yes"]);
    assert!(told.ends_with(&format!("Nothing left to do: {count} sent\nexit 0\n")), "{told}");
    assert_eq!(mailing.accepted(), people);
}

/// Changes the ledger as a death would have left it.
fn ledger(mailing: &Mailing, sql: &str) {
    rusqlite::Connection::open(mailing.project.path(".newsletter/ledger.sqlite3")).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_rehearsal_of_some_is_no_delivery_to_them() {
    let mailing = rehearsing("connections = 2");
    assert!(
        mailing
            .send(["--yes", "--limit", "3"])
            .contains("Rehearsed issue 1 for 3 of 5 recipients, the limit of this run")
    );
    mailed_once(&mailing, &PEOPLE);
}

#[test]
fn a_killed_rehearsal_leaves_no_doubt_and_goes_on() {
    let mailing = rehearsing("connections = 2");
    mailing.send(["--yes", "--limit", "2"]);
    ledger(&mailing, "UPDATE delivery SET state = 1 WHERE seq IN (3, 4)");
    assert_data_eq!(
        last_lines(&mailing.send(["--yes"])),
        str![[r#"
Rehearsed issue 1 for 5 of 5 recipients
exit 0
"#]]
    );
    mailed_once(&mailing, &PEOPLE);
}

#[test]
fn a_killed_rehearsal_is_mailed_without_being_finished() {
    let mailing = rehearsing("connections = 2");
    mailing.send(["--yes", "--limit", "2"]);
    ledger(&mailing, "UPDATE delivery SET state = 1 WHERE seq = 3; UPDATE delivery SET state = 5 WHERE seq = 4");
    mailed_once(&mailing, &PEOPLE);
}

#[test]
fn after_a_rehearsal_the_letter_and_the_list_of_that_day_are_mailed() {
    let mailing = rehearsing("connections = 2");
    mailing.send(["--yes"]);
    let issue = mailing.project.read("issues/001-first-things.toml");
    mailing.project.write("issues/001-first-things.toml", issue.replace("Until next week", "Until next month"));
    mailing.project.write("subscribers.csv", "email\nada@example.org\nfay@example.org\nbo@example.org\n");
    mailing.run(["suppress", "bo@example.org"]);
    mailed_once(&mailing, &["ada", "fay"]);
    let bytes = mailing.server.accepted().remove(0).bytes;
    assert!(String::from_utf8_lossy(&bytes).contains("Until next month"));
}

#[test]
fn mail_has_other_message_ids_than_its_rehearsal() {
    let mailing = rehearsing("connections = 1");
    mailing.send(["--yes"]);
    let id = |text: &str| text.lines().find(|line| line.starts_with("Message-ID: ")).unwrap().trim_end().to_owned();
    let rehearsed = id(&mailing.project.read("outbox/1/00001-ada@example.org.eml"));
    mailed_once(&mailing, &PEOPLE);
    assert_ne!(id(&String::from_utf8_lossy(&mailing.server.accepted()[0].bytes)), rehearsed);
}

#[test]
fn a_rehearsal_leaves_no_marker_and_uses_up_no_limit() {
    let mailing = rehearsing("connections = 1\nrate = \"5/h\"\nwarm_up = [5]");
    mailing.send(["--yes"]);
    assert!(!mailing.project.path("issues/001.sent").exists());
    // A ledger that is lost with the rehearsal keeps nobody from being mailed.
    mailed_once(&mailing, &PEOPLE);
    assert!(mailing.project.read("issues/001.sent").contains("accepted = 5"));
}

#[test]
fn a_rehearsal_is_followed_by_a_sendmail_program() {
    use std::os::unix::fs::PermissionsExt;
    let mailing = rehearsing("connections = 1");
    mailing.send(["--yes", "--limit", "4"]);
    let project = &mailing.project;
    project.write("sendmail", "#!/bin/sh\necho \"$5\" >> mailed\ncat > /dev/null\n");
    std::fs::set_permissions(project.path("sendmail"), std::fs::Permissions::from_mode(0o700)).unwrap();
    courier(&mailing, "outbox", "sendmail\"\nsendmail = \"./sendmail");
    assert!(mailing.send(["--yes", "--limit", "2"]).contains("Sent issue 1 to 2 of 5 recipients"));
    // The rest by SMTP: one delivery of mail, whichever of the two carries it.
    courier(&mailing, "sendmail\"\nsendmail = \"./sendmail", "smtp");
    assert!(mailing.send(["--yes"]).contains("Sent issue 1 to 5 of 5 recipients"));
    let mut mailed: Vec<_> = project.read("mailed").lines().map(|line| line.replace("@example.org", "")).collect();
    mailed.extend(mailing.accepted());
    mailed.sort();
    assert_eq!(mailed, PEOPLE);
}

#[test]
fn recipients_refused_or_in_doubt_by_mail_are_not_written_to_the_outbox() {
    for flags in [&["--retry-refused"][..], &["--in-doubt", "resend"]] {
        let mailing = Mailing::new(SmtpServer::start(Script::default()), PEOPLE);
        mailing.send(["--yes"]);
        ledger(&mailing, "UPDATE delivery SET state = 4 WHERE seq = 1; UPDATE delivery SET state = 5 WHERE seq = 2");
        courier(&mailing, "smtp", "outbox");
        let output = mailing.project.run(["send", "1", "--yes"].iter().chain(flags));
        assert_eq!(output.code, 6, "{output:?}");
        assert!(output.stderr.contains("issue 1 was begun as real mail"), "{output:?}");
        assert!(!mailing.project.path("outbox").exists());
    }
}

#[test]
fn list_and_status_say_rehearsed_and_next_is_still_the_issue() {
    let mailing = rehearsing("connections = 1");
    mailing.send(["--yes", "--limit", "3"]);
    assert_data_eq!(
        mailing.run(["list"]) + &mailing.run(["status"]),
        str![[r#"
No  Date        State      Sent  Links  Title
1   YYYY-MM-DD  rehearsed  0/5   2      First things
exit 0
No  Started     State      Sent  Refused  In doubt  Title
1   YYYY-MM-DD  rehearsed  0/5   -        -         First things
exit 0

"#]]
    );
    let status: serde_json::Value = serde_json::from_str(&mailing.project.run(["status", "--json"]).stdout).unwrap();
    let [counts, state] = ["counts", "state"].map(|key| &status[0][key]);
    assert_eq!(
        (counts["rehearsed"].as_u64(), counts["accepted"].as_u64(), state.as_str()),
        (Some(3), Some(0), Some("rehearsed"))
    );
    assert_eq!(status[0]["courier"], "outbox");
    assert!(mailing.run(["status", "1", "--csv"]).contains("ada@example.org,rehearsed,1,"));
    courier(&mailing, "outbox", "smtp");
    let dry = mailing.run(["send", "next", "--dry-run"]);
    assert!(
        dry.starts_with("Issue 1 was only rehearsed: 3 of 5 letters written to the outbox, none mailed\n"),
        "{dry}"
    );
    assert!(dry.contains("Run      · sends to 5 recipients; exit 0\n"), "{dry}");
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn with_a_database_a_killed_rehearsal_is_mailed_once_too() {
    let server = Postgres::start();
    let (mailing, journal) = crate::postgres::mailing(&server, 30, "100/s");
    courier(&mailing, "smtp", "outbox");
    let mut sender = mailing.start(["--yes", "-q"]);
    while std::fs::read_dir(mailing.project.path("outbox/1")).map_or(0, Iterator::count) < 3 {
        assert!(sender.try_wait().unwrap().is_none(), "it was faster");
    }
    sender.kill().unwrap();
    sender.wait().unwrap();
    std::fs::remove_dir_all(mailing.project.path("outbox")).unwrap();
    courier(&mailing, "outbox", "smtp");
    let told = mailing.send(["--yes"]);
    assert!(told.contains("Sent issue 1 to 30 of 30 recipients (30 from this machine)"), "{told}");
    assert_eq!(crate::postgres::judged(&mailing, &journal, 30, 0), 0);
}
