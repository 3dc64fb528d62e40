//! Turns replies and lost connections into the disposition of a row, for both ways of sending over SMTP.

use super::event::ServerQuirk;
use super::smtp_worker::{ConnectionEnd, SmtpWorker};
use crate::delivery::outcome::{Disposition, Outcome, classify};
use crate::delivery::refusal::{RefusalReason, is_connection_limit};
use crate::ledger::{Reply, Row};
use crate::smtp::{Fact, LossKind, Lost, Phase};

impl SmtpWorker<'_, '_> {
    /// Returns the disposition of a row after `reply`, which `replies` about messages preceded on its connection.
    pub(super) fn disposition(&self, phase: Phase, reply: Reply, replies: u32) -> Disposition {
        if !matches!(phase, Phase::Size | Phase::Address) && self.note_connection_limit(&reply, replies) {
            return Disposition::Reconnect(reply);
        }
        classify(phase, reply)
    }

    /// Returns whether `reply` limits the messages of a connection; the next connections carry fewer.
    fn note_connection_limit(&self, reply: &Reply, replies: u32) -> bool {
        let is_limit = is_connection_limit(reply);
        if is_limit && self.learned.record_messages_per_connection(replies) {
            self.context.report_quirk(ServerQuirk::ConnectionLimit { messages: replies, reply: reply.clone() });
        }
        is_limit
    }

    /// Sends commands one by one from the next connection on: the server may misread commands that come together.
    pub(super) fn disable_pipelining(&self) -> ConnectionEnd {
        self.learned.record(Fact::NoPipelining);
        ConnectionEnd::Closed
    }

    /// Reports that the server does not pipeline, once commands sent one by one have worked.
    pub(super) fn confirm_no_pipelining(&self) {
        if self.learned.has(Fact::NoPipelining) && self.learned.record(Fact::WorksWithoutPipelining) {
            self.context.report_quirk(ServerQuirk::NoPipelining);
        }
    }

    /// Takes the limits from the last reply of a lost connection, and returns the loss as text.
    pub(super) fn describe_loss(&self, loss: &Lost, replies: u32) -> String {
        if let Some(reply) = &loss.reply {
            let reply = reply.clone().into();
            self.note_connection_limit(&reply, replies);
            self.context.note_throttling(&reply);
        }
        loss.to_string()
    }

    /// Returns `row` to the queue, or settles it if its message cannot be sent: nothing of the message was transmitted.
    pub(super) fn lost_before_transmission(&mut self, row: Row, loss: Lost, replies: u32) -> String {
        let reason = self.describe_loss(&loss, replies);
        if loss.kind == LossKind::Unsendable {
            self.context.settle(row, Outcome::Refused(Reply::without_code(loss.reason), RefusalReason::Content));
        } else {
            self.context.return_row(row);
        }
        reason
    }

    /// Settles `row`, which was marked: the connection knows whether the final dot went out.
    pub(super) fn lost_after_mark(&mut self, row: Row, loss: Lost, replies: u32) -> String {
        if loss.after_dot {
            let reason = loss.to_string();
            let stopped = loss.kind == LossKind::Stopped;
            let words = if stopped { "cut off before the reply".to_owned() } else { loss.reason };
            self.context.settle(row, Outcome::InDoubt(Reply::without_code(words)));
            return reason;
        }
        if loss.kind != LossKind::Unsendable {
            self.context.settle(row.clone(), Outcome::Untried);
        }
        self.lost_before_transmission(row, loss, replies)
    }
}
