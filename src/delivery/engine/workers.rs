//! Starts one worker for each connection.

use std::io;
use std::thread::{self, Scope};

use super::context::RunContext;
use super::worker::WorkerContext;
use super::{smtp_connections, whole_message};
use crate::delivery::couriers::Courier;
use crate::delivery::stop::StopReason;

/// Starts the workers of all relays. If the system refuses a thread, the run ends with the messages in flight.
pub(super) fn start<'scope>(scope: &'scope Scope<'scope, '_>, context: &'scope RunContext<'_>) {
    for (number, slot) in context.run.slots().enumerate() {
        let courier = &context.run.relays[slot.relay].courier;
        let worker = WorkerContext::new(context, slot);
        if let Err(error) = thread::Builder::new().spawn_scoped(scope, move || work(worker, courier, number)) {
            // The worker that did not start has left the queue: it was dropped with the closure.
            context.stop.request(no_thread(&error));
        }
    }
}

/// Does the work of worker `number`, which uses `courier`.
fn work(mut worker: WorkerContext<'_>, courier: &Courier, number: usize) {
    match courier {
        Courier::Smtp { server, per_connection, max_in_flight } => {
            yield_to_ledger_writer();
            smtp_connections::work(&mut worker, server, *per_connection, *max_in_flight, number);
        }
        Courier::Outbox(outbox) => whole_message::work(&mut worker, outbox),
        Courier::Sendmail(sendmail) => whole_message::work(&mut worker, sendmail),
    }
}

/// Makes this thread one step nicer, so that the ledger writer has a core as soon as it wakes: every worker waits for
/// its rows. Linux keeps that for each thread; elsewhere it would be the whole process.
fn yield_to_ledger_writer() {
    #[cfg(target_os = "linux")]
    // Where it is refused the run is only slower.
    let _ = rustix::process::nice(1);
}

/// Returns the reason to stop when the system starts no further thread.
fn no_thread(error: &io::Error) -> StopReason {
    StopReason::Unusable {
        reason: format!("cannot start another thread: {error}"),
        help: Some(
            "a limit on memory (`ulimit -v`, a container's) or on processes (`ulimit -u`, `pids.max`) is reached: raise it, \
             or use fewer `--connections`"
                .to_owned(),
        ),
    }
}
