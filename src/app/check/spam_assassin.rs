//! Scores messages with the `SpamAssassin` on this machine.

use std::io::{ErrorKind, Write};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, bail};

use crate::app::failure::Failure;
use crate::check::{SPAM_REPORT, SpamScore};

/// The program. Not `spamc`: its daemon may have learnt and may use the network, and the score has to be the same on every
/// machine.
const PROGRAM: &str = "spamassassin";

/// The program, known to be installed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpamAssassin {
    program: &'static str,
}

impl SpamAssassin {
    /// Finds the program.
    ///
    /// Errors when it is not installed or does not start.
    pub(super) fn find() -> anyhow::Result<Self> {
        let mut version = Command::new(PROGRAM);
        version.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        match version.status() {
            Ok(_) => Ok(Self { program: PROGRAM }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let failure = Failure::usage(format!("`--spam` needs the program `{PROGRAM}`, which is not installed"));
                Err(failure
                    .hint("`apt install spamassassin`, `brew install spamassassin`, or leave `--spam` out")
                    .into())
            }
            Err(error) => Err(error).with_context(|| format!("cannot run `{PROGRAM}`")),
        }
    }

    /// Scores `message` by its rules alone: no network, nothing learnt, nothing kept.
    ///
    /// Errors when it fails.
    pub(super) fn score(self, message: &[u8]) -> anyhow::Result<SpamScore> {
        let Self { program } = self;
        let mut command = Command::new(program);
        command.args(["--local", "--test-mode", "--nocreate-prefs", "--prefspath=/dev/null"]);
        command.args(["--cf=use_bayes 0", "--cf=report_safe 0"]);
        // It would make a folder of its own in the home folder.
        command.env("HOME", "/dev/null");
        command.args(SPAM_REPORT.map(|line| format!("--cf={line}")));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = command.spawn().with_context(|| format!("cannot run `{program}`"))?;
        let mut stdin = running.stdin.take().context("its standard input")?;
        let output = thread::scope(|scope| {
            // It writes while it reads. Where it stops reading, it prints the reason itself.
            thread::Builder::new().spawn_scoped(scope, move || stdin.write_all(message))?;
            running.wait_with_output()
        });
        let output = output.with_context(|| format!("cannot run `{program}`"))?;
        match SpamScore::read(&String::from_utf8_lossy(&output.stdout)) {
            Some(score) if output.status.success() => Ok(score),
            _ => {
                let said = String::from_utf8_lossy(&output.stderr);
                bail!("`{program}` returned no score: {}", said.lines().last().unwrap_or("no output").trim())
            }
        }
    }
}
