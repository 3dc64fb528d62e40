//! Tries that an export is read as it was written, and that kinds are told apart.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::*;
use crate::model::EmailAddress;
use crate::readers::{
    ConsentEvent, ConsentKind, Evidence, RestoredReader, Subscription, Suppressed, SuppressionReason,
};

fn time() -> impl Strategy<Value = DateTime<Utc>> {
    (1_000_000_000_i64..2_000_000_000).prop_map(|seconds| DateTime::from_timestamp(seconds, 0).unwrap())
}

/// Text with everything that a spreadsheet, a separator or a quote could change.
fn text() -> impl Strategy<Value = String> {
    "[=+@'\"a-zé,;|\\[{ -]{1,8}".prop_map(|text| text.trim().to_owned()).prop_filter("empty", |text| !text.is_empty())
}

fn words() -> impl Strategy<Value = BTreeSet<String>> {
    prop::collection::btree_set(text(), 0..3)
}

fn event() -> impl Strategy<Value = ConsentEvent> {
    (prop::sample::select(ConsentKind::ALL.to_vec()), time(), text(), ".{0,12}").prop_map(|(what, at, how, words)| {
        ConsentEvent { what, evidence: Evidence { how, words, network: "192.0.2.0/24".to_owned() }, at }
    })
}

fn address() -> impl Strategy<Value = EmailAddress> {
    "[=+'a-z-]{1,6}".prop_map(|local| EmailAddress::parse(&format!("{local}@example.org")).unwrap())
}

fn row() -> impl Strategy<Value = OwnRow> {
    let fields = prop::collection::btree_map(prop::sample::select(vec!["name", "city", "tags", "=sum"]), text(), 0..3);
    let subscription = (fields, words(), words(), text(), time(), prop::option::of(time()));
    let suppression = (prop::sample::select(SuppressionReason::ALL.to_vec()), time());
    let reader = (prop::option::of(subscription), prop::option::of(suppression), prop::collection::vec(event(), 1..3));
    (address(), reader).prop_filter_map("nothing is known", |(address, (subscription, suppression, consent))| {
        if subscription.is_none() && suppression.is_none() {
            return None;
        }
        let subscription = subscription.map(|(fields, topics, tags, source, since, confirmed_at)| Subscription {
            address: address.clone(),
            fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            topics,
            tags,
            source,
            since,
            confirmed_at,
        });
        let suppression = suppression.map(|(reason, at)| Suppressed { reason, at });
        Some(OwnRow { address, reader: RestoredReader { subscription, suppression, consent } })
    })
}

fn written(rows: &[OwnRow]) -> Vec<u8> {
    let fields = rows.iter().filter_map(|row| row.reader.subscription.as_ref());
    let fields = fields.flat_map(|subscription| subscription.fields.keys().cloned()).collect();
    let mut bytes = Vec::new();
    let mut writer = OwnWriter::begin(&mut bytes, "NuFL_E7QvRfrgwrs8fK4ZQ", fields).unwrap();
    for row in rows {
        writer.write(row).unwrap();
    }
    writer.finish().unwrap();
    bytes
}

fn read(bytes: Vec<u8>) -> Vec<OwnRow> {
    let export = Export::read(PathBuf::from("export.csv"), bytes, &ExportOptions::default()).unwrap();
    assert_eq!(export.exported_with_key(), Some("NuFL_E7QvRfrgwrs8fK4ZQ"));
    let own = |row: ExportRow| match row.entry.unwrap() {
        (address, ExportEntry::Own(reader)) => OwnRow { address, reader },
        other => panic!("{other:?}"),
    };
    export.rows().unwrap().map(|row| own(row.unwrap())).collect()
}

proptest! {
    #[test]
    fn an_export_is_read_as_it_was_written(rows in prop::collection::vec(row(), 1..6)) {
        let bytes = written(&rows);
        let text = String::from_utf8(bytes.clone()).unwrap();
        let mut cells = csv::Reader::from_reader(text.as_bytes());
        for record in cells.records() {
            let record = record.unwrap();
            prop_assert!(record.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{:?}", record);
        }
        prop_assert_eq!(read(bytes), rows);
    }
}

fn entries(list: &str, options: &ExportOptions) -> (ExportKind, BTreeMap<String, ForeignReader>) {
    let export = Export::read(PathBuf::from("list.csv"), list.into(), options).unwrap();
    let entry = |row: ExportRow| match row.entry.unwrap() {
        (address, ExportEntry::Foreign(reader)) => (address.to_string(), reader),
        other => panic!("{other:?}"),
    };
    (export.kind(), export.rows().unwrap().map(|row| entry(row.unwrap())).collect())
}

#[test]
fn what_mailchimp_says_of_consent_is_read() {
    let list = "Email Address,First Name,Last Name,City,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LEID,EUID,TAGS\n\
        ada@example.org,Ada,Lovelace,London,2,2024-01-01 09:00:00,192.0.2.7,2024-01-02 10:00:00,192.0.2.1,1,a,\"\"\"Editors\"\",\"\"Press, Berlin\"\"\"\n";
    let (kind, all) = entries(list, &ExportOptions::default());
    assert_eq!(kind, ExportKind::Mailchimp);
    let ada = &all["ada@example.org"];
    let told: Vec<_> =
        ada.consent.iter().map(|stated| format!("{} {:?} {}", stated.what.name(), stated.ip, stated.column)).collect();
    assert_eq!(told, ["signed up Some(192.0.2.7) OPTIN_TIME", "confirmed Some(192.0.2.1) CONFIRM_TIME"]);
    assert_eq!(ada.tags.iter().collect::<Vec<_>>(), ["Editors", "Press, Berlin"]);
    let fields: Vec<_> = ada.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(fields, ["city=London", "first_name=Ada", "last_name=Lovelace", "name=Ada Lovelace"]);
}

#[test]
fn nobody_in_a_file_of_contacts_who_left_gets_mail() {
    let list = "Email Address,LEID,EUID,UNSUB_TIME\nada@example.org,1,a,\nbo@example.org,2,b,2024-02-02 10:00:00\n";
    let export = Export::read(PathBuf::from("list.csv"), list.into(), &ExportOptions::default()).unwrap();
    let told: Vec<_> = export.rows().unwrap().map(|row| row.unwrap().entry.map_err(|wrong| wrong.message)).collect();
    assert_eq!(told[0].as_ref().unwrap_err(), "`UNSUB_TIME` is empty, in a file of contacts that get no mail");
    let left = DateTime::from_timestamp(1_706_868_000, 0);
    let (_, ExportEntry::Foreign(bo)) = told[1].as_ref().unwrap() else { panic!() };
    assert_eq!(bo.listed_as, ListedAs::Left(SuppressionReason::Unsubscribed, left));
    let never = "Email Address,LEID,EUID\nada@example.org,1,a\n";
    let named = PathBuf::from("nonsubscribed_members.csv");
    let export = Export::read(named, never.into(), &ExportOptions::default()).unwrap();
    let row = export.rows().unwrap().next().unwrap().unwrap();
    assert!(matches!(
        row.entry.unwrap().1,
        ExportEntry::Foreign(ForeignReader { listed_as: ListedAs::Unconfirmed, .. })
    ));
}

#[test]
fn a_file_called_after_those_who_left_suppresses_them_whoever_wrote_it() {
    let curated = "Email Address,Subscribed at,UTM Last Path\nada@example.org,2024-01-02 10:00:00 UTC,/\n";
    let listmonk = "uuid,email,name,attributes,status\n1,ada@example.org,Ada,{},enabled\n";
    let plain = "email\nada@example.org\n";
    let listed = |name: &str, list: &str, kind| {
        let options = ExportOptions { kind, ..ExportOptions::default() };
        let export = Export::read(PathBuf::from(name), list.into(), &options).unwrap();
        match export.rows().unwrap().next().unwrap().unwrap().entry.unwrap() {
            (_, ExportEntry::Foreign(reader)) => reader.listed_as,
            other => panic!("{other:?}"),
        }
    };
    let left = |reason| ListedAs::Left(reason, None);
    for (name, list, kind, expected) in [
        ("subscribers.csv", curated, None, ListedAs::Active),
        ("exports/Unsubscribed 2026.csv", curated, None, left(SuppressionReason::Unsubscribed)),
        ("unsubscribes.csv", listmonk, None, left(SuppressionReason::Unsubscribed)),
        ("unsubscribed.csv", plain, Some(ExportKind::Plain), left(SuppressionReason::Unsubscribed)),
        ("bounced.csv", plain, Some(ExportKind::Plain), left(SuppressionReason::Bounced)),
        // Cleaned of duplicates, for all we know.
        ("cleaned.csv", plain, Some(ExportKind::Plain), ListedAs::Active),
    ] {
        assert_eq!(listed(name, list, kind), expected, "{name}");
    }
}

#[test]
fn a_list_of_no_known_kind_is_said_to_be_so() {
    let open = |list: &str, kind| {
        let options = ExportOptions { kind, ..ExportOptions::default() };
        match Export::read(PathBuf::from("list.csv"), list.into(), &options) {
            Ok(export) => format!("{:?}", export.kind()),
            Err(ExportError::Unknown) => "unknown".to_owned(),
            Err(ExportError::Ambiguous(kinds)) => format!("{kinds:?}"),
            Err(ExportError::Lacking(kind, wanted)) => format!("not {kind:?}: {wanted}"),
            Err(ExportError::Problems(problems)) => problems.0[0].message.clone(),
        }
    };
    let cases = [
        ("email,name\na@example.org,A\n", None, "unknown"),
        ("email,name\na@example.org,A\n", Some(ExportKind::Plain), "Plain"),
        ("email,name\na@example.org,A\n", Some(ExportKind::Kit), "not Kit: `state`, `createdat`, `firstname`"),
        ("first_name,email_address,state,created_at\nA,a@example.org,active,2024-01-02T10:00:00Z\n", None, "Kit"),
        // The state of a country.
        ("first_name,email_address,state,created_at\nA,a@example.org,Bayern,2024-01-02T10:00:00Z\n", None, "unknown"),
        (
            "email_address,type,first_name,state,created_at\na@example.org,regular,A,active,2024-01-02T10:00:00Z\n",
            None,
            "[Buttondown, Kit]",
        ),
        ("uuid,email,name,attributes,status,created_at\nx,a@example.org,A,{},enabled,2024-01-02\n", None, "Listmonk"),
    ];
    for (list, kind, expected) in cases {
        assert_eq!(open(list, kind), expected, "{list}");
    }
}
