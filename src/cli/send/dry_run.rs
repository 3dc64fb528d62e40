//! Prints the result of a dry run as text and as JSON.

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::json;

use super::ending::{name, reason};
use crate::app::send::DryRunReport;
use crate::cli::exit::Exit;
use crate::cli::global::Global;
use crate::cli::output;
use crate::model::State;

/// Prints `report` and returns the exit code. `repeated` are the options that a send needs to do the same.
pub(super) fn print(report: &DryRunReport, repeated: &str, global: &Global) -> anyhow::Result<Exit> {
    let forecast = &report.forecast;
    let exit = Exit::from(forecast.completion());
    if global.json {
        let states = State::ALL.into_iter().map(|state| (state.name(), forecast.after.of(state)));
        let data = json!({
            "issue": output::issue_in_json(report.issue),
            "courier": report.courier.name(),
            "dry_run": true,
            "sends": forecast.sends,
            "confirm": report.to_confirm,
            "exit": exit as u8,
            "ending": name(&forecast.end),
            "reason": reason(&forecast.end),
            "counts": states.collect::<BTreeMap<_, _>>(),
        });
        writeln!(std::io::stdout().lock(), "{data:#}")?;
    }
    if forecast.is_over() {
        return Ok(exit);
    }
    let command = format!("{}{repeated}", report.command);
    output::note(
        global,
        &match &report.would_not_start {
            None => format!("\nNothing was sent. To send: {command}\n"),
            Some(error) => format!("\nNothing was sent, and `{command}` would not start: {error}\n"),
        },
    );
    Ok(Exit::Done)
}
