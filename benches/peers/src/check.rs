//! Every sender's messages looked at before it is measured: a fast sender of wrong messages is not fast.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context;

use crate::machine::PYTHON;
use crate::process;
use crate::sender::{Bench, Sender};
use crate::server::Kind;

/// Messages looked at.
const MESSAGES: usize = 20;

impl Bench {
    /// Lets `sender` send a few messages and has `check.py` parse them.
    ///
    /// Errors, naming every message, when one is not as it should be.
    pub(crate) fn check(&self, sender: Sender, signed: bool, check: &Path) -> anyhow::Result<()> {
        let kept = self.workplace.join("kept");
        if kept.exists() {
            fs::remove_dir_all(&kept)?;
        }
        fs::create_dir_all(&kept)?;
        let folder = kept.to_str().context("the workplace's path is not UTF-8")?;
        self.run(sender, Kind::Fast, MESSAGES, signed, &["--keep", folder, "--keep-first", &MESSAGES.to_string()])?;

        let mut command = Command::new(PYTHON);
        command.arg(check).arg(&kept).arg(&self.material.folder).arg(MESSAGES.to_string());
        if signed {
            command.arg(self.public_key()?);
        }
        let verdict = command.output().with_context(|| format!("`{PYTHON}`"))?;
        anyhow::ensure!(
            verdict.status.success(),
            "the messages of {} are wrong:\n{}{}",
            sender.label(),
            String::from_utf8_lossy(&verdict.stdout),
            String::from_utf8_lossy(&verdict.stderr)
        );
        Ok(())
    }

    /// The public key as DNS would show it.
    fn public_key(&self) -> anyhow::Result<String> {
        let pem = process::output(Command::new("openssl").args(["rsa", "-pubout", "-in"]).arg(&self.material.key))?;
        Ok(pem.lines().filter(|line| !line.starts_with("-----")).collect())
    }
}
