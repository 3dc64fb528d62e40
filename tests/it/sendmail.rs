//! Tests mail through a sendmail program, which takes a whole message and reports by its exit
//! status alone.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use snapbox::{assert_data_eq, str};

use crate::crash::traced;
use crate::fault_matrix::told;
use crate::support::{Output, Postgres, Project, run_by};

/// A newsletter for `people` whose mail goes through `script`, in its folder, called as sendmail(8) is.
fn project(people: &[&str], script: &str) -> Project {
    let addresses: Vec<_> = people.iter().map(|local| format!("{local}@example.org")).collect();
    let project = Project::new()
        .subscribers(addresses.iter().map(String::as_str))
        .config("[send]\ncourier = \"sendmail\"\nsendmail = \"./sendmail\"\n")
        .file("sendmail", format!("#!/bin/sh\nrecipient=$5\n{script}\n"));
    fs::set_permissions(project.path("sendmail"), fs::Permissions::from_mode(0o700)).unwrap();
    project
}

/// A program that keeps each message in a file named after its recipient.
const KEEP: &str = "cat > \"$recipient\"";

/// The local parts of those whose message was kept, sorted.
fn kept(project: &Project) -> Vec<String> {
    let names = fs::read_dir(project.root()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut kept: Vec<_> = names.filter_map(|name| Some(name.strip_suffix("@example.org")?.to_owned())).collect();
    kept.sort();
    kept
}

fn sent(project: &Project) -> String {
    after(project, &project.run(["send", "1", "--yes"]))
}

/// What was said after the summary, the exit code, and the ledger.
fn after(project: &Project, Output { code, stdout, stderr }: &Output) -> String {
    told(&format!("{stderr}{stdout}exit {code}\n"), project)
}

#[test]
fn sendmail_gets_one_message_per_recipient() {
    let project = project(&["ada", "bo"], KEEP);
    let output = project.run(["send", "1", "--yes"]);
    assert!(output.stderr.contains("\nDelivery · [ROOT]/./sendmail\n"), "{output:?}");
    assert_data_eq!(
        after(&project, &output),
        str![[r#"
Sent issue 1 to 2 of 2 recipients
exit 0
accepted: ada, bo

"#]]
    );
    for local in ["ada", "bo"] {
        let message = project.read(&format!("{local}@example.org"));
        assert!(message.contains(&format!("\nTo: {local}@example.org\n")) && !message.contains('\r'), "{message}");
    }
}

#[test]
fn its_exit_status_decides_for_each() {
    let script = format!("case $recipient in bo*) echo no such user >&2; exit 67;; esac\n{KEEP}");
    assert_data_eq!(
        sent(&project(&["ada", "bo", "cy"], &script)),
        str![[r#"
Sent issue 1 to 2 of 3 recipients
  1 refused  bo@example.org  no such user
Details: newsletter status 1 --state refused
exit 4
accepted: ada, cy
refused: bo

"#]]
    );
}

#[test]
fn a_failing_sendmail_stops_the_run() {
    let project = project(&["ada", "bo", "cy"], "echo no configuration >&2; exit 78");
    assert_data_eq!(
        sent(&project),
        str![[r#"
Stopped: sendmail failed: no configuration
Issue 1 has been sent to 0 of 3 recipients
Recipients left: 3. To continue: newsletter send 1
exit 5
planned: ada, bo, cy

"#]]
    );
    assert_data_eq!(
        project.run(["send", "1", "--test", "ada@example.org"]).stderr,
        str![[r#"
error: sendmail failed: no configuration

"#]]
    );
}

#[test]
fn a_sendmail_whose_exit_was_not_seen_leaves_doubt() {
    let project = project(&["ada"], KEEP);
    // Whoever ignores the death of its children is not told how they ended, and a program started so cannot know.
    let mut env = Command::new("env");
    env.arg("--ignore-signal=CHLD");
    let output = project.finish(&mut run_by(env, &project.command(["send", "1", "--yes"])));
    assert_data_eq!(
        after(&project, &output),
        str![[r#"
Sent issue 1 to 0 of 1 recipient
  1 in doubt  ada@example.org  cannot wait for the program: No child processes (os error 10)
Details: newsletter status 1 --state in-doubt
In doubt: the server may have accepted these messages. To send them again: newsletter send 1 --in-doubt resend
          To give up on these recipients: newsletter send 1 --in-doubt skip
exit 4
in-doubt: ada

"#]]
    );
}

#[test]
#[ignore = "needs strace; ./check runs it"]
fn without_its_transmit_log_sendmail_gets_no_more_messages() {
    // Two notes a message: that it begins, and what became of it.
    for first in [6, 7] {
        assert_stops_without_the_tally(first);
    }
}

/// The tally cannot be written from the write `first` on.
fn assert_stops_without_the_tally(first: usize) {
    let project = project(&["ada", "bo", "cy", "di", "ed", "flo"], KEEP);
    let tally = project.path(".newsletter/ledger.sqlite3.001.tally");
    let inject = format!("inject=pwrite64:error=ENOSPC:when={first}+");
    let fails = ["-P", tally.to_str().unwrap(), "-e", "trace=pwrite64", "-e", &inject];
    let mut sender = traced(&project.command(["send", "1", "--yes"]), fails);
    let said = sender.stderr(std::process::Stdio::piped()).output().expect("strace is missing; run ./check").stderr;
    let said = String::from_utf8(said).unwrap();
    assert!(said.contains("Stopped: cannot write to the transmit log "), "{said}");
    let before = kept(&project);
    assert!((1..6).contains(&before.len()), "{before:?}");
    assert!(said.contains(&format!("Issue 1 has been sent to {} of 6 recipients\n", before.len())), "{said}");
    assert_data_eq!(
        sent(&project).split_once("left\n").unwrap().1,
        str![[r#"
Sent issue 1 to 6 of 6 recipients
exit 0
accepted: ada, bo, cy, di, ed, flo

"#]]
    );
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_recipient_suppressed_while_sendmail_works_gets_nothing() {
    let server = Postgres::start();
    let project = project(&["ada", "bo", "cy"], &format!("{KEEP}\ncase $recipient in ada*) read -r word < go;; esac"));
    let config = project.read("newsletter.toml");
    project.write("newsletter.toml", format!("{config}\n[ledger]\nurl = \"{}\"\n", server.url()));
    let made = Command::new("mkfifo").arg(project.path("go")).status().unwrap();
    assert!(made.success());
    let mut sender = project.command(["send", "1", "--yes", "-q"]).spawn().unwrap();
    // Ada's message is being taken, and Bo's row is in hand.
    let in_hand = "SELECT count(*) FROM newsletter.delivery WHERE owner IS NOT NULL";
    let mut database = server.client();
    while database.query_one(in_hand, &[]).map_or(0, |row| row.get::<_, i64>(0)) < 2 {}
    assert_eq!(project.run(["suppress", "bo@example.org"]).code, 0);
    fs::write(project.path("go"), "on\n").unwrap();
    assert_eq!(sender.wait().unwrap().code(), Some(0));
    assert_eq!(kept(&project), ["ada", "cy"]);
}
