//! Builds machines with a fresh clone of a newsletter each, which are thrown away after a run.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::{CONFIG, ISSUE, Output, Project, SmtpServer};

/// The key of the unsubscribe links, which every machine is given.
const KEY: &str = "0123456789abcdef0123456789abcdef";

/// A newsletter in a git repository that machines clone and send from.
pub(crate) struct Runners {
    folder: TempDir,
    pub(crate) server: SmtpServer,
}

impl Runners {
    /// Issue 1 for `people` (local parts at example.org) over two connections, with these lines under `[ledger]`.
    pub(crate) fn new<'a>(server: SmtpServer, people: impl IntoIterator<Item = &'a str>, ledger: &str) -> Self {
        Self::configured(server, people, ledger, "secret = { env = \"NEWSLETTER_KEY\" }\n")
    }

    /// The same with other lines under `[unsubscribe]`.
    pub(crate) fn configured<'a>(
        server: SmtpServer,
        people: impl IntoIterator<Item = &'a str>,
        ledger: &str,
        unsubscribe: &str,
    ) -> Self {
        let list: Vec<_> = people.into_iter().map(|local| format!("{local}@example.org\n")).collect();
        let config = format!(
            "{CONFIG}{unsubscribe}\n[ledger]\n{ledger}\n[send]\ncourier = \"smtp\"\n\n\
             [smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nconnections = 2\n",
            server.port()
        );
        let project = Project::empty()
            .file("newsletter.toml", config)
            .file("issues/001-first-things.toml", ISSUE)
            .file("subscribers.csv", format!("email\n{}", list.concat()))
            .file(".gitignore", ".newsletter/\noutbox/\n");
        let folder = tempfile::tempdir().unwrap();
        git(project.root(), &["init", "-q", "-b", "main"]);
        git(project.root(), &["add", "."]);
        git(project.root(), &["commit", "-q", "-m", "begin"]);
        git(project.root(), &["clone", "-q", "--bare", ".", folder.path().join("remote.git").to_str().unwrap()]);
        Self { folder, server }
    }

    /// Where the repository is.
    pub(crate) fn remote(&self) -> PathBuf {
        self.folder.path().join("remote.git")
    }

    /// A new machine.
    pub(crate) fn runner(&self) -> Project {
        let project = Project::empty();
        git(project.root(), &["clone", "-q", self.remote().to_str().unwrap(), "."]);
        project
    }

    /// A command on a machine that says that it is one.
    pub(crate) fn command<const N: usize>(runner: &Project, arguments: [&str; N]) -> Command {
        let mut command = runner.command(arguments);
        command.env("CI", "true").env("NEWSLETTER_KEY", KEY).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// The same, to its end.
    #[expect(clippy::unused_self, reason = "a run is one of this newsletter's")]
    pub(crate) fn run<const N: usize>(&self, runner: &Project, arguments: [&str; N]) -> Output {
        runner.finish(&mut Self::command(runner, arguments))
    }
}

/// Runs git in `folder`.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Test", "-c", "user.email=test@example.org"]).args(arguments).current_dir(folder);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    let output = command.output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
