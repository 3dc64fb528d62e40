//! Does the work of an SMTP worker: opens connections, one at a time, and sends messages over each.

use super::failure_streak::FailureStreak;
use super::smtp_chunked::ChunkedSession;
use super::smtp_single::send_one_by_one;
use super::smtp_worker::{ConnectionEnd, SmtpWorker};
use super::worker::WorkerContext;
use crate::delivery::refusal::is_sending_limit;
use crate::delivery::stop::StopReason;
use crate::ledger::Reply;
use crate::smtp::{ChunkedConnection, Connection, OpenError, Server};

/// Sends messages over connections to `server`, at most `per_connection` over each and `max_in_flight` at once, until
/// there are none left.
pub(super) fn work(
    context: &mut WorkerContext<'_>,
    server: &Server,
    per_connection: u32,
    max_in_flight: usize,
    number: usize,
) {
    let mut worker = SmtpWorker::new(context, &server.facts, per_connection, max_in_flight);
    let mut streak = FailureStreak::default();
    while let Some(row) = worker.context.next() {
        let connection = match Connection::open(server) {
            Ok(connection) => connection,
            Err(error) => {
                worker.context.return_row(row);
                not_connected(worker.context, &error, &mut streak);
                continue;
            }
        };
        worker.context.stop().set_connection(number, Some(connection.stop_handle()));
        let seq = row.seq;
        let end = if max_in_flight > 1 && ChunkedConnection::fits(connection.capabilities()) {
            ChunkedSession::new(&mut worker, connection.into_chunked()).run(row)
        } else {
            send_one_by_one(&mut worker, connection, row)
        };
        match end {
            // Closed by this run.
            ConnectionEnd::Broken { .. } if worker.context.stop().is_requested() => {}
            ConnectionEnd::Broken { reason, replies: 0 } => {
                worker.context.back_off(streak.connection_broken(seq), reason);
            }
            // The server took messages over this connection: if it refuses more over it, it may take them over another.
            ConnectionEnd::Broken { .. } | ConnectionEnd::Closed => streak = FailureStreak::default(),
        }
        worker.context.stop().set_connection(number, None);
    }
}

/// Waits, pauses the relay or disables it, depending on `error`.
fn not_connected(context: &mut WorkerContext<'_>, error: &OpenError, streak: &mut FailureStreak) {
    let reply = error.reply().map(|reply| Reply::from(reply.clone()));
    if let Some(reply) = &reply {
        context.note_throttling(reply);
    }
    if let Some(reply) = reply.filter(is_sending_limit) {
        context.pause_for_limit(&reply);
    } else if error.is_temporary() {
        context.back_off(streak.connect_failed(), error.to_string());
    } else {
        let help = error.help().map(str::to_owned);
        context.disable(StopReason::Unusable { reason: error.to_string(), help });
    }
}
