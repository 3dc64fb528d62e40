//! A million subscribers: how long until the first message, how long in all, what a second start costs when half are
//! served, and how much memory it takes.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::newsletter::{ISSUE, index_of};
use crate::process::{self, Cost};
use crate::sender::Bench;
use crate::server::{Kind, Server};

/// How many subscribers.
const SUBSCRIBERS: usize = 1_000_000;

/// The exit code of a send that has more to do.
const STOPPED_PART_WAY: i32 = 5;

/// What was measured, once.
#[derive(Debug)]
pub(crate) struct Million {
    /// The whole send in one go.
    pub(crate) whole: Part,
    /// The second half, sent by a second run.
    pub(crate) second_half: Part,
}

/// One run.
#[derive(Debug)]
pub(crate) struct Part {
    /// From the start of the process to its first MAIL command.
    pub(crate) until_first_mail: Duration,
    /// What the run cost.
    pub(crate) cost: Cost,
}

impl Bench {
    /// Sends to a million twice: in one go, and in two halves.
    ///
    /// Errors when anyone is left out or served twice.
    pub(crate) fn million(&self) -> anyhow::Result<Million> {
        let journal = self.workplace.join("million.journal");
        let whole = {
            let (folder, server) = self.million_begins(&journal)?;
            self.send_part(&folder, server, None)?
        };
        once_each(&journal)?;

        let (folder, server) = self.million_begins(&journal)?;
        let port = server.port.to_string();
        self.send_part(&folder, server, Some(SUBSCRIBERS / 2))?;
        let server = self.journalling_sink(&journal, &port)?;
        let second_half = self.send_part(&folder, server, None)?;
        once_each(&journal)?;
        fs::remove_file(journal)?;
        fs::remove_dir_all(folder)?;
        Ok(Million { whole, second_half })
    }

    /// A fresh newsletter of a million subscribers, and the sink it sends to.
    fn million_begins(&self, journal: &Path) -> anyhow::Result<(PathBuf, Server)> {
        File::create(journal)?;
        let server = self.journalling_sink(journal, "0")?;
        let folder = self.newsletter.folder("million", SUBSCRIBERS, server.port, None, 1)?;
        Ok((folder, server))
    }

    fn journalling_sink(&self, journal: &Path, port: &str) -> anyhow::Result<Server> {
        let journal = journal.to_str().context("the workplace's path is not UTF-8")?;
        Server::start(Kind::Fast, &self.sink(), &["--port", port, "--journal", journal])
    }

    fn send_part(&self, folder: &Path, server: Server, limit: Option<usize>) -> anyhow::Result<Part> {
        let mut command = self.newsletter.command(folder);
        command.args(["send", ISSUE, "--yes"]);
        if let Some(limit) = limit {
            command.arg("--limit").arg(limit.to_string());
        }
        let (cost, status) = process::run(&command, &self.workplace.join("said.txt"))?;
        let expected = if limit.is_some() { STOPPED_PART_WAY } else { 0 };
        ensure!(status.code() == Some(expected), "the send to a million ended with {status}: see `said.txt`");
        let received = server.stop(0)?;
        let first_mail = received.first_mail.context("no message of the million arrived")?;
        Ok(Part { until_first_mail: first_mail.duration_since(cost.started)?, cost })
    }
}

/// Checks that everyone got one message.
fn once_each(journal: &Path) -> anyhow::Result<()> {
    let mut served = vec![false; SUBSCRIBERS];
    let mut twice = 0;
    for line in BufReader::new(File::open(journal)?).lines() {
        let line = line?;
        let served = index_of(&line).and_then(|index| served.get_mut(index));
        let served = served.with_context(|| format!("`{line}` is no subscriber"))?;
        twice += usize::from(std::mem::replace(served, true));
    }
    let missing = served.iter().filter(|served| !**served).count();
    ensure!(
        missing == 0 && twice == 0,
        "of a million subscribers {missing} got nothing, and {twice} messages were one too many"
    );
    Ok(())
}
