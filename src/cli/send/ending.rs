//! Names the end of a run, and gives the reason for it.

use crate::delivery::EndReason;

/// Returns the name of `end` in JSON.
pub(super) fn name(end: &EndReason) -> &'static str {
    match end {
        EndReason::Done => "done",
        EndReason::Deferred(_) => "deferred",
        EndReason::RequestedLimit => "limit",
        EndReason::LimitReached { .. } => "used-up",
        EndReason::Stopped(_) => "stopped",
    }
}

/// Returns the reason in words, unless the run is done or reached the requested limit.
pub(super) fn reason(end: &EndReason) -> Option<String> {
    match end {
        EndReason::Stopped(reason) => Some(reason.to_string()),
        EndReason::Deferred(due) => Some(format!("the first is due at {}", due.to_rfc3339())),
        EndReason::LimitReached { relay, limit, until } => {
            Some(format!("`{relay}` accepts no more until {}: {limit}", until.to_rfc3339()))
        }
        EndReason::Done | EndReason::RequestedLimit => None,
    }
}
