//! Gathers the recipients of an issue, and the subscribers left out with the reasons.

use std::collections::{BTreeMap, HashSet};

use super::from_ledger::LedgerSubscribers;
use super::issue::IssueToSend;
use super::options::SendOptions;
use super::selection::Selection;
use crate::app::check::list_findings::ListFindings;
use crate::app::failure::Failure;
use crate::diagnostic::{Diagnostic, Problems, quote};
use crate::format;
use crate::ledger::Ledger;
use crate::message::TokenKey;
use crate::model::Subscriber;
use crate::subscribers::{self, Audience, RowOutcome, SkipReason};

/// The recipients of an issue: the subscribers of the ledger, then those that only the list has.
pub(super) struct Recipients {
    from_ledger: LedgerSubscribers,
    /// The mailboxes of the ledger's subscribers, when there is a list too.
    in_ledger: HashSet<String>,
    /// The list, if there is one.
    audience: Option<Audience>,
    /// Mailboxes that must not get mail.
    suppressed: HashSet<String>,
    selection: Selection,
    /// What the digests of erased readers are made with.
    key: TokenKey,
    list_id: String,
    count: u64,
    /// Rows of the list that are suppressed or erased.
    suppressed_rows: u64,
    /// Rows of the list that are not selected.
    other_rows: u64,
    /// The number of subscribers left out, by reason.
    left_out: Vec<(u64, String)>,
}

/// What a row of the list is to a send.
#[derive(PartialEq, Eq)]
enum ListRow {
    Recipient,
    InLedger,
    Suppressed,
    NotSelected,
}

impl Recipients {
    /// Reads ledger and list, and leaves out the suppressed and who is not selected. `key` is that of the unsubscribe tokens;
    /// what the rules find in the list goes to `in_list`.
    ///
    /// Errors with every bad row of the list, unless they are to be skipped, and when no recipient is left.
    pub(super) fn gather(
        issue: &IssueToSend,
        key: &TokenKey,
        mut ledger: Option<&mut (dyn Ledger + 'static)>,
        options: &SendOptions,
        in_list: &mut ListFindings,
    ) -> anyhow::Result<Self> {
        let newsletter = &issue.newsletter;
        let selection = Selection::of(issue, options.recipients_of, ledger.as_deref_mut())?;
        let (from_ledger, suppressed) = match ledger {
            Some(ledger) => (LedgerSubscribers::read(ledger, &selection)?, ledger.suppressed_mailboxes()?),
            None => (LedgerSubscribers::default(), HashSet::new()),
        };
        // Once the ledger has subscribers, the list may be gone.
        let in_ledger = from_ledger.count() + from_ledger.others();
        let is_needed = in_ledger == 0 || newsletter.settings.subscribers.as_ref().is_some_and(|it| it.exists());
        let mut audience = match &newsletter.settings.subscribers {
            Some(_) if is_needed => {
                let check = &mut |list: &_, row: &_| in_list.add(list, row, None);
                Some(subscribers::audience_of_rows(newsletter, &issue.shown_columns(), check)?)
            }
            _ => None,
        };
        if let Some(audience) =
            audience.as_mut().filter(|audience| !audience.rejected.is_empty() && !options.skip_bad_rows)
        {
            return Err(Problems(with_skip_hint(std::mem::take(&mut audience.rejected))).into());
        }
        if let Some(audience) = &audience {
            refuse_other_key(audience, &key.fingerprint(&newsletter.publication.list_id))?;
        }
        let in_ledger = if audience.is_some() { from_ledger.mailboxes()? } else { HashSet::new() };
        let mut recipients = Self {
            from_ledger,
            in_ledger,
            audience,
            suppressed,
            selection,
            key: key.clone(),
            list_id: newsletter.publication.list_id.clone(),
            count: 0,
            suppressed_rows: 0,
            other_rows: 0,
            left_out: Vec::new(),
        };
        recipients.count_rows()?;
        recipients.left_out = recipients.reasons();
        if recipients.count == 0 {
            let why = recipients.left_out_line().map(|line| format!(": {line}")).unwrap_or_default();
            if recipients.from_ledger.others() + recipients.other_rows > 0 {
                let (_, hint) = recipients.selection.reason();
                return Err(Failure::content(format!("no recipients{why}")).hint(hint).into());
            }
            let hint = if newsletter.settings.subscribers.is_some() {
                "`newsletter suppress --list` shows suppressed addresses, and `newsletter check` shows problems in the list"
            } else {
                "`newsletter suppress --list` shows suppressed addresses; `[subscribers] file` is empty, so only the subscribers in the ledger get mail"
            };
            return Err(Failure::not_started(format!("no recipients{why}")).hint(hint).into());
        }
        Ok(recipients)
    }

    fn count_rows(&mut self) -> anyhow::Result<()> {
        let Some(audience) = &self.audience else {
            self.count = self.from_ledger.count();
            return Ok(());
        };
        let mut listed = audience.count(RowOutcome::Recipient);
        let (mut suppressed, mut others) = (0, 0);
        // The rows need to be looked at only if that may leave one out.
        if self.knows_somebody() || !self.selection.is_everybody() {
            listed = 0;
            for subscriber in audience.subscribers()? {
                match self.row(&subscriber?) {
                    ListRow::Recipient => listed += 1,
                    ListRow::InLedger => {}
                    ListRow::Suppressed => suppressed += 1,
                    ListRow::NotSelected => others += 1,
                }
            }
        }
        (self.suppressed_rows, self.other_rows) = (suppressed, others);
        self.count = self.from_ledger.count() + listed;
        Ok(())
    }

    fn knows_somebody(&self) -> bool {
        !self.suppressed.is_empty() || !self.in_ledger.is_empty() || self.from_ledger.knows_erased()
    }

    fn row(&self, subscriber: &Subscriber) -> ListRow {
        let selected =
            || if self.selection.includes_row(subscriber) { ListRow::Recipient } else { ListRow::NotSelected };
        if !self.knows_somebody() {
            return selected();
        }
        let mailbox = subscriber.address.key();
        if self.in_ledger.contains(&mailbox) {
            ListRow::InLedger
        } else if self.suppressed.contains(&mailbox)
            || self.from_ledger.is_erased(&self.key, &self.list_id, &subscriber.address)
        {
            ListRow::Suppressed
        } else {
            selected()
        }
    }

    /// Returns the recipients: those of the ledger, then those of the list, read anew from it.
    ///
    /// Errors when the list cannot be read and, at its end, when it was changed since it was first read.
    pub(super) fn subscribers(&self) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Subscriber>>> {
        let gets = |subscriber: &Subscriber| self.row(subscriber) == ListRow::Recipient;
        let listed = self.audience.as_ref().map(Audience::subscribers).transpose()?;
        let listed = listed.into_iter().flatten().filter(move |one| one.as_ref().map_or(true, gets));
        Ok(self.from_ledger.subscribers().chain(listed.map(|one| one.map_err(anyhow::Error::new))))
    }

    /// Returns the SHA-256 of the list, in hex; empty when there is none.
    pub(super) fn list_digest(&self) -> &str {
        self.audience.as_ref().map_or("", Audience::digest)
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Returns which subscribers get the issue.
    pub(super) fn selection(&self) -> &Selection {
        &self.selection
    }

    /// Returns the number of recipients that the ledger and the list have; `None` for a list that is not used.
    pub(super) fn sources(&self) -> (u64, Option<u64>) {
        let from_ledger = self.from_ledger.count();
        (from_ledger, self.audience.as_ref().map(|_| self.count - from_ledger))
    }

    fn reasons(&self) -> Vec<(u64, String)> {
        let others = (self.from_ledger.others() + self.other_rows, self.selection.reason().0);
        let Some(audience) = &self.audience else { return Vec::from_iter((others.0 > 0).then_some(others)) };
        let mut skipped: BTreeMap<_, u64> = BTreeMap::new();
        for fate in audience.outcomes() {
            if let RowOutcome::Skipped(reason) = fate {
                *skipped.entry(*reason).or_default() += 1;
            }
        }
        let bad = audience.count(RowOutcome::Rejected);
        let words = |reason| match reason {
            SkipReason::NotSubscribed => format!("{reason} ({})", other_values(audience)),
            reason => reason.to_string(),
        };
        let mut reasons: Vec<_> = skipped.into_iter().map(|(reason, count)| (count, words(reason))).collect();
        reasons.push(others);
        reasons.push((self.suppressed_rows, "suppressed".to_owned()));
        reasons.push((audience.count(RowOutcome::Duplicate), "listed twice".to_owned()));
        reasons.push((bad, if bad == 1 { "bad row" } else { "bad rows" }.to_owned()));
        reasons.retain(|(count, _)| *count > 0);
        reasons
    }

    /// Returns the number of rows read as windows-1252 and, if names were, one of them.
    pub(super) fn guessed_encoding(&self) -> Option<(u64, Option<&str>)> {
        self.audience.as_ref().and_then(Audience::guessed)
    }

    /// Returns the warnings about the columns of the list.
    pub(super) fn warnings(&self) -> &[Diagnostic] {
        self.audience.as_ref().map_or(&[], Audience::column_warnings)
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

/// Errors when the list was exported from a ledger with another unsubscribe key than the one with the fingerprint `own`:
/// the links of this machine's mail would not work there.
fn refuse_other_key(audience: &Audience, own: &str) -> Result<(), Failure> {
    match audience.list().exported_with_key() {
        Some(key) if key != own => {
            let message = format!(
                "the list was exported where the unsubscribe key is another one (`{key}`, here `{own}`): the unsubscribe links \
                 in this mail would not work there"
            );
            Err(Failure::not_started(message)
                .hint("copy the unsubscribe key of the machine it was exported on to this one")
                .hint("or send there"))
        }
        _ => Ok(()),
    }
}

/// Returns the statuses in the list that do not get mail: `` `cancelled`, `bounced` ``.
fn other_values(audience: &Audience) -> String {
    const SHOWN: usize = 8;
    let values: Vec<_> = audience
        .excluded_values()
        .map(|value| if value.is_empty() { "empty".to_owned() } else { quote(value) })
        .collect();
    let more = if values.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", values[..values.len().min(SHOWN)].join(", "))
}

/// Adds the hint to ignore the bad rows to the last of them.
fn with_skip_hint(mut rejected: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if let Some(last) = rejected.last_mut() {
        let skip = "fix these rows, or pass `--skip-bad-rows` to ignore them";
        last.help = Some(last.help.take().map_or(skip.to_owned(), |help| format!("{help}; {skip}")));
    }
    rejected
}
