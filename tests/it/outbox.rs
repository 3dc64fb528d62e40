//! From the outbox to real mail: files are a rehearsal, and mail is not finished in files.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

use snapbox::{assert_data_eq, str};

use crate::support::{Mailing, Project, Script, SmtpServer};

fn courier(mailing: &Mailing, from: &str, to: &str) {
    let config = mailing.project.read("newsletter.toml");
    mailing
        .project
        .write("newsletter.toml", config.replace(&format!("courier = \"{from}\""), &format!("courier = \"{to}\"")));
}

fn last_lines(told: &str) -> String {
    let words = ["error", "hint", "Sent", "Nothing", "exit", "Issue 1 was"];
    told.lines().filter(|line| words.iter().any(|word| line.starts_with(word))).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_was_written_to_the_outbox_is_still_to_be_mailed() {
    let mailing = Mailing::new(SmtpServer::start(Script::default()), ["ada", "bo"]);
    courier(&mailing, "smtp", "outbox");
    assert_data_eq!(
        last_lines(&mailing.send(["--yes"])),
        str![[r#"
Sent issue 1 to 2 of 2
exit 0
"#]]
    );
    courier(&mailing, "outbox", "smtp");
    assert_data_eq!(
        last_lines(&mailing.send(["--yes"])),
        str![[r#"
Issue 1 was written to the outbox and mailed to nobody
Sent issue 1 to 2 of 2
exit 0
"#]]
    );
    assert_eq!(mailing.server.accepted().len(), 2);
    assert_data_eq!(
        last_lines(&mailing.send(["--yes"])),
        str![[r#"
Nothing left to do: 2 have it
exit 0
"#]]
    );
    assert_eq!(mailing.server.accepted().len(), 2);
}

#[test]
fn what_was_begun_by_mail_is_not_finished_in_files() {
    let mailing = Mailing::new(SmtpServer::start(Script::default()), ["ada", "bo"]);
    mailing.send(["--yes", "--limit", "1"]);
    courier(&mailing, "smtp", "outbox");
    assert_data_eq!(
        last_lines(&mailing.send(["--yes"])),
        str![[r#"
error: issue 1 was begun by mail; the rest would only become files
hint: set `courier` under `[send]` back to what it was
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
Issue 1 is sent to 0 of 2
Left: 2. Continue with: newsletter send 1

"#]]
    );
    std::fs::remove_file(project.path("outbox")).unwrap();
    assert_eq!(project.run(["send", "1", "--yes"]).code, 0);
}
