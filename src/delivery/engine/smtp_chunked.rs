//! Sends messages over an SMTP connection with several in flight. Each is marked before a byte of it goes out, so a
//! connection that breaks leaves at most as many in doubt as were in flight.

use std::collections::VecDeque;
use std::time::Instant;

use super::connection_budget::ConnectionBudget;
use super::event::ServerQuirk;
use super::smtp_worker::{Addresses, ConnectionEnd, IDLE_TIMEOUT, SmtpWorker};
use super::work_queue::Dequeued;
use super::worker::MarkResult;
use crate::delivery::outcome::{Disposition, Outcome};
use crate::ledger::Row;
use crate::smtp::{ChunkedConnection, Fact, LossKind, Lost, Phase, TransactionResult};

/// One connection and the messages in flight on it.
pub(super) struct ChunkedSession<'w, 'a, 'run> {
    worker: &'w mut SmtpWorker<'a, 'run>,
    connection: ChunkedConnection,
    budget: ConnectionBudget,
    /// Marked and without a reply, oldest first.
    in_flight: VecDeque<Row>,
    /// The message accepted last, until that is on record: in one write with the next message, if one follows at once.
    accepted: Option<(Row, Outcome)>,
    /// Messages sent.
    sent: u32,
    /// Replies about messages.
    replies: u32,
    /// The reason no further message is sent.
    end_cause: Option<EndCause>,
}

/// The reason no further message is sent over a connection.
enum EndCause {
    /// It cannot go on, for this reason.
    Broken(String),
    /// The next connection is to be used differently.
    ChangeMode,
    /// The ledger has failed.
    LedgerGone,
}

impl<'w, 'a, 'run> ChunkedSession<'w, 'a, 'run> {
    pub(super) fn new(worker: &'w mut SmtpWorker<'a, 'run>, connection: ChunkedConnection) -> Self {
        let budget = worker.connection_budget();
        let in_flight = VecDeque::new();
        Self { worker, connection, budget, in_flight, accepted: None, sent: 0, replies: 0, end_cause: None }
    }

    /// Sends `row` and those after it. Every row taken is settled or back in the queue when it returns.
    pub(super) fn run(mut self, row: Row) -> ConnectionEnd {
        let mut next = Some(row);
        loop {
            while let Some(row) = next {
                self.send(row);
                next = self.next_now();
            }
            if !self.in_flight.is_empty() {
                if let Err(end) = self.receive() {
                    return end;
                }
                next = self.next_now();
                if next.is_none() {
                    self.record_acceptance();
                }
                continue;
            }
            match self.end_cause {
                Some(EndCause::Broken(reason)) => return ConnectionEnd::Broken { reason, replies: self.replies },
                Some(EndCause::ChangeMode | EndCause::LedgerGone) => return ConnectionEnd::Closed,
                None => {}
            }
            let dequeued =
                if self.may_send_more() { self.worker.context.next_within(IDLE_TIMEOUT) } else { Dequeued::TimedOut };
            let Dequeued::Row(row) = dequeued else {
                self.connection.quit();
                return ConnectionEnd::Closed;
            };
            next = Some(row);
        }
    }

    fn may_send_more(&self) -> bool {
        self.end_cause.is_none()
            && self.in_flight.len() < self.worker.max_in_flight
            && self.budget.allows_another(self.sent, Instant::now())
    }

    /// The next row, if there is one now and its message may be sent.
    fn next_now(&mut self) -> Option<Row> {
        if self.may_send_more() { self.worker.context.next_now() } else { None }
    }

    /// Marks `row` and sends its message.
    fn send(&mut self, row: Row) {
        if self.worker.context.stop().is_requested() {
            self.record_acceptance();
            self.worker.context.return_row(row);
            return;
        }
        let SmtpWorker { context, message, .. } = &mut *self.worker;
        context.compose_content(&row, message);
        let addresses = Addresses::of(context, &row);
        let envelope = addresses.envelope(message);
        if let Some(refusal) = self.connection.refusal(&envelope) {
            self.record_acceptance();
            let disposition = self.worker.disposition(refusal.phase, refusal.reply.into(), self.replies);
            self.replies += 1;
            self.end_cause = self.worker.context.apply(row, disposition).err().map(EndCause::Broken);
            return;
        }
        let is_marked = self.accepted.take().is_some_and(|(accepted, outcome)| {
            context.apply_to_marked(accepted, Disposition::Settled(outcome), Some(&row)) == Ok(true)
        });
        match if is_marked { MarkResult::Granted } else { context.mark(&row) } {
            MarkResult::Granted => {}
            MarkResult::Denied => return,
            MarkResult::LedgerGone => {
                self.end_cause = Some(EndCause::LedgerGone);
                return;
            }
        }
        match self.connection.begin(&envelope, message) {
            Ok(()) => {
                self.sent += 1;
                self.in_flight.push_back(row);
            }
            Err(loss) => {
                let changes_mode = self.changes_mode(&loss);
                let reason = self.worker.lost_after_mark(row, loss, self.replies);
                self.end_cause = Some(if changes_mode { EndCause::ChangeMode } else { EndCause::Broken(reason) });
            }
        }
    }

    /// Waits for the reply to the oldest message, and settles its row.
    ///
    /// Errors when there is none, nor any to the messages behind it.
    fn receive(&mut self) -> Result<(), ConnectionEnd> {
        let (phase, reply) = match self.connection.await_result() {
            Ok(TransactionResult::Accepted(reply)) => (Phase::EndOfMessage, reply),
            Ok(TransactionResult::Refused(refusal)) if self.connection.may_have_misread(&refusal) => {
                let row = self.pop_oldest();
                self.worker.context.settle(row.clone(), Outcome::Untried);
                self.worker.context.return_row(row);
                self.worker.disable_pipelining();
                self.end_cause = Some(EndCause::ChangeMode);
                return Ok(());
            }
            Ok(TransactionResult::Refused(refusal)) => (refusal.phase, refusal.reply),
            Err(loss) => return Err(self.lost(&loss)),
        };
        let disposition = self.worker.disposition(phase, reply.into(), self.replies);
        self.replies += 1;
        let row = self.pop_oldest();
        match disposition {
            // While the next message is signed, a sender that dies would leave this one in doubt for too long.
            Disposition::Settled(outcome @ Outcome::Accepted(_)) if !self.worker.context.signs() => {
                self.accepted = Some((row, outcome));
            }
            disposition => {
                if let Err(reason) = self.worker.context.apply_to_marked(row, disposition, None) {
                    self.end_cause.get_or_insert(EndCause::Broken(reason));
                }
            }
        }
        if let Some(loss) = self.connection.ended().filter(|_| self.in_flight.is_empty()) {
            let reason = self.worker.describe_loss(&loss, self.replies);
            self.end_cause.get_or_insert(EndCause::Broken(reason));
        }
        Ok(())
    }

    /// Records an acceptance that no message follows at once.
    fn record_acceptance(&mut self) {
        if let Some((row, outcome)) = self.accepted.take() {
            self.worker.context.settle(row, outcome);
        }
    }

    fn pop_oldest(&mut self) -> Row {
        self.in_flight.pop_front().expect("a reply is about a message in flight")
    }

    /// Settles the messages in flight on a connection that is lost.
    fn lost(&mut self, loss: &Lost) -> ConnectionEnd {
        let in_doubt = self.connection.in_doubt();
        let changes_mode = self.changes_mode(loss);
        let reason = loss.to_string();
        for (index, row) in self.in_flight.drain(..).enumerate() {
            // The reply came once, not for each row.
            let reply = loss.reply.clone().filter(|_| index == 0);
            let loss = Lost { after_dot: index < in_doubt, reply, ..loss.clone() };
            self.worker.lost_after_mark(row, loss, self.replies);
        }
        if changes_mode { ConnectionEnd::Closed } else { ConnectionEnd::Broken { reason, replies: self.replies } }
    }

    /// Returns whether the connection was lost because the server does not support an extension that it offers; the
    /// next connection does without it.
    fn changes_mode(&self, loss: &Lost) -> bool {
        let SmtpWorker { context, learned, .. } = &*self.worker;
        if let (LossKind::ChunkingRejected, Some(reply)) = (loss.kind, &loss.reply) {
            if learned.record(Fact::RejectsChunks) {
                context.report_quirk(ServerQuirk::NoChunking(reply.clone().into()));
            }
            return true;
        }
        let misread = self.connection.may_have_been_misread(loss);
        if misread {
            self.worker.disable_pipelining();
        }
        misread
    }
}
