//! The ledger of the configuration, opened: its secrets fetched, its server named.

mod command;

use std::{fs, process};

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;

pub(super) use command::{Options, run};

use super::{Exit, Failure, failure};
use crate::delivery::ledger::{self, Ledger, MachineStart, Place, Server, Unreachable};
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
    ledger::open_to_deliver(&place(newsletter)?, issue, now, machine_start())
}

/// Opens the newsletter's ledger for reading; `None` when there is none.
///
/// Errors as [`ledger::open_to_read`] does, and when a secret cannot be had.
pub(super) fn open_to_read(newsletter: &Newsletter) -> anyhow::Result<Option<Box<dyn Ledger>>> {
    ledger::open_to_read(&place(newsletter)?)
}

/// A ledger that cannot be used before anything was sent: later, when it is only out of reach.
pub(super) fn would_not_start(error: &anyhow::Error) -> anyhow::Error {
    let exit = if error.is::<Unreachable>() { Exit::Stopped } else { Exit::NotStarted };
    Failure::new(exit, format!("{}; nothing was sent", failure::in_a_line(error))).into()
}

/// The present start of this machine; `None` where it has no name.
fn machine_start() -> Option<MachineStart> {
    // random(4): a UUID drawn at each boot. Other systems than Linux have nothing like it that can be read as a file.
    let text = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let bytes = HEXLOWER.decode(text.trim().replace('-', "").as_bytes()).ok()?;
    bytes.try_into().ok().map(MachineStart)
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
