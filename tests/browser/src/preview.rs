//! A newsletter in a temporary folder, and the binary that previews it.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

const CONFIG: &str = r#"[newsletter]
name = "Test Letter"
description = "Links for tests."
from = "Ada Example <ada@example.org>"
site = "https://letter.example.org/"
address = "Test Letter, Example Street 1, 12345 Example"

[send]
test_to = ["ada@example.org"]

[unsubscribe]
url = "https://letter.example.org/u/{token}"
mailto = "unsubscribe@example.org"
"#;

/// Issue 1: long enough to be scrolled.
pub const ISSUE: &str = include_str!("issue.toml");

/// A running preview of a newsletter of its own.
pub struct Preview {
    folder: TempDir,
    process: Child,
    /// `http://127.0.0.1:PORT`
    pub origin: String,
}

impl Preview {
    /// Issue 1, two subscribers, a picture; the preview started.
    ///
    /// Errors when the binary cannot be built or does not start.
    pub fn start() -> Result<Self> {
        let folder = TempDir::new()?;
        let root = folder.path();
        fs::create_dir_all(root.join("issues/img"))?;
        fs::write(root.join("newsletter.toml"), CONFIG)?;
        fs::write(root.join("subscribers.csv"), "email,name\nada@example.org,Ada Lovelace\nbo@example.net,\n")?;
        fs::write(root.join("issues/001-first-things.toml"), ISSUE)?;
        fs::write(root.join("issues/img/map.png"), include_bytes!("map.png"))?;
        let (process, origin) = serve(root, "0")?;
        Ok(Self { folder, process, origin })
    }

    /// A preview of a copy of the newsletter in `docs/gallery/NAME`.
    ///
    /// Errors as [`Self::start`] does, or when there is none.
    pub fn of_gallery(name: &str) -> Result<Self> {
        let folder = TempDir::new()?;
        let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/gallery").join(name).join(".");
        let copied = Command::new("cp").arg("-r").arg(&original).arg(folder.path()).status()?;
        ensure!(copied.success(), "{} cannot be copied", original.display());
        let (process, origin) = serve(folder.path(), "0")?;
        Ok(Self { folder, process, origin })
    }

    /// Mails issue 1 through a sendmail program that discards it. Test mails still go to the outbox.
    ///
    /// Errors when that fails.
    pub fn send(&self) -> Result<()> {
        self.save("sendmail", "#!/bin/sh\nexec cat > /dev/null\n")?;
        fs::set_permissions(self.path("sendmail"), fs::Permissions::from_mode(0o700))?;
        let courier = "[send]\ncourier = \"sendmail\"\nsendmail = \"./sendmail\"\n";
        self.save_by_rename("newsletter.toml", CONFIG.replace("[send]\n", courier))?;
        let sent = newsletter(self.folder.path())?.args(["send", "1", "--yes", "--quiet"]).output()?;
        ensure!(sent.status.success(), "{}", String::from_utf8_lossy(&sent.stderr));
        self.save_by_rename("newsletter.toml", CONFIG)
    }

    /// Builds the archive and returns the path of its folder.
    ///
    /// Errors when that fails.
    pub fn build(&self) -> Result<PathBuf> {
        let built = newsletter(self.folder.path())?.arg("build").output()?;
        ensure!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        Ok(self.path("public"))
    }

    /// Returns what `check` says.
    ///
    /// Errors when it cannot be run.
    pub fn check(&self) -> Result<String> {
        let checked = newsletter(self.folder.path())?.arg("check").output()?;
        Ok(String::from_utf8_lossy(&checked.stderr).into_owned())
    }

    /// Ends the server and starts it again on the same port, as after building a new version.
    ///
    /// Errors when it does not start.
    pub fn restart(&mut self) -> Result<()> {
        self.stop();
        let port = self.origin.rsplit(':').next().unwrap_or_default().to_owned();
        (self.process, self.origin) = serve(self.folder.path(), &port)?;
        Ok(())
    }

    /// Ends the server.
    pub fn stop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// A file of the newsletter.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes a file as most programs do: truncated, then written.
    ///
    /// Errors when the disk does.
    pub fn save(&self, path: &str, content: impl AsRef<[u8]>) -> Result<()> {
        Ok(fs::write(self.path(path), content)?)
    }

    /// Writes a file as careful editors do: beside it, then renamed over it.
    ///
    /// Errors when the disk does.
    pub fn save_by_rename(&self, path: &str, content: impl AsRef<[u8]>) -> Result<()> {
        let beside = self.path(&format!("{path}~"));
        fs::write(&beside, content)?;
        Ok(fs::rename(beside, self.path(path))?)
    }

    /// Writes issue 1 with its first paragraph replaced.
    ///
    /// Errors when the disk does.
    pub fn save_intro(&self, intro: &str) -> Result<()> {
        self.save("issues/001-first-things.toml", with_intro(intro))
    }
}

/// Issue 1 with its first paragraph replaced.
pub(crate) fn with_intro(intro: &str) -> String {
    ISSUE.replace("This is the first issue.", intro)
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.stop();
    }
}

fn serve(root: &Path, port: &str) -> Result<(Child, String)> {
    let mut process = newsletter(root)?
        .args(["preview", "--no-open", "--quiet", "--port", port])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let stdout = process.stdout.take().context("the preview has no stdout")?;
    let mut url = String::new();
    BufReader::new(stdout).read_line(&mut url)?;
    ensure!(url.starts_with("http://127.0.0.1:"), "the preview did not start; it said `{url}`");
    Ok((process, url.trim().trim_end_matches('/').to_owned()))
}

/// The binary, ready to run in `root` without the caller's environment: on a machine for continuous integration, `CI` is
/// set and nothing is sent.
pub(crate) fn newsletter(root: &Path) -> Result<Command> {
    let mut command = Command::new(binary()?);
    command.current_dir(root).env_clear().envs(env::var_os("PATH").map(|path| ("PATH", path))).env("HOME", root);
    Ok(command)
}

/// The binary, built if it is not: a package of its own gets none from cargo.
fn binary() -> Result<&'static Path> {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    if let Some(binary) = BINARY.get() {
        return Ok(binary);
    }
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--workspace", "--bin", "newsletter", "--message-format=json"]);
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    let output = build.current_dir(env!("CARGO_MANIFEST_DIR")).output()?;
    ensure!(output.status.success(), "cargo build: {}", String::from_utf8_lossy(&output.stderr));
    let executable = String::from_utf8(output.stdout)?
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find_map(|artifact| artifact["executable"].as_str().map(PathBuf::from));
    Ok(BINARY.get_or_init(|| executable.unwrap_or_default()))
}
