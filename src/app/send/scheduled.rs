//! Sends an issue at a later time: has it confirmed now, and waits in the foreground.

use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset};

use super::confirmed::{ConfirmedSend, changed};
use super::earlier_delivery::EarlierDelivery;
use super::first_send;
use super::issue::IssueToSend;
use super::observer::{Notice, SendObserver, StopRequest};
use super::opening::OpenedSend;
use super::options::SendOptions;
use crate::app::clock;
use crate::app::failure::Failure;

/// The interval at which the time and requests to stop are looked at.
const TICK: Duration = Duration::from_millis(100);

/// The interval at which the letter is rendered anew: who edits it learns at once that it will not be sent.
const LOOK: Duration = Duration::from_secs(1);

/// Prepares the first send of `issue` and has it confirmed, without planning anything. No lock is held afterwards.
///
/// Errors when it could not be sent now, when it is not confirmed, and when its delivery was begun.
pub(crate) fn confirm_ahead(
    issue: &IssueToSend,
    options: &SendOptions,
    observer: &mut dyn SendObserver,
) -> anyhow::Result<ConfirmedSend> {
    let OpenedSend { context, mut ledger, earlier, .. } = OpenedSend::new(issue, options, observer)?;
    match earlier {
        EarlierDelivery::Begun(_) => {
            let command = issue.command();
            let message = format!("the delivery of issue {} was begun; `--at` is for a first send", issue.number);
            Err(Failure::not_started(message).hint(format!("`{command}` continues it")).into())
        }
        EarlierDelivery::None { rehearsed } => {
            first_send::confirm(&context, ledger.as_mut(), rehearsed, observer)?.as_confirmed(issue)
        }
    }
}

/// Waits until `at`, as long as the letter of `issue` stays as it was `confirmed`.
///
/// Errors when it changes and when the send is cancelled.
pub(crate) fn wait_until(
    at: DateTime<FixedOffset>,
    issue: &IssueToSend,
    confirmed: &ConfirmedSend,
    observer: &mut dyn SendObserver,
) -> anyhow::Result<()> {
    observer.listen_for_stop()?;
    observer.notify(Notice::Waiting(at));
    let mut looked = Instant::now();
    // The clock is asked again and again: a machine may sleep meanwhile, and clocks are set.
    while clock::now() < at {
        if observer.stop_request() != StopRequest::None {
            return Err(Failure::not_started("cancelled; nothing was sent").into());
        }
        if looked.elapsed() >= LOOK {
            looked = Instant::now();
            let now = IssueToSend::numbered(&issue.newsletter.root, issue.number);
            confirmed.hold_letter(&now.map_err(|_| changed(issue, "letter"))?)?;
        }
        thread::sleep(TICK);
    }
    Ok(())
}
