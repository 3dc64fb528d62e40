//! `newsletter status [ISSUE|ADDRESS]`: deliveries and recipients, from the ledger. Reads only, also while a send runs.

mod address;
mod recipients;

use std::io::Write;

use anstyle::Style;
use clap::Args;
use serde_json::{Value, json};

use super::exit::Exit;
use super::global::Global;
use super::list::{delivery_style, next_command};
use super::output;
use super::style::{ERROR, WARNING};
use super::table::{Cell, aligned, dash, heads};
use crate::app::failure::Failure;
use crate::app::status;
use crate::app::status::{ClaimStatus, DeliveryOverview, Overview};
use crate::config::Newsletter;
use crate::format;
use crate::model::{EmailAddress, State};

/// Arguments of `status`.
#[derive(Debug, Args)]
pub struct Options {
    /// An issue (number, slug, file, `latest` or `next`) or an address; if omitted, one line per delivery
    #[arg(value_name = "ISSUE|ADDRESS")]
    issue: Option<String>,
    /// With an address: only this issue
    #[arg(value_name = "ISSUE")]
    of: Option<String>,
    /// Only recipients in these states: planned, in-flight, accepted, deferred, refused, in-doubt, suppressed, given-up
    #[arg(long, value_name = "STATES", value_delimiter = ',', value_parser = state, requires = "issue")]
    state: Vec<State>,
    /// Print the recipients as CSV, with formulas disabled for spreadsheets
    #[arg(long, requires = "issue", conflicts_with = "json")]
    csv: bool,
}

fn state(name: &str) -> Result<State, String> {
    State::ALL.into_iter().find(|state| state.name() == name).ok_or_else(|| {
        let names: Vec<_> = State::ALL.into_iter().map(State::name).collect();
        format!("the states are {}", names.join(", "))
    })
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let Some(word) = &options.issue else { return overview(&newsletter, global) };
    if let Ok(address) = EmailAddress::parse(word) {
        if options.csv {
            let message = "`--csv` lists the recipients of an issue; for an address, use `--json`";
            return Err(Failure::usage(message).into());
        }
        let only = options.of.as_deref();
        let status = status::address(&newsletter, &address, only, &global.directory, &options.state)?;
        return address::print(&address, &status, global);
    }
    if let Some(second) = &options.of {
        return Err(Failure::usage(format!("`{word}` is not an address"))
            .hint(format!("`newsletter status ada@example.org {second}`"))
            .into());
    }
    if options.csv {
        recipients::print_csv(&newsletter, word, &options.state, global)
    } else {
        recipients::print(&newsletter, word, &options.state, global)
    }
}

/// Prints a line for each delivery.
fn overview(newsletter: &Newsletter, global: &Global) -> anyhow::Result<Exit> {
    let overview = status::overview(newsletter)?;
    if let Some(why) = &overview.claims_unknown {
        output::note(global, &format!("warning: claims cannot be read: {why}\n"));
    }
    let mut stdout = anstream::stdout().lock();
    if global.json {
        let mut issues: Vec<_> = overview.deliveries.iter().map(in_json).collect();
        overview.claims.iter().for_each(|claim| add_claim(&mut issues, claim));
        writeln!(stdout, "{:#}", json!(issues))?;
        return Ok(Exit::Done);
    }
    if overview.deliveries.is_empty() {
        output::note(global, "nothing has been sent yet\n");
    } else {
        let head = heads(["No", "Started", "State", "Sent", "Refused", "In doubt", "Title"]);
        let table: Vec<_> = std::iter::once(head).chain(overview.deliveries.iter().map(cells)).collect();
        for line in aligned(&table) {
            writeln!(stdout, "{line}")?;
        }
    }
    output::note(global, &notes(&overview));
    Ok(Exit::Done)
}

/// A count that stands out unless it is none.
fn count(style: Style, count: u64) -> Cell {
    if count == 0 { dash(count).into() } else { Cell::styled(style, dash(count)) }
}

fn cells(delivery: &DeliveryOverview) -> [Cell; 7] {
    let (issue, counts) = (delivery.issue, &delivery.counts);
    let command = delivery.status.command(issue).map(|command| next_command(&command)).unwrap_or_default();
    [
        issue.to_string().into(),
        delivery.started.format("%F").to_string().into(),
        Cell::styled(delivery_style(delivery), delivery.status.name()),
        format!("{}/{}", format::count(delivery.mailed()), format::count(counts.total())).into(),
        count(ERROR, counts.of(State::Refused)),
        count(WARNING, counts.of(State::InDoubt)),
        Cell::from(delivery.title.clone()).followed_by(command),
    ]
}

/// Returns what the table does not show.
fn notes(overview: &Overview) -> String {
    let mut notes = Vec::new();
    for delivery in overview.deliveries.iter().filter(|delivery| delivery.unsettled() > 0) {
        let (issue, recipients) = (delivery.issue, format::recipients(delivery.unsettled()));
        notes.push(format!("issue {issue}: {recipients} unsettled; the next send determines their outcome\n"));
    }
    notes.extend(overview.senders.iter().map(|sender| format!("a send is running: {sender}\n")));
    notes.extend(overview.used_up.iter().map(|relay| {
        format!("`{}` accepts no more until {} UTC: {}\n", relay.name, relay.until.format("%F %T"), relay.quota)
    }));
    notes.extend(overview.claims.iter().map(|claim| {
        let ClaimStatus { issue, holder, run, is_here, .. } = claim;
        let run = run.as_ref().map(|run| format!(", {run}")).unwrap_or_default();
        let here = if *is_here { "" } else { "; this ledger does not record the recipients of that run" };
        format!("issue {issue} was claimed by {holder}{run}{here}\n")
    }));
    notes.concat()
}

fn in_json(delivery: &DeliveryOverview) -> Value {
    json!({
        "issue": output::issue_in_json(delivery.issue),
        "courier": delivery.courier.name(),
        "started": delivery.started.to_rfc3339(),
        "state": delivery.status.name(),
        "title": delivery.title,
        "counts": delivery.counts_by_name(),
        "next": delivery.status.command(delivery.issue),
    })
}

/// Adds `claim` to its issue, or as an issue of its own.
fn add_claim(issues: &mut Vec<Value>, claim: &ClaimStatus) {
    let (issue, record) = (claim.issue, claim.record.as_ref());
    let claim = json!({
        "object": claim.object,
        "plan": record.map(|record| &record.plan),
        "letter": record.map(|record| &record.letter),
        "by": record.map(|record| &record.by),
        "at": record.map(|record| &record.at),
        "run": claim.run,
    });
    match issues.iter_mut().find(|known| known["issue"] == output::issue_in_json(issue)) {
        Some(known) => known["claim"] = claim,
        None => issues.push(json!({ "issue": output::issue_in_json(issue), "state": "claimed", "claim": claim })),
    }
}
