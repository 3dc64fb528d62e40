//! Ends a run: the switch that all threads check, and the reasons for an end.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::ledger::{LedgerLoss, Reply};
use crate::smtp::StopHandle;

/// The reason a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndReason {
    /// Nothing is left to send.
    Done,
    /// Only deferred subscribers are left; the first of them is due at this time.
    Deferred(DateTime<Utc>),
    /// The requested number of messages was sent.
    RequestedLimit,
    /// Every relay has reached a limit.
    LimitReached {
        /// The relay that may continue first.
        relay: String,
        /// Its limit: `100/h`.
        limit: String,
        /// The end of the limit.
        until: DateTime<Utc>,
    },
    /// It was stopped.
    Stopped(StopReason),
}

/// The reason a run was stopped before every row was settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopReason {
    /// By Ctrl-C, SIGTERM or a closed terminal.
    Interrupted,
    /// The relay cannot be used: credentials, certificates, no such program. A person has to change it.
    Unusable {
        /// The error or reply.
        reason: String,
        /// A hint, when there is one.
        help: Option<String>,
    },
    /// There was no reply for too long.
    Silent(String),
    /// The replies to several messages in a row were lost; those are in doubt.
    RepliesLost(Reply),
    /// The server rejects this sender as configured. A person has to change it; no row was marked refused.
    SenderRejected {
        /// The error or reply.
        reply: Reply,
        /// A hint.
        help: String,
    },
    /// So many recipients were refused that the subscribers are not the cause; they are planned again.
    RefusalWave(RefusalWave),
    /// The message itself was refused, twice with the same codes; those rows are planned again.
    MessageRejected(Reply),
    /// The ledger was removed or replaced.
    LedgerLost(LedgerLoss),
}

impl StopReason {
    /// Returns what a person can do about it, if that is known.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Unusable { help, .. } => help.as_deref(),
            Self::SenderRejected { help, .. } => Some(help),
            _ => None,
        }
    }
}

/// Refusals that say something about the server or this sender rather than about the subscribers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalWave {
    /// The number of refusals.
    pub refused: u64,
    /// The number tried; `None` when the refusals came in a row.
    pub tried: Option<u64>,
    /// The last of them.
    pub last: Reply,
}

impl fmt::Display for RefusalWave {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { refused, tried, last } = self;
        match tried {
            Some(tried) => {
                write!(formatter, "the server refused {refused} of {tried} recipients, the last with `{last}`")
            }
            None => write!(formatter, "the server refused {refused} recipients in a row, the last with `{last}`"),
        }
    }
}

impl fmt::Display for StopReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted => formatter.write_str("interrupted"),
            Self::Unusable { reason, .. } => formatter.write_str(reason),
            Self::LedgerLost(loss) => loss.fmt(formatter),
            Self::Silent(reason) => write!(formatter, "no delivery progress: {reason}"),
            Self::RepliesLost(reply) => {
                write!(formatter, "the server did not reply to the data of several messages in a row: {reply}")
            }
            Self::SenderRejected { reply, .. } => {
                write!(formatter, "the server rejected this sender: `{reply}`; no recipient was marked as refused")
            }
            Self::RefusalWave(wave) => write!(formatter, "{wave}; no recipient was marked as refused"),
            Self::MessageRejected(reply) => {
                write!(
                    formatter,
                    "the server rejected the message itself: `{reply}`; no recipient was marked as refused"
                )
            }
        }
    }
}

/// The switch that ends a run. Every thread checks it before its next step.
#[derive(Debug, Default)]
pub struct Stop {
    requested: AtomicBool,
    cut: AtomicBool,
    reason: Mutex<Option<StopReason>>,
    woken: Condvar,
    connections: Mutex<Vec<Option<StopHandle>>>,
}

impl Stop {
    /// Asks all threads to finish what is in flight and start nothing new. The first reason counts.
    pub fn request(&self, reason: StopReason) {
        let mut first = lock(&self.reason);
        first.get_or_insert(reason);
        self.requested.store(true, Ordering::SeqCst);
        self.woken.notify_all();
    }

    /// Whether the run was asked to end.
    pub fn is_requested(&self) -> bool {
        self.requested.load(Ordering::SeqCst)
    }

    /// The reason.
    pub fn reason(&self) -> Option<StopReason> {
        lock(&self.reason).clone()
    }

    /// Cuts every open connection: a message whose final dot went out will be in doubt.
    pub fn cut(&self) {
        self.request(StopReason::Interrupted);
        self.cut.store(true, Ordering::SeqCst);
        lock(&self.connections).iter().flatten().for_each(StopHandle::stop);
    }

    /// Whether connections are cut, and nothing should be waited for any more.
    pub(super) fn is_cut(&self) -> bool {
        self.cut.load(Ordering::SeqCst)
    }

    /// Waits for `time`, or until the run is asked to end.
    pub(super) fn pause(&self, time: Duration) {
        let reason = lock(&self.reason);
        // A poisoned lock is a panic elsewhere, which ends the run by itself.
        drop(self.woken.wait_timeout_while(reason, time, |reason| reason.is_none()));
    }

    /// Notes the connection of worker `number`, for [`Self::cut`].
    pub(super) fn set_connection(&self, number: usize, line: Option<StopHandle>) {
        let mut lines = lock(&self.connections);
        if lines.len() <= number {
            lines.resize(number + 1, None);
        }
        lines[number] = line;
    }
}

/// The lock, also after a panic of another holder: what it guards is never half written.
fn lock<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
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
            (StopReason::Silent("no response in time".to_owned()), "no delivery progress: no response in time"),
            (
                StopReason::RepliesLost(Reply::without_code("gone")),
                "the server did not reply to the data of several messages in a row: gone",
            ),
            (
                StopReason::RefusalWave(RefusalWave { refused: 10, tried: None, last: reply() }),
                "the server refused 10 recipients in a row, the last with `554 go away`; no recipient was marked as refused",
            ),
            (
                StopReason::RefusalWave(RefusalWave { refused: 21, tried: Some(209), last: reply() }),
                "the server refused 21 of 209 recipients, the last with `554 go away`; no recipient was marked as refused",
            ),
            (
                StopReason::SenderRejected { reply: reply(), help: "set `user`".to_owned() },
                "the server rejected this sender: `554 go away`; no recipient was marked as refused",
            ),
            (
                StopReason::MessageRejected(reply()),
                "the server rejected the message itself: `554 go away`; no recipient was marked as refused",
            ),
            (
                StopReason::LedgerLost(LedgerLoss::Removed("ledger.sqlite3".into())),
                "the ledger was removed during the delivery: `ledger.sqlite3`",
            ),
        ] {
            assert_eq!(reason.to_string(), expected);
        }
    }

    #[test]
    fn the_first_reason_counts() {
        let stop = Stop::default();
        stop.request(StopReason::Silent("no answer".to_owned()));
        stop.cut();
        assert_eq!((stop.is_requested(), stop.reason()), (true, Some(StopReason::Silent("no answer".to_owned()))));
    }
}
