//! A sendmail-compatible program on this machine: Postfix, msmtp and others.
//!
//! Not the transport of lettre: that answers "it failed" and no more, and whether to try again or to doubt stands in the exit
//! status (`sysexits.h`, as sendmail(8) and msmtp(1) use it).

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use super::{ByHand, Carried};
use crate::delivery::ledger::Row;
use crate::delivery::outcome::{Grounds, Outcome, Reply};

/// Most of what a program says that is kept, in characters.
const LONGEST_TEXT: usize = 500;

/// A sendmail-compatible program.
#[derive(Debug, Clone)]
pub struct Sendmail {
    program: PathBuf,
}

impl Sendmail {
    /// The program at `program`, or of that name in `PATH`.
    pub fn new(program: PathBuf) -> Self {
        Self { program }
    }

    /// The program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Gives `message` to the program: one recipient, no shell.
    pub(super) fn send(&self, sender: &str, recipient: &str, message: &[u8]) -> Carried {
        // `-i`: a dot alone on a line ends nothing. `--`: an address is no option.
        let child = Command::new(&self.program)
            .args(["-i", "-f", sender, "--", recipient])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = match child {
            Ok(child) => child,
            Err(error) => return Carried::Unable(format!("cannot run `{}`: {error}", self.program.display())),
        };
        // A program that does not read to the end says why with its exit status.
        let _ = child.stdin.take().expect("it was piped").write_all(&local_lines(message));
        match child.wait_with_output() {
            Ok(output) => meaning(output.status, &String::from_utf8_lossy(&output.stderr)),
            Err(error) => {
                Carried::Outcome(Outcome::InDoubt(Reply::words(format!("lost sight of the program: {error}"))))
            }
        }
    }
}

impl ByHand for Sendmail {
    fn carry(&self, row: &Row, sender: &str, message: &[u8]) -> Carried {
        self.send(sender, &row.subscriber.address.to_string(), message)
    }
}

/// Line ends as programs on this machine expect them; `message` has no bare CR.
fn local_lines(message: &[u8]) -> Vec<u8> {
    message.iter().copied().filter(|&byte| byte != b'\r').collect()
}

fn meaning(status: ExitStatus, said: &str) -> Carried {
    let said: String = said
        .trim()
        .chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .take(LONGEST_TEXT)
        .collect();
    let Some(code) = status.code() else {
        // It may have queued the message before.
        return Carried::Outcome(Outcome::InDoubt(Reply::words(format!("the program was killed ({status}) {said}"))));
    };
    let reply = Reply::words(if said.is_empty() { format!("exit status {code}") } else { said });
    Carried::Outcome(match code {
        0 => Outcome::Accepted(Reply::words("taken by sendmail")),
        // EX_DATAERR, EX_NOUSER, EX_NOHOST.
        65 | 67 | 68 => Outcome::Refused(reply, Grounds::Other),
        // EX_USAGE, EX_NOPERM, EX_CONFIG, and the shell's "cannot execute" and "not found".
        64 | 77 | 78 | 126 | 127 => return Carried::Unable(format!("sendmail does not work: {reply}")),
        _ => Outcome::Deferred(reply),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn sent_by(script: &str) -> Carried {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("sendmail");
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
        Sendmail::new(program).send("bounces@example.org", "ada@example.org", b"Subject: x\r\n\r\n.\r\nhello\r\n")
    }

    #[test]
    fn the_exit_status_decides() {
        let words = |text: &str| Reply::words(text);
        let refused = |text: &str| Outcome::Refused(Reply::words(text), Grounds::Other);
        let is = |script: &str, carried: Outcome| assert_eq!(sent_by(script), Carried::Outcome(carried), "{script}");
        is("exec cat >/dev/null", Outcome::Accepted(words("taken by sendmail")));
        is("cat >/dev/null; echo 'try later' >&2; exit 75", Outcome::Deferred(words("try later")));
        is("exit 1", Outcome::Deferred(words("exit status 1")));
        is("echo 'no such user' >&2; exit 67", refused("no such user"));
        is("printf 'no\\tsuch\\033[1m user\\n' >&2; exit 67", refused("no such [1m user"));
        is("kill -9 $$", Outcome::InDoubt(words("the program was killed (signal: 9 (SIGKILL)) ")));
        assert_eq!(sent_by("echo bad key >&2; exit 78"), Carried::Unable("sendmail does not work: bad key".to_owned()));
    }

    #[test]
    fn the_message_comes_with_one_recipient_and_local_line_ends() {
        let folder = tempfile::tempdir().unwrap();
        let kept = folder.path().join("kept");
        let script = format!("{{ echo \"$@\"; cat; }} > '{}'", kept.display());
        assert!(matches!(sent_by(&script), Carried::Outcome(Outcome::Accepted(_))));
        let expected = "-i -f bounces@example.org -- ada@example.org\nSubject: x\n\n.\nhello\n";
        assert_eq!(fs::read_to_string(kept).unwrap(), expected);
    }

    #[test]
    fn a_program_that_is_not_there_ends_the_run() {
        let carried = Sendmail::new("/nowhere/sendmail".into()).send("a@example.org", "b@example.org", b"");
        assert!(matches!(carried, Carried::Unable(reason) if reason.starts_with("cannot run `/nowhere/sendmail`: ")));
    }
}
