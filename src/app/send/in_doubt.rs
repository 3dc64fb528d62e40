//! Decides about recipients in doubt, whose delivery is unknown: first without writing, then in the ledger once the
//! send is confirmed.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::{DateTime, FixedOffset, Utc};

use super::forecast::InDoubtDecision;
use super::issue::IssueToSend;
use super::options::InDoubtPolicy;
use crate::app::clock;
use crate::app::failure::Failure;
use crate::config::CourierSettings;
use crate::delivery::postfix_log::{Inconclusive, LogVerdict, PostfixLog};
use crate::ledger::{DeliveryRow, Ledger, Plan, RecoveryPreview, Reply, Resolution};
use crate::model::{Counts, EmailAddress, State};

/// The first bytes of a file that gzip made (RFC 1952 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The decision about recipients in doubt.
pub(super) enum InDoubtPlan {
    /// They stay in doubt.
    Hold,
    /// This number of them get the message again.
    Resend(u64),
    /// They are given up.
    Skip,
    /// The mail logs decide about each.
    Reconcile(InDoubtFindings),
}

/// The evidence of mail logs about recipients in doubt.
#[derive(Default)]
pub(crate) struct InDoubtFindings {
    resolutions: Vec<Resolution>,
    /// The number of recipients that stay in doubt, by reason.
    pub(crate) inconclusive: BTreeMap<&'static str, u64>,
}

impl InDoubtPlan {
    /// Decides about the recipients of `plan` in doubt, without writing.
    ///
    /// Errors when a mail log cannot be read.
    pub(super) fn new(
        issue: &IssueToSend,
        policy: &InDoubtPolicy,
        ledger: &mut dyn Ledger,
        plan: &Plan,
        outlook: &RecoveryPreview,
    ) -> anyhow::Result<Self> {
        Ok(match policy {
            InDoubtPolicy::Hold => Self::Hold,
            InDoubtPolicy::Resend => Self::Resend(outlook.in_doubt),
            InDoubtPolicy::Skip => Self::Skip,
            InDoubtPolicy::Reconcile(logs) => Self::Reconcile(reconcile(issue, logs, ledger, plan, outlook)?),
        })
    }

    /// Returns the numbers of recipients decided about, of a delivery with `counts`.
    pub(super) fn decision(&self, counts: &Counts) -> InDoubtDecision {
        match self {
            Self::Hold => InDoubtDecision::default(),
            Self::Skip => InDoubtDecision { given_up: counts.of(State::InDoubt), ..InDoubtDecision::default() },
            Self::Resend(recipients) => InDoubtDecision { again: *recipients, ..InDoubtDecision::default() },
            Self::Reconcile(found) => {
                InDoubtDecision { again: found.not_delivered(), accepted: found.delivered(), given_up: 0 }
            }
        }
    }

    /// Whether the recipient in doubt with row `seq` gets the message again.
    pub(super) fn sends_again(&self, seq: u32) -> bool {
        match self {
            Self::Hold | Self::Skip => false,
            Self::Resend(_) => true,
            Self::Reconcile(found) => found.sends_again(seq),
        }
    }

    /// Returns the evidence of the mail logs, if they were read.
    pub(super) fn findings(&self) -> Option<&InDoubtFindings> {
        if let Self::Reconcile(found) = self { Some(found) } else { None }
    }

    /// Writes the decision to the ledger.
    pub(super) fn apply(&self, ledger: &mut dyn Ledger, plan: &Plan, now: DateTime<Utc>) -> anyhow::Result<()> {
        match self {
            Self::Hold | Self::Resend(0) => Ok(()),
            Self::Resend(_) => ledger.requeue(plan.issue, State::InDoubt),
            Self::Skip => ledger.abandon_in_doubt(plan.issue),
            Self::Reconcile(found) => ledger.resolve(plan.issue, &found.resolutions, now),
        }
    }
}

impl InDoubtFindings {
    /// Returns the number of recipients that have the message.
    pub(crate) fn delivered(&self) -> u64 {
        self.of(State::Accepted)
    }

    /// Returns the number of recipients that get the message again.
    pub(crate) fn not_delivered(&self) -> u64 {
        self.of(State::Planned)
    }

    fn sends_again(&self, seq: u32) -> bool {
        self.resolutions.iter().any(|resolution| resolution.seq == seq && resolution.state == State::Planned)
    }

    fn of(&self, state: State) -> u64 {
        self.resolutions.iter().filter(|resolution| resolution.state == state).count() as u64
    }

    /// Adds the verdict of the log about `entry`. With several servers, absence from the log of one proves nothing.
    fn add(&mut self, entry: &DeliveryRow, trace: LogVerdict, several: bool) {
        let resolution = |state, text: String| Resolution { seq: entry.seq, state, reply: Reply::without_code(text) };
        match trace {
            LogVerdict::Accepted(queue_id) => {
                let text = format!("found in the mail log: queued as {queue_id}");
                self.resolutions.push(resolution(State::Accepted, text));
            }
            LogVerdict::Absent if several => {
                let why = "not in the mail log; another of the mail servers may have received it";
                *self.inconclusive.entry(why).or_default() += 1;
            }
            LogVerdict::Absent => {
                self.resolutions
                    .push(resolution(State::Planned, "not in the mail log: the server never received it".to_owned()));
            }
            LogVerdict::Inconclusive(why) => *self.inconclusive.entry(Inconclusive::description(why)).or_default() += 1,
        }
    }
}

/// Looks up the recipients in doubt in `logs`.
fn reconcile(
    issue: &IssueToSend,
    logs: &[PathBuf],
    ledger: &mut dyn Ledger,
    plan: &Plan,
    outlook: &RecoveryPreview,
) -> anyhow::Result<InDoubtFindings> {
    let mut doubtful = Vec::new();
    ledger.entries(plan.issue, &[State::InDoubt, State::Transmitting], &mut |entry| {
        if entry.state == State::InDoubt {
            doubtful.push(entry);
        } else if outlook.unsettled.get(&entry.seq) == Some(&State::InDoubt) {
            // In doubt only since this preview of the recovery.
            doubtful.push(DeliveryRow { updated: None, ..entry });
        }
        Ok(())
    })?;
    let suppressed = ledger.suppressed_mailboxes()?;
    let mut named = Vec::with_capacity(doubtful.len());
    for entry in doubtful {
        let address = EmailAddress::parse(&entry.address).map_err(|reason| {
            anyhow::anyhow!("the ledger contains `{}`, which is not an address: {reason}", entry.address)
        })?;
        // A recipient suppressed since does not get it again, whether or not it arrived.
        if !suppressed.contains(&address.key()) {
            let ids: Vec<_> = plan.letters.iter().map(|version| version.letter.message_id(&address)).collect();
            named.push((entry, ids));
        }
    }
    let wanted = named.iter().flat_map(|(_, ids)| ids.iter().cloned());
    let now = clock::local_now();
    let mut log = PostfixLog::new(wanted, plan.stamp.date, now);
    for path in in_order(logs, now)? {
        read(&path, |line| log.line(line))?;
    }
    let settings = &issue.newsletter.settings;
    let several = settings.courier == CourierSettings::Smtp && settings.smtp.len() > 1;
    let mut found = InDoubtFindings::default();
    for (entry, ids) in &named {
        let lost = entry.updated.unwrap_or(now.to_utc());
        // The Message-ID may differ between versions of the letter: each identifies the message.
        let traces: Vec<_> = ids.iter().map(|id| log.verdict(id, lost)).collect();
        let clearest = traces.iter().find(|trace| matches!(trace, LogVerdict::Accepted(_)));
        let clearest = clearest.or(traces.iter().find(|trace| matches!(trace, LogVerdict::Inconclusive(_))));
        found.add(entry, clearest.cloned().unwrap_or(LogVerdict::Absent), several);
    }
    Ok(found)
}

/// Returns the logs, oldest first.
fn in_order(logs: &[PathBuf], now: DateTime<FixedOffset>) -> anyhow::Result<Vec<PathBuf>> {
    let mut begun = Vec::with_capacity(logs.len());
    for path in logs {
        let mut first = None;
        read(path, |line| first = first.or_else(|| PostfixLog::time(line, now)))?;
        let first = first.ok_or_else(|| {
            Failure::usage(format!("`{}` is not a Postfix log", path.display()))
                .hint("give the file that `maillog_file` or syslog writes to: `/var/log/mail.log`")
        })?;
        begun.push((first, path.clone()));
    }
    begun.sort();
    Ok(begun.into_iter().map(|(_, path)| path).collect())
}

/// Calls `each` with every line of `path`, without its end.
fn read(path: &Path, mut each: impl FnMut(&[u8])) -> anyhow::Result<()> {
    let explain = || format!("cannot read the mail log `{}`", path.display());
    let mut reader = BufReader::new(File::open(path).with_context(explain)?);
    if reader.fill_buf().with_context(explain)?.starts_with(&GZIP) {
        return Err(Failure::usage(format!("the mail log `{}` is compressed", path.display()))
            .hint(format!("`gunzip --keep {}` first", path.display()))
            .into());
    }
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).with_context(explain)? > 0 {
        each(line.trim_ascii_end());
        line.clear();
    }
    Ok(())
}
