//! Who is to get it, and who is not and why.

use std::collections::BTreeMap;

use crate::cli::{Exit, Failure, wording};
use crate::delivery::ledger::Ledger;
use crate::diagnostic::Diagnostic;
use crate::load::{self, Newsletter, Problems};
use crate::model::Subscriber;

/// Who is to get an issue.
pub(super) struct Recipients {
    /// Those, in list order.
    pub(super) subscribers: Vec<Subscriber>,
    /// How many on the list are not among them, by reason; empty when everybody is.
    pub(super) left_out: Vec<(u64, String)>,
}

impl Recipients {
    /// Reads the list and takes out who must not get mail.
    ///
    /// Errors with every bad row of the list, unless they are to be skipped, and when nobody is left.
    pub(super) fn gather(
        newsletter: &Newsletter,
        mut ledger: Option<&mut (dyn Ledger + 'static)>,
        skip_bad_rows: bool,
    ) -> anyhow::Result<Self> {
        let audience = load::audience(newsletter)?;
        if !audience.rejected.is_empty() && !skip_bad_rows {
            return Err(Problems(with_way_out(audience.rejected)).into());
        }
        let mut suppressed = 0;
        let mut subscribers = Vec::with_capacity(audience.subscribers.len());
        for subscriber in audience.subscribers {
            if ledger.as_deref_mut().map_or(Ok(false), |ledger| ledger.is_suppressed(&subscriber.address))? {
                suppressed += 1;
            } else {
                subscribers.push(subscriber);
            }
        }
        let mut reasons: BTreeMap<_, u64> = BTreeMap::new();
        for skip in &audience.skipped {
            *reasons.entry(skip.reason).or_default() += 1;
        }
        let mut left_out: Vec<(u64, String)> =
            reasons.into_iter().map(|(reason, count)| (count, reason.to_string())).collect();
        left_out.push((suppressed, "suppressed".to_owned()));
        left_out.push((audience.merged.len() as u64, "listed twice".to_owned()));
        let bad = audience.rejected.len() as u64;
        left_out.push((bad, if bad == 1 { "bad row" } else { "bad rows" }.to_owned()));
        left_out.retain(|(count, _)| *count > 0);
        let recipients = Self { subscribers, left_out };
        if recipients.subscribers.is_empty() {
            let why = recipients.left_out_line().map(|line| format!(": {line}")).unwrap_or_default();
            let hint =
                "`newsletter suppress --list` shows who is suppressed, `newsletter check` what is wrong with the list";
            return Err(Failure::new(Exit::NotStarted, format!("nobody to send to{why}")).hint(hint).into());
        }
        Ok(recipients)
    }

    /// How many get it.
    pub(super) fn count(&self) -> u64 {
        self.subscribers.len() as u64
    }

    /// `12 unsubscribed · 4 listed twice`.
    pub(super) fn left_out_line(&self) -> Option<String> {
        let parts: Vec<_> =
            self.left_out.iter().map(|(count, reason)| format!("{} {reason}", wording::count(*count))).collect();
        (!parts.is_empty()).then(|| parts.join(" · "))
    }

    /// `ada@example.org, bo@example.net and 1,209 more`.
    pub(super) fn some(&self) -> String {
        let shown: Vec<_> = self.subscribers.iter().take(2).map(|subscriber| subscriber.address.to_string()).collect();
        let more = self.count() - shown.len() as u64;
        let more = if more > 0 { format!(" and {} more", wording::count(more)) } else { String::new() };
        format!("{}{more}", shown.join(", "))
    }
}

/// The bad rows, the last of them with what to do when they cannot be mended now.
fn with_way_out(mut rejected: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if let Some(last) = rejected.last_mut() {
        let way_out = "mend the rows, or send to all the others with `--skip-bad-rows`";
        last.help = Some(last.help.take().map_or(way_out.to_owned(), |help| format!("{help}; {way_out}")));
    }
    rejected
}
