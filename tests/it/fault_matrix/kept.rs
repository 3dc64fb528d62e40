//! Tests the rows about state between runs: ledger, key, sendmail program, machine.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use snapbox::{assert_data_eq, str};

use super::{mailing, sent, told};
use crate::support::{Mailing, Project, Runners, Script, SmtpServer};

const KEY: &str = ".newsletter/unsubscribe.key";

/// A delivery over one connection that waits for the server's word about the second of three.
fn begun() -> (Mailing, std::process::Child) {
    let mailing = mailing(Script::default(), &["ada", "wait-dot", "cy"]);
    let sender = mailing.start(["--yes", "-q"]);
    mailing.server.wait_for_accepted(2);
    (mailing, sender)
}

#[test]
fn row_59_a_ledger_that_is_removed_ends_the_run_and_is_put_back() {
    let (mailing, sender) = begun();
    fs::remove_file(mailing.project.path(".newsletter/ledger.sqlite3")).unwrap();
    fs::remove_file(mailing.project.path(".newsletter/ledger.sqlite3.lock")).unwrap();
    let second = sent(&mailing, ["--yes"]);
    mailing.server.go_on();
    let first = mailing.finish(sender);
    assert!(second.starts_with("error: another send is running: "), "{second}");
    assert_data_eq!(
        first + &sent(&mailing, ["--yes"]),
        str![[r#"
exit 5
Issue 1 · First things
2 sent, 1 left
Sent issue 1 to 3 of 3 recipients
exit 0
accepted: ada, wait-dot, cy

"#]]
    );
    assert_eq!(mailing.server.count_accepted(), 3);
}

#[test]
fn row_59_a_run_without_its_lock_file_goes_on_and_excludes_a_second_one() {
    let (mailing, sender) = begun();
    fs::remove_file(mailing.project.path(".newsletter/ledger.sqlite3.lock")).unwrap();
    let second = mailing.project.run(["send", "1", "--yes"]);
    mailing.server.go_on();
    assert_eq!((second.code, mailing.finish(sender).as_str()), (6, "exit 0\n"), "{second:?}");
    assert_eq!(mailing.server.count_accepted(), 3);
}

#[test]
fn row_60_sendmail_has_a_message_whole_when_the_sender_dies() {
    let program = "#!/bin/sh\nread -r word < go\ncat > \"$5.part\"\nmv \"$5.part\" \"$5\"\n";
    let project = Project::new()
        .subscribers(["ada@example.org", "bo@example.org"])
        .config("[send]\ncourier = \"sendmail\"\nsendmail = \"./sendmail\"\n")
        .file("sendmail", program);
    fs::set_permissions(project.path("sendmail"), fs::Permissions::from_mode(0o700)).unwrap();
    assert!(Command::new("mkfifo").arg(project.path("go")).status().unwrap().success());
    let mut sender = project.command(["send", "1", "--yes", "-q"]).spawn().unwrap();
    // Opens once the program reads from the other side: it is started, and has read nothing of its message.
    let go = fs::OpenOptions::new().write(true).open(project.path("go")).unwrap();
    sender.kill().unwrap();
    sender.wait().unwrap();
    std::io::Write::write_all(&mut &go, b"on\n").unwrap();
    drop(go);
    while !project.path("ada@example.org").exists() {
        std::thread::yield_now();
    }
    assert!(project.read("ada@example.org").trim_end().ends_with("--"));
    project.write("sendmail", "#!/bin/sh\nexec cat > \"$5\"\n");
    let output = project.run(["send", "1", "--yes"]);
    assert_data_eq!(
        told(&format!("{}exit {}\n", output.stderr, output.code), &project),
        str![[r#"
Issue 1 · First things
0 sent, 1 in doubt, 1 left
Sent issue 1 to 1 of 2 recipients
  1 in doubt  ada@example.org  the sender ended between the final dot and the reply
Details: newsletter status 1 --state in-doubt
In doubt: the server may have accepted these messages. To send them again: newsletter send 1 --in-doubt resend
          To give up on these recipients: newsletter send 1 --in-doubt skip
exit 4
accepted: bo
in-doubt: ada

"#]]
    );
}

#[test]
fn row_61_a_lost_key_of_the_unsubscribe_links_is_not_replaced() {
    let mailing = mailing(Script::default(), &["ada", "bo", "cy"]);
    sent(&mailing, ["--yes", "--limit", "1"]);
    fs::remove_file(mailing.project.path(KEY)).unwrap();
    assert_data_eq!(
        sent(&mailing, ["--yes"]),
        str![[r#"
error: the unsubscribe key is missing: with a new key, the unsubscribe links in the mail of issue 1 and earlier would stop working
hint: restore `.newsletter/unsubscribe.key` from the machine that sent or from a backup
hint: if `list_id` was changed, or the `name` that it is derived from, change it back: every link depends on it
hint: if the key is lost for good, `newsletter send N --allow-new-key` sends with a new one; the unsubscribe links in earlier mail will then stop working
exit 6
accepted: ada
planned: bo, cy

"#]]
    );
    assert!(!mailing.project.path(KEY).exists());
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn row_62_an_ephemeral_machine_begins_no_ledger_and_the_second_gets_no_claim() {
    let alone = Runners::new(SmtpServer::start(Script::default()), ["ada", "bo"], "");
    let output = alone.run(&alone.runner(), ["send", "1", "--yes"]);
    assert_eq!((output.code, alone.server.connections()), (6, 0), "{output:?}");
    let claiming = Runners::new(SmtpServer::start(Script::default()), ["ada", "bo"], "claim = \"git\"");
    let first = claiming.run(&claiming.runner(), ["send", "1", "--yes", "--limit", "1"]);
    assert_eq!(first.code, 5, "{first:?}");
    let second = claiming.run(&claiming.runner(), ["send", "1", "--yes"]);
    assert!(second.code == 6 && second.stderr.starts_with("error: issue 1 was claimed by pid "), "{second:?}");
    assert_eq!(claiming.server.count_accepted(), 1);
}
