//! A million subscribers: how long until the first message, how long in all, what a second start costs when half are
//! served, and how much memory it takes.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::newsletter::ISSUE;
use crate::process::{self, Cost};
use crate::sender::Bench;
use crate::server::{Kind, Received, Server};

/// How many subscribers.
pub(crate) const SUBSCRIBERS: usize = 1_000_000;

/// What was measured, once.
#[derive(Debug)]
pub(crate) struct Million {
    /// From the start of the process to the first MAIL command.
    pub(crate) plan: Duration,
    /// The whole send.
    pub(crate) send: Cost,
    /// From the start of a process to its first MAIL command, half of the subscribers being served.
    pub(crate) resume: Duration,
    /// The whole second half.
    pub(crate) second_half: Cost,
}

impl Bench {
    /// Sends to a million twice: in one go, and in two halves.
    ///
    /// Errors when anyone is left out or served twice.
    pub(crate) fn million(&self) -> anyhow::Result<Million> {
        let (send, received) = self.part_of_million(None, SUBSCRIBERS, "all.journal")?;
        let plan = until_first_mail(&send, &received)?;
        once_each(&[&self.workplace.join("all.journal")])?;

        let half = SUBSCRIBERS / 2;
        self.part_of_million(Some(half), half, "first-half.journal")?;
        let (second_half, received) = self.part_of_million(None, half, "second-half.journal")?;
        let resume = until_first_mail(&second_half, &received)?;
        once_each(&["first-half.journal", "second-half.journal"].map(|name| self.workplace.join(name)))?;
        Ok(Million { plan, send, resume, second_half })
    }
}
