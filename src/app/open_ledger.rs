//! Opens the ledger of the configuration: fetches its secrets and checks that it is this newsletter's.

use std::fmt;

use chrono::{DateTime, Utc};

use super::failure::{self, Failure};
use super::{ledger_owner, this_machine};
use crate::config::{LedgerSettings, Newsletter};
use crate::ledger::{self, Ledger, LedgerLocation, PostgresServer};
use crate::model::IssueNumber;

/// Opens the newsletter's ledger for writing, creating it if there is none.
///
/// Errors as [`ledger::open`] does, when a secret cannot be read, and when it is another newsletter's.
pub(crate) fn to_write(newsletter: &Newsletter) -> anyhow::Result<Box<dyn Ledger>> {
    let mut ledger = ledger::open(&location(newsletter)?)?;
    ledger_owner::settle(newsletter, ledger.as_mut(), false)?;
    Ok(ledger)
}

/// Opens the newsletter's ledger to deliver `issue`. With `is_renamed` it may belong to a newsletter with another
/// list identifier.
///
/// Errors, as a failure before the start, like [`ledger::open_to_deliver`], when a secret cannot be read, when the
/// ledger is another newsletter's, and when it is a file from which another process sends.
pub(crate) fn to_deliver(
    newsletter: &Newsletter,
    issue: IssueNumber,
    now: DateTime<Utc>,
    is_renamed: bool,
) -> anyhow::Result<Box<dyn Ledger>> {
    let open = || {
        let location = location(newsletter)?;
        let opened = ledger::open_to_deliver(&location, &newsletter.root, issue, now, this_machine::last_boot())?;
        let mut ledger = opened.map_err(|holder| another_send(&holder))?;
        ledger_owner::settle(newsletter, ledger.as_mut(), is_renamed)?;
        Ok(ledger)
    };
    open().map_err(|error| failure::before_start(&error))
}

/// Opens the newsletter's ledger for reading, if there is one.
///
/// Errors as [`ledger::open_to_read`] does, when a secret cannot be read, and when it is another newsletter's.
pub(crate) fn to_read(newsletter: &Newsletter) -> anyhow::Result<Option<Box<dyn Ledger>>> {
    to_read_renamed(newsletter, false)
}

/// Opens it as [`to_read`] does. With `is_renamed` it may belong to a newsletter with another list identifier.
pub(crate) fn to_read_renamed(newsletter: &Newsletter, is_renamed: bool) -> anyhow::Result<Option<Box<dyn Ledger>>> {
    let mut ledger = ledger::open_to_read(&location(newsletter)?, this_machine::last_boot())?;
    if let Some(ledger) = ledger.as_deref_mut().filter(|_| !is_renamed) {
        ledger_owner::check(newsletter, ledger)?;
    }
    Ok(ledger)
}

fn location(newsletter: &Newsletter) -> anyhow::Result<LedgerLocation> {
    let shared = match &newsletter.settings.ledger {
        LedgerSettings::File(path) => return Ok(LedgerLocation::File(path.clone())),
        LedgerSettings::Shared(shared) => shared,
    };
    let url = shared.url.resolve(&newsletter.root)?;
    let password = shared.password.as_ref().map(|source| source.resolve(&newsletter.root)).transpose()?;
    let server = PostgresServer::new(
        &url,
        password.as_ref(),
        shared.ca_file.as_deref(),
        shared.lease,
        this_machine::process_name(),
    )?;
    Ok(LedgerLocation::Server(Box::new(server)))
}

/// Returns the failure of a send that cannot start while `holder` sends.
pub(crate) fn another_send(holder: &impl fmt::Display) -> Failure {
    Failure::not_started(format!("another send is running: {holder}")).hint("`newsletter status` shows its progress")
}
