//! Decides whether anything is left to wait for.

use chrono::TimeDelta;

use super::LedgerWriter;
use crate::delivery::engine::event::Event;
use crate::delivery::engine::work_queue::QueueStatus;
use crate::delivery::stop::EndReason;
use crate::ledger::MarkStore;
use crate::model::State;

impl LedgerWriter<'_> {
    /// Whether a worker that finds nothing to do now will find nothing later either.
    pub(super) fn nothing_to_wait_for(&mut self) -> anyhow::Result<bool> {
        if self.allowance == 0 {
            self.end = EndReason::RequestedLimit;
            return Ok(true);
        }
        // A row in flight may come back deferred, or the rate does not allow the next one yet.
        let open = self.counts.of(State::Transmitting) + self.counts.of(State::Planned);
        // Where other senders move rows, too, two that hold some back would wait for each other.
        let waits = if self.held_back == 0 { open > 0 } else { open > self.held_back && !self.waits_for_others() };
        if waits {
            return Ok(false);
        }
        let issue = self.run.plan.issue;
        let Some(due) = self.with_reconnect(|ledger| ledger.next_due(issue))? else { return Ok(true) };
        let now = self.run.clock.now();
        if due <= now {
            return Ok(false);
        }
        let is_new = self.idle_since.is_none();
        let idle_since = *self.idle_since.get_or_insert(now);
        if due - idle_since > TimeDelta::from_std(self.run.wait).unwrap_or(TimeDelta::MAX) {
            self.end = EndReason::Deferred(due);
            return Ok(true);
        }
        if is_new {
            self.context.send(Event::Waiting(due));
        }
        Ok(false)
    }

    /// Whether every relay has reached a limit for longer than this run waits.
    pub(super) fn is_limit_reached(&mut self, status: &QueueStatus) -> bool {
        let open = (self.counts.of(State::Planned) + self.counts.of(State::Deferred)).saturating_sub(self.held_back);
        let to_send = status.ready > 0 || open > 0 || !self.returned.is_empty();
        let Some((relay, limit)) = status.limit_reached.as_ref().filter(|_| to_send) else { return false };
        let wait = limit.until - self.run.clock.now();
        if wait > TimeDelta::from_std(self.run.wait).unwrap_or(TimeDelta::MAX) {
            let relay = self.run.relays[*relay].name.clone();
            self.end = EndReason::LimitReached { relay, limit: limit.limit.clone(), until: limit.until };
            return true;
        }
        if self.announced_wait != Some(limit.until) {
            self.announced_wait = Some(limit.until);
            let relay = self.run.name_among_several(*relay);
            self.context.send(Event::LimitReached { relay, limit: limit.clone() });
        }
        false
    }

    /// Whether all rows that are left are claimed by other senders: nothing handed out here is outstanding.
    fn waits_for_others(&self) -> bool {
        matches!(self.context.marks, MarkStore::Ledger) && self.outstanding == 0
    }
}
