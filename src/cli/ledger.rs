//! The ledger of the configuration, opened: its secrets fetched, its server named.

use std::process;

use chrono::{DateTime, Utc};

use super::{Exit, Failure};
use crate::delivery::ledger::{self, Ledger, Place, Server, Unreachable};
use crate::load::{LedgerSettings, Newsletter};
use crate::model::IssueNumber;

/// Opens the newsletter's ledger for writing, making it when there is none.
///
/// Errors as [`ledger::open`] does, and when a secret cannot be had.
pub(super) fn open(newsletter: &Newsletter) -> anyhow::Result<Box<dyn Ledger>> {
    ledger::open(&place(newsletter)?)
}

/// Opens the newsletter's ledger to deliver `issue` from it; the inner error says who else does, where only one may.
///
/// Errors as [`ledger::open_to_deliver`] does, and when a secret cannot be had.
pub(super) fn open_to_deliver(
    newsletter: &Newsletter,
    issue: IssueNumber,
    now: DateTime<Utc>,
) -> anyhow::Result<Result<Box<dyn Ledger>, String>> {
    ledger::open_to_deliver(&place(newsletter)?, issue, now)
}

/// Opens the newsletter's ledger for reading; `None` when there is none.
///
/// Errors as [`ledger::open_to_read`] does, and when a secret cannot be had.
pub(super) fn open_to_read(newsletter: &Newsletter) -> anyhow::Result<Option<Box<dyn Ledger>>> {
    ledger::open_to_read(&place(newsletter)?)
}

/// A ledger that cannot be used before anything was sent: later, when it is only out of reach.
pub(super) fn would_not_start(error: anyhow::Error) -> anyhow::Error {
    let exit = if error.is::<Unreachable>() { Exit::Stopped } else { Exit::NotStarted };
    Failure::new(exit, format!("{error:#}; nothing was sent")).into()
}

fn place(newsletter: &Newsletter) -> anyhow::Result<Place> {
    let shared = match &newsletter.settings.ledger {
        LedgerSettings::File(path) => return Ok(Place::File(path.clone())),
        LedgerSettings::Shared(shared) => shared,
    };
    let url = shared.url.resolve(&newsletter.root)?;
    let password = shared.password.as_ref().map(|source| source.resolve(&newsletter.root)).transpose()?;
    let machine = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let sender = format!("pid {} on {machine}", process::id());
    let server = Server::new(&url, password.as_ref(), shared.ca_file.as_deref(), shared.lease, sender)?;
    Ok(Place::Server(Box::new(server)))
}
