//! A newsletter whose readers come and go by the web, and the mail they get.

use std::collections::BTreeSet;
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
        let mail = self.mail(number).await?;
        let (_, rest) = mail.split_once(&format!("{SITE}{path}")).with_context(|| format!("no {path}: {mail}"))?;
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !"-_".contains(letter));
        Ok(format!("{}{path}{}", self.origin, &rest[..end.unwrap_or(rest.len())]))
    }

    /// Waits for mail number `number`, from 1, and returns every link of its HTML to the newsletter's site, at this server.
    ///
    /// Errors when it does not come.
    pub async fn links(&self, number: usize) -> Result<BTreeSet<String>> {
        let mail = self.mail(number).await?;
        let own = mail.split("href=\"").filter_map(|rest| rest.split('"').next()?.strip_prefix(SITE));
        Ok(own.map(|path| format!("{}{}", self.origin, path.replace("&amp;", "&"))).collect())
    }

    /// Publishes and sends `issue` as number 1 while the server runs.
    ///
    /// Errors when the newsletter refuses it.
    pub fn send(&self, issue: &str) -> Result<()> {
        fs::create_dir_all(self.folder.path().join("issues"))?;
        fs::write(self.folder.path().join("issues/1-test.toml"), issue)?;
        self.newsletter(&["build"])?;
        self.newsletter(&["send", "1", "--yes"])?;
        Ok(())
    }

    /// Describes all that is known about readers, and how many mails were written.
    ///
    /// Errors when the newsletter does.
    pub fn state(&self) -> Result<String> {
        let mails = fs::read_dir(self.folder.path().join("mail"))?.count();
        let readers = self.newsletter(&["subscribers", "export"])?;
        let suppressed = self.newsletter(&["suppress", "--list"])?;
        Ok(format!("{mails} mails\n{readers}\n{suppressed}"))
    }

    fn newsletter(&self, arguments: &[&str]) -> Result<String> {
        let output = newsletter(self.folder.path())?.args(arguments).stdin(Stdio::null()).output()?;
        let (said, wrong) = (String::from_utf8(output.stdout)?, String::from_utf8_lossy(&output.stderr).into_owned());
        ensure!(output.status.success(), "newsletter {arguments:?}: {said}{wrong}");
        Ok(said)
    }

    /// Waits for mail number `number`, from 1, and returns it decoded as far as links need.
    async fn mail(&self, number: usize) -> Result<String> {
        let started = Instant::now();
        loop {
            let mut files: Vec<_> = fs::read_dir(self.folder.path().join("mail"))?
                .filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|file| file.extension().is_some_and(|extension| extension == "eml"))
                .collect();
            files.sort();
            if let Some(file) = files.get(number - 1) {
                let mail = fs::read_to_string(file)?.replace("\r\n", "\n").replace("=\n", "");
                return Ok(mail.replace("=3D", "="));
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
