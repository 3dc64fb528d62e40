//! `newsletter dkim dns`: what to publish.

use std::fmt;
use std::io::Write;

use serde_json::{Value, json};

use crate::cli::{Exit, Failure, Global, keys};
use crate::load::Newsletter;
use crate::message::dkim::DkimKey;

/// Bytes a string of a TXT record can have (RFC 1035 3.3).
const STRING: usize = 255;

/// A DNS record to publish.
pub(super) struct Publication {
    name: String,
    value: String,
}

pub(super) fn run(global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let Some(settings) = &newsletter.settings.dkim else {
        return Err(Failure::new(Exit::Content, "there is no `[dkim]` table in `newsletter.toml`")
            .hint("`newsletter dkim keygen` makes a key and shows the table")
            .into());
    };
    let key = keys::dkim_key(&newsletter, settings)?;
    let record = Publication::new(&key, &settings.selector, &settings.domain)?;
    if global.json {
        writeln!(anstream::stdout(), "{:#}", record.to_json())?;
    } else {
        write!(anstream::stdout(), "{record}")?;
    }
    Ok(Exit::Done)
}

impl Publication {
    /// The public half of `key`, for signatures of `domain`.
    ///
    /// Errors when it cannot be written.
    pub(super) fn new(key: &DkimKey, selector: &str, domain: &str) -> anyhow::Result<Self> {
        Ok(Self { name: format!("{selector}._domainkey.{domain}"), value: key.record()? })
    }

    pub(super) fn to_json(&self) -> Value {
        json!({ "name": self.name, "type": "TXT", "value": self.value, "strings": self.strings() })
    }

    /// The value in the strings a record is made of.
    fn strings(&self) -> Vec<&str> {
        // Base64 and what is around it are ASCII.
        (0..self.value.len())
            .step_by(STRING)
            .map(|start| &self.value[start..self.value.len().min(start + STRING)])
            .collect()
    }
}

/// For a form on a web page, and below it for a zone file.
impl fmt::Display for Publication {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, value } = self;
        writeln!(formatter, "name   {name}\ntype   TXT\nvalue  {value}\n")?;
        let strings: Vec<_> = self.strings().iter().map(|string| format!("\n    \"{string}\"")).collect();
        writeln!(formatter, "{name}. IN TXT ({} )", strings.concat())
    }
}
