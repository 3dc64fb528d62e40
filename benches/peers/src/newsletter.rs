//! The newsletter that is sent: a folder of its own with an issue of thirty links, and what the other senders need to
//! send the very same letter.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};

use crate::process;

/// The issue that is sent.
pub(crate) const ISSUE: &str = "42";

/// In every unsubscribe link, before the token.
const UNSUBSCRIBE: &str = "https://bytes.example.org/unsubscribe/";

/// How many links the issue has, in sections of six.
const LINKS: usize = 30;

/// How many recipients the other senders' list has: more than any of them is asked to reach.
const RECIPIENTS: usize = 60_000;

/// The newsletter's binary, and folders for it to run in.
#[derive(Debug)]
pub(crate) struct Newsletter {
    binary: PathBuf,
    /// Holds one folder a run, and the material.
    workplace: PathBuf,
}

/// The letter as other senders get it (`senders/material.rs`), and a key to sign it with.
#[derive(Debug)]
pub(crate) struct Material {
    /// The folder of `letter.html` and the rest.
    pub(crate) folder: PathBuf,
    /// An RSA-2048 key, PKCS#1 as PEM.
    pub(crate) key: PathBuf,
    /// One finished message.
    pub(crate) message: PathBuf,
    /// Bytes of the HTML with a link in it, and of a message.
    pub(crate) sizes: (usize, usize),
}

impl Newsletter {
    /// Uses `binary`, and `workplace` for folders.
    pub(crate) fn new(binary: &Path, workplace: &Path) -> anyhow::Result<Self> {
        let binary = binary.canonicalize().with_context(|| format!("`{}`", binary.display()))?;
        Ok(Self { binary, workplace: workplace.to_owned() })
    }

    /// Makes a folder `name`, afresh, that sends to `subscribers` subscribers through the server at `port`, with so many
    /// messages `in_flight` on a connection.
    ///
    /// The list is written piece by piece: a child's peak memory counts what its parent held when it was started.
    pub(crate) fn folder(
        &self,
        name: &str,
        subscribers: usize,
        port: u16,
        key: Option<&Path>,
        in_flight: u32,
    ) -> anyhow::Result<PathBuf> {
        let folder = self.workplace.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(folder.join("issues"))?;
        fs::write(folder.join("newsletter.toml"), configuration(port, key, in_flight))?;
        fs::write(folder.join("issues/042-thirty-links.toml"), issue())?;
        let mut list = BufWriter::new(File::create(folder.join("subscribers.csv"))?);
        writeln!(list, "email")?;
        for index in 0..subscribers {
            writeln!(list, "{}", address(index))?;
        }
        list.flush()?;
        Ok(folder)
    }

    /// The binary about to run in `folder`.
    pub(crate) fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.binary);
        command.arg("-C").arg(folder);
        command
    }

    /// Renders the letter for the other senders.
    ///
    /// Errors when it is not what the comparison is about: thirty links, about 39 KB of HTML and 51 KB a message.
    pub(crate) fn material(&self) -> anyhow::Result<Material> {
        let newsletter = self.folder("rendered", 1, 25, None, 1)?;
        let render =
            |part: &str| process::output(self.command(&newsletter).args(["render", ISSUE, part, "--as", &address(0)]));
        let (html, text, message) = (render("--html")?, render("--text")?, render("--eml")?);
        let link = unsubscribe_link(&html)?;
        ensure!(text.contains(&link), "the text part has no `{link}`");

        let folder = self.workplace.join("material");
        fs::create_dir_all(&folder)?;
        let token_length = link.len() - UNSUBSCRIBE.len();
        let mut recipients = BufWriter::new(File::create(folder.join("recipients.tsv"))?);
        for index in 0..RECIPIENTS {
            writeln!(recipients, "{}\t{UNSUBSCRIBE}{index:0token_length$}", address(index))?;
        }
        recipients.flush()?;
        let sizes = (html.len(), message.len());
        ensure!((36_000..43_000).contains(&sizes.0), "the HTML is {} bytes, not about 39,000", sizes.0);
        ensure!((47_000..56_000).contains(&sizes.1), "a message is {} bytes, not about 51,000", sizes.1);
        fs::write(folder.join("subject.txt"), "Thirty links\n")?;
        let impersonal = |part: &str| part.replace(&link, "{{unsubscribe}}").replace(&address(0), "{{address}}");
        fs::write(folder.join("letter.html"), impersonal(&html))?;
        fs::write(folder.join("letter.txt"), impersonal(&text))?;
        fs::write(folder.join("message.eml"), &message)?;
        Ok(Material { key: rsa_key(&folder)?, message: folder.join("message.eml"), folder, sizes })
    }
}

/// The address of subscriber `index`.
fn address(index: usize) -> String {
    format!("reader{index:07}@readers.example.net")
}

/// Which subscriber has this address.
pub(crate) fn index_of(address: &str) -> Option<usize> {
    address.strip_prefix("reader")?.strip_suffix("@readers.example.net")?.parse().ok()
}

fn configuration(port: u16, key: Option<&Path>, in_flight: u32) -> String {
    let mut configuration = format!(
        r#"[newsletter]
name = "Distributed Bytes"
description = "Articles, videos and papers on distributed systems."
from = "Ada Example <ada@bytes.example.org>"
subject = "{{title}}"
site = "https://bytes.example.org/"
address = "Distributed Bytes, Example Street 1, 12345 Example"

[unsubscribe]
url = "{UNSUBSCRIBE}{{token}}"
mailto = "unsubscribe@bytes.example.org"

[send]
courier = "smtp"

[smtp]
host = "127.0.0.1"
port = {port}
tls = "none"
connections = 10
per_connection = 1000000
max_in_flight = {in_flight}
"#
    );
    if let Some(key) = key {
        let _ = write!(
            configuration,
            "\n[dkim]\ndomain = \"bytes.example.org\"\nselector = \"bench\"\nkey = {{ file = \"{}\" }}\n",
            key.display()
        );
    }
    configuration
}

/// An issue as people write them: five sections, thirty links with author, reading time and a sentence each.
fn issue() -> String {
    const SUBJECTS: [&str; 6] = ["clocks", "leases", "quorums", "write skew", "backpressure", "log compaction"];
    let mut issue = String::from(
        "number = 42\ntitle = \"Thirty links\"\ndate = 2026-11-24\n\
         preheader = \"Clocks, leases, quorums, write skew, backpressure and log compaction, five times each\"\n\
         intro = \"Thirty texts this week, five on each of six subjects, **read to the end** before they were passed on.\"\n",
    );
    for index in 0..LINKS {
        let (section, subject) = (index / SUBJECTS.len() + 1, SUBJECTS[index % SUBJECTS.len()]);
        if index % SUBJECTS.len() == 0 {
            let _ = write!(issue, "\n[[section]]\ntitle = \"Part {section}: what holds and what gives\"\n");
        }
        let _ = write!(
            issue,
            r#"
[[section.link]]
url = "https://reading.example.org/{section}/{index:02}-{slug}"
title = "What a reader should know about {subject}, part {section}"
author = "Robin Example"
reading_time = {minutes}
description = "What people who run {subject} would leave out if they built it again."
"#,
            slug = subject.replace(' ', "-"),
            minutes = 5 + index % 20,
        );
    }
    issue
}

fn unsubscribe_link(html: &str) -> anyhow::Result<String> {
    let start = html.find(UNSUBSCRIBE).with_context(|| format!("the letter has no `{UNSUBSCRIBE}`"))?;
    let link = html[start..].split('"').next().unwrap_or_default();
    if link.len() == UNSUBSCRIBE.len() {
        bail!("the unsubscribe link has no token");
    }
    Ok(link.to_owned())
}

/// Makes a key that every sender can read, which for lettre means PKCS#1.
fn rsa_key(folder: &Path) -> anyhow::Result<PathBuf> {
    let key = folder.join("key.pem");
    if !key.exists() {
        process::output(Command::new("openssl").args(["genrsa", "-traditional", "-out"]).arg(&key).arg("2048"))?;
    }
    Ok(key)
}
