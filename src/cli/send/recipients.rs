//! Who is to get it, and who is not and why.

use std::collections::{BTreeMap, HashSet};

use crate::cli::{Exit, Failure, wording};
use crate::delivery::ledger::Ledger;
use crate::diagnostic::Diagnostic;
use crate::load::{self, Audience, Fate, Newsletter, Problems};
use crate::model::Subscriber;

/// Who is to get an issue.
pub(super) struct Recipients {
    audience: Audience,
    /// Mailboxes that must not get mail.
    suppressed: HashSet<String>,
    count: u64,
    /// How many on the list are not among them, by reason; empty when everybody is.
    left_out: Vec<(u64, String)>,
}

impl Recipients {
    /// Reads the list and takes out who must not get mail.
    ///
    /// Errors with every bad row of the list, unless they are to be skipped, and when nobody is left.
    pub(super) fn gather(
        newsletter: &Newsletter,
        ledger: Option<&mut (dyn Ledger + 'static)>,
        skip_bad_rows: bool,
    ) -> anyhow::Result<Self> {
        let mut audience = load::audience(newsletter)?;
        if !audience.rejected.is_empty() && !skip_bad_rows {
            return Err(Problems(with_way_out(std::mem::take(&mut audience.rejected))).into());
        }
        let suppressed = match ledger {
            Some(ledger) => ledger.suppressed_mailboxes()?,
            None => HashSet::new(),
        };
        let mut recipients = Self { count: audience.count(Fate::Gets), audience, suppressed, left_out: Vec::new() };
        if !recipients.suppressed.is_empty() {
            let count = recipients.subscribers()?.try_fold(0, |count, one| one.map(|_| count + 1))?;
            recipients.count = count;
        }
        recipients.left_out = recipients.reasons();
        if recipients.count == 0 {
            let why = recipients.left_out_line().map(|line| format!(": {line}")).unwrap_or_default();
            let hint =
                "`newsletter suppress --list` shows who is suppressed, `newsletter check` what is wrong with the list";
            return Err(Failure::new(Exit::NotStarted, format!("nobody to send to{why}")).hint(hint).into());
        }
        Ok(recipients)
    }

    /// Those who get it, in list order; read anew from the list.
    ///
    /// Errors when it cannot be read, or in the end when it has been changed since it was gathered from.
    pub(super) fn subscribers(&self) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Subscriber>>> {
        let is_welcome = |subscriber: &Subscriber| !self.suppressed.contains(&subscriber.address.key());
        // Without suppressions nobody's key is made.
        let gets = move |subscriber: &Subscriber| self.suppressed.is_empty() || is_welcome(subscriber);
        let subscribers = self.audience.subscribers()?;
        Ok(subscribers.filter(move |one| one.as_ref().map_or(true, &gets)).map(|one| one.map_err(anyhow::Error::new)))
    }

    /// The SHA-256 of the list they were gathered from, in hex.
    pub(super) fn list_digest(&self) -> &str {
        self.audience.digest()
    }

    /// How many get it.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    fn reasons(&self) -> Vec<(u64, String)> {
        let mut skipped: BTreeMap<_, u64> = BTreeMap::new();
        for fate in self.audience.fates() {
            if let Fate::Skipped(reason) = fate {
                *skipped.entry(*reason).or_default() += 1;
            }
        }
        let bad = self.audience.count(Fate::Rejected);
        let mut reasons: Vec<_> = skipped.into_iter().map(|(reason, count)| (count, reason.to_string())).collect();
        reasons.push((self.audience.count(Fate::Gets) - self.count, "suppressed".to_owned()));
        reasons.push((self.audience.count(Fate::Merged), "listed twice".to_owned()));
        reasons.push((bad, if bad == 1 { "bad row" } else { "bad rows" }.to_owned()));
        reasons.retain(|(count, _)| *count > 0);
        reasons
    }

    /// `12 unsubscribed · 4 listed twice`.
    pub(super) fn left_out_line(&self) -> Option<String> {
        let parts: Vec<_> =
            self.left_out.iter().map(|(count, reason)| format!("{} {reason}", wording::count(*count))).collect();
        (!parts.is_empty()).then(|| parts.join(" · "))
    }

    /// `ada@example.org, bo@example.net and 1,209 more`.
    pub(super) fn some(&self) -> anyhow::Result<String> {
        let shown = self.subscribers()?.take(2).map(|subscriber| Ok(subscriber?.address.to_string()));
        let shown = shown.collect::<anyhow::Result<Vec<_>>>()?;
        let more = self.count() - shown.len() as u64;
        let more = if more > 0 { format!(" and {} more", wording::count(more)) } else { String::new() };
        Ok(format!("{}{more}", shown.join(", ")))
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
