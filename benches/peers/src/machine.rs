//! Describes the machine of the measurement.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::process;

/// The interpreter Debian's python3-dkim is installed for.
pub(crate) const PYTHON: &str = "/usr/bin/python3";

/// The versions the Rust peers are locked to.
const LOCK: &str = include_str!("../Cargo.lock");

/// Processor, memory, system and versions, a line each.
pub(crate) fn description(scripts: &Path) -> Vec<String> {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let memory = field("/proc/meminfo", "MemTotal").and_then(|text| text.split_once(' ')?.0.parse::<u64>().ok());
    vec![
        format!(
            "{cores} cores of {}, {} GiB, Linux {}",
            field("/proc/cpuinfo", "model name").unwrap_or_default(),
            memory.unwrap_or_default() / (1024 * 1024),
            first_line(Command::new("uname").arg("-r")),
        ),
        format!(
            "{}, {}, Node {}, {}",
            first_line(Command::new("rustc").arg("--version")),
            first_line(Command::new("postconf").args(["-d", "mail_version"])).replace("mail_version =", "Postfix"),
            first_line(Command::new("node").arg("--version")),
            first_line(Command::new(PYTHON).arg("--version")),
        ),
        format!(
            "newsletter at {}, lettre {}, mail-send {}, nodemailer {}",
            first_line(Command::new("git").args(["rev-parse", "--short", "HEAD"]).current_dir(scripts)),
            locked("lettre"),
            locked("mail-send"),
            first_line(
                Command::new("node")
                    .args(["-p", "require('./node_modules/nodemailer/package.json').version"])
                    .current_dir(scripts)
            ),
        ),
    ]
}

/// The cores of this machine.
pub(crate) fn cores() -> f64 {
    thread::available_parallelism().map_or(1.0, |cores| f64::from(u32::try_from(cores.get()).unwrap_or(1)))
}

/// The time that all cores together have worked since the start of the machine, for whomever, to a hundredth of a
/// second: user, nice and system time, and what the host gave to other machines.
pub(crate) fn busy() -> Duration {
    const USER_NICE_SYSTEM_STEAL: [usize; 4] = [1, 2, 3, 8];
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let columns: Vec<_> = stat.lines().next().unwrap_or_default().split_ascii_whitespace().collect();
    let of = |column: usize| columns.get(column).and_then(|text| text.parse::<u64>().ok()).unwrap_or_default();
    Duration::from_millis(10 * USER_NICE_SYSTEM_STEAL.map(of).iter().sum::<u64>())
}

/// How many processes wanted to run in the last minute.
pub(crate) fn load() -> f64 {
    let averages = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    averages.split(' ').next().and_then(|load| load.parse().ok()).unwrap_or_default()
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn first_line(command: &mut Command) -> String {
    process::output(command).unwrap_or_default().lines().next().unwrap_or("?").trim().to_owned()
}

fn locked(package: &str) -> &'static str {
    let after = LOCK.split_once(&format!("name = \"{package}\"\nversion = \"")).map_or("", |(_, after)| after);
    after.split('"').next().unwrap_or("?")
}

/// Returns whether this process runs as root; Postfix needs it.
pub(crate) fn is_root() -> anyhow::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(std::fs::metadata("/proc/self")?.uid() == 0)
}
