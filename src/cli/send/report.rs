//! How a delivery ended: in words, as JSON, as an exit code.

use std::fmt::Write;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::deliver::{Delivery, so_far};
use crate::cli::{Exit, wording};
use crate::delivery::ledger::{Counts, Entry, Ledger, State};
use crate::delivery::limits::UsedUp;
use crate::delivery::{Ending, StopReason};

/// How many addresses of a kind are named.
const NAMED: usize = 10;

/// A run that is over.
pub(super) struct Finished {
    pub(super) counts: Counts,
    pub(super) ending: Ending,
    /// How many messages the server accepted in this run.
    pub(super) accepted: u64,
    /// How long it took; `None` when nothing was tried.
    pub(super) took: Option<Duration>,
}

impl Finished {
    pub(super) fn now(counts: Counts, ending: Ending) -> Self {
        Self { counts, ending, accepted: 0, took: None }
    }

    pub(super) fn waiting(counts: Counts, due: DateTime<Utc>) -> Self {
        Self::now(counts, Ending::Deferred(due))
    }

    fn exit(&self) -> Exit {
        let not_reached = self.counts.of(State::Refused) + self.counts.of(State::InDoubt);
        match self.ending {
            // Those refused were told of when it happened; those in doubt wait for a decision.
            Ending::Done if self.took.is_none() && self.counts.of(State::InDoubt) == 0 => Exit::Done,
            Ending::Done if not_reached == 0 => Exit::Done,
            Ending::Done => Exit::SomeNotReached,
            _ => Exit::Stopped,
        }
    }
}

impl Finished {
    /// Whom to name: those in doubt always, those refused when it may be news.
    fn listed(&self) -> impl Iterator<Item = (State, &'static str)> {
        let news = self.took.is_some();
        [(State::Refused, "refused"), (State::InDoubt, "in doubt")]
            .into_iter()
            .filter(move |&(state, _)| self.counts.of(state) > 0 && (news || state == State::InDoubt))
    }
}

/// Tells how it ended, and answers the exit code.
pub(super) fn report(delivery: &Delivery<'_>, ledger: &mut dyn Ledger, finished: &Finished) -> anyhow::Result<Exit> {
    let exit = finished.exit();
    let issue = delivery.subject.number;
    if delivery.global.json {
        use std::io::Write;
        let states = State::ALL.into_iter().map(|state| (state.name(), finished.counts.of(state)));
        let answer = json!({
            "issue": issue.0,
            "exit": exit as u8,
            "ending": name(&finished.ending),
            "reason": reason(&finished.ending),
            "accepted_here": finished.accepted,
            "counts": states.collect::<std::collections::BTreeMap<_, _>>(),
        });
        // A reader that went away changes nothing about how the delivery ended.
        let _ = writeln!(std::io::stdout().lock(), "{answer:#}");
    }
    let mut text = headline(delivery, finished);
    for (state, word) in finished.listed() {
        let mut entries = Vec::new();
        ledger.entries(issue, &[state], &mut |entry| {
            entries.push(entry);
            Ok(())
        })?;
        text.push_str(&named(word, &entries));
    }
    text.push_str(&next(delivery, finished));
    delivery.tell(&text);
    Ok(exit)
}

fn headline(delivery: &Delivery<'_>, finished: &Finished) -> String {
    let issue = delivery.subject.number;
    let (counts, accepted) = (&finished.counts, finished.counts.of(State::Accepted));
    let mut of = format!("{} of {}", wording::count(accepted), wording::count(counts.total()));
    if delivery.shares() {
        write!(of, " ({} from here)", wording::count(finished.accepted)).expect("writing to a string");
    }
    let took = finished.took.filter(|took| took.as_secs() > 0);
    let took = took.map(|took| format!(" in {}", wording::duration(took))).unwrap_or_default();
    match &finished.ending {
        Ending::Done if finished.took.is_none() => format!("Nothing left to do: {}\n", so_far(counts)),
        Ending::Done => format!("Sent issue {issue} to {of}{took}\n"),
        Ending::Limit => format!("Sent issue {issue} to {of}{took}, as many as asked for\n"),
        Ending::Deferred(due) => format!(
            "Sent issue {issue} to {of}{took}; {} put off by the server, the first until {} UTC\n",
            wording::people(counts.of(State::Deferred)),
            due.format("%F %T")
        ),
        Ending::UsedUp { relay, used_up } => format!(
            "Sent issue {issue} to {of}{took}; `{relay}` takes no more until {} UTC: {}\n",
            used_up.until.format("%F %T"),
            used_up.limit
        ),
        Ending::Stopped(StopReason::Interrupted) => format!("Stopped: issue {issue} is sent to {of}\n"),
        Ending::Stopped(reason) => format!("Stopped: {reason}\nIssue {issue} is sent to {of}{took}\n"),
    }
}

/// ```text
///   2 refused   cy@example.com   550 5.1.1 no such user
///               dee@example.net  550 5.1.1 no such user
/// ```
fn named(word: &str, entries: &[Entry]) -> String {
    let shown = &entries[..entries.len().min(NAMED)];
    let widest = shown.iter().map(|entry| entry.address.len()).max().unwrap_or_default();
    let mut first = format!("  {} {word}  ", wording::count(entries.len() as u64));
    let indent = " ".repeat(first.len());
    let mut text = String::new();
    for entry in shown {
        let reply = entry.reply.as_ref().map(ToString::to_string).unwrap_or_default();
        writeln!(text, "{first}{:widest$}  {reply}", entry.address).expect("writing to a string");
        first.clone_from(&indent);
    }
    if entries.len() > NAMED {
        writeln!(text, "{indent}and {} more", wording::count((entries.len() - NAMED) as u64))
            .expect("writing to a string");
    }
    text
}

/// What to type next.
fn next(delivery: &Delivery<'_>, finished: &Finished) -> String {
    let (counts, command) = (&finished.counts, delivery.subject.command());
    let issue = delivery.subject.number;
    let mut text = String::new();
    let listed: Vec<_> =
        [State::Refused, State::InDoubt].into_iter().filter(|state| counts.of(*state) > 0).map(State::name).collect();
    if !listed.is_empty() {
        writeln!(text, "Details: newsletter status {issue} --state {}", listed.join(",")).expect("writing to a string");
    }
    if counts.of(State::InDoubt) > 0 {
        writeln!(text, "In doubt: the server may have taken it or not. To send the very same message again: {command} --in-doubt resend")
            .expect("writing to a string");
        writeln!(text, "          To leave it at that: {command} --in-doubt skip").expect("writing to a string");
    }
    if counts.left() > 0 {
        let left = wording::count(counts.left());
        writeln!(text, "Left: {left}. Continue with: {command}").expect("writing to a string");
    }
    if let Ending::Stopped(StopReason::Unusable { help: Some(help), .. }) = &finished.ending {
        writeln!(text, "hint: {help}").expect("writing to a string");
    }
    text
}

fn name(ending: &Ending) -> &'static str {
    match ending {
        Ending::Done => "done",
        Ending::Deferred(_) => "deferred",
        Ending::Limit => "limit",
        Ending::UsedUp { .. } => "used-up",
        Ending::Stopped(_) => "stopped",
    }
}

fn reason(ending: &Ending) -> Option<String> {
    match ending {
        Ending::Stopped(reason) => Some(reason.to_string()),
        Ending::Deferred(due) => Some(format!("the first is due at {}", due.to_rfc3339())),
        Ending::UsedUp { relay, used_up: UsedUp { limit, until } } => {
            Some(format!("`{relay}` takes no more until {}: {limit}", until.to_rfc3339()))
        }
        Ending::Done | Ending::Limit => None,
    }
}
