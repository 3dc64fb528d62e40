//! Erases a reader (GDPR, article 17): whatever the program keeps is gone, and whatever it may not touch is named.

use super::traces::{self, Traces};
use crate::app::failure::Failure;
use crate::app::readers::ReaderKeys;
use crate::app::{clock, open_ledger};
use crate::config::Newsletter;
use crate::model::EmailAddress;
use crate::readers::Event;

/// Errors when a send is running, which could mail what it has read already.
pub(crate) fn refuse_while_sending(newsletter: &Newsletter) -> anyhow::Result<()> {
    let Some(mut ledger) = open_ledger::to_read(newsletter)? else { return Ok(()) };
    match ledger.senders()?.first() {
        Some(sender) => Err(open_ledger::another_send(sender).hint("erase when it has ended").into()),
        None => Ok(()),
    }
}

/// Erases the reader with `address`, and returns what still names them. What stays in the ledger is a keyed digest, so that no old list brings them back.
///
/// Errors when the ledger cannot be written, or another program keeps it from being written anew.
pub(crate) fn erase(newsletter: &Newsletter, address: &EmailAddress) -> anyhow::Result<Traces> {
    refuse_while_sending(newsletter)?;
    let who = ReaderKeys::fetch(newsletter)?.identify(address);
    let mut ledger = open_ledger::to_write(newsletter)?;
    let now = ledger.time(clock::now())?;
    ledger.change_readers(&mut |records| records.happen(&who, Event::Erase, now).map(drop))?;
    ledger.scrub().map_err(|error| {
        let message = format!("{address} is erased, but the ledger's files still have what was deleted: {error:#}");
        Failure::stopped(message)
            .hint("stop `newsletter serve` and other programs that use the ledger, and erase again")
    })?;
    drop(ledger);
    Ok(traces::find(newsletter, address)?)
}
