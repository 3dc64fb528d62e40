//! Runs a program that prints a secret: `pass`, `op`, `gpg`. Messages name it without its arguments, which may contain
//! secrets, and both its output and its time are limited.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a program may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeouts {
    /// Until it ends. It may have to ask a person first.
    run: Duration,
    /// Until what it left in its pipes is read. What is not is of a program it started and left behind.
    rest: Duration,
}

pub(super) const TIMEOUTS: Timeouts = Timeouts { run: Duration::from_mins(2), rest: Duration::from_secs(1) };

/// The most bytes a secret may have: a key in PEM form has some thousands.
const LONGEST_SECRET: usize = 64 * 1024;

/// The most that is kept of what a program says on stderr, in bytes, and shown of it, in characters.
const LONGEST_WORDS: usize = 4096;
const SHOWN_WORDS: usize = 200;

/// How often the program is polled for whether a program has ended.
const TICK: Duration = Duration::from_millis(5);

/// The program of `argv` as it is shown.
pub(super) fn name(argv: &[String]) -> &str {
    argv.first().map_or("", String::as_str)
}

/// Returns what the program of `argv` prints when it is run in `root`, without a shell and without input, for as long as `patience`
/// lasts.
///
/// Errors say what went wrong, and never what was printed.
pub(super) fn output(argv: &[String], root: &Path, patience: Timeouts) -> Result<Vec<u8>, String> {
    let shown = name(argv);
    let (program, arguments) = argv.split_first().ok_or("the command of the secret is empty")?;
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot run `{shown}` for a secret: {error}"))?;
    let printed = PipeCapture::of(child.stdout.take(), LONGEST_SECRET + 1, false);
    let said = PipeCapture::of(child.stderr.take(), LONGEST_WORDS, true);
    let status = ended(&mut child, Instant::now() + patience.run)
        .map_err(|error| format!("cannot wait for `{shown}`: {error}"))?;
    let Some(status) = status else {
        return Err(format!("`{shown}` printed no secret within {} seconds", patience.run.as_secs()));
    };
    let printed = printed.bytes(patience.rest);
    if printed.len() > LONGEST_SECRET {
        return Err(format!("`{shown}` printed more than {} KB for a secret", LONGEST_SECRET / 1024));
    }
    if status.success() {
        return Ok(printed);
    }
    Err(format!("`{shown}` printed no secret ({status}){}", first_words(&said.bytes(patience.rest))))
}

/// Waits for `child` up to `deadline`; `None` when it had to be killed.
fn ended(child: &mut Child, deadline: Instant) -> io::Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(TICK);
    }
}

/// The beginning of what comes out of a pipe.
struct PipeCapture {
    bytes: Arc<Mutex<Vec<u8>>>,
    /// Hangs up at the end of the pipe.
    end: Receiver<()>,
}

impl PipeCapture {
    /// Reads `pipe` in a thread of its own and keeps `most` bytes of it; the rest is `drained` or the pipe closed.
    fn of(pipe: Option<impl Read + Send + 'static>, most: usize, drained: bool) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (at_end, end) = mpsc::channel::<()>();
        let kept = Arc::clone(&bytes);
        let read = move || {
            let _at_end = at_end;
            let mut pipe = pipe?;
            let mut buffer = [0; 4096];
            loop {
                let count = pipe.read(&mut buffer).ok().filter(|&count| count > 0)?;
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                let room = most - kept.len();
                kept.extend_from_slice(&buffer[..count.min(room)]);
                if kept.len() == most && !drained {
                    return Some(());
                }
            }
        };
        thread::spawn(read);
        Self { bytes, end }
    }

    /// Returns what was kept, once the program has ended.
    fn bytes(self, rest: Duration) -> Vec<u8> {
        let _ = self.end.recv_timeout(rest);
        std::mem::take(&mut *self.bytes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// `: its first line`, short and fit for a terminal.
fn first_words(said: &[u8]) -> String {
    let said = String::from_utf8_lossy(said);
    let Some(line) = said.lines().map(str::trim).find(|line| !line.is_empty()) else { return String::new() };
    let mut shown = String::from(": ");
    for (count, character) in line.chars().enumerate() {
        if count == SHOWN_WORDS {
            shown.push('…');
            break;
        }
        if character.is_control()
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Timeouts = Timeouts { run: Duration::from_mins(10), rest: Duration::from_mins(10) };
    const NONE: Timeouts = Timeouts { run: Duration::ZERO, ..LONG };

    fn run(script: &str, time: Timeouts) -> Result<String, String> {
        let argv = ["sh", "-c", script, "hunter2"].map(str::to_owned);
        output(&argv, Path::new("/"), time).map(|printed| String::from_utf8(printed).unwrap())
    }

    #[test]
    fn what_a_program_prints_is_the_secret() {
        assert_eq!(run("echo swordfish; echo hello >&2", LONG), Ok("swordfish\n".to_owned()));
        assert_eq!(run("printf %065536d 0", LONG).map(|printed| printed.len()), Ok(65_536));
        assert_eq!(run("yes | head -c 1000000 >&2; echo x", LONG), Ok("x\n".to_owned()), "stderr is read to its end");
    }

    #[test]
    fn a_program_that_fails_is_named_without_its_arguments_and_shown_in_short() {
        for (script, expected) in [
            ("echo swordfish; exit 3", "`sh` printed no secret (exit status: 3)"),
            (
                "echo 'locked: sorry' >&2; echo more >&2; exit 1",
                "`sh` printed no secret (exit status: 1): locked: sorry",
            ),
            (
                "printf '\\n\\n \\033[2Jno\\007\\n' >&2; exit 1",
                r"`sh` printed no secret (exit status: 1): \u{1b}[2Jno\u{7}",
            ),
            ("kill -9 $$", "`sh` printed no secret (signal: 9 (SIGKILL))"),
            ("yes", "`sh` printed more than 64 KB for a secret"),
            ("printf %065537d 0", "`sh` printed more than 64 KB for a secret"),
        ] {
            assert_eq!(run(script, LONG), Err(expected.to_owned()), "{script}");
        }
        let long = run("printf %0100000d 0 >&2; exit 1", LONG).unwrap_err();
        assert_eq!(long, format!("`sh` printed no secret (exit status: 1): {}…", "0".repeat(200)));
        let missing = output(&["/no/such".to_owned(), "hunter2".to_owned()], Path::new("/"), LONG).unwrap_err();
        assert_eq!(missing, "cannot run `/no/such` for a secret: No such file or directory (os error 2)");
        assert_eq!(output(&[], Path::new("/"), LONG), Err("the command of the secret is empty".to_owned()));
    }

    #[test]
    fn a_program_that_does_not_end_is_killed_and_one_it_leaves_behind_is_not_waited_for() {
        assert_eq!(run("exec sleep 1000", NONE), Err("`sh` printed no secret within 0 seconds".to_owned()));
        assert_eq!(run("exec sleep 1000 >&-", NONE), Err("`sh` printed no secret within 0 seconds".to_owned()));
        let hasty = Timeouts { rest: Duration::from_millis(50), ..LONG };
        assert_eq!(run("sleep 3 & echo swordfish", hasty), Ok("swordfish\n".to_owned()));
    }
}
