//! Tests `send --at`: confirmed now, sent later, and not at all when the letter is another by then.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

use std::process::{Child, Command, Stdio};

use rustix::process::Signal;
use snapbox::{assert_data_eq, str};

use crate::support::{Mailing, Script, SmtpServer, run_by, signal};

/// A time that does not come while a test lasts.
const FAR: &str = "2999-12-31T07:00Z";

fn mailing() -> Mailing {
    Mailing::configured(SmtpServer::start(Script::default()), ["ada", "bo"], "connections = 1", "")
}

/// A send that waits for seven on a day whose clock a test sets.
struct Waiting {
    mailing: Mailing,
    sender: Child,
}

impl Waiting {
    /// Starts at six, and returns when it waits.
    fn start() -> Self {
        let mailing = mailing();
        mailing.project.write("clock", "@2026-12-03 06:00:00");
        let command = mailing.project.command(["send", "1", "--confirm", "2", "--at", "2026-12-03T07:00Z"]);
        // The wrapper knows where its library is; the time comes from the file, which is read anew each time.
        let mut faketime = Command::new("faketime");
        faketime.args(["2026-12-03 06:00:00", "env", "-u", "FAKETIME"]);
        let mut faked = run_by(faketime, &command);
        faked.env("FAKETIME_TIMESTAMP_FILE", mailing.project.path("clock")).env("FAKETIME_NO_CACHE", "1");
        faked.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("TZ", "UTC");
        let mut sender = faked.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        Mailing::wait_for_words(&mut sender, "Waiting until 2026-12-03 07:00:00 +00:00; press Ctrl-C to cancel\n");
        Self { mailing, sender }
    }

    /// Sets the clock to eight, and returns what was said from then on.
    fn finish(self) -> (Mailing, String) {
        self.mailing.project.write("clock", "@2026-12-03 08:00:00");
        let told = self.mailing.finish(self.sender);
        (self.mailing, last_lines(&told).to_owned())
    }
}

/// What was said after the summary of a first send.
fn last_lines(told: &str) -> &str {
    told.rsplit_once("connection\n").map_or(told, |(_, after)| after)
}

#[test]
#[ignore = "needs faketime; ./check runs it"]
fn a_confirmed_issue_is_sent_when_its_time_has_come() {
    let (mailing, told) = Waiting::start().finish();
    assert_data_eq!(
        told,
        str![[r#"
Sent issue 1 to 2 of 2 recipients
exit 0

"#]]
    );
    // The date in the letters is that of the send, not that of the confirmation.
    let message = String::from_utf8(mailing.server.accepted()[0].bytes.clone()).unwrap();
    assert!(message.starts_with("Date: Thu, 03 Dec 2026 08:00:"), "{message}");
}

#[test]
fn a_letter_that_is_edited_while_it_waits_is_not_sent() {
    let mailing = mailing();
    let mut sender = mailing.start(["--yes", "--at", FAR]);
    Mailing::wait_for_words(&mut sender, "press Ctrl-C to cancel\n");
    let issue = mailing.project.read("issues/001-first-things.toml");
    mailing.project.write("issues/001-first-things.toml", issue.replace("First things", "Second thoughts"));
    assert_data_eq!(
        last_lines(&mailing.finish(sender)),
        str![[r#"
error: the letter changed since it was confirmed; nothing was sent
hint: look at it with `newsletter preview 1`, then give the command again
exit 6

"#]]
    );
    assert_eq!(mailing.server.accepted().len(), 0);
    assert_eq!(mailing.run(["status"]), "nothing has been sent yet\nexit 0\n");
}

#[test]
#[ignore = "needs faketime; ./check runs it"]
fn a_list_that_is_edited_while_it_waits_is_not_sent_to() {
    let waiting = Waiting::start();
    waiting.mailing.project.write("subscribers.csv", "email\nada@example.org\n");
    let (mailing, told) = waiting.finish();
    assert_data_eq!(
        told,
        str![[r#"
error: the subscriber list changed since it was confirmed; nothing was sent
hint: look at it with `newsletter preview 1`, then give the command again
exit 6

"#]]
    );
    assert_eq!(mailing.server.accepted().len(), 0);
}

#[test]
#[ignore = "needs faketime; ./check runs it"]
fn who_unsubscribes_while_it_waits_gets_nothing() {
    let waiting = Waiting::start();
    // No lock is held while it waits.
    assert!(waiting.mailing.run(["suppress", "bo@example.org"]).ends_with("exit 0\n"));
    let (mailing, told) = waiting.finish();
    assert_data_eq!(
        told,
        str![[r#"
Confirmed for 2 recipients; readers came or left meanwhile, and it goes to 1 recipient
Sent issue 1 to 1 of 1 recipient
exit 0

"#]]
    );
    assert_eq!(mailing.accepted(), ["ada"]);
}

#[test]
fn a_send_that_waits_can_be_called_off() {
    let mailing = mailing();
    let mut sender = mailing.start(["--yes", "--at", FAR]);
    Mailing::wait_for_words(&mut sender, "press Ctrl-C to cancel\n");
    signal(&sender, Signal::INT);
    let told = mailing.finish(sender);
    assert!(told.ends_with("error: cancelled; nothing was sent\nexit 6\n"), "{told}");
    assert_eq!(mailing.run(["status"]), "nothing has been sent yet\nexit 0\n");
}

#[test]
fn a_time_that_is_over_and_a_send_that_was_begun_are_refused() {
    let mailing = mailing();
    assert_data_eq!(
        mailing.send(["--yes", "--at", "2020-02-29T07:00Z"]),
        str![[r#"
error: `--at YYYY-MM-DDThh:mm:ss+00:00` is in the past
exit 2

"#]]
    );
    assert!(mailing.send(["--yes", "--limit", "1"]).ends_with("exit 5\n"));
    let told = mailing.send(["--yes", "--at", FAR]);
    assert_data_eq!(
        told,
        str![[r#"
error: the delivery of issue 1 was begun; `--at` is for a first send
hint: `newsletter send 1` continues it
exit 6

"#]]
    );
    assert_eq!(mailing.server.accepted().len(), 1);
}
