//! Begins a first send: checks the issue, gathers the recipients, has them confirmed, and writes the plan.

use std::thread;
use std::time::{Duration, Instant};

use super::confirmed::ConfirmedSend;
use super::context::SendContext;
use super::forecast::{Forecast, ForecastInput};
use super::issue::IssueToSend;
use super::observer::{Notice, Purpose, SendObserver, StopRequest};
use super::overview::SendOverview;
use super::recipients::Recipients;
use super::{before_send, preflight};
use crate::app::check::list_findings::ListFindings;
use crate::app::failure::{self, Failure};
use crate::app::prepare::{PreparedIssue, new_stamp};
use crate::diagnostic::Problems;
use crate::ledger::{Ledger, NewPlan, Plan};
use crate::message::{DeliveryStamp, FrozenLetter};
use crate::model::{Counts, State};
use crate::parallel::read_ahead;

/// The interval at which requests to stop are looked for.
const TICK: Duration = Duration::from_millis(20);

/// A delivery that is not planned yet.
pub(super) struct FirstSend<'a> {
    pub(super) prepared: &'a PreparedIssue,
    pub(super) recipients: Recipients,
    stamp: DeliveryStamp,
    pub(super) letter: FrozenLetter,
    pub(super) forecast: Forecast,
}

impl<'a> FirstSend<'a> {
    /// Checks the issue, gathers the recipients and freezes the letter, without writing anything.
    ///
    /// Errors when the issue or the list has errors, and when there is no recipient.
    pub(super) fn prepare(
        context: &SendContext<'a>,
        mut ledger: Option<&mut (dyn Ledger + 'static)>,
        observer: &mut dyn SendObserver,
    ) -> anyhow::Result<Self> {
        let SendContext { issue, options, .. } = context;
        let prepared = issue.prepared()?;
        let mut in_list = ListFindings::new(&issue.newsletter);
        let gathered = Recipients::gather(issue, &context.keys.tokens, ledger.as_deref_mut(), options, &mut in_list);
        // Errors in the issue come before those in the list.
        before_send::refuse_errors(issue, prepared, in_list, observer)?;
        let recipients = gathered?;
        let stamp = new_stamp()?;
        let letter = prepared.freeze(&issue.newsletter.publication, &stamp)?;
        let counts = [(State::Planned, recipients.count())].into_iter().collect();
        let input = ForecastInput { counts, limit: options.limit, ..ForecastInput::default() };
        let forecast = Forecast::of_run(context, ledger, &input)?;
        Ok(Self { prepared, recipients, stamp, letter, forecast })
    }

    /// Returns what is confirmed with it. `issue` is the one that is sent.
    ///
    /// Errors when the message cannot be built.
    pub(super) fn as_confirmed(&self, issue: &IssueToSend) -> anyhow::Result<ConfirmedSend> {
        ConfirmedSend::new(issue, self.recipients.list_digest(), self.recipients.count())
    }
}

/// Prepares the send and has it confirmed, unless it was before. A rehearsal with the counts `rehearsed` is reported.
///
/// Errors when it cannot be prepared, the mail server cannot be used, or it is not confirmed.
pub(super) fn confirm<'a>(
    context: &SendContext<'a>,
    ledger: &mut (dyn Ledger + 'static),
    rehearsed: Option<Counts>,
    observer: &mut dyn SendObserver,
) -> anyhow::Result<FirstSend<'a>> {
    let first = FirstSend::prepare(context, Some(ledger), observer)?;
    let FirstSend { prepared, recipients, letter, forecast, .. } = &first;
    if let Some(counts) = rehearsed {
        observer.notify(Notice::Rehearsed { issue: context.issue.number, counts });
    }
    observer.notify(Notice::FirstSend(Box::new(SendOverview::new(context, prepared, recipients)?)));
    preflight::check(context, prepared, recipients.count(), preflight::last_delivery(ledger), observer);
    let mut message = Vec::new();
    if let Some(first) = recipients.subscribers()?.next() {
        letter.compose(&first?, &context.keys, &mut message);
    }
    context.relays.try_out(message.len(), |notice| observer.notify(Notice::Relay(notice)))?;
    match &context.options.confirmed {
        Some(confirmed) => {
            let now = first.as_confirmed(context.issue)?;
            confirmed.hold(&now, context.issue)?;
            if confirmed.recipients != now.recipients {
                observer.notify(Notice::RecipientsSince { confirmed: confirmed.recipients, now: now.recipients });
            }
        }
        None => observer.confirm(context.within_limit(forecast.to_send()), Purpose::FirstSend)?,
    }
    Ok(first)
}

/// Prepares the send, has it confirmed and writes its plan, in place of the plan of a rehearsal with the counts
/// `rehearsed`. Returns the plan of another machine if that has planned the issue meanwhile.
///
/// Errors when it cannot be prepared, the mail server cannot be used, it is not confirmed, or the list has changed
/// meanwhile.
pub(super) fn begin(
    context: &SendContext<'_>,
    ledger: &mut (dyn Ledger + 'static),
    rehearsed: Option<Counts>,
    observer: &mut dyn SendObserver,
) -> anyhow::Result<Option<Plan>> {
    let first = confirm(context, ledger, rehearsed, observer)?;
    let FirstSend { prepared, recipients, stamp, letter, forecast } = &first;
    let issue = context.issue.number;
    count_down(context, observer)?;
    if let Some(before) = context.take_over(ledger)? {
        observer.notify(Notice::LedgerRenamed { before, now: &context.issue.newsletter.publication.list_id });
    }
    let plan = NewPlan {
        issue,
        courier: context.relays.kind(),
        stamp: *stamp,
        title: &prepared.loaded.issue.title,
        subject: &prepared.letter.subject.plain(),
        letter,
        key: &context.key_fingerprint(),
        list: recipients.list_digest(),
        audience: &recipients.selection().rule(),
        recipients_of: recipients.selection().recipients_of(),
    };
    let frozen =
        read_ahead(recipients.subscribers()?, |subscribers| ledger.freeze(&plan, forecast.to_send(), subscribers));
    // A list that changed meanwhile is not a fault of the ledger.
    let is_frozen =
        frozen.map_err(|error| if error.is::<Problems>() { error } else { failure::before_start(&error) })?;
    if is_frozen { Ok(None) } else { ledger.plan(issue) }
}

/// Waits for the configured time, during which the send can be cancelled.
fn count_down(context: &SendContext<'_>, observer: &mut dyn SendObserver) -> anyhow::Result<()> {
    let hold = context.issue.newsletter.settings.send.hold;
    if hold.is_zero() {
        return Ok(());
    }
    observer.listen_for_stop()?;
    let began = Instant::now();
    observer.notify(Notice::Countdown(hold));
    while began.elapsed() < hold {
        if observer.stop_request() != StopRequest::None {
            return Err(Failure::not_started("cancelled; nothing was sent").into());
        }
        thread::sleep(TICK.min(hold));
    }
    Ok(())
}
