//! Writes everybody the ledger knows as a list that `import` and `send` read.

use std::collections::BTreeSet;
use std::io::Write;

use super::list::everybody;
use crate::app::readers::ReaderKeys;
use crate::app::{clock, open_ledger};
use crate::config::Newsletter;
use crate::readers::RestoredReader;
use crate::subscribers::exports::{OwnRow, OwnWriter};

/// Writes the readers to `to` and returns their number: subscribers with their evidence, and all suppressions.
///
/// Errors when the ledger cannot be read or `to` cannot be written.
pub(crate) fn export(newsletter: &Newsletter, to: &mut dyn Write) -> anyhow::Result<u64> {
    let keys = ReaderKeys::fetch(newsletter)?;
    let Some(mut ledger) = open_ledger::to_read(newsletter)? else {
        OwnWriter::begin(to, &keys.fingerprint(), BTreeSet::new())?.finish()?;
        return Ok(0);
    };
    let now = ledger.time(clock::now())?;
    let mut count = 0;
    ledger.read_readers(&mut |records| {
        let mut fields = BTreeSet::new();
        everybody(records, &keys, now, &mut |_, _, reader| {
            fields.extend(reader.subscription.into_iter().flat_map(|subscription| subscription.fields.into_keys()));
            Ok(())
        })?;
        let mut rows = OwnWriter::begin(&mut *to, &keys.fingerprint(), fields)?;
        everybody(records, &keys, now, &mut |records, who, reader| {
            let consent = records.evidence(&who)?;
            let reader = RestoredReader { subscription: reader.subscription, suppression: reader.suppression, consent };
            count += 1;
            Ok(rows.write(&OwnRow { address: who.address, reader })?)
        })?;
        Ok(rows.finish()?)
    })?;
    Ok(count)
}
