//! Programs run to their end, with what they cost.

use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant, SystemTime};
use std::{fs, io};

use anyhow::{Context, bail};
use wait4::Wait4;

/// A program that takes longer hangs.
const LIMIT: &str = "600";

/// What one run of a program cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// When it was started.
    pub(crate) started: SystemTime,
    /// From before it was started to after its end.
    pub(crate) wall: Duration,
    /// User and system time of all its threads.
    pub(crate) cpu: Duration,
    /// Peak of the resident set, in bytes.
    pub(crate) peak: u64,
}

impl Cost {
    /// The peak of the resident set in MB.
    pub(crate) fn megabytes(&self) -> f64 {
        f64::from(u32::try_from(self.peak / 1000).unwrap_or(u32::MAX)) / 1000.0
    }
}

/// What stdout of a program says that must succeed.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("`{name}`"))?;
    if !output.status.success() {
        bail!("`{name}`: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{name}`"))
}

/// Runs a program to its end and returns how it ended; what it says goes to the file `said`.
pub(crate) fn run(command: &Command, said: &Path) -> anyhow::Result<(Cost, ExitStatus)> {
    let name = command.get_program().to_string_lossy().into_owned();
    let file = fs::File::create(said).with_context(|| format!("`{}`", said.display()))?;
    // wait4 takes the child whole, so somebody else has to end one that hangs.
    let mut limited = Command::new("timeout");
    limited.arg("--kill-after=5").arg(LIMIT).arg(command.get_program()).args(command.get_args());
    limited.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
    let (started, clock) = (SystemTime::now(), Instant::now());
    let ended = limited.spawn().and_then(Wait4::wait4).with_context(|| format!("`{name}`"))?;
    let wall = clock.elapsed();
    let cpu = ended.rusage.utime + ended.rusage.stime;
    Ok((Cost { started, wall, cpu, peak: ended.rusage.maxrss }, ended.status))
}

/// Like [`run`], for a program that must succeed.
pub(crate) fn succeed(command: &Command, said: &Path) -> anyhow::Result<Cost> {
    let (cost, status) = run(command, said)?;
    if !status.success() {
        let name = command.get_program().to_string_lossy();
        bail!("`{name}`: {status}\n{}", last_lines(said).unwrap_or_default());
    }
    Ok(cost)
}

fn last_lines(path: &Path) -> io::Result<String> {
    let text = String::from_utf8_lossy(&fs::read(path)?).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    Ok(lines[lines.len().saturating_sub(20)..].join("\n"))
}
