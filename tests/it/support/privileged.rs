//! Programs that only run as root: Postfix starts as root so that it can become nobody in particular afterwards.

use std::path::Path;
use std::process::{Command, Stdio};

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
