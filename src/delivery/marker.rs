//! The marker beside an issue that was sent: what a ledger that is lost, or restored from an old copy, does not know any
//! more. It goes into the repository with the issue, so it outlives the machine that sent.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ledger::{Counts, Plan, State};
use crate::model::IssueNumber;

/// What people read who find the file.
const HEAD: &str = "\
# Written by `newsletter send`. Commit it with the issue: it keeps a second `send` from mailing everybody again when the
# ledger is lost or restored from an old copy.
";

/// What is known of a delivery without its ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// The plan's identity, in hex.
    plan: String,
    /// When the delivery began (RFC 3339).
    started: String,
    /// The letter's digest.
    letter: String,
    /// How many had it when this was written.
    accepted: u64,
    /// How many were planned.
    total: u64,
}

/// How a marker and a ledger can contradict each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contradiction {
    /// The ledger has no delivery of the issue.
    Unknown,
    /// The ledger has another delivery of the issue.
    Other,
    /// The ledger has fewer acceptances than there were, and would send to those left: it is an old copy.
    Old {
        /// How many it has.
        accepted: u64,
    },
}

impl Marker {
    /// Where the marker of `issue` is in the newsletter at `root`.
    pub fn path(root: &Path, issue: IssueNumber) -> PathBuf {
        root.join(format!("issues/{:03}.sent", issue.0))
    }

    /// The marker of a delivery as it stands.
    pub fn of(plan: &Plan, counts: &Counts) -> Self {
        Self {
            plan: plan.stamp.plan.to_string(),
            started: plan.stamp.date.to_rfc3339(),
            letter: plan.letter().digest.clone(),
            accepted: counts.of(State::Accepted),
            total: counts.total(),
        }
    }

    /// The marker at `path`, when there is one.
    ///
    /// Errors when it cannot be read or is damaged: then nobody knows what it said.
    pub fn read(path: &Path) -> anyhow::Result<Option<Self>> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", path.display())),
        };
        match toml::from_str::<Self>(&text) {
            Ok(marker) if DateTime::parse_from_rfc3339(&marker.started).is_ok() => Ok(Some(marker)),
            _ => bail!("`{}` is damaged; restore it from the repository", path.display()),
        }
    }

    /// Writes the marker to `path`, whole or not at all.
    ///
    /// Errors when the file cannot be written.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        // Of this process alone: with a shared ledger two may write theirs at the same moment.
        let draft = path.with_extension(format!("sent.{}", process::id()));
        let written = || -> anyhow::Result<()> {
            let mut file = File::create(&draft)?;
            write!(file, "{HEAD}{}", toml::to_string(self)?)?;
            file.sync_all()?;
            fs::rename(&draft, path)?;
            Ok(())
        };
        written().with_context(|| format!("cannot write `{}`", path.display()))
    }

    /// How the ledger's `plan` and `counts` contradict this marker.
    pub fn contradicted_by(&self, plan: Option<(&Plan, &Counts)>) -> Option<Contradiction> {
        let Some((plan, counts)) = plan else { return Some(Contradiction::Unknown) };
        let accepted = counts.of(State::Accepted);
        if plan.stamp.plan.to_string() != self.plan {
            Some(Contradiction::Other)
        } else if accepted < self.accepted && counts.left() > 0 {
            // With nobody left to be sent to unasked, it does no harm: a ledger that was damaged and recovered is like that.
            Some(Contradiction::Old { accepted })
        } else {
            None
        }
    }

    /// How many had it, how many were to have it, and when it began, for a message to people.
    pub fn told(&self) -> (u64, u64, Option<DateTime<Utc>>) {
        let started = DateTime::parse_from_rfc3339(&self.started).ok();
        (self.accepted, self.total, started.map(|started| started.to_utc()))
    }
}
