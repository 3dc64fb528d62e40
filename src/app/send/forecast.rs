//! Forecasts a run: the dry run prints the forecast, and the send keeps to it.
//!
//! A forecast assumes that every recipient accepts: the replies of servers are not known before.

use super::completion::Completion;
use super::context::SendContext;
use crate::delivery::EndReason;
use crate::delivery::limits::{self, Limits};
use crate::ledger::Ledger;
use crate::model::{Counts, State};

/// The facts known before a run.
#[derive(Debug, Clone, Default)]
pub(super) struct ForecastInput {
    /// The rows, once those that ended senders left behind are settled.
    pub(super) counts: Counts,
    pub(super) in_doubt: InDoubtDecision,
    /// The number of refused recipients that are retried.
    pub(super) refused_again: u64,
    /// `--limit`.
    pub(super) limit: Option<u64>,
}

/// The numbers of recipients in doubt that get the message again, that have it, and that are given up.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct InDoubtDecision {
    pub(super) again: u64,
    pub(super) accepted: u64,
    pub(super) given_up: u64,
}

/// The end of a run by the limits of the relays.
pub(super) struct LimitForecast {
    /// The messages sent until then.
    pub(super) sends: u64,
    pub(super) end: EndReason,
}

/// The expected course of a run.
#[derive(Debug)]
pub(crate) struct Forecast {
    /// The rows when it begins: those retried are planned.
    before: Counts,
    /// The number of messages it sends.
    pub(crate) sends: u64,
    /// The rows when it ends.
    pub(crate) after: Counts,
    pub(crate) end: EndReason,
    /// Whether it waits for messages that other machines have in flight.
    pub(crate) waits_for_others: bool,
}

impl Forecast {
    /// Forecasts a run over the relays of `context`, with the use of their limits in `ledger`.
    ///
    /// Errors when the ledger cannot be read.
    pub(super) fn of_run(
        context: &SendContext<'_>,
        mut ledger: Option<&mut (dyn Ledger + 'static)>,
        input: &ForecastInput,
    ) -> anyhow::Result<Self> {
        let mut relays = Vec::with_capacity(context.relays.all.len());
        for relay in &context.relays.all {
            let sent = ledger.as_mut().map(|ledger| ledger.sent(&relay.account)).transpose()?.unwrap_or_default();
            relays.push(Limits::new(&relay.limits, &sent, context.now));
        }
        Ok(Self::new(input, &mut |wanted| {
            let (sends, relay, reached) = limits::forecast(&mut relays, wanted, context.now, context.wait())?;
            let relay = context.relays.all[relay].name.clone();
            let end = EndReason::LimitReached { relay, limit: reached.limit, until: reached.until };
            Some(LimitForecast { sends, end })
        }))
    }

    /// Forecasts a run that begins with `input`. `reach` returns where the limits of the relays end a run of a number
    /// of messages.
    fn new(input: &ForecastInput, reach: &mut dyn FnMut(u64) -> Option<LimitForecast>) -> Self {
        let mut before = input.counts;
        let InDoubtDecision { again, accepted, given_up } = input.in_doubt;
        before.move_many(again, State::InDoubt, State::Planned);
        before.move_many(accepted, State::InDoubt, State::Accepted);
        before.move_many(given_up, State::InDoubt, State::GivenUp);
        before.move_many(input.refused_again, State::Refused, State::Planned);
        let (left, in_flight) = (before.left(), before.of(State::Transmitting));
        let waits_for_others = left == 0 && in_flight > 0;
        if left == 0 && in_flight == 0 {
            return Self { before, sends: 0, after: before, end: EndReason::Done, waits_for_others };
        }
        let wanted = input.limit.map_or(left, |limit| left.min(limit));
        let limit = reach(wanted);
        let sends = limit.as_ref().map_or(wanted, |limit| limit.sends);
        let mut after = before;
        let deferred = sends.min(before.of(State::Deferred));
        after.move_many(deferred, State::Deferred, State::Accepted);
        after.move_many(sends - deferred, State::Planned, State::Accepted);
        let end = match limit {
            _ if after.left() == 0 => EndReason::Done,
            Some(limit) => limit.end,
            None => EndReason::RequestedLimit,
        };
        Self { before, sends, after, end, waits_for_others }
    }

    /// Returns the number of recipients to send to, in this run or a later one.
    pub(crate) fn to_send(&self) -> u64 {
        self.before.left()
    }

    /// Whether nothing is left to send, from here or elsewhere.
    pub(crate) fn is_over(&self) -> bool {
        self.to_send() == 0 && !self.waits_for_others
    }

    pub(crate) fn completion(&self) -> Completion {
        Completion::of(&self.end, &self.after)
    }
}
