//! Programs that only run as root: Postfix starts as root so that it can become nobody in
//! particular afterwards.

use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A command that runs as root: as it is when the tests are root's, else through `sudo`, which must not ask.
pub(crate) fn privileged(program: impl AsRef<std::ffi::OsStr>) -> Command {
    if rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("sudo");
    command.arg("--non-interactive").arg("--").arg(program);
    command
}

/// Runs a command that leaves a daemon behind, its output kept in `log`: a daemon holds on to a pipe for ever.
pub(crate) fn start(command: &mut Command, log: &Path) {
    let output = std::fs::File::options().create(true).append(true).open(log).unwrap();
    let status = command
        .stdin(Stdio::null())
        .stdout(output.try_clone().unwrap())
        .stderr(output)
        .status()
        .unwrap_or_else(|error| panic!("{command:?}: {error}; run ./check, which installs what the tests need"));
    assert!(status.success(), "{command:?}: {status}\n{}", std::fs::read_to_string(log).unwrap_or_default());
}

/// What is left to do as root once this is dropped, or once the test's process is gone, whatever ended it: a test that is
/// killed leaves no server behind.
pub(crate) struct Afterwards {
    waiting: Child,
}

impl Afterwards {
    /// Has `script` run by `sh` then.
    pub(crate) fn run(script: &str) -> Self {
        // The end of this pipe is the sign; a session of its own keeps it out of reach of what ends the test.
        let waiting = privileged("setsid")
            .args(["--wait", "sh", "-c", &format!("cat; {script}")])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("setsid, of util-linux, is missing; run ./check");
        Self { waiting }
    }
}

impl Drop for Afterwards {
    fn drop(&mut self) {
        drop(self.waiting.stdin.take());
        let _ = self.waiting.wait();
    }
}
