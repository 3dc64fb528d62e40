//! Tests `reconcile`: recipients in doubt, looked up in the log of a real Postfix.

use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use snapbox::{assert_data_eq, str};

use crate::support::{PostOffice, Project};

/// A way to a Postfix on which answers get lost, once for each recipient whose local part says so:
///
/// - `kept`: Postfix takes the message, and its answer is not passed on;
/// - `lost`: nothing of the message is passed on;
/// - `half`: its headers are, and no more.
struct LossyWay {
    port: u16,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Loss {
    None,
    Answer,
    Message,
    Rest,
}

impl LossyWay {
    fn to(postfix: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let done: Arc<Mutex<HashSet<String>>> = Arc::default();
        // Ends with the test's process: it holds nothing but sockets.
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, done) = (client.unwrap(), Arc::clone(&done));
                thread::spawn(move || carry(&client, postfix, &done));
            }
        });
        Self { port }
    }

    /// A newsletter that goes this way, one message a connection.
    fn project(&self, subscribers: &[&str]) -> Project {
        Project::new().subscribers(subscribers.iter().copied()).config(&format!(
            "[send]\ncourier = \"smtp\"\n\n[smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nconnections = 1\n\
             per_connection = 1\n",
            self.port
        ))
    }
}

/// Carries one conversation.
fn carry(mut client: &TcpStream, postfix: u16, done: &Mutex<HashSet<String>>) {
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, postfix)).unwrap();
    let mute = Arc::new(AtomicBool::new(false));
    let back = {
        let (mut from, mut to, mute) = (server.try_clone().unwrap(), client.try_clone().unwrap(), Arc::clone(&mute));
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = from.read(&mut bytes) {
                if mute.load(Ordering::SeqCst) || to.write_all(&bytes[..count]).is_err() {
                    break;
                }
            }
            let _ = to.shutdown(Shutdown::Both);
        })
    };
    let (mut said, mut passed) = (Vec::new(), 0);
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = client.read(&mut bytes) {
        said.extend_from_slice(&bytes[..count]);
        let loss = loss(&said, &done.lock().unwrap());
        let is_whole = said.windows(5).any(|five| five == b"\r\n.\r\n");
        if is_whole && loss == Loss::Answer {
            mute.store(true, Ordering::SeqCst);
        }
        let until = passable(&said, loss);
        server.write_all(&said[passed..until]).unwrap();
        passed = until;
        if is_whole && loss != Loss::None {
            done.lock().unwrap().insert(recipient(&said));
            break;
        }
    }
    if !mute.load(Ordering::SeqCst) {
        let _ = server.shutdown(Shutdown::Both);
    }
    back.join().unwrap();
}

/// The local part of the recipient, once it was named.
fn recipient(said: &[u8]) -> String {
    let said = String::from_utf8_lossy(said);
    let named = said.split_once("RCPT TO:<").and_then(|(_, rest)| rest.split_once('@'));
    named.map(|(local, _)| local.to_owned()).unwrap_or_default()
}

fn loss(said: &[u8], done: &HashSet<String>) -> Loss {
    let recipient = recipient(said);
    match recipient.as_str() {
        _ if done.contains(&recipient) => Loss::None,
        "kept" => Loss::Answer,
        "lost" => Loss::Message,
        "half" => Loss::Rest,
        _ => Loss::None,
    }
}

/// How much of `said` gets through.
fn passable(said: &[u8], loss: Loss) -> usize {
    let after = |words: &[u8], from: usize| {
        let found = said[from..].windows(words.len()).position(|window| window == words);
        found.map_or(said.len(), |at| from + at + words.len())
    };
    match loss {
        Loss::None | Loss::Answer => said.len(),
        Loss::Message => after(b"DATA\r\n", 0),
        Loss::Rest => after(b"\r\n\r\n", after(b"DATA\r\n", 0)),
    }
}

/// Writes the log of `office` to `mail.log`, once `connections` are over.
fn fetch_log(office: &PostOffice, project: &Project, connections: usize) {
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        let log = office.postfix.log();
        if log.matches(": disconnect from ").count() >= connections {
            project.write("mail.log", log);
            return;
        }
        assert!(Instant::now() < deadline, "{log}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// What a command said on stderr, without what differs from run to run, and its exit code.
fn told(project: &Project, arguments: &[&str]) -> String {
    let output = project.run(arguments);
    format!("{}exit {}\n", output.stderr, output.code)
}

const PEOPLE: [&str; 4] = ["ada@example.org", "kept@example.org", "lost@example.org", "half@example.org"];

#[test]
#[ignore = "needs Postfix and Dovecot; ./check runs it"]
fn a_mail_log_tells_the_delivered_from_those_to_be_sent_again() {
    let office = PostOffice::open(PEOPLE);
    let way = LossyWay::to(office.postfix.plain);
    let project = way.project(&PEOPLE);
    let sent = project.run(["send", "1", "--yes"]);
    assert_eq!(sent.code, 4, "{sent:?}");
    // One to try it out, one for each of four.
    fetch_log(&office, &project, 5);
    assert_data_eq!(
        told(&project, &["send", "1", "--in-doubt", "reconcile", "--mail-log", "mail.log"]),
        str![[r#"
Issue 1 · First things
1 sent, 3 in doubt, 1 to be retried
1 recipient in doubt: delivered, according to the mail log
1 recipient in doubt: the message never reached the server
1 still in doubt: the log contains the start of the message but not its end; try again in a few minutes
error: not confirmed: 1 recipient would get the issue
hint: `newsletter send 1 --confirm 1` sends only to exactly 1 recipient
hint: `newsletter send 1 --yes` sends without confirmation
exit 6

"#]]
    );
    let doubtful = project.run(["status", "1", "--state", "in-doubt", "--csv"]).stdout;
    assert_eq!(doubtful.lines().count(), 4, "nothing is changed before it is confirmed\n{doubtful}");
    assert_data_eq!(
        told(&project, &["send", "1", "--in-doubt", "reconcile", "--mail-log", "mail.log", "--yes"]),
        str![[r#"
Issue 1 · First things
1 sent, 3 in doubt, 1 to be retried
1 recipient in doubt: delivered, according to the mail log
1 recipient in doubt: the message never reached the server
1 still in doubt: the log contains the start of the message but not its end; try again in a few minutes
Sent issue 1 to 3 of 4 recipients
  1 in doubt  half@example.org  the server closed the connection
Details: newsletter status 1 --state in-doubt
In doubt: the server may have accepted these messages. To send them again: newsletter send 1 --in-doubt resend
          To give up on these recipients: newsletter send 1 --in-doubt skip
exit 4

"#]]
    );
    let mut delivered = office.delivered(3);
    delivered.sort();
    assert_eq!(delivered, ["ada@example.org", "kept@example.org", "lost@example.org"], "once each");
    assert_data_eq!(
        project.run(["status", "1", "--state", "accepted"]).stdout,
        str![[r#"
ada@example.org   accepted  [..]  250 2.0.0 Ok: queued as [..]
kept@example.org  accepted  [..]  found in the mail log: queued as [..]
lost@example.org  accepted  [..]  250 2.0.0 Ok: queued as [..]

"#]]
    );
}

#[test]
#[ignore = "needs Postfix and Dovecot; ./check runs it"]
fn a_log_that_knows_nothing_of_the_time_leaves_everybody_in_doubt() {
    let office = PostOffice::open(PEOPLE);
    let way = LossyWay::to(office.postfix.plain);
    let project = way.project(&["lost@example.org"]);
    assert_eq!(project.run(["send", "1", "--yes"]).code, 4);
    fetch_log(&office, &project, 2);
    let log = project.read("mail.log");
    let reconcile = ["send", "1", "--yes", "--in-doubt", "reconcile", "--mail-log", "other.log"];
    for (log, why) in [
        (log.replace("disconnect from", "nothing from"), "a client that was connected at that time still is"),
        (log.replace("smtpd", "other"), "no client connected at that time: it is the log of another server"),
    ] {
        project.write("other.log", log);
        let told = told(&project, &reconcile);
        assert!(told.starts_with(&format!("1 still in doubt: {why}")), "{told}");
        assert!(told.contains("Nothing left to do: 0 sent, 1 in doubt"), "{told}");
    }
    assert_eq!(office.delivered(0), [""; 0]);
}

#[test]
fn a_file_that_is_no_mail_log_proves_nothing() {
    let project = Project::new().subscribers(["ada@example.org"]);
    project.run(["send", "1", "--yes"]);
    project.write("notes.txt", "nothing of that kind\n");
    project.write("mail.log.2.gz", [0x1f, 0x8b, 8, 0]);
    for (log, expected) in [
        (
            "notes.txt",
            str![[r#"
error: `notes.txt` is not a Postfix log
hint: give the file that `maillog_file` or syslog writes to: `/var/log/mail.log`
exit 2

"#]],
        ),
        (
            "mail.log.2.gz",
            str![[r#"
error: the mail log `mail.log.2.gz` is compressed
hint: `gunzip --keep mail.log.2.gz` first
exit 2

"#]],
        ),
        (
            "missing.log",
            str![[r#"
error: cannot read the mail log `missing.log`
  caused by: No such file or directory (os error 2)
exit 1

"#]],
        ),
    ] {
        assert_data_eq!(told(&project, &["send", "1", "--in-doubt", "reconcile", "--mail-log", log]), expected);
    }
    assert_data_eq!(
        told(&project, &["send", "1", "--in-doubt", "reconcile"]),
        str![[r#"
error: the following required arguments were not provided:
  --mail-log <FILE>

Usage: newsletter send --in-doubt <POLICY> --mail-log <FILE> <ISSUE>

For more information, try '--help'.
exit 2

"#]]
    );
}
