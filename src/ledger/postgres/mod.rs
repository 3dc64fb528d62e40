//! Keeps the ledger in a PostgreSQL database, so that several machines can send one issue together.
//!
//! Each sending process is a row of `sender` with a lease that it renews; each row it claims names
//! it as `owner`. Claims skip rows that other senders are claiming at the moment, and no lock is
//! held while a message is in transit. Marks and settlements take effect only for the owner of the
//! row, so a machine that slept through its lease no longer owns anything. When a lease expires,
//! the rows of its sender are free again, except that marked rows are in doubt. Leases are measured
//! by the server's clock alone.

mod claim;
mod contract;
mod identity;
mod late;
mod ledger;
mod migration;
mod open;
mod plan;
mod reader_batches;
mod reader_details;
mod reader_lists;
mod reader_mail;
mod readers;
mod refusal_review;
mod rows;
mod sender;
mod server;
mod session;
mod suppression;
mod write;

pub use server::PostgresServer;
