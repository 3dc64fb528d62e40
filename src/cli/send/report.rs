//! Prints the result of a send as text and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;

use serde_json::json;

use super::ending::{name, reason};
use super::notices::not_retried;
use crate::app::delivery_status::progress;
use crate::app::send::{NamedRecipients, NextForRefused, SendReport, undo};
use crate::cli::exit::Exit;
use crate::cli::global::Global;
use crate::cli::output;
use crate::cli::style::{COMMAND, ERROR, GOOD, HEAD, WARNING, styled};
use crate::delivery::{EndReason, StopReason};
use crate::format;
use crate::model::State;

/// Prints `report`.
pub(super) fn print(report: &SendReport, global: &Global) {
    if global.json {
        let states = State::ALL.into_iter().map(|state| (state.name(), report.counts.of(state)));
        let data = json!({
            "issue": output::issue_in_json(report.issue),
            "courier": report.courier.name(),
            "exit": Exit::from(report.completion) as u8,
            "ending": name(&report.end),
            "reason": reason(&report.end),
            "accepted_here": report.result.accepted,
            "suppressed": report.result.suppressed,
            "given_up": report.result.given_up,
            "held": report.result.held.iter().map(|held| &held.domain).collect::<Vec<_>>(),
            "counts": states.collect::<BTreeMap<_, _>>(),
        });
        // A closed stdout does not change the result of the delivery.
        let _ = writeln!(std::io::stdout().lock(), "{data:#}");
    }
    output::note(global, &text(report));
}

fn text(report: &SendReport) -> String {
    let mut text = weighted(report);
    text.extend(report.named.iter().map(named));
    text.push_str(&findings(report));
    text.push_str(&next(report));
    match &report.refused {
        None => {}
        Some(NextForRefused::Retry) => {
            line(&mut text, &format!("To retry the refused recipients: {} --retry-refused", report.command));
        }
        Some(NextForRefused::Suppressed(refusals)) => text.push_str(&not_retried(refusals)),
    }
    text
}

/// Returns the headline, its first line in the weight and colour of the outcome.
fn weighted(report: &SendReport) -> String {
    let headline = headline(report);
    let is_whole = report.counts.of(State::Accepted) == report.counts.total();
    let style = match &report.end {
        EndReason::Stopped(StopReason::Interrupted) => WARNING,
        EndReason::Stopped(_) => ERROR,
        EndReason::Done if is_whole && !report.courier.is_rehearsal() => GOOD.bold(),
        EndReason::Done | EndReason::RequestedLimit | EndReason::Deferred(_) | EndReason::LimitReached { .. } => HEAD,
    };
    let (first, rest) = headline.split_once('\n').unwrap_or((&headline, ""));
    format!("{}\n{rest}", styled(style, first))
}

fn headline(report: &SendReport) -> String {
    let (issue, counts) = (report.issue, &report.counts);
    let recipients = if counts.total() == 1 { "recipient" } else { "recipients" };
    let (accepted, total) = (format::count(counts.of(State::Accepted)), format::count(counts.total()));
    let mut of = format!("{accepted} of {total} {recipients}");
    if report.is_shared {
        of = format!("{of} ({} from this machine)", format::count(report.result.accepted));
    }
    let took = report.took.filter(|took| took.as_secs() > 0);
    let took = took.map(|took| format!(" in {}", format::duration(took))).unwrap_or_default();
    let is_rehearsal = report.courier.is_rehearsal();
    let done = if is_rehearsal {
        format!("Rehearsed issue {issue} for {of}{took}")
    } else {
        format!("Sent issue {issue} to {of}{took}")
    };
    let so_far = if is_rehearsal { format!("rehearsed for {of}") } else { format!("sent to {of}") };
    match &report.end {
        EndReason::Done if report.took.is_none() => {
            format!("Nothing left to do: {}\n", progress(counts, report.courier))
        }
        EndReason::Done => format!("{done}\n"),
        EndReason::RequestedLimit => format!("{done}, the limit of this run\n"),
        EndReason::Deferred(due) => format!(
            "{done}; {} deferred by the server, the first until {} UTC\n",
            format::recipients(counts.of(State::Deferred)),
            due.format("%F %T")
        ),
        EndReason::LimitReached { relay, limit, until } => {
            format!("{done}; `{relay}` accepts no more until {} UTC: {limit}\n", until.format("%F %T"))
        }
        EndReason::Stopped(StopReason::Interrupted) => {
            format!("Stopped: issue {issue} has been {so_far}\n")
        }
        EndReason::Stopped(reason) => format!("Stopped: {reason}\nIssue {issue} has been {so_far}{took}\n"),
    }
}

/// ```text
///   2 refused   cy@example.com   550 5.1.1 no such user
///               dee@example.net  550 5.1.1 no such user
/// ```
fn named(recipients: &NamedRecipients) -> String {
    let NamedRecipients { state, count, first } = recipients;
    let word = if *state == State::InDoubt { "in doubt" } else { state.name() };
    let widest = first.iter().map(|(address, _)| address.len()).max().unwrap_or_default();
    let plain = format!("  {} {word}  ", format::count(*count));
    let indent = " ".repeat(plain.len());
    let style = if *state == State::Refused { ERROR } else { WARNING };
    let mut start = styled(style, &plain);
    let mut text = String::new();
    for (address, reply) in first {
        line(&mut text, &format!("{start}{address:widest$}  {reply}"));
        start.clone_from(&indent);
    }
    let more = count - first.len() as u64;
    if more > 0 {
        line(&mut text, &format!("{indent}and {} more", format::count(more)));
    }
    text
}

/// Returns the findings of the run about recipients and their domains.
fn findings(report: &SendReport) -> String {
    let mut text = String::new();
    for held in &report.result.held {
        let (domain, refused, tried, last) = (&held.domain, held.refused, held.tried, &held.last);
        line(
            &mut text,
            &format!(
                "Held: `{domain}` refused {refused} of {tried} recipients, the last with `{last}`; none of its recipients was marked as refused"
            ),
        );
    }
    let no_such_mailbox = |count: u64| {
        let whose = if count == 1 { "whose server reports" } else { "whose servers report" };
        let addresses = if count == 1 { "address" } else { "addresses" };
        format!("{} {addresses} {whose} no such mailbox", format::count(count))
    };
    if report.result.doubted > 0 {
        let who = no_such_mailbox(report.result.doubted);
        line(&mut text, &format!("Not suppressed: {who}; too many were refused for this to be credible"));
    }
    for address in &report.result.given_up {
        line(&mut text, &format!("{address} gets no more mail: refused for too many issues in a row"));
    }
    let suppressed = &report.result.suppressed;
    let count = suppressed.len() as u64;
    if count > 0 {
        let (who, undo) = (no_such_mailbox(count), undo(suppressed, count, report.issue));
        line(&mut text, &format!("Suppressed: {who}; to undo: {undo}"));
    }
    text
}

/// Returns the commands to run next.
fn next(report: &SendReport) -> String {
    let SendReport { counts, command, issue, .. } = report;
    let mut text = String::new();
    let listed: Vec<_> =
        [State::Refused, State::InDoubt].into_iter().filter(|state| counts.of(*state) > 0).map(State::name).collect();
    if !listed.is_empty() {
        line(&mut text, &format!("Details: newsletter status {issue} --state {}", listed.join(",")));
    }
    if counts.of(State::InDoubt) > 0 {
        line(
            &mut text,
            &format!(
                "In doubt: the server may have accepted these messages. To send them again: {command} --in-doubt resend"
            ),
        );
        line(&mut text, &format!("          To give up on these recipients: {command} --in-doubt skip"));
    }
    if counts.left() > 0 {
        line(&mut text, &format!("Recipients left: {}. To continue: {command}", format::count(counts.left())));
    }
    let is_wave = matches!(report.end, EndReason::Stopped(StopReason::RefusalWave(_)));
    if is_wave || !report.result.held.is_empty() {
        line(
            &mut text,
            &format!("If the list is old and these addresses no longer exist: {command} --accept-refusals"),
        );
    }
    if let EndReason::Stopped(reason) = &report.end
        && let Some(hint) = reason.hint()
    {
        line(&mut text, &format!("{COMMAND}hint{COMMAND:#}: {hint}"));
    }
    text
}

/// Appends a line; writing to a string cannot fail.
fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("writing to a string");
}
