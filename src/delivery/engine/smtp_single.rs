//! Sends messages over an SMTP connection one at a time, each with the envelope of the next in the same write.

use std::mem;
use std::time::Instant;

use super::smtp_worker::{Addresses, ConnectionEnd, IDLE_TIMEOUT, SmtpWorker};
use super::work_queue::Dequeued;
use super::worker::MarkResult;
use crate::ledger::Row;
use crate::smtp::{self, Connection, Extension, GoAhead, Phase};

/// Sends `row` and those after it over `connection`. Every row taken is settled or back in the queue when it returns.
pub(super) fn send_one_by_one(
    worker: &mut SmtpWorker<'_, '_>,
    mut connection: Connection,
    mut row: Row,
) -> ConnectionEnd {
    let budget = worker.connection_budget();
    let one_by_one = !connection.capabilities().offers(Extension::Pipelining);
    let mut replies = 0;
    let mut is_begun = false;
    // The row is marked, and its envelope sent.
    let mut is_marked = false;
    loop {
        let broken = |reason| ConnectionEnd::Broken { reason, replies };
        if !is_begun {
            worker.context.compose_content(&row, &mut worker.message);
            if let Err(loss) = connection.begin(&Addresses::of(worker.context, &row).envelope(&worker.message)) {
                return broken(worker.lost_before_transmission(row, loss, replies));
            }
        }
        let next = match connection.await_go_ahead() {
            Err(loss) if connection.may_have_been_misread(&loss) => {
                worker.context.return_row(row);
                return worker.disable_pipelining();
            }
            Err(loss) => return broken(worker.lost_before_transmission(row, loss, replies)),
            Ok(GoAhead::Refused(refusal)) if connection.may_have_misread(&refusal) => {
                worker.context.return_row(row);
                connection.quit();
                return worker.disable_pipelining();
            }
            Ok(GoAhead::Refused(refusal)) => {
                // A reply that is the same to a command sent alone was not about misread commands.
                if one_by_one && !refusal.may_be_misreading() {
                    worker.confirm_no_pipelining();
                }
                let disposition = worker.disposition(refusal.phase, refusal.reply.into(), replies);
                if let Err(reason) = worker.context.apply(row, disposition) {
                    return broken(reason);
                }
                if let Some(loss) = connection.ended() {
                    return ConnectionEnd::Broken {
                        reason: worker.describe_loss(&loss, replies),
                        replies: replies + 1,
                    };
                }
                None
            }
            Ok(GoAhead::Ready) => {
                if one_by_one {
                    worker.confirm_no_pipelining();
                }
                // The server waits for a message: the only way not to send one is to hang up.
                if worker.context.stop().is_requested() {
                    worker.context.return_row(row);
                    return ConnectionEnd::Closed;
                }
                if !is_marked && worker.context.mark(&row) != MarkResult::Granted {
                    return ConnectionEnd::Closed;
                }
                let another = budget.allows_another(replies + 1, Instant::now());
                let next = if another { worker.context.next_now() } else { None };
                match finish(worker, &mut connection, row, next, replies) {
                    Ok(next) => next,
                    Err(reason) => return broken(reason),
                }
            }
        };
        replies += 1;
        is_begun = next.is_some();
        is_marked = next.as_ref().is_some_and(|next| next.is_marked);
        let next = match next {
            Some(next) => Dequeued::Row(next.row),
            None if budget.allows_another(replies, Instant::now()) => worker.context.next_within(IDLE_TIMEOUT),
            None => Dequeued::TimedOut,
        };
        let Dequeued::Row(next) = next else {
            connection.quit();
            return ConnectionEnd::Closed;
        };
        row = next;
    }
}

/// A row whose envelope is sent.
struct BegunRow {
    row: Row,
    is_marked: bool,
}

/// Sends the message of `row` with the envelope of `next`, and settles `row`. Returns `next`, whose envelope is sent and
/// whose message is composed.
///
/// Errors with the reason when the connection has to be opened again; then `next` is back in the queue.
fn finish(
    worker: &mut SmtpWorker<'_, '_>,
    connection: &mut Connection,
    row: Row,
    next: Option<Row>,
    replies: u32,
) -> Result<Option<BegunRow>, String> {
    let sent = if let Some(next) = &next {
        worker.context.compose_content(next, &mut worker.next_message);
        let addresses = Addresses::of(worker.context, next);
        connection.finish(&worker.message, Some(&addresses.envelope(&worker.next_message)))
    } else {
        connection.finish(&worker.message, None)
    };
    let settled = match sent.and_then(|()| connection.await_final_reply()) {
        Ok(smtp::FinalReply::Accepted(reply) | smtp::FinalReply::Refused(reply)) => {
            let disposition = worker.disposition(Phase::EndOfMessage, reply.into(), replies);
            // Where the server has asked for the next message already, both are on record with one write.
            let following = next.as_ref().filter(|_| connection.has_go_ahead());
            worker.context.apply_to_marked(row, disposition, following)
        }
        Err(loss) => Err(worker.lost_after_mark(row, loss, replies)),
    };
    let is_marked = match settled {
        Ok(is_marked) => is_marked,
        Err(reason) => {
            if let Some(next) = next {
                worker.context.return_row(next);
            }
            return Err(reason);
        }
    };
    mem::swap(&mut worker.message, &mut worker.next_message);
    Ok(next.map(|row| BegunRow { row, is_marked }))
}
