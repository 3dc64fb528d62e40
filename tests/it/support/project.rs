//! A newsletter in a temporary folder, and the binary run in it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use tempfile::TempDir;

use super::judged;

/// A newsletter in a temporary folder; it goes when this does.
pub(crate) struct Project {
    folder: TempDir,
}

/// What one run of the binary said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    /// The exit code.
    pub(crate) code: i32,
    /// stdout, the temporary folder's path replaced by `[ROOT]`.
    pub(crate) stdout: String,
    /// stderr, likewise.
    pub(crate) stderr: String,
}

/// The configuration every test starts from: valid, addresses at example domains, mail to `outbox/`.
pub(crate) const CONFIG: &str = r#"[newsletter]
name = "Test Letter"
description = "Links for tests."
from = "Ada Example <ada@example.org>"
site = "https://letter.example.org/"
address = "Test Letter, Example Street 1, 12345 Example"

[unsubscribe]
url = "https://letter.example.org/u/{token}"
mailto = "unsubscribe@example.org"
"#;

/// A small issue without warnings of any kind.
pub(crate) const ISSUE: &str = r#"number = 1
title = "First things"
preheader = "Two links about clocks, and one that says why they lie to you"
date = 2026-11-20

intro = "Hello {subscriber.name|friend}, this is the *first* issue."

[[section]]
title = "Reading"

[[section.link]]
url = "https://example.org/clocks"
title = "On clocks"
author = "Mina Berg"
reading_time = 7
description = "Why two machines never agree, shown with three drawings."

[[section.link]]
url = "https://example.net/time"
title = "Time and order"
kind = "paper"
description = "The paper everybody cites. **Read it** once a year."

[outro]
text = "Until next week."
"#;

impl Project {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// A valid newsletter: [`CONFIG`], [`ISSUE`] as issue 1, no subscribers yet.
    pub(crate) fn new() -> Self {
        Self::empty().file("newsletter.toml", CONFIG).file("issues/001-first-things.toml", ISSUE)
    }

    /// The same in another folder.
    pub(crate) fn copied(&self) -> Self {
        let copy = Self::empty();
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(self.path("").join(&folder)).unwrap() {
                let entry = entry.unwrap();
                let path = folder.join(entry.file_name());
                if entry.file_type().unwrap().is_dir() {
                    fs::create_dir(copy.folder.path().join(&path)).unwrap();
                    folders.push(path);
                } else {
                    fs::copy(entry.path(), copy.folder.path().join(&path)).unwrap();
                }
            }
        }
        copy
    }

    /// Writes a file, making its folders.
    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(path, content);
        self
    }

    /// Appends to `newsletter.toml`.
    pub(crate) fn config(self, more: &str) -> Self {
        let config = self.read("newsletter.toml");
        self.file("newsletter.toml", format!("{config}\n{more}"))
    }

    /// A list of subscribers, one address each.
    pub(crate) fn subscribers<'a>(self, addresses: impl IntoIterator<Item = &'a str>) -> Self {
        let mut list = String::from("email\n");
        for address in addresses {
            list.push_str(address);
            list.push('\n');
        }
        self.file("subscribers.csv", list)
    }

    /// Writes a file of a project already in use.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Reads a file as text.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Where a file of the newsletter is.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// The newsletter's folder.
    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// The binary, ready to run in the newsletter's folder, off a terminal and without the caller's environment.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let_signals_through();
        let mut command = Command::new(env!("CARGO_BIN_EXE_newsletter"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("NO_COLOR", "1")
            // Where `scripts/coverage` collects what was reached.
            .envs(std::env::var_os("LLVM_PROFILE_FILE").map(|file| ("LLVM_PROFILE_FILE", file)))
            .stdin(Stdio::null());
        command
    }

    /// Runs the binary to its end.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Output {
        self.finish(&mut self.command(arguments))
    }

    /// Runs a prepared command to its end.
    pub(crate) fn finish(&self, command: &mut Command) -> Output {
        let output = command.output().unwrap();
        let root = self.folder.path().to_str().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(root, "[ROOT]");
        Output { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Drop for Project {
    /// Whatever a test is about, the `.eml` files it leaves behind must be sound mail.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            judged(&mails(self.root()));
        }
    }
}

/// Gives the programs that are started from now on the default disposition of the signals that tests send. A process that was
/// started in the background of a script ignores SIGINT and so would its children; what a process catches is reset in them.
fn let_signals_through() {
    static CAUGHT: OnceLock<()> = OnceLock::new();
    CAUGHT.get_or_init(|| {
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register_conditional_default(signal, Arc::new(AtomicBool::new(true))).unwrap();
        }
    });
}

/// `command` as an argument of another program, in the same folder and environment.
pub(crate) fn run_by(mut program: Command, command: &Command) -> Command {
    program
        .arg(command.get_program())
        .args(command.get_args())
        .current_dir(command.get_current_dir().unwrap())
        .env_clear()
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .stdin(Stdio::null());
    program
}

/// What is in the `.eml` files below `folder`.
fn mails(folder: &Path) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            found.extend(mails(&path));
        } else if path.extension().is_some_and(|extension| extension == "eml") {
            found.push(fs::read(path).unwrap());
        }
    }
    found
}
