//! `[ledger]`: a file of this machine's own, or a database that several machines share.

use std::path::Path;
use std::time::Duration;

use url::Url;

use super::{quantity, secret_source};
use crate::load::suggestion::quote;
use crate::load::table::Table;
use crate::load::toml_file::Fault;
use crate::load::{DatabaseUrl, LedgerSettings, SharedLedger};

const FILE: &str = ".newsletter/ledger.sqlite3";

/// How long a sender that says nothing keeps what it holds, unless configured.
const LEASE: Duration = Duration::from_secs(30);

/// The longest lease: timeouts of PostgreSQL end before the 25th day.
const LONGEST_LEASE: Duration = Duration::from_hours(24 * 24);

/// Where the password of the database is suggested to be.
const PASSWORD: &str = "NEWSLETTER_LEDGER_PASSWORD";

pub(super) fn read(top: &Table<'_>, root: &Path) -> LedgerSettings {
    let Some(table) = top.table("ledger") else { return LedgerSettings::File(root.join(FILE)) };
    let path = table.line("path").map(|text| text.value);
    let url = if table.has("url") && !table.is_table("url") {
        table.parsed("url", open_url).map(DatabaseUrl::Open)
    } else {
        secret_source::read(&table, "url", "NEWSLETTER_LEDGER_URL", root).map(DatabaseUrl::Secret)
    };
    let shared = SharedLedger {
        url: url.unwrap_or_else(|| DatabaseUrl::Open(String::new())),
        password: secret_source::read(&table, "password", PASSWORD, root),
        ca_file: table.line("ca_file").map(|text| root.join(text.value)),
        lease: table.parsed("lease", lease).unwrap_or(LEASE),
    };
    let span = |key| table.value_span(key).unwrap_or_default();
    if table.has("path") && table.has("url") {
        let fault = Fault::new("`path` and `url`: a ledger is in one place");
        table.error(span("path"), fault.help("take out `path` to share the database with other machines"));
    }
    for key in ["password", "ca_file", "lease"] {
        if table.has(key) && !table.has("url") {
            let fault = Fault::new(format!("`{key}` without `url`"));
            table.error(span(key), fault.help("add `url = \"postgres://user@host/database\"`"));
        }
    }
    table.finish(|_| None);
    if table.has("url") {
        LedgerSettings::Shared(shared)
    } else {
        LedgerSettings::File(root.join(path.as_deref().unwrap_or(FILE)))
    }
}

/// A URL that everybody may see. What is wrong with it is said without repeating it.
fn open_url(text: &str) -> Result<String, Fault> {
    let wrong = |message: &str| Fault::new(message).help("write it like `postgres://weekly@db.example.org/weekly`");
    let url = Url::parse(text).map_err(|_| wrong("not the URL of a database"))?;
    if !matches!(url.scheme(), "postgres" | "postgresql") {
        return Err(wrong("not the URL of a PostgreSQL database"));
    }
    if url.password().is_some() || url.query_pairs().any(|(key, _)| key == "password") {
        let fault = Fault::new("a password in a file that is shared");
        return Err(fault.help(format!("take it out of the `url` and add `password = {{ env = \"{PASSWORD}\" }}`")));
    }
    Ok(text.to_owned())
}

fn lease(text: &str) -> Result<Duration, Fault> {
    let lease = quantity::duration(text)?;
    if lease.is_zero() || lease > LONGEST_LEASE {
        let fault = Fault::new(format!("{} is no lease", quote(text)));
        return Err(fault.help("write how long a silent sender is waited for: `30s`; at most `24d`"));
    }
    Ok(lease)
}
