//! The recipients of one issue, as a table, as JSON or as CSV.

use std::io::Write;

use anstyle::Style;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::app::status;
use crate::app::status::RecipientRow;
use crate::cli::exit::Exit;
use crate::cli::global::Global;
use crate::cli::output;
use crate::cli::style::{ERROR, GOOD, QUIET, RUNNING, WARNING};
use crate::cli::table::{Cell, aligned};
use crate::config::Newsletter;
use crate::model::State;

/// Prints the recipients of the issue that `word` names.
pub(super) fn print(newsletter: &Newsletter, word: &str, states: &[State], global: &Global) -> anyhow::Result<Exit> {
    let mut rows = Vec::new();
    status::recipients(newsletter, word, &global.directory, states, &mut |row| {
        rows.push(row);
        Ok(())
    })?;
    let mut stdout = anstream::stdout().lock();
    if global.json {
        let rows: Vec<_> = rows.iter().map(in_json).collect();
        writeln!(stdout, "{:#}", json!(rows))?;
        return Ok(Exit::Done);
    }
    let table: Vec<_> = rows.iter().map(cells).collect();
    for line in aligned(&table) {
        writeln!(stdout, "{line}")?;
    }
    if rows.is_empty() {
        output::note(global, "no matching recipients\n");
    }
    Ok(Exit::Done)
}

/// Prints the recipients of the issue that `word` names as CSV.
pub(super) fn print_csv(
    newsletter: &Newsletter,
    word: &str,
    states: &[State],
    global: &Global,
) -> anyhow::Result<Exit> {
    let mut writer = csv::Writer::from_writer(std::io::stdout().lock());
    let head = ["email", "state", "attempts", "code", "enhanced", "text", "updated", "next_at"];
    let mut is_begun = false;
    status::recipients(newsletter, word, &global.directory, states, &mut |row| {
        if !is_begun {
            writer.write_record(head)?;
            is_begun = true;
        }
        let reply = row.reply.as_ref();
        writer.write_record([
            defused(row.address),
            row.state.to_owned(),
            row.attempts.to_string(),
            reply.and_then(|reply| reply.code).map(|code| code.to_string()).unwrap_or_default(),
            reply.and_then(|reply| reply.enhanced.clone()).unwrap_or_default(),
            defused(reply.map(|reply| reply.text.clone()).unwrap_or_default()),
            row.updated.map(|time| time.to_rfc3339()).unwrap_or_default(),
            row.next_at.map(|time| time.to_rfc3339()).unwrap_or_default(),
        ])?;
        Ok(())
    })?;
    if !is_begun {
        writer.write_record(head)?;
    }
    writer.flush()?;
    Ok(Exit::Done)
}

/// Returns `cy@example.com  refused  2026-11-24 09:02:11  550 5.1.1 no such user`.
pub(super) fn cells(row: &RecipientRow) -> [Cell; 4] {
    let mut last = row.reply.as_ref().map(|reply| reply.line.clone()).unwrap_or_default();
    if let Some(next) = row.next_at {
        last = format!("next attempt {} · {last}", time(next));
    }
    let state = Cell::styled(style(row.outcome), row.state);
    [row.address.clone().into(), state, row.updated.map(time).unwrap_or_default().into(), last.into()]
}

/// The look of a state: what was not delivered stands out.
fn style(state: State) -> Style {
    match state {
        State::Accepted => GOOD,
        State::Transmitting => RUNNING,
        State::Refused | State::GivenUp => ERROR,
        State::Deferred | State::InDoubt => WARNING,
        State::Suppressed => QUIET,
        State::Planned => Style::new(),
    }
}

fn time(time: DateTime<Utc>) -> String {
    time.format("%F %T").to_string()
}

pub(super) fn in_json(row: &RecipientRow) -> Value {
    let reply = row.reply.as_ref();
    json!({
        "address": row.address,
        "state": row.state,
        "attempts": row.attempts,
        "next_at": row.next_at.map(|time| time.to_rfc3339()),
        "code": reply.and_then(|reply| reply.code),
        "enhanced": reply.and_then(|reply| reply.enhanced.as_ref()),
        "text": reply.map(|reply| &reply.text),
        "updated": row.updated.map(|time| time.to_rfc3339()),
    })
}

/// Returns a cell that a spreadsheet does not run as a formula: servers choose the text, and subscribers their addresses
/// (OWASP, CSV injection).
fn defused(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_runs_no_cell() {
        assert_eq!(
            ["=cmd|'/C calc'!A0", "+1", "-1", "@SUM(A1)", "550 no", ""].map(|cell| defused(cell.to_owned())),
            ["'=cmd|'/C calc'!A0", "'+1", "'-1", "'@SUM(A1)", "550 no", ""]
        );
    }
}
