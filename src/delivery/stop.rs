//! How a run is told to end, and why it did.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::outcome::Reply;
use crate::smtp::StopHandle;

/// Why a run ended before everybody was settled, other than for lack of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopReason {
    /// Somebody asked: Ctrl-C, SIGTERM, a closed terminal.
    Interrupted,
    /// The server will not work for us: the sender refused, credentials, certificates. A person has to change it.
    Unusable {
        /// What it said.
        reason: String,
        /// What to do, when that is known.
        help: Option<String>,
    },
    /// The server answered nothing for too long.
    Silent(String),
    /// The answers to message after message were lost; those are in doubt.
    Doubt(Reply),
    /// Ten in a row were refused by policy; they are planned again.
    Policy(Reply),
    /// The message itself was refused, twice with the same words; those are planned again.
    Content(Reply),
}

impl fmt::Display for StopReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted => formatter.write_str("interrupted"),
            Self::Unusable { reason, .. } => formatter.write_str(reason),
            Self::Silent(reason) => write!(formatter, "nothing gets through: {reason}"),
            Self::Doubt(reply) => write!(formatter, "message after message is left in doubt: {reply}"),
            Self::Policy(reply) => write!(
                formatter,
                "the server refuses by policy, {} in a row, the last with `{reply}`; nobody was marked refused for it",
                super::breaker::POLICY
            ),
            Self::Content(reply) => {
                write!(formatter, "the server refuses the message itself: `{reply}`; nobody was marked refused for it")
            }
        }
    }
}

/// The switch that ends a run: everybody who works on it looks here before the next step.
#[derive(Debug, Default)]
pub struct Stop {
    asked: AtomicBool,
    reason: Mutex<Option<StopReason>>,
    woken: Condvar,
    lines: Mutex<Vec<Option<StopHandle>>>,
}

impl Stop {
    /// Asks everybody to finish what is in flight and take up nothing new. The first reason counts.
    pub fn ask(&self, reason: StopReason) {
        let mut first = held(&self.reason);
        first.get_or_insert(reason);
        self.asked.store(true, Ordering::SeqCst);
        self.woken.notify_all();
    }

    /// Whether somebody has asked.
    pub fn asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    /// Why.
    pub fn reason(&self) -> Option<StopReason> {
        held(&self.reason).clone()
    }

    /// Cuts every open connection: what is in flight past its final dot will be in doubt.
    pub fn cut(&self) {
        self.ask(StopReason::Interrupted);
        held(&self.lines).iter().flatten().for_each(StopHandle::stop);
    }

    /// Waits for `time`, or until somebody asks.
    pub(super) fn pause(&self, time: Duration) {
        let reason = held(&self.reason);
        // A poisoned lock is a panic elsewhere, which ends the run by itself.
        drop(self.woken.wait_timeout_while(reason, time, |reason| reason.is_none()));
    }

    /// Notes the connection of worker `number`, for [`Self::cut`].
    pub(super) fn holds(&self, number: usize, line: Option<StopHandle>) {
        let mut lines = held(&self.lines);
        if lines.len() <= number {
            lines.resize(number + 1, None);
        }
        lines[number] = line;
    }
}

/// The lock, also after a panic of another holder: what it guards is replaced whole.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_told_in_words() {
        let reply = || Reply { code: 554, enhanced: None, text: "go away".to_owned() };
        let unusable = StopReason::Unusable { reason: "no TLS".to_owned(), help: Some("turn it on".to_owned()) };
        for (reason, expected) in [
            (StopReason::Interrupted, "interrupted"),
            (unusable, "no TLS"),
            (StopReason::Silent("no answer in time".to_owned()), "nothing gets through: no answer in time"),
            (StopReason::Doubt(Reply::words("gone")), "message after message is left in doubt: gone"),
            (
                StopReason::Policy(reply()),
                "the server refuses by policy, 10 in a row, the last with `554 go away`; nobody was marked refused for it",
            ),
            (
                StopReason::Content(reply()),
                "the server refuses the message itself: `554 go away`; nobody was marked refused for it",
            ),
        ] {
            assert_eq!(reason.to_string(), expected);
        }
    }

    #[test]
    fn the_first_reason_counts() {
        let stop = Stop::default();
        stop.ask(StopReason::Silent("no answer".to_owned()));
        stop.cut();
        assert_eq!((stop.asked(), stop.reason()), (true, Some(StopReason::Silent("no answer".to_owned()))));
    }
}
