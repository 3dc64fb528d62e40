//! `newsletter status [ISSUE]`: who got what, out of the ledger. Reads only, also while a send runs.

use std::io::Write;

use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::condition::{Condition, in_doubt};
use super::sent::is_sent;
use super::table::{aligned, dash};
use super::{Exit, Failure, Global, clock, ledger, send, talk, wording};
use crate::delivery::ledger::{Counts, Entry, Ledger, State, Summary};
use crate::delivery::limits::{Limits, UsedUp};
use crate::load::{self, Newsletter};
use crate::model::IssueNumber;

/// Arguments of `status`.
#[derive(Debug, Args)]
pub struct Options {
    /// Number, slug, file or `latest`; without, every delivery in a line
    issue: Option<String>,
    /// Only people in these states: planned, in-flight, accepted, deferred, refused, in-doubt, suppressed, given-up
    #[arg(long, value_name = "STATES", value_delimiter = ',', value_parser = state, requires = "issue")]
    state: Vec<State>,
    /// Print people as CSV, with cells that a spreadsheet would take for a formula defused
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
    match (&options.issue, ledger::open_to_read(&newsletter)?) {
        (None, Some(mut ledger)) => {
            let exit = overview(&ledger.summaries()?, &ledger.senders()?, global)?;
            if !global.json && !global.quiet {
                tell_of_limits(&newsletter, ledger.as_mut())?;
            }
            Ok(exit)
        }
        (None, None) => overview(&[], &[], global),
        (Some(word), Some(mut ledger)) => {
            let issue = number(&newsletter, word, global, ledger.as_mut())?;
            people(ledger.as_mut(), issue, options, global)
        }
        (Some(word), None) => Err(never_sent(word)),
    }
}

fn never_sent(word: &str) -> anyhow::Error {
    Failure::new(Exit::Usage, format!("issue `{word}` was never sent")).into()
}

/// The issue `word` names. A number does without its file, which may be gone.
fn number(
    newsletter: &Newsletter,
    word: &str,
    global: &Global,
    ledger: &mut dyn Ledger,
) -> anyhow::Result<IssueNumber> {
    let number = if let Ok(number) = word.parse() {
        IssueNumber(number)
    } else {
        let files = load::issues(&newsletter.root)?;
        load::find_issue(&files, word, &global.directory, is_sent(newsletter))?.number
    };
    if ledger.plan(number)?.is_none() {
        return Err(never_sent(word));
    }
    Ok(number)
}

/// Every delivery in a line.
fn overview(summaries: &[Summary], senders: &[String], global: &Global) -> anyhow::Result<Exit> {
    let mut stdout = std::io::stdout().lock();
    if global.json {
        let issues: Vec<_> = summaries.iter().map(|summary| in_json(summary, senders)).collect();
        writeln!(stdout, "{:#}", json!(issues))?;
        return Ok(Exit::Done);
    }
    if summaries.is_empty() {
        talk::tell("nothing was sent yet\n");
        return Ok(Exit::Done);
    }
    let mut table = vec![["No", "Started", "State", "Sent", "Refused", "In doubt", "Title"].map(str::to_owned)];
    for summary in summaries {
        let (condition, counts) = (Condition::of(summary, senders), &summary.counts);
        let command = condition.command(summary.issue).map(|command| format!("   <- {command}")).unwrap_or_default();
        table.push([
            summary.issue.to_string(),
            summary.started.format("%F").to_string(),
            condition.name().to_owned(),
            format!("{}/{}", wording::count(counts.of(State::Accepted)), wording::count(counts.total())),
            dash(counts.of(State::Refused)),
            dash(in_doubt(counts, condition)),
            format!("{}{command}", summary.title),
        ]);
    }
    for line in aligned(&table) {
        writeln!(stdout, "{line}")?;
    }
    for sender in senders {
        talk::tell(&format!("a send is running: {sender}\n"));
    }
    Ok(Exit::Done)
}

/// Which mail servers have used up a limit, while there is somebody left to be sent to.
fn tell_of_limits(newsletter: &Newsletter, ledger: &mut dyn Ledger) -> anyhow::Result<()> {
    if ledger.summaries()?.iter().all(|summary| summary.counts.left() == 0) {
        return Ok(());
    }
    let now = ledger.time(clock::now())?;
    for smtp in &newsletter.settings.smtp {
        let mut limits = Limits::new(&send::terms(smtp), &ledger.sent(&send::account(smtp))?, now);
        if let Some(UsedUp { limit, until }) = limits.used_up(now) {
            let name = send::name(newsletter, smtp);
            talk::tell(&format!("`{name}` takes no more until {} UTC: {limit}\n", time(until)));
        }
    }
    Ok(())
}

fn in_json(summary: &Summary, senders: &[String]) -> Value {
    let condition = Condition::of(summary, senders);
    json!({
        "issue": summary.issue.0,
        "started": summary.started.to_rfc3339(),
        "state": condition.name(),
        "title": summary.title,
        "counts": by_name(&summary.counts),
        "next": condition.command(summary.issue),
    })
}

fn by_name(counts: &Counts) -> Value {
    State::ALL
        .into_iter()
        .map(|state| (state.name().to_owned(), json!(counts.of(state))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// The people of one delivery.
fn people(ledger: &mut dyn Ledger, issue: IssueNumber, options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let mut states = if options.state.is_empty() { State::ALL.to_vec() } else { options.state.clone() };
    // Whoever asks for the doubtful means these too.
    if states.contains(&State::InDoubt) {
        states.push(State::Dot);
    }
    let mut stdout = std::io::stdout().lock();
    if options.csv {
        return csv(ledger, issue, &states, &mut stdout);
    }
    let mut entries = Vec::new();
    ledger.entries(issue, &states, &mut |entry| {
        entries.push(entry);
        Ok(())
    })?;
    if global.json {
        let people: Vec<_> = entries.iter().map(entry_in_json).collect();
        writeln!(stdout, "{:#}", json!(people))?;
        return Ok(Exit::Done);
    }
    let table: Vec<_> = entries.iter().map(cells).collect();
    for line in aligned(&table) {
        writeln!(stdout, "{line}")?;
    }
    if entries.is_empty() {
        talk::tell("nobody\n");
    }
    Ok(Exit::Done)
}

/// `cy@example.com  refused  2026-11-24 09:02:11  550 5.1.1 no such user`.
fn cells(entry: &Entry) -> [String; 4] {
    let mut last = entry.reply.as_ref().map(ToString::to_string).unwrap_or_default();
    if let Some(next) = entry.next_at {
        last = format!("again {} · {last}", time(next));
    }
    [entry.address.clone(), entry.state.name().to_owned(), entry.updated.map(time).unwrap_or_default(), last]
}

fn time(time: DateTime<Utc>) -> String {
    time.format("%F %T").to_string()
}

fn entry_in_json(entry: &Entry) -> Value {
    json!({
        "address": entry.address,
        "state": entry.state.name(),
        "attempts": entry.attempts,
        "next_at": entry.next_at.map(|time| time.to_rfc3339()),
        "code": entry.reply.as_ref().map(|reply| reply.code).filter(|&code| code != 0),
        "enhanced": entry.reply.as_ref().and_then(|reply| reply.enhanced).map(|enhanced| enhanced.to_string()),
        "text": entry.reply.as_ref().map(|reply| &reply.text),
        "updated": entry.updated.map(|time| time.to_rfc3339()),
    })
}

fn csv(ledger: &mut dyn Ledger, issue: IssueNumber, states: &[State], to: &mut impl Write) -> anyhow::Result<Exit> {
    let mut writer = ::csv::Writer::from_writer(to);
    writer.write_record(["email", "state", "attempts", "code", "enhanced", "text", "updated", "next_at"])?;
    ledger.entries(issue, states, &mut |entry| {
        let reply = entry.reply.as_ref();
        let code = reply.map(|reply| reply.code).filter(|&code| code != 0);
        writer.write_record([
            defused(entry.address.clone()),
            entry.state.name().to_owned(),
            entry.attempts.to_string(),
            code.map(|code| code.to_string()).unwrap_or_default(),
            reply.and_then(|reply| reply.enhanced).map(|enhanced| enhanced.to_string()).unwrap_or_default(),
            defused(reply.map(|reply| reply.text.clone()).unwrap_or_default()),
            entry.updated.map(|time| time.to_rfc3339()).unwrap_or_default(),
            entry.next_at.map(|time| time.to_rfc3339()).unwrap_or_default(),
        ])?;
        Ok(())
    })?;
    writer.flush()?;
    Ok(Exit::Done)
}

/// A cell that a spreadsheet will not run: servers choose the text, and subscribers their addresses (OWASP, CSV injection).
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
