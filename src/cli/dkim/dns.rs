//! `newsletter dkim dns`: the DNS record of the signing key.

use std::io::Write;

use serde_json::{Value, json};

use crate::app::dkim::{DnsRecord, published_record};
use crate::cli::exit::Exit;
use crate::cli::global::Global;
use crate::config::Newsletter;

pub(super) fn run(global: &Global) -> anyhow::Result<Exit> {
    let record = published_record(&Newsletter::open(&global.directory)?)?;
    if global.json {
        writeln!(anstream::stdout(), "{:#}", to_json(&record))?;
    } else {
        write!(anstream::stdout(), "{}", text(&record))?;
    }
    Ok(Exit::Done)
}

pub(super) fn to_json(record: &DnsRecord) -> Value {
    json!({ "name": record.name, "type": "TXT", "value": record.value, "strings": record.strings() })
}

/// Returns the record for a form on a web page, and below it for a zone file.
pub(super) fn text(record: &DnsRecord) -> String {
    let DnsRecord { name, value } = record;
    let strings: Vec<_> = record.strings().iter().map(|string| format!("\n    \"{string}\"")).collect();
    format!("name   {name}\ntype   TXT\nvalue  {value}\n\n{name}. IN TXT ({} )\n", strings.concat())
}
