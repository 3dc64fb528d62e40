//! Keeps the ledger in a SQLite file, for one machine and one sender at a time.

mod accepted_rows;
mod backup;
mod bulk_write;
mod checkpoint;
mod claim;
mod claimed_rows;
mod contract;
mod file_watch;
mod identity;
mod late;
mod ledger;
mod location;
mod lock;
mod migration;
mod open;
mod plan;
mod reader_details;
mod reader_lists;
mod reader_mail;
mod readers;
mod recovery;
mod refusal_review;
mod rescue;
mod rows;
mod salvage;
mod salvage_readers;
mod suppression;
mod time;
mod write;

pub use ledger::Sqlite;
pub use open::is_of_file;
pub use salvage::{SalvageReport, SalvagedDelivery};
