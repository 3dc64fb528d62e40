//! A newsletter whose readers come and go by the web, and the mail they get.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::preview::newsletter;

const CONFIG: &str = r#"[newsletter]
name = "Test Letter"
description = "Links for tests."
from = "Ada Example <ada@example.org>"
site = "https://letter.example.org/"
address = "Test Letter, Example Street 1, 12345 Example"

[send]
courier = "sendmail"
sendmail = "./sendmail"

[unsubscribe]
url = "https://letter.example.org/u/{token}"

[subscribers]
file = ""

[[topic]]
name = "deep"
title = "Deep dives"

[[topic]]
name = "daily"
title = "Daily links"
default = true

[serve]
"#;

/// Where links in mail lead.
const SITE: &str = "https://letter.example.org";

/// How long a mail may take before a test gives up.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running server for readers.
pub struct ReaderServer {
    folder: TempDir,
    process: Child,
    /// `http://127.0.0.1:PORT`
    pub origin: String,
}

impl ReaderServer {
    /// Starts one for a newsletter whose configuration has `more` under `[newsletter]`.
    ///
    /// Errors when the binary cannot be built or does not start.
    pub fn start(more: &str) -> Result<Self> {
        let folder = TempDir::new()?;
        let root = folder.path();
        fs::create_dir_all(root.join("mail"))?;
        fs::write(root.join("newsletter.toml"), CONFIG.replace("[send]", &format!("{more}\n[send]")))?;
        // Renamed when it is whole, so that half a mail is never read.
        let program = "#!/bin/sh\nset -e\nfile=$(mktemp mail/draft.XXXXXX)\ncat > \"$file\"\nmv \"$file\" \"mail/$(date +%s%N).eml\"\n";
        fs::write(root.join("sendmail"), program)?;
        fs::set_permissions(root.join("sendmail"), fs::Permissions::from_mode(0o700))?;
        let mut command = newsletter(root)?;
        command.args(["serve", "--listen", "127.0.0.1:0", "--quiet"]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let mut url = String::new();
        BufReader::new(process.stdout.take().context("the server has no stdout")?).read_line(&mut url)?;
        ensure!(url.starts_with("http://127.0.0.1:"), "the server did not start; it said `{url}`");
        Ok(Self { folder, process, origin: url.trim().trim_end_matches('/').to_owned() })
    }

    /// Waits for mail number `number`, from 1, and returns the first link in it that begins with `path`, at this server.
    ///
    /// Errors when it does not come.
    pub async fn link(&self, number: usize, path: &str) -> Result<String> {
        let started = Instant::now();
        loop {
            let mut files: Vec<_> = fs::read_dir(self.folder.path().join("mail"))?
                .filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|file| file.extension().is_some_and(|extension| extension == "eml"))
                .collect();
            files.sort();
            if let Some(file) = files.get(number - 1) {
                let mail = fs::read_to_string(file)?.replace("\r\n", "\n").replace("=\n", "");
                let (_, rest) =
                    mail.split_once(&format!("{SITE}{path}")).with_context(|| format!("no {path}: {mail}"))?;
                let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !"-_".contains(letter));
                return Ok(format!("{}{path}{}", self.origin, &rest[..end.unwrap_or(rest.len())]));
            }
            ensure!(started.elapsed() < PATIENCE, "mail {number} did not come");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for ReaderServer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
