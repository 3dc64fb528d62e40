//! A Postfix of our own in a temporary folder: takes mail from this machine, queues it to disk as it always does, and
//! throws away what it would have delivered.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::machine::is_root;
use crate::process;

/// How long it may take to deliver what it has acknowledged.
const DELIVERY: Duration = Duration::from_mins(2);

/// The services behind the port.
const SERVICES: &str = include_str!("../../../tests/it/support/master.cf");

/// A Postfix that runs; its folder is gone when it is dropped.
pub(crate) struct Postfix {
    folder: PathBuf,
}

impl Postfix {
    /// Starts it on 127.0.0.1.
    ///
    /// Errors when this process is not root's: its processes change users.
    pub(crate) fn start(port: u16) -> anyhow::Result<Self> {
        if !is_root()? {
            bail!("Postfix can only be started by root");
        }
        let folder = std::env::temp_dir().join(format!("newsletter-benchmark-postfix-{port}"));
        let postfix = Self { folder };
        for name in ["etc", "queue", "data", "log"] {
            let path = postfix.folder.join(name);
            fs::create_dir_all(&path)?;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        }
        fs::set_permissions(&postfix.folder, fs::Permissions::from_mode(0o755))?;
        process::output(Command::new("chown").arg("postfix").arg(postfix.folder.join("data")))?;
        fs::write(postfix.folder.join("etc/main.cf"), main_cf(&postfix.folder))?;
        fs::write(postfix.folder.join("etc/master.cf"), format!("127.0.0.1:{port} inet n - n - - smtpd\n{SERVICES}"))?;
        postfix.control("start")?;
        Ok(postfix)
    }

    /// Waits until `expected` messages are delivered, ends it and returns how many were.
    ///
    /// Errors when one was not delivered at the first attempt.
    pub(crate) fn stop(self, expected: u64) -> anyhow::Result<u64> {
        let started = Instant::now();
        loop {
            let log = fs::read_to_string(self.folder.join("log/mail.log")).unwrap_or_default();
            if let Some(line) = log.lines().find(|line| line.contains("status=") && !line.contains("status=sent")) {
                bail!("Postfix: {line}");
            }
            let sent = log.matches("status=sent").count() as u64;
            if sent >= expected || started.elapsed() > DELIVERY {
                return Ok(sent);
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn control(&self, verb: &str) -> anyhow::Result<String> {
        let configuration = self.folder.join("etc");
        process::output(Command::new("postfix").arg("-c").arg(configuration).arg(verb))
            .with_context(|| format!("`postfix {verb}`, which Debian has in the package postfix"))
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // Nothing can be done about a failure here, and nothing depends on it.
        let _ = self.control("stop");
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn main_cf(folder: &Path) -> String {
    format!(
        "\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}
myhostname = mail.example.org
mydestination =
mynetworks = 127.0.0.0/8
inet_protocols = ipv4
inet_interfaces = 127.0.0.1
default_transport = discard:benchmark
local_recipient_maps =
alias_maps =
smtpd_peername_lookup = no
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_data_restrictions = reject_unauth_pipelining
notify_classes =
",
        folder = folder.display()
    )
}
