//! Finds the key of the unsubscribe links in mail already sent, by its fingerprint in the ledger and the sent
//! markers. With another key none of those links works, and no error shows it.

use chrono::{DateTime, Utc};

use super::failure::Failure;
use super::open_ledger;
use crate::config::{self, Newsletter, SecretSource};
use crate::ledger::sent_marker::SentMarker;
use crate::ledger::{DeliveryKey, Ledger};
use crate::model::IssueNumber;

/// The key of the newest delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PreviousKey {
    /// `None` if an earlier version did not record it: then any key is accepted.
    fingerprint: Option<String>,
    issue: IssueNumber,
    started: Option<DateTime<Utc>>,
}

impl PreviousKey {
    /// Reads it from the ledger and the sent markers; with `is_renamed` the ledger may have another list identifier.
    ///
    /// Errors when the ledger is another newsletter's, and when it cannot be read and no key exists: then a new key
    /// may not be the first.
    pub(crate) fn find(newsletter: &Newsletter, is_renamed: bool) -> anyhow::Result<Option<Self>> {
        match open_ledger::to_read_renamed(newsletter, is_renamed) {
            Ok(mut ledger) => Self::read(newsletter, ledger.as_deref_mut()),
            Err(error) if error.is::<Failure>() || config::missing_token_key(newsletter).is_some() => Err(error),
            Err(_) => Self::read(newsletter, None),
        }
    }

    /// Reads it from `ledger` and from the markers.
    ///
    /// Errors when the ledger cannot be read.
    pub(crate) fn read(
        newsletter: &Newsletter,
        ledger: Option<&mut (dyn Ledger + 'static)>,
    ) -> anyhow::Result<Option<Self>> {
        let known = ledger.map(Ledger::last_key).transpose()?.flatten();
        let known = known.map(|DeliveryKey { issue, started, key }| Self {
            fingerprint: Some(key),
            issue,
            started: Some(started),
        });
        let marked = SentMarker::all(&newsletter.root).into_iter().map(|(issue, marker)| Self {
            fingerprint: marker.key().map(str::to_owned),
            issue,
            started: marker.summary().2,
        });
        // An older record with a fingerprint is preferred to a newer one without.
        Ok(marked.chain(known).max_by_key(|used| (used.fingerprint.is_some(), used.started, used.issue)))
    }

    /// Whether its fingerprint is `fingerprint`, as far as it is known.
    pub(crate) fn is(&self, fingerprint: &str) -> bool {
        self.fingerprint.as_deref().is_none_or(|used| used == fingerprint)
    }

    /// Returns the failure for a newsletter with another key; `what` completes the sentence `the unsubscribe key ...`.
    pub(crate) fn refusal(&self, newsletter: &Newsletter, what: &str) -> Failure {
        let issue = self.issue;
        let message = format!(
            "the unsubscribe key {what}: with a new key, the unsubscribe links in the mail of issue {issue} and earlier would stop working"
        );
        let place = match &newsletter.settings.token_key {
            SecretSource::File(path) => {
                let shown = path.strip_prefix(&newsletter.root).unwrap_or(path).display();
                format!("restore `{shown}` from the machine that sent or from a backup")
            }
            other => format!("restore the value that {other} had at that time"),
        };
        Failure::not_started(message)
            .hint(place)
            .hint("if `list_id` was changed, or the `name` that it is derived from, change it back: every link depends on it")
            .hint("if the key is lost for good, `newsletter send N --allow-new-key` sends with a new one; the unsubscribe links in earlier mail will then stop working")
    }
}
