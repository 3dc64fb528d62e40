//! The issues that are sent, which the word `next` skips.

use std::cell::LazyCell;

use super::delivery_status::DeliveryStatus;
use super::open_ledger;
use crate::config::{CourierSettings, Newsletter};
use crate::ledger::DeliverySummary;
use crate::model::{IssueNumber, State};

/// Returns a predicate: whether nothing is left of an issue's delivery. A rehearsal counts only for a newsletter that
/// delivers to an outbox.
///
/// The ledger is opened at the first call. One that cannot be read counts as empty: a command that depends on it opens
/// it itself and reports the error.
pub(crate) fn is_sent(newsletter: &Newsletter) -> impl Fn(IssueNumber) -> bool + use<> {
    let newsletter = newsletter.clone();
    let sent: LazyCell<Vec<_>, _> = LazyCell::new(move || {
        let ledger = open_ledger::to_read(&newsletter).ok().flatten();
        let summaries = ledger.and_then(|mut ledger| ledger.summaries().ok()).unwrap_or_default();
        let rehearses = matches!(newsletter.settings.courier, CourierSettings::Outbox(_));
        let over = |summary: &&DeliverySummary| match DeliveryStatus::of(summary, &[]) {
            DeliveryStatus::Sent | DeliveryStatus::InDoubt | DeliveryStatus::Unsettled => true,
            DeliveryStatus::Rehearsed => {
                rehearses && summary.counts.left() + summary.counts.of(State::Transmitting) == 0
            }
            DeliveryStatus::Running | DeliveryStatus::Partial | DeliveryStatus::NotSent => false,
        };
        summaries.iter().filter(over).map(|summary| summary.issue).collect()
    });
    move |number| sent.contains(&number)
}
