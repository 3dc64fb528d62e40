//! Records the state of every subscriber of every delivery, durably and before each step that
//! depends on it: in a SQLite file, or in a PostgreSQL database that several machines share.
//!
//! ```text
//!               claim            mark, durable               the server replied
//!  planned ----------> (claimed) ------------> transmitting --+---------------> accepted
//!     ^  ^                 |                        |         +---------------> refused
//!     |  |  connection     |                        |         +---> deferred ---+
//!     |  +---- lost -------+                        |         |  claimed again at `next_at`, refused when given up
//!     |                    |                        |         +---------------> in doubt --> planned (resend)
//!     +--- not transmitted, or the run -------------+      reply lost,       \--> given up (skip)
//!          stopped on a policy                             or sender died
//!
//!  planned, deferred --> suppressed: looked up with the claim and, last, in the commit that marks the row
//! ```
//!
//! - Letter and audience are frozen in one transaction: a plan is complete or absent.
//! - `transmitting` means that the final dot may have gone out (RFC 5321 4.1.1.4). It is committed
//!   and synced before any of the message is written. When its sender dies, such a row is in doubt
//!   unless the transmit log proves otherwise.
//! - In SQLite rows are marked before they are handed out, up to a hundred with one sync ([`MarkStore::TransmitLog`]); in
//!   PostgreSQL each one just before it is transmitted ([`MarkStore::Ledger`]).
//! - A claim belongs to one sender. In SQLite there is only one, which holds the lock and keeps its
//!   claims in memory. In PostgreSQL each row names its owner, which has to renew its lease in
//!   time, and a mark needs the owner's fencing token.
//! - Suppressions are kept beside the plans, are independent of the subscriber list, and always
//!   take precedence.
//!
//! The ledger does not decide when to claim rows, nor how to interpret a reply.

mod contract;
mod identity;
mod loss;
mod open;
mod plan;
mod postgres;
mod reader_columns;
mod readers;
mod recovery_preview;
mod reply;
mod row;
mod sender;
mod sent_count;
pub mod sent_marker;
mod sqlite;
mod suppression;
pub mod test_letter;
mod transmit_log;
mod write_batch;

pub use contract::Ledger;
pub use identity::LedgerOwner;
pub use loss::{LedgerLoss, RescuedLedger, Unreachable};
pub use open::{LedgerLocation, open, open_to_deliver, open_to_read};
pub use plan::{DeliveryKey, DeliverySummary, FrozenVersion, NewPlan, Plan};
pub use postgres::PostgresServer;
pub use readers::{KeptMail, KnownReader, LateOutcome, ReaderRecords, SubscriberRow};
pub use recovery_preview::RecoveryPreview;
pub use reply::Reply;
pub use row::{ClaimedRow, DeliveryRow, Resolution, Row};
pub use sender::{LockHolder, Sender};
pub use sent_count::{SentInMinute, minute};
pub use sqlite::{SalvageReport, SalvagedDelivery, Sqlite, is_of_file};
pub use suppression::Suppression;
pub use transmit_log::{MachineStart, TransmitLog, TransmitMark};
pub use write_batch::{Claimed, Mark, MarkStore, RefusalReview, Settlement, WriteBatch, WriteResult};
