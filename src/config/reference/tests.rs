//! Compares the configuration reference with the loaders.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::config::parse::{Config, parse_config};
use crate::diagnostic::SourceFile;
use crate::schema::{Field, TableFields};
use crate::toml::recorded_keys;

/// A configuration with the required settings alone, and whatever `more` each table has.
fn configuration(more: impl Fn(&str) -> String) -> Config {
    let mut text = String::new();
    for table in TABLES.iter().filter(|table| !["[dkim]", "[[topic]]"].contains(&table.header)) {
        let required = match table.header {
            "[newsletter]" => "name = 'T'\nfrom = 'a@example.org'\nsite = 'https://example.org/'\naddress = 'x'\n",
            "[unsubscribe]" => "mailto = 'u@example.org'\n",
            "[smtp]" => "host = 'smtp.example.org'\n",
            "[[feed]]" => "url = 'https://example.org/feed.xml'\n",
            _ => "",
        };
        text.extend([table.header, "\n", required, &more(table.header)]);
    }
    parse(&text)
}

fn parse(text: &str) -> Config {
    let source = Arc::new(SourceFile::new("newsletter.toml", text));
    parse_config(&source, Path::new("/letter")).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

#[test]
fn the_defaults_are_those_of_the_loaders() {
    let written = |header: &str| {
        let table = TABLES.iter().find(|table| table.header == header).unwrap();
        let lines = table.fields.iter().filter_map(|setting| match setting.default {
            // The loaders take it only beside a setting that is off by default.
            Unset::Value(_) if ["remote", "lease"].contains(&setting.key) => None,
            Unset::Value(value) => Some(format!("{} = {value}\n", setting.key)),
            Unset::Required | Unset::Derived(_) | Unset::Off => None,
        });
        lines.collect()
    };
    let [bare, written] = [configuration(|_| String::new()), configuration(written)];
    assert_eq!(bare.settings, written.settings);
    assert_eq!(bare.publication, written.publication);
    let database = |more: &str| {
        let url = "[ledger]\nurl = 'postgres://weekly@db.example.org/weekly'\n";
        parse(&configuration_text(&format!("{url}{more}"))).settings.ledger
    };
    assert_eq!(database(""), database(&format!("lease = {}\n", default_of("[ledger]", "lease"))));
    let claim = |more: &str| parse(&configuration_text(&format!("[ledger]\nclaim = 'git'\n{more}"))).settings.claim;
    assert_eq!(claim(""), claim(&format!("remote = {}\n", default_of("[ledger]", "remote"))));
}

fn configuration_text(more: &str) -> String {
    format!(
        "[newsletter]\nname = 'T'\nfrom = 'a@example.org'\nsite = 'https://example.org/'\naddress = 'x'\n\
         [unsubscribe]\nmailto = 'u@example.org'\n{more}"
    )
}

fn default_of(header: &str, key: &str) -> &'static str {
    let table = TABLES.iter().find(|table| table.header == header).unwrap();
    match table.fields.iter().find(|setting| setting.key == key).unwrap().default {
        Unset::Value(value) => value,
        Unset::Required | Unset::Derived(_) | Unset::Off => panic!("{header} {key} has no default value"),
    }
}

#[test]
fn the_keys_are_those_that_the_loaders_read() {
    let read = recorded_keys(|| {
        let smtp = "[[smtp]]\nhost = 'a.example.org'\n[[smtp]]\nhost = 'b.example.org'\n";
        let dkim = "[dkim]\nselector = 's'\nkey = { file = 'k' }\n";
        let topic = "[[topic]]\nname = 'a'\ntitle = 'A'\n";
        let empty = "[theme]\n[images]\n[subscribers]\n[serve]\n[send]\n[ledger]\n[[feed]]\nurl = 'https://example.org/'\n[build]\n[check]\n[fetch]\n[mailbox]\n[preview]\n[words]\n";
        parse(&configuration_text(&format!("{smtp}{dkim}{topic}{empty}")));
    });
    let secrets = ["[dkim.key]", "[words]", ""];
    let read: BTreeSet<(String, &str)> = read
        .into_iter()
        .filter(|(table, _)| !secrets.contains(&table.as_str()))
        .map(|(table, key)| (table.replace("[[smtp]]", "[smtp]"), key))
        // A former name is read for its warning.
        .filter(|(_, key)| *key != "in_flight")
        .collect();
    let described: BTreeSet<(String, &str)> = TABLES
        .iter()
        .flat_map(|table| table.fields.iter().map(|setting| (table.header.to_owned(), setting.key)))
        .collect();
    assert_eq!(read, described);
}

#[test]
fn every_table_is_described() {
    let read = recorded_keys(|| _ = parse(&configuration_text("")));
    let read: BTreeSet<&str> = read.iter().filter(|(table, _)| table.is_empty()).map(|(_, key)| *key).collect();
    let described: BTreeSet<&str> = TABLES.iter().map(|table| table.header).chain(["[words]"]).collect();
    assert_eq!(read, described.iter().map(|header| header.trim_matches(['[', ']'])).collect());
}

#[test]
fn each_setting_is_described_in_sentences() {
    for table in TABLES {
        for setting in table.fields {
            assert!(setting.meaning.ends_with('.'), "{} {}", table.header, setting.key);
        }
    }
}

#[test]
fn the_document_of_the_settings_describes_them_all() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/settings.md");
    let document = fs::read_to_string(&path).unwrap();
    let (before, rest) = document.split_once("<!-- settings -->\n").unwrap();
    let (written, after) = rest.split_once("<!-- end of the settings -->").unwrap();
    let reference = format!("\n{}\n", settings_reference());
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        let document = format!("{before}<!-- settings -->\n{reference}<!-- end of the settings -->{after}");
        fs::write(&path, document).unwrap();
    } else {
        assert!(written == reference, "docs/settings.md is out of date; SNAPSHOTS=overwrite updates it");
    }
}

#[test]
fn the_types_are_those_of_the_loaders() {
    let required = |header: &str| match header {
        "[newsletter]" => "name = 'T'\nfrom = 'a@example.org'\nsite = 'https://example.org/'\naddress = 'x'\n",
        "[unsubscribe]" => "mailto = 'u@example.org'\n",
        "[smtp]" => "host = 'a.example.org'\n",
        "[dkim]" => "selector = 's'\nkey = { file = 'k' }\n",
        "[[topic]]" => "name = 'a'\ntitle = 'A'\n",
        "[[feed]]" => "url = 'https://example.org/feed.xml'\n",
        _ => "",
    };
    let load = |table: &TableFields, field: &Field, value: &str| {
        let mut text = String::new();
        for own in TABLES {
            let is_own = own.header == table.header;
            let is_set = |line: &str| is_own && line.starts_with(&format!("{} = ", field.key));
            // Some settings are for several servers.
            text.push_str(if own.header == "[smtp]" { "[[smtp]]" } else { own.header });
            text.push('\n');
            text.extend(required(own.header).split_inclusive('\n').filter(|line| !is_set(line)));
            if is_own {
                writeln!(text, "{} = {value}", field.key).unwrap();
            }
        }
        text.push_str("[[smtp]]\nhost = 'b.example.org'\n");
        parse_config(&Arc::new(SourceFile::new("newsletter.toml", text)), Path::new("/letter"))
    };
    let differences = |table: &TableFields| table.differences(&[], |field, value| load(table, field, value));
    assert_eq!(TABLES.iter().flat_map(differences).collect::<Vec<_>>(), [""; 0]);
}
