//! Gathers the recipients of an issue, and the subscribers left out with the reasons.

use std::collections::{BTreeMap, HashSet};

use super::issue::IssueToSend;
use crate::app::failure::Failure;
use crate::diagnostic::{Diagnostic, Problems, quote};
use crate::format;
use crate::ledger::Ledger;
use crate::model::Subscriber;
use crate::subscribers::{self, Audience, RowOutcome, SkipReason};

/// The recipients of an issue.
pub(super) struct Recipients {
    audience: Audience,
    /// Mailboxes that must not get mail.
    suppressed: HashSet<String>,
    count: u64,
    /// The number of subscribers left out, by reason.
    left_out: Vec<(u64, String)>,
}

impl Recipients {
    /// Reads the list and leaves out the suppressed.
    ///
    /// Errors with every bad row of the list, unless they are to be skipped, and when no recipient is left.
    pub(super) fn gather(
        issue: &IssueToSend,
        ledger: Option<&mut (dyn Ledger + 'static)>,
        skip_bad_rows: bool,
    ) -> anyhow::Result<Self> {
        let mut audience = subscribers::audience(&issue.newsletter, &issue.shown_columns())?;
        if !audience.rejected.is_empty() && !skip_bad_rows {
            return Err(Problems(with_skip_hint(std::mem::take(&mut audience.rejected))).into());
        }
        let suppressed = match ledger {
            Some(ledger) => ledger.suppressed_mailboxes()?,
            None => HashSet::new(),
        };
        let mut recipients =
            Self { count: audience.count(RowOutcome::Recipient), audience, suppressed, left_out: Vec::new() };
        if !recipients.suppressed.is_empty() {
            let count = recipients.subscribers()?.try_fold(0, |count, one| one.map(|_| count + 1))?;
            recipients.count = count;
        }
        recipients.left_out = recipients.reasons();
        if recipients.count == 0 {
            let why = recipients.left_out_line().map(|line| format!(": {line}")).unwrap_or_default();
            let hint = "`newsletter suppress --list` shows suppressed addresses, and `newsletter check` shows problems in the list";
            return Err(Failure::not_started(format!("no recipients{why}")).hint(hint).into());
        }
        Ok(recipients)
    }

    /// Returns the recipients in list order, read anew from the list.
    ///
    /// Errors when the list cannot be read and, at its end, when it was changed since it was first read.
    pub(super) fn subscribers(&self) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Subscriber>>> {
        let may_get_mail = |subscriber: &Subscriber| !self.suppressed.contains(&subscriber.address.key());
        // Without suppressions no key is needed.
        let gets = move |subscriber: &Subscriber| self.suppressed.is_empty() || may_get_mail(subscriber);
        let subscribers = self.audience.subscribers()?;
        Ok(subscribers.filter(move |one| one.as_ref().map_or(true, &gets)).map(|one| one.map_err(anyhow::Error::new)))
    }

    /// Returns the SHA-256 of the list, in hex.
    pub(super) fn list_digest(&self) -> &str {
        self.audience.digest()
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    fn reasons(&self) -> Vec<(u64, String)> {
        let mut skipped: BTreeMap<_, u64> = BTreeMap::new();
        for fate in self.audience.outcomes() {
            if let RowOutcome::Skipped(reason) = fate {
                *skipped.entry(*reason).or_default() += 1;
            }
        }
        let bad = self.audience.count(RowOutcome::Rejected);
        let words = |reason| match reason {
            SkipReason::NotSubscribed => format!("{reason} ({})", self.other_values()),
            reason => reason.to_string(),
        };
        let mut reasons: Vec<_> = skipped.into_iter().map(|(reason, count)| (count, words(reason))).collect();
        reasons.push((self.audience.count(RowOutcome::Recipient) - self.count, "suppressed".to_owned()));
        reasons.push((self.audience.count(RowOutcome::Duplicate), "listed twice".to_owned()));
        reasons.push((bad, if bad == 1 { "bad row" } else { "bad rows" }.to_owned()));
        reasons.retain(|(count, _)| *count > 0);
        reasons
    }

    /// Returns the statuses in the list that do not get mail: `` `cancelled`, `bounced` ``.
    fn other_values(&self) -> String {
        const SHOWN: usize = 8;
        let values: Vec<_> = self
            .audience
            .excluded_values()
            .map(|value| if value.is_empty() { "empty".to_owned() } else { quote(value) })
            .collect();
        let more = if values.len() > SHOWN { ", …" } else { "" };
        format!("{}{more}", values[..values.len().min(SHOWN)].join(", "))
    }

    /// Returns the number of rows read as windows-1252 and, if names were, one of them.
    pub(super) fn guessed_encoding(&self) -> Option<(u64, Option<&str>)> {
        self.audience.guessed()
    }

    /// Returns the warnings about the columns of the list.
    pub(super) fn warnings(&self) -> &[Diagnostic] {
        self.audience.column_warnings()
    }

    /// Returns `12 unsubscribed · 4 listed twice`.
    pub(super) fn left_out_line(&self) -> Option<String> {
        let parts: Vec<_> =
            self.left_out.iter().map(|(count, reason)| format!("{} {reason}", format::count(*count))).collect();
        (!parts.is_empty()).then(|| parts.join(" · "))
    }

    /// Returns the first `most` addresses.
    ///
    /// Errors when the list cannot be read.
    pub(super) fn examples(&self, most: usize) -> anyhow::Result<Vec<String>> {
        self.subscribers()?.take(most).map(|subscriber| Ok(subscriber?.address.to_string())).collect()
    }
}

/// Adds the hint to ignore the bad rows to the last of them.
fn with_skip_hint(mut rejected: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if let Some(last) = rejected.last_mut() {
        let skip = "fix these rows, or pass `--skip-bad-rows` to ignore them";
        last.help = Some(last.help.take().map_or(skip.to_owned(), |help| format!("{help}; {skip}")));
    }
    rejected
}
