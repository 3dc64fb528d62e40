//! Delivers through a sendmail-compatible program on this machine: Postfix, msmtp and others.
//!
//! This is not lettre's transport, which only reports that it failed: whether to try again is in the exit status (`sysexits.h`,
//! as sendmail(8) and msmtp(1) use it).
//!
//! The program gets a complete message or none, even if this process dies: it reads a file that is complete before the program
//! starts, not a pipe that ends with its writer. Ctrl-C and a closed terminal do not reach it: it has a process group of its
//! own.

use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitOptions, waitpid};

use super::courier_error::CourierError;
use super::deliver_whole::DeliverWhole;
use crate::delivery::outcome::Outcome;
use crate::delivery::refusal::RefusalReason;
use crate::delivery::stop::Stop;
use crate::fs::anonymous_file;
use crate::ledger::Reply;
use crate::ledger::Row;

/// The most characters of the program's output that are kept.
const LONGEST_TEXT: usize = 500;

/// The most bytes of the program's output that are read.
const LONGEST_OUTPUT: u64 = 4096;

/// The first and the longest pause between two checks that the program is still running.
const FIRST_PAUSE: Duration = Duration::from_micros(500);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

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

    /// Passes `message` for one recipient to the program, without a shell. Waits until it ends,
    /// unless `stop` cuts: then the program continues on its own, and the message is in doubt.
    pub(super) fn send(
        &self,
        sender: &str,
        recipient: &str,
        message: &[u8],
        stop: &Stop,
    ) -> Result<Outcome, CourierError> {
        match self.run(sender, recipient, message, stop) {
            Ok(result) => result,
            Err(error) => Err(CourierError(format!("cannot run `{}`: {error}", self.program.display()))),
        }
    }

    /// Errors if the program cannot be started.
    fn run(
        &self,
        sender: &str,
        recipient: &str,
        message: &[u8],
        stop: &Stop,
    ) -> io::Result<Result<Outcome, CourierError>> {
        let message = anonymous_file::holding(&local_lines(message))?;
        // A file as well: a program that outlives this process must still be able to write its
        // output.
        let mut said = anonymous_file::empty()?;
        // `-i`: a line with a single dot does not end the message. `--`: an address is not an option.
        let mut child = Command::new(&self.program)
            .args(["-i", "-f", sender, "--", recipient])
            .stdin(message)
            .stdout(Stdio::null())
            .stderr(said.try_clone()?)
            .process_group(0)
            .spawn()?;
        let ended = self.wait(&mut child, stop);
        Ok(ended.unwrap_or_else(|status| {
            let said = anonymous_file::read_start(&mut said, LONGEST_OUTPUT).unwrap_or_default();
            meaning(status, &String::from_utf8_lossy(&said))
        }))
    }

    /// Waits until the program ends; its exit status is the inner error.
    fn wait(&self, child: &mut Child, stop: &Stop) -> Result<Result<Outcome, CourierError>, ExitStatus> {
        let in_doubt = |words: String| Ok(Ok(Outcome::InDoubt(Reply::without_code(words))));
        let mut pause = FIRST_PAUSE;
        loop {
            match waitpid(Some(Pid::from_child(child)), WaitOptions::NOHANG | WaitOptions::UNTRACED) {
                Err(error) => return in_doubt(format!("cannot wait for the program: {}", io::Error::from(error))),
                Ok(Some((_, status))) if !status.stopped() => return Err(ExitStatus::from_raw(status.as_raw())),
                Ok(Some((_, status))) if asks(status.stopping_signal()) => {
                    // The input would never come, and the program has not accepted the message yet.
                    let _ = rustix::process::kill_process_group(Pid::from_child(child), Signal::KILL);
                    let _ = child.wait();
                    let program = self.program.display();
                    return Ok(Err(CourierError(format!(
                        "`{program}` asks for input at the terminal; set it up so that it does not"
                    ))));
                }
                Ok(_) => {}
            }
            if stop.is_cut() {
                return in_doubt("abandoned".to_owned());
            }
            thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// Returns whether a program stopped by `signal` wants to use the terminal.
fn asks(signal: Option<i32>) -> bool {
    signal.is_some_and(|signal| [Signal::TTIN, Signal::TTOU].iter().any(|asking| asking.as_raw() == signal))
}

impl DeliverWhole for Sendmail {
    fn deliver(&self, row: &Row, sender: &str, message: &[u8], stop: &Stop) -> Result<Outcome, CourierError> {
        self.send(sender, &row.subscriber.address.to_string(), message, stop)
    }
}

/// Converts line ends to those of programs on this machine; `message` has no bare CR.
fn local_lines(message: &[u8]) -> Vec<u8> {
    message.iter().copied().filter(|&byte| byte != b'\r').collect()
}

fn meaning(status: ExitStatus, said: &str) -> Result<Outcome, CourierError> {
    let said: String = said
        .trim()
        .chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .take(LONGEST_TEXT)
        .collect();
    let Some(code) = status.code() else {
        // It may have queued the message before it was killed.
        return Ok(Outcome::InDoubt(Reply::without_code(format!("the program was killed ({status}) {said}"))));
    };
    let reply = Reply::without_code(if said.is_empty() { format!("exit status {code}") } else { said });
    Ok(match code {
        0 => Outcome::Accepted(Reply::without_code("accepted by sendmail")),
        // EX_DATAERR, EX_NOUSER, EX_NOHOST.
        65 | 67 | 68 => Outcome::Refused(reply, RefusalReason::Other),
        // EX_USAGE, EX_NOPERM, EX_CONFIG, and the shell's "cannot execute" and "not found".
        64 | 77 | 78 | 126 | 127 => return Err(CourierError(format!("sendmail failed: {reply}"))),
        _ => Outcome::Deferred(reply),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn sent_by(script: &str) -> Result<Outcome, CourierError> {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("sendmail");
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
        Sendmail::new(program).send(
            "bounces@example.org",
            "ada@example.org",
            b"Subject: x\r\n\r\n.\r\nhello\r\n",
            &Stop::default(),
        )
    }

    #[test]
    fn the_exit_status_decides() {
        let words = |text: &str| Reply::without_code(text);
        let refused = |text: &str| Outcome::Refused(Reply::without_code(text), RefusalReason::Other);
        let is = |script: &str, outcome: Outcome| assert_eq!(sent_by(script), Ok(outcome), "{script}");
        is("exec cat >/dev/null", Outcome::Accepted(words("accepted by sendmail")));
        is("cat >/dev/null; echo 'try later' >&2; exit 75", Outcome::Deferred(words("try later")));
        is("exit 1", Outcome::Deferred(words("exit status 1")));
        is("echo 'no such user' >&2; exit 67", refused("no such user"));
        is("printf 'no\\tsuch\\033[1m user\\n' >&2; exit 67", refused("no such [1m user"));
        is("kill -9 $$", Outcome::InDoubt(words("the program was killed (signal: 9 (SIGKILL)) ")));
        assert_eq!(sent_by("echo bad key >&2; exit 78"), Err(CourierError("sendmail failed: bad key".to_owned())));
    }

    #[test]
    fn the_message_comes_with_one_recipient_and_local_line_ends() {
        let folder = tempfile::tempdir().unwrap();
        let kept = folder.path().join("kept");
        let script = format!("{{ echo \"$@\"; cat; }} > '{}'", kept.display());
        assert!(matches!(sent_by(&script), Ok(Outcome::Accepted(_))));
        let expected = "-i -f bounces@example.org -- ada@example.org\nSubject: x\n\n.\nhello\n";
        assert_eq!(fs::read_to_string(kept).unwrap(), expected);
    }

    #[test]
    fn the_message_is_a_file_without_a_name_from_its_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let kept = folder.path().join("kept");
        let script = format!("{{ test -f /dev/stdin && readlink /proc/self/fd/0; head -c 8; }} > '{}'", kept.display());
        assert!(matches!(sent_by(&script), Ok(Outcome::Accepted(_))));
        if cfg!(target_os = "linux") {
            assert_eq!(fs::read_to_string(kept).unwrap(), "/memfd:newsletter (deleted)\nSubject:");
        }
    }

    #[test]
    fn it_is_in_a_process_group_of_its_own() {
        let script = "test \"$(ps -o pgid= -p $$ | tr -d ' ')\" = $$ || exit 67";
        assert_eq!(sent_by(script), Ok(Outcome::Accepted(Reply::without_code("accepted by sendmail"))));
    }

    #[test]
    fn one_that_does_not_end_is_left_to_itself_once_everything_is_cut() {
        let stop = Stop::default();
        stop.cut();
        let folder = tempfile::tempdir().unwrap();
        let (program, done) = (folder.path().join("sendmail"), folder.path().join("done"));
        fs::write(&program, format!("#!/bin/sh\nread -r word < '{}.go'\ncat > '{0}'\n", done.display())).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
        let go = done.with_added_extension("go");
        assert!(Command::new("mkfifo").arg(&go).status().unwrap().success());
        let result = Sendmail::new(program).send("a@example.org", "b@example.org", b"whole", &stop);
        assert_eq!(result, Ok(Outcome::InDoubt(Reply::without_code("abandoned"))));
        fs::write(go, "on\n").unwrap();
        while fs::read(&done).unwrap_or_default() != b"whole" {}
    }

    #[test]
    fn a_program_that_is_not_there_ends_the_run() {
        let result =
            Sendmail::new("/nowhere/sendmail".into()).send("a@example.org", "b@example.org", b"", &Stop::default());
        assert!(matches!(result, Err(CourierError(reason)) if reason.starts_with("cannot run `/nowhere/sendmail`: ")));
    }
}
