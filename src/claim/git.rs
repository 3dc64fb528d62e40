//! Runs git for claims: without prompts, and for a limited time.

use std::ffi::OsStr;
use std::fmt;
use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use super::record::{Claim, Record};
use super::reference::{issue_of, reference};
use crate::fs::anonymous_file;
use crate::ledger::Plan;
use crate::model::IssueNumber;

/// The time limit of a git command: a server that does not respond must not hold up a send for ever.
const LIMIT: Duration = Duration::from_secs(30);

/// The pause between two checks whether a command has ended.
const PAUSE: Duration = Duration::from_millis(5);

/// The most output that is kept, in bytes, and shown, in characters.
const LONGEST_OUTPUT: u64 = 1024 * 1024;
const LONGEST_WORDS: usize = 300;

/// Variables that git sets in a hook, and that would point it to another repository.
const OF_THE_CALLER: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
];

/// Variables that keep git, its helpers and ssh (whose prompts `false` answers) from prompting.
const WITHOUT_QUESTIONS: [(&str, &str); 5] = [
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GCM_INTERACTIVE", "never"),
    ("SSH_ASKPASS_REQUIRE", "force"),
    ("SSH_ASKPASS", "false"),
    ("LC_ALL", "C"),
];

/// The author of a claim, without a real address.
const AUTHOR: [(&str, &str); 4] = [
    ("GIT_AUTHOR_NAME", "newsletter"),
    ("GIT_AUTHOR_EMAIL", "newsletter@localhost"),
    ("GIT_COMMITTER_NAME", "newsletter"),
    ("GIT_COMMITTER_EMAIL", "newsletter@localhost"),
];

/// The repository of a newsletter and the remote of its claims.
#[derive(Debug, Clone)]
pub struct Git {
    root: PathBuf,
    remote: String,
    limit: Duration,
}

/// The result of an attempt to claim an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimResult {
    /// The issue is claimed for this run.
    Granted,
    /// Another run has claimed it.
    Denied(Claim),
}

/// The reason claims cannot be read or made.
#[derive(Debug)]
pub enum ClaimError {
    /// Git cannot be run.
    NoGit(io::Error),
    /// The newsletter is not in a git repository.
    NotARepository(String),
    /// The repository has no remote of that name.
    NoRemote(String),
    /// The remote cannot be reached or read.
    Unreachable(String, String),
    /// The remote has not responded in time.
    TimedOut(String, Duration),
    /// The remote can be read, and does not accept the ref.
    Denied(String, String),
    /// A command on this machine failed.
    Failed(&'static str, String),
}

impl fmt::Display for ClaimError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoGit(error) => write!(formatter, "cannot run `git`: {error}"),
            Self::NotARepository(words) => write!(formatter, "the newsletter is not in a git repository: {words}"),
            Self::NoRemote(remote) => write!(formatter, "the repository has no remote `{remote}`"),
            Self::Unreachable(remote, words) => write!(formatter, "cannot reach the remote `{remote}`: {words}"),
            Self::TimedOut(remote, limit) => {
                write!(formatter, "the remote `{remote}` did not respond within {} s", limit.as_secs())
            }
            Self::Denied(remote, words) => write!(formatter, "the remote `{remote}` rejected the push: {words}"),
            Self::Failed(command, words) => write!(formatter, "`git {command}` failed: {words}"),
        }
    }
}

impl std::error::Error for ClaimError {}

/// The result of a command.
struct GitOutput {
    status: ExitStatus,
    stdout: String,
    stderr: String,
}

impl GitOutput {
    /// Returns the decisive line of the output, without the credentials of a URL.
    fn words(&self) -> String {
        let said = self.stderr.lines().chain(self.stdout.lines()).map(str::trim);
        let of_use = said.filter(|line| !line.is_empty() && !line.starts_with("hint:"));
        let lines: Vec<_> = of_use.collect();
        let telling = lines.iter().find(|line| line.starts_with('!') || line.starts_with("fatal:"));
        let line = telling.or(lines.last()).copied().unwrap_or("no output");
        let plain: String = line.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        without_credentials(&plain).chars().take(LONGEST_WORDS).collect()
    }
}

impl Git {
    /// The repository around the folder `root`, and its remote `remote`, a name or a URL.
    pub fn new(root: &Path, remote: &str) -> Self {
        Self { root: root.to_owned(), remote: remote.to_owned(), limit: LIMIT }
    }

    /// Sets another time limit for each command.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Returns the claim on `issue`, if there is one.
    ///
    /// Errors when the remote cannot be read.
    pub fn claim(&self, issue: IssueNumber) -> Result<Option<Claim>, ClaimError> {
        let target = self.target()?;
        let name = reference(issue);
        let found = self.listed(&target, &name)?.into_iter().find(|(_, listed)| *listed == name);
        Ok(found.map(|(object, name)| self.read(&target, object, &name)))
    }

    /// Returns all claims, by issue.
    ///
    /// Errors when the remote cannot be read.
    pub fn claims(&self) -> Result<Vec<(IssueNumber, Claim)>, ClaimError> {
        let target = self.target()?;
        let listed = self.listed(&target, "refs/newsletter/*")?;
        let of_issues = listed.into_iter().filter_map(|(object, name)| Some((issue_of(&name)?, object, name)));
        Ok(of_issues.map(|(issue, object, name)| (issue, self.read(&target, object, &name))).collect())
    }

    /// Claims the issue of `plan` with `record`: creates its ref, or replaces the claim `instead`, which a person has
    /// accepted.
    ///
    /// Errors when the claim can neither be made nor read.
    pub fn take(&self, plan: &Plan, record: &Record, instead: Option<&Claim>) -> Result<ClaimResult, ClaimError> {
        let target = self.target()?;
        let object = self.commit(&record.to_message(plan.issue))?;
        let name = reference(plan.issue);
        // The server creates the ref only if there is none, and replaces it only if it is still `instead`.
        let lease = format!("--force-with-lease={name}:{}", instead.map_or("", |claim| &claim.object));
        let what = format!("{object}:{name}");
        let quiet = ["--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no"];
        let pushed = self.run(["push"].iter().chain(&quiet).chain(&[lease.as_str(), "--", &target, &what]), b"");
        if pushed.as_ref().is_ok_and(|ended| ended.status.success()) {
            return Ok(ClaimResult::Granted);
        }
        // The push may have arrived nevertheless, or another run was faster.
        match (self.claim(plan.issue)?, pushed) {
            (Some(claim), _) if claim.record.as_ref().is_some_and(|record| record.is_of(plan)) => {
                Ok(ClaimResult::Granted)
            }
            (Some(claim), _) if Some(&claim) != instead => Ok(ClaimResult::Denied(claim)),
            (_, Ok(ended)) => Err(ClaimError::Denied(self.remote.clone(), ended.words())),
            (_, Err(error)) => Err(error),
        }
    }

    /// Whether `path` is under version control, and so came with the checkout.
    pub fn tracks(&self, path: &Path) -> bool {
        let options = ["ls-files", "--error-unmatch", "--"].map(OsStr::new);
        let ended = self.run(options.into_iter().chain([path.as_os_str()]), b"");
        ended.is_ok_and(|ended| ended.status.success())
    }

    /// Returns the remote for reading and pushing claims, or its push address if that differs.
    fn target(&self) -> Result<String, ClaimError> {
        let inside = self.run(["rev-parse", "--git-dir"], b"")?;
        if !inside.status.success() {
            return Err(ClaimError::NotARepository(inside.words()));
        }
        let [read, pushed] = [&["remote", "get-url", "--"][..], &["remote", "get-url", "--push", "--"]]
            .map(|options| self.run(options.iter().chain(&[self.remote.as_str()]), b""));
        let (read, pushed) = (read?, pushed?);
        if read.status.success() {
            let address = pushed.stdout.trim();
            return Ok(if read.stdout == pushed.stdout { self.remote.clone() } else { address.to_owned() });
        }
        // An address instead of a name.
        if self.remote.contains(['/', ':']) {
            return Ok(self.remote.clone());
        }
        Err(ClaimError::NoRemote(self.remote.clone()))
    }

    /// Lists the objects and names of the refs at the remote that match `pattern`.
    fn listed(&self, target: &str, pattern: &str) -> Result<Vec<(String, String)>, ClaimError> {
        let ended = self.run(["ls-remote", "--", target, pattern], b"")?;
        if !ended.status.success() {
            return Err(ClaimError::Unreachable(self.remote.clone(), ended.words()));
        }
        let line = |line: &str| line.split_once('\t').map(|(object, name)| (object.to_owned(), name.to_owned()));
        Ok(ended.stdout.lines().filter_map(line).collect())
    }

    fn read(&self, target: &str, object: String, name: &str) -> Claim {
        let content = || self.run(["cat-file", "commit", &object], b"").ok().filter(|ended| ended.status.success());
        let fetched = content().or_else(|| {
            let quiet = ["--quiet", "--no-tags", "--no-write-fetch-head", "--recurse-submodules=no", "--"];
            self.run(["fetch"].iter().chain(&quiet).chain(&[target, name]), b"").ok()?;
            content()
        });
        Claim { record: fetched.and_then(|ended| Record::read(&ended.stdout)), object }
    }

    /// Creates a commit without files and parents, and returns its name.
    fn commit(&self, message: &str) -> Result<String, ClaimError> {
        let made = |command, ended: GitOutput| {
            let name = ended.stdout.trim().to_owned();
            if ended.status.success() { Ok(name) } else { Err(ClaimError::Failed(command, ended.words())) }
        };
        let tree = made("mktree", self.run(["mktree"], b"")?)?;
        made("commit-tree", self.run(["commit-tree", "--no-gpg-sign", &tree], message.as_bytes())?)
    }

    /// Runs git with `arguments` and `input` in the newsletter's folder.
    fn run(
        &self,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
        input: &[u8],
    ) -> Result<GitOutput, ClaimError> {
        self.ended(arguments, input).map_err(ClaimError::NoGit)?
    }

    fn ended(
        &self,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
        input: &[u8],
    ) -> io::Result<Result<GitOutput, ClaimError>> {
        let (mut stdout, mut stderr) = (anonymous_file::empty()?, anonymous_file::empty()?);
        let mut command = self.command();
        command.args(arguments).stdin(anonymous_file::holding(input)?);
        command.stdout(stdout.try_clone()?).stderr(stderr.try_clone()?);
        let mut child = command.spawn()?;
        let began = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if began.elapsed() > self.limit {
                end(&mut child);
                return Ok(Err(ClaimError::TimedOut(self.remote.clone(), self.limit)));
            }
            thread::sleep(PAUSE);
        };
        let text = |file: &mut File| -> io::Result<String> {
            Ok(String::from_utf8_lossy(&anonymous_file::read_start(file, LONGEST_OUTPUT)?).into_owned())
        };
        Ok(Ok(GitOutput { status, stdout: text(&mut stdout)?, stderr: text(&mut stderr)? }))
    }

    fn command(&self) -> Command {
        let mut command = Command::new("git");
        command.args(["-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "fetch.prune=false"]);
        command.current_dir(&self.root).stdin(Stdio::null());
        for name in OF_THE_CALLER {
            command.env_remove(name);
        }
        command.envs(WITHOUT_QUESTIONS).envs(AUTHOR);
        // A process group of its own, so that its child processes end with it.
        command.process_group(0);
        command
    }
}

/// Ends `child` and its child processes.
fn end(child: &mut Child) {
    let _ = rustix::process::kill_process_group(Pid::from_child(child), Signal::KILL);
    let _ = child.wait();
}

/// Removes the credentials of URLs: `https://user:token@host/` becomes `https://host/`.
fn without_credentials(text: &str) -> String {
    let mut words = text.split("://");
    let mut plain = words.next().unwrap_or_default().to_owned();
    for word in words {
        let host = word.find(['/', '\'', '"', ' ']).unwrap_or(word.len());
        let start = word[..host].rfind('@').map_or(0, |at| at + 1);
        plain.push_str("://");
        plain.push_str(&word[start..]);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_of_a_url_are_not_shown() {
        for (said, shown) in [
            (
                "fatal: unable to access 'https://me:t0k@host/x.git/': 403",
                "fatal: unable to access 'https://host/x.git/': 403",
            ),
            ("'https://t0k@host' and 'ssh://git@host:22/x'", "'https://host' and 'ssh://host:22/x'"),
            ("https://host/a@b", "https://host/a@b"),
            ("nothing of that kind", "nothing of that kind"),
        ] {
            assert_eq!(without_credentials(said), shown);
        }
    }
}
