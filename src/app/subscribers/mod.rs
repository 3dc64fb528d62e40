//! The readers of the newsletter, one by one and all together: brought in, listed, shown, tagged, exported, erased,
//! counted.

mod add;
mod erase;
mod export;
mod import;
mod import_report;
mod import_rows;
mod list;
mod person;
mod report;
mod tag;
#[cfg(test)]
mod tests;
mod traces;

pub(crate) use add::{Added, add};
pub(crate) use erase::{erase, refuse_while_sending};
pub(crate) use export::export;
pub(crate) use import::{Import, ImportOptions};
pub(crate) use import_report::ImportReport;
pub(crate) use list::{ListedReader, ReaderState, list};
pub(crate) use person::{Person, person};
pub(crate) use report::{IssueEffect, ReaderWeek, ReadersReport, losses, report};
pub(crate) use tag::{TagChange, tag};
