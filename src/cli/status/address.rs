//! Prints what the ledger knows of one address.

use std::io::Write;

use serde_json::{Value, json};

use super::recipients;
use crate::app::status::AddressStatus;
use crate::cli::exit::Exit;
use crate::cli::global::Global;
use crate::cli::output;
use crate::cli::table::{aligned, heads};
use crate::model::EmailAddress;

/// Prints the status of `address`.
pub(super) fn print(address: &EmailAddress, status: &AddressStatus, global: &Global) -> anyhow::Result<Exit> {
    let mut stdout = anstream::stdout().lock();
    if global.json {
        writeln!(stdout, "{:#}", in_json(address, status))?;
        return Ok(Exit::Done);
    }
    if let Some((since, reason)) = &status.suppressed {
        writeln!(stdout, "{address} has been suppressed since {}: {reason}", since.format("%F"))?;
    }
    if status.rows.is_empty() {
        output::note(global, &format!("the ledger has no deliveries to {address}\n"));
        return Ok(Exit::Done);
    }
    let mut table = vec![heads(["No", "State", "When", "Reply", "Title"])];
    table.extend(status.rows.iter().map(|(issue, title, row)| {
        let [_, state, when, last] = recipients::cells(row);
        [issue.to_string().into(), state, when, last, title.clone().into()]
    }));
    for line in aligned(&table) {
        writeln!(stdout, "{line}")?;
    }
    Ok(Exit::Done)
}

fn in_json(address: &EmailAddress, status: &AddressStatus) -> Value {
    let issues: Vec<_> = status
        .rows
        .iter()
        .map(|(issue, title, row)| {
            let mut data = recipients::in_json(row);
            data["issue"] = output::issue_in_json(*issue);
            data["title"] = json!(title);
            data
        })
        .collect();
    json!({
        "address": address.to_string(),
        "suppressed": status.suppressed.as_ref().map(|(since, reason)| json!({
            "since": since.to_rfc3339(),
            "reason": reason,
        })),
        "issues": issues,
    })
}
