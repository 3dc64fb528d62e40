//! Reads subscriber lists: CSV as spreadsheets and newsletter services export it.
//!
//! No row is dropped silently: each becomes a subscriber, a skip, a duplicate or a rejection,
//! reported with its line. Suppressions are in the ledger, not here.

mod audience;
mod columns;
mod confusable;
pub mod exports;
mod file;
mod head;
mod list;
mod person_name;
mod row;
mod row_errors;
mod rows;
mod skip_reason;
#[cfg(test)]
mod tests;
mod vocabulary;

pub use audience::{Audience, RowOutcome, audience, audience_of_rows};
pub use list::{SubscriberList, list_digest, shown_columns, subscriber_list};
pub use row::{ListRow, ListedSubscriber, Rejection};
pub use rows::Rows;
pub use skip_reason::SkipReason;
