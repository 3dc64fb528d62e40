//! Collects everything that is kept about one reader (GDPR, article 15).

use std::collections::BTreeMap;

use super::traces::{self, MentioningFile};
use crate::app::readers::ReaderKeys;
use crate::app::{clock, open_ledger};
use crate::config::Newsletter;
use crate::ledger::{DeliveryRow, KeptMail};
use crate::model::{EmailAddress, IssueNumber};
use crate::readers::{BounceReport, ConsentEvent, Reader, Signup};
use crate::subscribers;

/// Everything that is kept about a reader.
pub(crate) struct Person {
    pub(crate) address: EmailAddress,
    /// What the ledger says of them.
    pub(crate) reader: Reader,
    /// Evidence, oldest first.
    pub(crate) consent: Vec<ConsentEvent>,
    pub(crate) signups: Vec<Signup>,
    pub(crate) bounces: Vec<BounceReport>,
    pub(crate) mail: Vec<KeptMail>,
    /// Their row of each delivery, newest issue first.
    pub(crate) deliveries: Vec<(IssueNumber, DeliveryRow)>,
    /// The fields that their rows of deliveries have.
    pub(crate) delivered_fields: Vec<(IssueNumber, BTreeMap<String, String>)>,
    /// Their row of `subscribers.csv`.
    pub(crate) listed: Option<Listed>,
    /// Files that name them.
    pub(crate) traces: Vec<MentioningFile>,
}

/// A row of `subscribers.csv`.
pub(crate) struct Listed {
    pub(crate) line: usize,
    pub(crate) fields: BTreeMap<String, String>,
    /// Why the row gets no mail.
    pub(crate) skip: Option<String>,
}

impl Person {
    /// Returns whether nothing is kept.
    pub(crate) fn is_unknown(&self) -> bool {
        let Self { reader, consent, signups, bounces, mail, deliveries, listed, traces, .. } = self;
        let ledger = reader.suppression.is_none() && reader.subscription.is_none() && !reader.is_erased;
        ledger
            && consent.is_empty()
            && signups.is_empty()
            && bounces.is_empty()
            && mail.is_empty()
            && deliveries.is_empty()
            && listed.is_none()
            && traces.is_empty()
    }
}

/// Collects what is kept about the reader with `address`.
///
/// Errors when the ledger or a file cannot be read.
pub(crate) fn person(newsletter: &Newsletter, address: &EmailAddress) -> anyhow::Result<Person> {
    let mut person = Person {
        address: address.clone(),
        reader: Reader::default(),
        consent: Vec::new(),
        signups: Vec::new(),
        bounces: Vec::new(),
        mail: Vec::new(),
        deliveries: Vec::new(),
        delivered_fields: Vec::new(),
        listed: listed(newsletter, address),
        traces: traces::find(newsletter, address)?.named_in,
    };
    let Some(mut ledger) = open_ledger::to_read(newsletter)? else { return Ok(person) };
    let who = ReaderKeys::fetch(newsletter)?.identify(address);
    let now = ledger.time(clock::now())?;
    ledger.read_readers(&mut |records| {
        person.reader = records.reader(&who, now)?;
        person.consent = records.evidence(&who)?;
        person.signups = records.signups_of(&who)?;
        person.bounces = records.bounces(&who)?;
        person.mail = records.mail_to(&who)?;
        person.delivered_fields = records.fields_in_deliveries(&who)?;
        Ok(())
    })?;
    person.deliveries = ledger.entries_of_mailbox(&address.key())?;
    Ok(person)
}

/// Returns the row of the list, if the list can be read; `check` reports why it cannot.
fn listed(newsletter: &Newsletter, address: &EmailAddress) -> Option<Listed> {
    if newsletter.settings.subscribers.as_ref().is_none_or(|path| !path.exists()) {
        return None;
    }
    let list = subscribers::subscriber_list(newsletter).ok()?;
    for row in list.rows().ok()? {
        let row = row.ok()?;
        if let Ok(entry) = row.entry
            && entry.subscriber.address.key() == address.key()
        {
            let skip = entry.skip.map(|skip| skip.to_string());
            return Some(Listed { line: row.line, fields: entry.subscriber.fields, skip });
        }
    }
    None
}
