//! Reads and writes the marker beside a sent issue, `issues/042.sent`: the last guard against sending it twice when the ledger
//! is lost or restored from an old copy. It is committed with the issue, so it outlives the machine that sent.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use crate::fs::atomic_file::{self, Access, Durability};
use crate::fs::regular_file;
use crate::ledger::plan::Plan;
use crate::model::{Counts, IssueNumber, State};

/// The comment at the top of the file.
const HEAD: &str = "\
# Written by `newsletter send`. Commit it with the issue: it keeps a second `send` from mailing every subscriber again when
# the ledger is lost or restored from an old copy.
";

/// The same for an issue that another program sent.
const IMPORTED_HEAD: &str = "\
# Written by `newsletter import`: another program sent this issue. Commit it with the issue: it keeps `send` from mailing it.
";

/// What stands in place of a plan where another program sent the issue.
const IMPORTED: &str = "imported";

/// The record of a delivery outside of its ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentMarker {
    /// The plan's identity, in hex.
    plan: String,
    /// When the delivery began (RFC 3339).
    started: String,
    /// The letter's digest.
    letter: String,
    /// Messages accepted when this was written.
    accepted: u64,
    /// Subscribers planned.
    total: u64,
    /// The fingerprint of the key of its unsubscribe links; earlier versions did not record it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// The folders of the web archive that its letters link to, `42-slug`: more than one if the slug changed during the
    /// delivery. Earlier versions did not record them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pages: BTreeSet<String>,
}

/// A contradiction between a marker and a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contradiction {
    /// The ledger has no delivery of the issue.
    Unknown,
    /// The ledger has another delivery of the issue.
    Other,
    /// The ledger has fewer acceptances than there were, and rows that would be sent: it is an old copy.
    Old {
        /// The number of acceptances it has.
        accepted: u64,
    },
}

impl SentMarker {
    /// The path of the marker of `issue` in the newsletter at `root`.
    pub fn path(root: &Path, issue: IssueNumber) -> PathBuf {
        root.join(format!("issues/{}.sent", issue.file_stem()))
    }

    /// Every marker in the newsletter at `root` that can be read.
    pub fn all(root: &Path) -> Vec<(IssueNumber, Self)> {
        let mut markers = Vec::new();
        for entry in fs::read_dir(root.join("issues")).into_iter().flatten().flatten() {
            let path = entry.path();
            let issue = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".sent")?.parse().ok());
            if let Some(issue) = issue
                && let Ok(Some(marker)) = Self::read(&path)
            {
                markers.push((issue, marker));
            }
        }
        markers
    }

    /// The fingerprint of the key of its unsubscribe links.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// The folders of the web archive that its letters link to: `42-slug`.
    pub fn pages(&self) -> &BTreeSet<String> {
        &self.pages
    }

    /// The marker for the current state of a delivery whose letters link to `pages`.
    pub fn of(plan: &Plan, counts: &Counts, pages: BTreeSet<String>) -> Self {
        Self {
            plan: plan.stamp.plan.to_string(),
            started: plan.stamp.date.to_rfc3339(),
            letter: plan.letter().digest.clone(),
            accepted: counts.of(State::Accepted),
            total: counts.total(),
            key: Some(plan.key.clone()),
            pages,
        }
    }

    /// The marker of an issue of `date` that another program sent: it can never be mailed.
    pub fn imported(date: NaiveDate) -> Self {
        Self {
            plan: IMPORTED.to_owned(),
            started: date.and_time(NaiveTime::MIN).and_utc().to_rfc3339(),
            letter: String::new(),
            accepted: 0,
            total: 0,
            key: None,
            pages: BTreeSet::new(),
        }
    }

    /// Returns whether another program sent the issue.
    pub fn is_imported(&self) -> bool {
        self.plan == IMPORTED
    }

    /// The marker at `path`, if there is one.
    ///
    /// Errors when it cannot be read or is damaged.
    pub fn read(path: &Path) -> anyhow::Result<Option<Self>> {
        let text = match regular_file::read_to_string(path, regular_file::MAX_TEXT) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", path.display())),
        };
        match toml::from_str::<Self>(&text) {
            Ok(marker) if DateTime::parse_from_rfc3339(&marker.started).is_ok() => Ok(Some(marker)),
            _ => bail!("`{}` is damaged; restore it from the repository", path.display()),
        }
    }

    /// Writes the marker to `path`, completely or not at all.
    ///
    /// Errors when the file cannot be written.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        let head = if self.is_imported() { IMPORTED_HEAD } else { HEAD };
        let text = format!("{head}{}", toml::to_string(self).context("the marker as TOML")?);
        // This is the last guard against sending an issue twice, so it must survive a power cut.
        atomic_file::replace(path, Access::Shared, Durability::Full, text.as_bytes())
            .with_context(|| format!("cannot write `{}`", path.display()))
    }

    /// Returns the contradiction between this marker and the ledger's `plan` and `counts`.
    pub fn contradicted_by(&self, plan: Option<(&Plan, &Counts)>) -> Option<Contradiction> {
        let Some((plan, counts)) = plan else { return Some(Contradiction::Unknown) };
        let accepted = counts.of(State::Accepted);
        if plan.stamp.plan.to_string() != self.plan {
            Some(Contradiction::Other)
        } else if accepted + plan.taken_back < self.accepted && counts.left() + counts.of(State::Transmitting) > 0 {
            // Harmless if no row would be sent, as in a ledger that was damaged and recovered. In a copy made during the run
            // every row may be marked as being transmitted, and a transmit log copied with it plans those again.
            Some(Contradiction::Old { accepted })
        } else {
            None
        }
    }

    /// Returns the accepted and the planned messages, and the start of the delivery.
    pub fn summary(&self) -> (u64, u64, Option<DateTime<Utc>>) {
        let started = DateTime::parse_from_rfc3339(&self.started).ok();
        (self.accepted, self.total, started.map(|started| started.to_utc()))
    }
}
