//! Finds the earlier delivery of an issue in the ledger, and compares the ledger with the sent marker beside the issue.

use super::issue::IssueToSend;
use super::sent_marker;
use crate::app::failure::Failure;
use crate::config::{CourierSettings, LedgerSettings};
use crate::format;
use crate::ledger::sent_marker::{Contradiction, SentMarker};
use crate::ledger::{Ledger, Plan};
use crate::model::Counts;

/// The delivery of an issue before this send.
pub(super) enum EarlierDelivery {
    /// There is none, except perhaps a rehearsal with these counts, which this send replaces.
    None { rehearsed: Option<Counts> },
    /// This send resumes it.
    Begun(Box<Plan>),
}

impl EarlierDelivery {
    /// Finds it in `ledger`; without a ledger there is none.
    ///
    /// Errors when `marker`, the sent marker, contradicts the ledger.
    pub(super) fn find(
        issue: &IssueToSend,
        ledger: Option<&mut (dyn Ledger + 'static)>,
        marker: Option<&SentMarker>,
    ) -> anyhow::Result<Self> {
        let found = ledger.map(|ledger| found(ledger, issue)).transpose()?.flatten();
        if let Some(marker) = marker {
            refuse_contradiction(issue, found.as_ref(), marker)?;
        }
        let is_mail = !matches!(issue.newsletter.settings.courier, CourierSettings::Outbox(_));
        Ok(match found {
            Some((plan, counts)) if is_mail && plan.courier.is_rehearsal() => Self::None { rehearsed: Some(counts) },
            Some((plan, _)) => Self::Begun(Box::new(plan)),
            None => Self::None { rehearsed: None },
        })
    }

    /// Returns the plan of a delivery that is resumed.
    pub(super) fn plan(&self) -> Option<&Plan> {
        if let Self::Begun(plan) = self { Some(plan) } else { None }
    }
}

fn found(ledger: &mut dyn Ledger, issue: &IssueToSend) -> anyhow::Result<Option<(Plan, Counts)>> {
    let Some(plan) = ledger.plan(issue.number)? else { return Ok(None) };
    Ok(Some((plan, ledger.counts(issue.number)?)))
}

/// Refuses an issue whose sent marker changed since it was read as `before`, and now contradicts the ledger: a sender that
/// still had the ledger in whose place this one was put has sent more meanwhile.
pub(super) fn refuse_newer_marker(
    issue: &IssueToSend,
    ledger: &mut dyn Ledger,
    before: Option<&SentMarker>,
) -> anyhow::Result<()> {
    let now = sent_marker::read(issue)?;
    match now {
        // A retry of a delivery with nobody left contradicts even its own marker.
        Some(marker) if Some(&marker) != before => refuse_contradiction(issue, found(ledger, issue)?.as_ref(), &marker),
        _ => Ok(()),
    }
}

/// Refuses an issue that was sent according to its marker, but not according to the ledger.
fn refuse_contradiction(
    issue: &IssueToSend,
    ledger: Option<&(Plan, Counts)>,
    marker: &SentMarker,
) -> anyhow::Result<()> {
    let number = issue.number;
    let Some(contradiction) = marker.contradicted_by(ledger.map(|(plan, counts)| (plan, counts))) else {
        return Ok(());
    };
    if marker.is_imported() {
        let name = sent_marker::shown_path(issue);
        let message = format!("issue {number} was imported: `{name}` records that another program sent it");
        return Err(Failure::not_started(message).hint("`newsletter new` creates the next issue").into());
    }
    let (accepted, total, started) = marker.summary();
    let began = started.map(|started| started.format(" on %F").to_string()).unwrap_or_default();
    let record = match contradiction {
        Contradiction::Unknown => "has no record of it".to_owned(),
        Contradiction::Other => "records a different delivery".to_owned(),
        Contradiction::Old { accepted } => format!("records only {}", format::count(accepted)),
    };
    let name = sent_marker::shown_path(issue);
    let (accepted, total) = (format::count(accepted), format::count(total));
    let message = format!(
        "`{name}` records that issue {number} was sent{began} to {accepted} of {total}, but the ledger {record}"
    );
    Err(Failure::not_started(message)
        .hint(restore_hint(issue))
        .hint(format!("delete `{name}` only if every subscriber should get this issue again"))
        .into())
}

/// Returns the hint to restore the ledger of that send.
fn restore_hint(issue: &IssueToSend) -> String {
    match &issue.newsletter.settings.ledger {
        LedgerSettings::File(path) => {
            let path = path.strip_prefix(&issue.newsletter.root).unwrap_or(path).display();
            format!("restore `{path}`, the ledger of that send, from the machine that sent or from a backup")
        }
        LedgerSettings::Shared(_) => {
            "check that `url` under `[ledger]` names the database of that send, or restore that database from a backup"
                .to_owned()
        }
    }
}
