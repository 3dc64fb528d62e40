//! Sends an issue: opens the send, has it confirmed, delivers, and reports.

mod before_send;
mod claim;
mod completion;
mod confirmed;
mod context;
mod dry_run;
mod earlier_delivery;
mod ephemeral_checkout;
mod first_send;
mod forecast;
mod from_ledger;
mod in_doubt;
mod issue;
mod observer;
mod opening;
mod options;
mod overview;
mod preflight;
mod recipients;
mod refusals;
mod refused;
mod report;
mod rescue;
mod resumed_send;
mod run;
mod run_notes;
mod scheduled;
mod selection;
mod sent_marker;

use earlier_delivery::EarlierDelivery;
use opening::OpenedSend;

pub(crate) use before_send::findings;
pub(crate) use completion::Completion;
pub(crate) use dry_run::{DryRunReport, dry_run};
pub(crate) use forecast::Forecast;
pub(crate) use in_doubt::InDoubtFindings;
pub(crate) use issue::IssueToSend;
pub(crate) use observer::{DryRunNotice, Notice, Purpose, RunNotice, SavedLedger, SendObserver, StopRequest};
pub(crate) use options::{InDoubtPolicy, SendOptions};
pub(crate) use overview::{IssueHeadline, RecipientSummary, SendOverview};
pub(crate) use refused::{SuppressedRefusals, undo};
pub(crate) use report::{NamedRecipients, NextForRefused, SendReport};
pub(crate) use scheduled::{confirm_ahead, wait_until};

/// Sends `issue` to every recipient that does not have it yet.
///
/// Errors when it may not be sent, and when the ledger fails.
pub(crate) fn send(
    issue: &IssueToSend,
    options: &SendOptions,
    observer: &mut dyn SendObserver,
) -> anyhow::Result<SendReport> {
    let OpenedSend { context, mut ledger, marker, earlier, claim } = OpenedSend::new(issue, options, observer)?;
    let begun = match earlier {
        EarlierDelivery::Begun(plan) => Some(*plan),
        EarlierDelivery::None { rehearsed } => first_send::begin(&context, ledger.as_mut(), rehearsed, observer)?,
    };
    if let Some(plan) = begun
        && let Some(report) = resumed_send::resume(&context, ledger.as_mut(), plan, observer)?
    {
        return Ok(report);
    }
    run::run_to_end(&context, &claim, marker.as_ref(), ledger, observer)
}
