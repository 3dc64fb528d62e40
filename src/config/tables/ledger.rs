//! Reads `[ledger]`: a file of this machine, or a database that several machines share.

use std::path::Path;
use std::time::Duration;

use url::Url;

use crate::config::settings::{DatabaseUrl, GitClaim, LedgerSettings, SharedLedger};
use crate::config::{quantity, secret_source};
use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::quote;
use crate::toml::Table;

const FILE: &str = ".newsletter/ledger.sqlite3";

/// How long a sender that says nothing keeps what it holds, unless configured.
const LEASE: Duration = Duration::from_secs(30);

/// The longest lease: timeouts of PostgreSQL end before the 25th day.
const LONGEST_LEASE: Duration = Duration::from_hours(24 * 24);

/// Where the password of the database is suggested to be.
const PASSWORD: &str = "NEWSLETTER_LEDGER_PASSWORD";

/// The remote of a claim, unless configured.
const REMOTE: &str = "origin";

/// Returns where the ledger is, and where issues are claimed.
pub(in crate::config) fn read(top: &Table<'_>, root: &Path) -> (LedgerSettings, Option<GitClaim>) {
    let Some(table) = top.table("ledger") else { return (LedgerSettings::File(root.join(FILE)), None) };
    let path = table.line("path").map(|text| text.value);
    let url = if table.has("url") && !table.is_table("url") {
        table.parsed("url", open_url).map(DatabaseUrl::Plain)
    } else {
        secret_source::read(&table, "url", "NEWSLETTER_LEDGER_URL", root).map(DatabaseUrl::Secret)
    };
    let shared = SharedLedger {
        url: url.unwrap_or_else(|| DatabaseUrl::Plain(String::new())),
        password: secret_source::read(&table, "password", PASSWORD, root),
        ca_file: table.line("ca_file").map(|text| root.join(text.value)),
        lease: table.parsed("lease", lease).unwrap_or(LEASE),
    };
    let span = |key| table.value_span(key).unwrap_or_default();
    if table.has("path") && table.has("url") {
        let problem = Problem::new("`path` and `url` are both set");
        table.error(span("path"), problem.help("delete `path` to share the database with other machines"));
    }
    for key in ["password", "ca_file", "lease"] {
        if table.has(key) && !table.has("url") {
            let problem = Problem::new(format!("`{key}` without `url`"));
            table.error(span(key), problem.help("add `url = \"postgres://user@host/database\"`"));
        }
    }
    if table.has("claim") && table.has("url") {
        let problem = Problem::new("`claim` and `url` are both set: a shared database needs no claim");
        table.error(span("claim"), problem.help("delete `claim`"));
    }
    if table.has("remote") && !table.has("claim") {
        table.error(span("remote"), Problem::new("`remote` without `claim`").help("add `claim = \"git\"`"));
    }
    let remote = table.parsed("remote", remote);
    let claim = table.parsed("claim", in_git);
    table.reject_unknown(|_| None);
    let claim = claim.map(|()| GitClaim { remote: remote.unwrap_or_else(|| REMOTE.to_owned()) });
    if table.has("url") {
        (LedgerSettings::Shared(shared), None)
    } else {
        (LedgerSettings::File(root.join(path.as_deref().unwrap_or(FILE))), claim)
    }
}

fn in_git(text: &str) -> Result<(), Problem> {
    if text == "git" {
        return Ok(());
    }
    Err(Problem::new(format!("{} is not a kind of claim", quote(text))).help("write `git`"))
}

/// A name or an address, and no option of git's.
fn remote(text: &str) -> Result<String, Problem> {
    let is_odd = |letter: char| letter.is_whitespace() || letter.is_control();
    if text.is_empty() || text.starts_with('-') || text.contains(is_odd) {
        let problem = Problem::new(format!("{} is not a remote", quote(text)));
        return Err(problem.help("write its name, as `git remote` shows it: `origin`"));
    }
    Ok(text.to_owned())
}

/// A URL that may be shown. What is wrong with it is said without repeating it.
fn open_url(text: &str) -> Result<String, Problem> {
    let wrong = |message: &str| Problem::new(message).help("write it like `postgres://weekly@db.example.org/weekly`");
    let url = Url::parse(text).map_err(|_| wrong("not the URL of a database"))?;
    if !matches!(url.scheme(), "postgres" | "postgresql") {
        return Err(wrong("not the URL of a PostgreSQL database"));
    }
    if url.password().is_some() || url.query_pairs().any(|(key, _)| key == "password") {
        let problem = Problem::new("a password in plain text in a file that others may read");
        return Err(problem.help(format!("remove it from the `url` and add `password = {{ env = \"{PASSWORD}\" }}`")));
    }
    Ok(text.to_owned())
}

fn lease(text: &str) -> Result<Duration, Problem> {
    let lease = quantity::duration(text)?;
    if lease.is_zero() || lease > LONGEST_LEASE {
        let problem = Problem::new(format!("{} is not a lease", quote(text)));
        return Err(problem.help("write how long to wait for a silent sender: `30s`; at most `24d`"));
    }
    Ok(lease)
}
