//! The ledger: what is known about every subscriber of every delivery, durable before it matters. A SQLite file.
//!
//! ```text
//!             hand out           mark, durable           the server answered
//!  planned ----------> (claimed) ------------> dot ----+---------------------> accepted
//!     ^  ^                 |                    |      +---------------------> refused
//!     |  |  connection     |                    |      +---> deferred ---+
//!     |  +---- lost -------+                    |      |  claimed again at `next_at`, refused when given up
//!     |                    |                    |      +-----------------> in doubt --> planned (resend)
//!     +--- the dot never went out, or ----------+      answer lost,     \--> given up (skip)
//!          the run stopped on a policy                 or process died
//!
//!  planned, deferred --> suppressed: looked up with the claim and, last, in the very commit that marks the dot
//! ```
//!
//! - Letter and audience are frozen in one transaction: a plan is whole or absent.
//! - `dot` is committed and synced before the final dot of a message is written. A row found in it at a start belongs
//!   to a process that died, and is in doubt: nobody knows whether the server took the message.
//! - A claim is kept in memory: one process holds the [`Lock`], and a claim that dies with it was a planned row.
//! - Suppressions stand beside the plans, survive every list, and always win.
//!
//! Not its business: which rows to take up when, and what an answer means (`writer`, `outcome`).

#[cfg(test)]
mod contract;
mod lock;
mod open;
mod place;
mod plan;
mod rows;
mod suppression;
mod turn;

pub use lock::Lock;
pub use plan::{FrozenVersion, NewPlan, Plan};
pub use rows::{Counts, Entry, Row, State, Summary};
pub use suppression::Suppression;
pub(super) use turn::{Hold, Turn};

/// An open ledger.
#[derive(Debug)]
pub struct Ledger {
    connection: rusqlite::Connection,
}
