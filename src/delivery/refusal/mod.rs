//! Classifies refusals by code, enhanced code and text, in the wording of many servers. Pure.
//!
//! A mistake here loses a subscriber, so if code and text disagree, the interpretation that keeps
//! the subscriber wins: `552 mailbox is over quota (#5.1.1)` is a full mailbox,
//! `550 5.1.1 daily sending limit exceeded` a sending limit,
//! `550 5.2.1 ... receiving mail at a rate` a busy mailbox. An unknown reply is
//! [`RefusalReason::Other`]: refused, and nothing more.

mod reason;
mod retry_after;
mod sender_problem;
#[cfg(test)]
mod tests;
mod too_much;
mod topics;

pub use reason::{RefusalReason, is_dead_mailbox, refusal_reason};
pub use retry_after::retry_after;
pub use sender_problem::SenderProblem;
pub use too_much::is_sending_limit;
pub(super) use too_much::{is_connection_limit, is_throttling};
