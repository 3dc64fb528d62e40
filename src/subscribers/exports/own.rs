//! Writes and reads the rows of our own export.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use chrono::{DateTime, SecondsFormat, Utc};
use csv::StringRecord;
use serde_json::{Value, json};

use super::entry::{ExportEntry, ForeignReader, ListedAs, StatedConsent};
use super::{time, words};
use crate::model::EmailAddress;
use crate::readers::{
    ConsentEvent, ConsentKind, Evidence, RestoredReader, Subscription, Suppressed, SuppressionReason,
};
use crate::subscribers::columns::own_export::{ACTIVE, headings, place, quoted, unquoted};
use crate::subscribers::row_errors::is_allowed;

/// A reader to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRow {
    /// The address as they write it.
    pub address: EmailAddress,
    /// What the ledger keeps.
    pub reader: RestoredReader,
}

/// Writes an export row by row.
pub struct OwnWriter<W: Write> {
    rows: csv::Writer<W>,
    fields: BTreeSet<String>,
}

impl<W: Write> OwnWriter<W> {
    /// Begins an export of a ledger whose unsubscribe key has the fingerprint `key`, for readers with `fields`.
    ///
    /// Errors when it cannot be written.
    pub fn begin(to: W, key: &str, fields: BTreeSet<String>) -> io::Result<Self> {
        let mut rows = csv::Writer::from_writer(to);
        rows.write_record(headings(key, &fields))?;
        Ok(Self { rows, fields })
    }

    /// Writes a row.
    ///
    /// Errors when it cannot be written.
    pub fn write(&mut self, row: &OwnRow) -> io::Result<()> {
        let RestoredReader { subscription, suppression, consent } = &row.reader;
        let status = suppression.map_or(ACTIVE, |suppressed| suppressed.reason.name());
        let of = |read: fn(&Subscription) -> String| subscription.as_ref().map(read).unwrap_or_default();
        let own = [
            row.address.to_string(),
            status.to_owned(),
            suppression.map(|suppressed| written(suppressed.at)).unwrap_or_default(),
            of(|subscription| written(subscription.since)),
            of(|subscription| subscription.confirmed_at.map(written).unwrap_or_default()),
            of(|subscription| words::joined(&subscription.topics)),
            of(|subscription| words::joined(&subscription.tags)),
            of(|subscription| subscription.source.clone()),
            evidence_to_json(consent),
        ];
        let fields = self.fields.iter().map(|name| {
            let value = subscription.as_ref().and_then(|subscription| subscription.fields.get(name));
            value.map_or("", String::as_str)
        });
        let cells = own.iter().map(String::as_str).chain(fields);
        Ok(self.rows.write_record(cells.map(|cell| quoted(cell).into_owned()))?)
    }

    /// Writes what is not written yet.
    ///
    /// Errors when it cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.rows.flush()
    }
}

fn written(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn evidence_to_json(consent: &[ConsentEvent]) -> String {
    let event = |ConsentEvent { what, evidence: Evidence { how, words, network }, at }: &ConsentEvent| json!({"what": what.name(), "at": written(*at), "how": how, "words": words, "network": network});
    if consent.is_empty() { String::new() } else { consent.iter().map(event).collect::<Value>().to_string() }
}

fn evidence_from_json(cell: &str) -> Option<Vec<ConsentEvent>> {
    if cell.is_empty() {
        return Some(Vec::new());
    }
    let events: Vec<BTreeMap<String, String>> = serde_json::from_str(cell).ok()?;
    let event = |event: BTreeMap<String, String>| {
        let text = |name: &str| event.get(name).cloned();
        Some(ConsentEvent {
            what: ConsentKind::ALL
                .into_iter()
                .find(|kind| Some(kind.name()) == event.get("what").map(String::as_str))?,
            evidence: Evidence { how: text("how")?, words: text("words")?, network: text("network")? },
            at: time::time(event.get("at")?)?,
        })
    };
    events.into_iter().map(event).collect()
}

/// Reads what the row `cells` says about the reader with `address`, in a list with the headings `names`.
///
/// The inner error is the number of a cell that cannot be read.
pub(super) fn entry(names: &[String], cells: &StringRecord, address: &EmailAddress) -> Result<ExportEntry, usize> {
    let cell = |index: usize| unquoted(cells.get(index).unwrap_or_default()).trim();
    let time_at = |index: usize| match cell(index) {
        "" => Ok(None),
        text => time::time(text).map(Some).ok_or(index),
    };
    let since = time_at(place::SINCE)?;
    let confirmed_at = time_at(place::CONFIRMED_AT)?;
    let consent = evidence_from_json(cell(place::EVIDENCE)).ok_or(place::EVIDENCE)?;
    let suppression = match cell(place::STATUS) {
        ACTIVE => None,
        word => {
            let reason = SuppressionReason::ALL.into_iter().find(|reason| reason.name() == word);
            let at = time_at(place::STATUS_SINCE)?.ok_or(place::STATUS_SINCE)?;
            Some(Suppressed { reason: reason.ok_or(place::STATUS)?, at })
        }
    };
    let mut fields = BTreeMap::new();
    for (index, name) in names.iter().enumerate().skip(place::FIELDS) {
        let value = cell(index);
        if !value.is_empty() {
            if !is_allowed(value) {
                return Err(index);
            }
            fields.insert(unquoted(name).to_owned(), value.to_owned());
        }
    }
    let (topics, tags) = (words::words(cell(place::TOPICS)), words::words(cell(place::TAGS)));
    if suppression.is_none() && (consent.is_empty() || since.is_none()) {
        // Somebody wrote this row: it says no more than that of any other list.
        let confirmed = confirmed_at.map(|at| StatedConsent {
            what: ConsentKind::Confirmed,
            at,
            ip: None,
            column: "confirmed_at".to_owned(),
        });
        return Ok(ExportEntry::Foreign(ForeignReader {
            listed_as: ListedAs::Active,
            fields,
            topics,
            tags,
            since,
            confirmed_at,
            consent: confirmed.into_iter().collect(),
        }));
    }
    let subscription = since.map(|since| Subscription {
        address: address.clone(),
        fields,
        topics,
        tags,
        source: cell(place::SOURCE).to_owned(),
        since,
        confirmed_at,
    });
    Ok(ExportEntry::Own(RestoredReader { subscription, suppression, consent }))
}
