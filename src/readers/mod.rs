//! Decides what an event changes about a reader: a sign-up, a confirmation, an unsubscribe, a bounce. Pure.
//!
//! ```text
//! nobody --sign up--> pending --confirm--> active --unsubscribe | complaint | bounce--> suppressed
//!    ^                  | expired: forgotten        suppressed --sign up--> suppressed + pending --confirm--> active
//!    +------------------+                           suppressed by hand, or "it was not me": a sign-up changes nothing
//! ```
//!
//! To change a reader: open a transaction of the ledger (`Ledger::change_readers`), read the [`Reader`], have [`step()`]
//! decide, and apply its changes; `ReaderRecords::happen` does the three. Only [`Event::Confirm`] and, for an hour,
//! [`Event::Undo`] lift a suppression. Everything that a stranger can cause without the mail of the reader leaves
//! subscriptions and suppressions as they are.

mod applied;
mod event;
mod evidence;
mod mail;
mod reader;
mod report;
mod step;
#[cfg(test)]
mod tests;

pub use event::{Change, Event, ImportedReader, Outcome, RestoredReader, Step};
pub use evidence::{ConsentEvent, ConsentKind, Evidence};
pub use mail::{MailKind, MailOutcome, QueuedMail};
pub use reader::{
    Confirmations, ErasedDigest, Identity, Nonce, Reader, Signup, Subscription, Suppressed, SuppressionReason,
};
pub use report::{BounceClass, BounceReport};
pub use step::{UNDO_MINUTES, step};
