//! The notices of a send as text.

use std::fmt::Write;
use std::time::Duration;

use super::ending::reason;
use crate::app::delivery_status::progress;
use crate::app::relays::{RelayDescription, RelayNotice, RelayTarget};
use crate::app::send::{
    DryRunNotice, Forecast, InDoubtFindings, IssueHeadline, Notice, RecipientSummary, SavedLedger, SendOverview,
    SuppressedRefusals,
};
use crate::app::test_mail::TestNotice;
use crate::cli::doctor;
use crate::cli::exit::Exit;
use crate::cli::style::{ERROR, GOOD, HEAD, WARNING, styled};
use crate::delivery::EndReason;
use crate::diagnostic::{self, Diagnostic};
use crate::doctor::{Diagnosis, Level};
use crate::format;
use crate::model::{Counts, CourierKind, IssueNumber, State};

/// The size at which Gmail cuts HTML, and the unsubscribe link with it.
const GMAIL_CUTS_AT: usize = 102 * 1024;

/// Returns the lines of `notice`.
pub(super) fn text(notice: &Notice<'_>) -> String {
    match notice {
        Notice::CheckWarnings { issue, found } => problems(*issue, found),
        Notice::ClaimReplaced(holder) => {
            format!("{HEAD}Claimed{HEAD:#}  · by {holder}; the recipients of that run may get a second copy\n")
        }
        Notice::Rehearsed { issue, counts } => rehearsed(*issue, counts),
        Notice::FirstSend(overview) => first_send(overview),
        Notice::Preflight { findings, remote } => preflight(findings, *remote),
        Notice::Relay(notice) => relay(notice),
        Notice::Continuing { issue, title, counts, courier, retried } => {
            let again = match retried {
                0 => String::new(),
                again => format!(", {} to be retried", format::count(*again)),
            };
            format!("{HEAD}Issue {issue} · {title}{HEAD:#}\n{}{again}\n", progress(counts, *courier))
        }
        Notice::InDoubt(found) => in_doubt(found),
        Notice::NotRetried(refusals) => not_retried(refusals),
        Notice::FileGone { frozen } => file_gone(&frozen.format("%F").to_string()),
        Notice::Newcomers { count, since } => {
            let since = since.format("%F");
            format!("{} joined the list after {since} and will not receive this issue\n", format::recipients(*count))
        }
        Notice::InFlightElsewhere(count) => {
            format!("messages to {} are in flight from other machines\n", format::recipients(*count))
        }
        Notice::Countdown(hold) => format!("Starting in {}; press Ctrl-C to cancel\n", format::duration(*hold)),
        Notice::Waiting(at) => format!("Waiting until {}; press Ctrl-C to cancel\n", at.format("%F %T %:z")),
        Notice::RecipientsSince { confirmed, now } => {
            let [confirmed, now] = [confirmed, now].map(|recipients| format::recipients(*recipients));
            format!("Confirmed for {confirmed}; readers came or left meanwhile, and it goes to {now}\n")
        }
        Notice::LedgerRenamed { before, now } => {
            format!("The ledger belonged to `{before}` and now belongs to `{now}`\n")
        }
        Notice::CanaryPassed(canary) => format!("The canary of {} succeeded\n", format::recipients(*canary)),
        Notice::LedgerSaved(saved) => ledger_saved(saved),
        Notice::Warning(words) => warning(words),
        Notice::DryRun(notice) => dry_run(notice),
        // The progress display shows it.
        Notice::Run(_) => String::new(),
    }
}

/// Returns the lines of a notice about a test mail of `issue`.
pub(in crate::cli) fn test(issue: IssueNumber, notice: &TestNotice<'_>) -> String {
    match notice {
        TestNotice::Problems(found) => problems(issue, found),
        TestNotice::NotKept(reason) => warning(&format!("the preview cannot compare with this test mail: {reason}")),
        TestNotice::Reply { address, word, reply, is_accepted } => {
            format!("{address}  {}  {reply}\n", styled(if *is_accepted { GOOD } else { ERROR }, word))
        }
    }
}

fn warning(words: &str) -> String {
    format!("{WARNING}warning{WARNING:#}: {words}\n")
}

fn problems(issue: IssueNumber, found: &[Diagnostic]) -> String {
    let errors = diagnostic::errors(found);
    let counts = diagnostic::counts(errors, found.len() - errors);
    format!("{HEAD}Checks{HEAD:#} · {counts}: `newsletter check {issue}` shows them\n\n")
}

/// Returns `Issue 1 was only rehearsed: 2 of 2 letters written to the outbox, none mailed`.
fn rehearsed(issue: IssueNumber, counts: &Counts) -> String {
    let (written, total) = (format::count(counts.of(State::Accepted)), format::count(counts.total()));
    format!("Issue {issue} was only rehearsed: {written} of {total} letters written to the outbox, none mailed\n")
}

fn file_gone(frozen: &str) -> String {
    format!("The issue's file is gone; the remaining recipients get the letter frozen on {frozen}\n")
}

fn first_send(overview: &SendOverview<'_>) -> String {
    let mut text = diagnostic::draw(overview.list.warnings, true);
    text.push_str(&issue(&overview.issue));
    text.push_str(&recipients(&overview.list));
    let time = Some(overview.at_least).filter(|time| time.as_secs() >= 10);
    let time = time.map(|time| format!(", about {}", format::duration(time))).unwrap_or_default();
    let relays: Vec<_> = overview.relays.iter().map(described).collect();
    let relays = relays.join("\n           ");
    let signing = overview.signing.as_ref();
    let signing =
        signing.map(|(domain, selector)| format!("{HEAD}Signing{HEAD:#}  · DKIM {domain}, selector {selector}\n"));
    format!("{text}\n{HEAD}Delivery{HEAD:#} · {relays}{time}\n{}", signing.unwrap_or_default())
}

/// Returns the issue as an inbox shows it.
fn issue(issue: &IssueHeadline) -> String {
    let IssueHeadline { number, title, from, subject, preheader, html_bytes, text_bytes } = issue;
    let mut text = format!("{HEAD}Issue {number} · {title}{HEAD:#}\n  from       {from}\n  subject    {subject}\n");
    if !preheader.is_empty() {
        add(&mut text, format_args!("  preheader  {preheader}\n"));
    }
    let cut = styled(WARNING, ": Gmail cuts it at 102 KB");
    let gmail = if *html_bytes > GMAIL_CUTS_AT { cut.as_str() } else { "" };
    let (html, plain) = (format::size(*html_bytes), format::size(*text_bytes));
    add(&mut text, format_args!("  size       html {html}{gmail} · text {plain}\n"));
    text
}

/// Returns `subscribers.csv`, or `312 from the ledger, 40 from subscribers.csv`.
fn sources(list: &RecipientSummary<'_>) -> String {
    let (from_ledger, from_list) = list.sources;
    let in_ledger = format!("{} from the ledger", format::count(from_ledger));
    match &list.path {
        Some(path) if from_ledger == 0 => path.clone(),
        Some(path) => format!("{in_ledger}, {} from {path}", format::count(from_list)),
        None => in_ledger,
    }
}

fn recipients(list: &RecipientSummary<'_>) -> String {
    let mut text = format!("\n{HEAD}Recipients{HEAD:#} · {}\n", sources(list));
    if let Some(audience) = &list.audience {
        add(&mut text, format_args!("  audience: {audience}\n"));
    }
    if let Some(line) = &list.left_out {
        add(&mut text, format_args!("  {line}\n"));
    }
    if let Some((count, name)) = list.guessed_encoding {
        let number = format::count(count);
        let guessed = match (count, name) {
            (1, Some(name)) => format!("1 name read as windows-1252: {name}"),
            (_, Some(name)) => format!("{number} names read as windows-1252: {name}"),
            (1, None) => "1 row read as windows-1252".to_owned(),
            (_, None) => format!("{number} rows read as windows-1252"),
        };
        add(&mut text, format_args!("  {guessed}\n"));
    }
    let verb = if list.count == 1 { "gets" } else { "get" };
    let more = match list.count - list.examples.len() as u64 {
        0 => String::new(),
        more => format!(" and {} more", format::count(more)),
    };
    let recipients = format::recipients(list.count);
    add(&mut text, format_args!("  {recipients} {verb} the issue: {}{more}\n", list.examples.join(", ")));
    text
}

/// Returns `smtp.example.org:587, STARTTLS, 4 connections, 10/s`.
fn described(relay: &RelayDescription) -> String {
    let mut parts = match &relay.target {
        RelayTarget::Outbox { folder } => vec![format!("files in {folder}/, no mail leaves this machine")],
        RelayTarget::Sendmail { program } => vec![program.clone()],
        RelayTarget::Smtp { name, encryption, connections } => {
            let plural = if *connections == 1 { "" } else { "s" };
            vec![name.clone(), (*encryption).to_owned(), format!("{connections} connection{plural}")]
        }
    };
    parts.extend(relay.rates.iter().cloned());
    parts.extend(relay.weight.map(|weight| format!("weight {weight}")));
    let days = relay.warm_up_days;
    parts.extend((days > 0).then(|| format!("warm-up of {days} day{}", if days == 1 { "" } else { "s" })));
    parts.join(", ")
}

/// Returns the subjects of the checks and every warning; nothing when only this machine was checked, without a warning.
fn preflight(findings: &[Diagnosis], remote: bool) -> String {
    let mut subjects: Vec<&str> = findings.iter().map(|finding| finding.subject).collect();
    subjects.dedup();
    let warnings: Vec<String> = findings
        .iter()
        .filter(|finding| finding.level > Level::Ok)
        .map(|finding| doctor::text(&Diagnosis { level: Level::Warning, ..finding.clone() }))
        .collect();
    if !remote && warnings.is_empty() {
        return String::new();
    }
    format!("{HEAD}Checked{HEAD:#}  · {}\n{}", subjects.join(", "), warnings.concat())
}

fn relay(notice: &RelayNotice<'_>) -> String {
    match notice {
        RelayNotice::LoginUnused { relay } => {
            format!("`{relay}` offers a login, but no `user` is set under `[smtp]`; it may require one\n")
        }
        RelayNotice::Unavailable { relay, failure } => format!("`{relay}` is not usable now: {failure}\n"),
    }
}

fn in_doubt(found: &InDoubtFindings) -> String {
    let mut text = String::new();
    let sentences = [
        (
            found.delivered(),
            "recipient in doubt: delivered, according to the mail log",
            "recipients in doubt: delivered, according to the mail log",
        ),
        (
            found.not_delivered(),
            "recipient in doubt: the message never reached the server",
            "recipients in doubt: the messages never reached the server",
        ),
    ];
    for (count, one, several) in sentences.into_iter().filter(|(count, ..)| *count > 0) {
        add(&mut text, format_args!("{} {}\n", format::count(count), if count == 1 { one } else { several }));
    }
    for (why, &count) in &found.inconclusive {
        add(&mut text, format_args!("{} still in doubt: {why}\n", format::count(count)));
    }
    text
}

/// Returns the refused recipients that are not retried, and the command to retry them.
pub(super) fn not_retried(refusals: &SuppressedRefusals) -> String {
    let SuppressedRefusals { issue, count, named } = refusals;
    let why = if *count == 1 {
        "refused recipient is not retried because its address is suppressed"
    } else {
        "refused recipients are not retried because their addresses are suppressed"
    };
    let mut text = format!("{} {why}:\n", format::count(*count));
    let widest = named.iter().map(|(address, _)| address.len()).max().unwrap_or_default();
    for (address, reason) in named {
        add(&mut text, format_args!("  {address:widest$}  {reason}\n"));
    }
    let more = count - named.len() as u64;
    if more > 0 {
        add(&mut text, format_args!("  and {} more\n", format::count(more)));
    }
    let undo = refusals.undo();
    add(&mut text, format_args!("To retry them anyway: {undo}, then newsletter send {issue} --retry-refused\n"));
    text
}

fn ledger_saved(SavedLedger { loss, place, saved }: &SavedLedger) -> String {
    if saved == place {
        return format!(
            "{WARNING}warning{WARNING:#}: {loss}\nIt was restored with everything this run did: `{saved}`\n"
        );
    }
    format!(
        "{WARNING}warning{WARNING:#}: {loss}\n\
         Everything this run did is recorded in `{saved}`. Restore it before the next send:\n\
         rm -f {place}-wal {place}-shm && mv {saved} {place}\n"
    )
}

fn dry_run(notice: &DryRunNotice<'_>) -> String {
    match notice {
        DryRunNotice::NothingLeft { counts, courier } => {
            format!("Nothing left to do: {}\n", progress(counts, *courier))
        }
        DryRunNotice::Issue(headline) => issue(headline) + "\n",
        DryRunNotice::FrozenIssue { issue, title, frozen } => {
            format!("{HEAD}Issue {issue} · {title}{HEAD:#}\n{}\n", file_gone(&frozen.format("%F").to_string()))
        }
        DryRunNotice::Resumed { started, counts, courier } => {
            format!("{}\n", standing(&started.format("%F").to_string(), counts, *courier))
        }
        DryRunNotice::Built { messages, largest, folder } => {
            let plural = if *messages == 1 { "" } else { "s" };
            let files = folder.as_ref().map(|folder| format!(", written to {folder}/")).unwrap_or_default();
            let (messages, largest) = (format::count(*messages), format::size(*largest));
            format!("{HEAD}Built{HEAD:#}    · {messages} message{plural}, the largest {largest}{files}\n")
        }
        DryRunNotice::Beginning { hold, canary } => beginning(*hold, *canary),
        DryRunNotice::Forecast { forecast: expected, courier } => forecast(expected, *courier),
    }
}

/// Returns `Start    · after 30 s; to 20 recipients first, and to all others if at most one in ten was not accepted`.
fn beginning(hold: Duration, canary: Option<u64>) -> String {
    let hold = (!hold.is_zero()).then(|| format!("after {}", format::duration(hold)));
    let canary = canary.map(|canary| {
        format!("to {} first, and to all others if at most one in ten was not accepted", format::recipients(canary))
    });
    let steps: Vec<String> = hold.into_iter().chain(canary).collect();
    format!("{HEAD}Start{HEAD:#}    · {}\n", steps.join("; "))
}

/// Returns `Started 2026-11-24: 816 accepted · 2 refused. Left: 393 recipients`.
fn standing(started: &str, counts: &Counts, courier: CourierKind) -> String {
    let name = |state| match state {
        State::Accepted if courier.is_rehearsal() => "rehearsed",
        state => State::name(state),
    };
    let words: Vec<_> = State::ALL
        .into_iter()
        .filter(|state| !matches!(state, State::Planned) && counts.of(*state) > 0)
        .map(|state| format!("{} {}", format::count(counts.of(state)), name(state)))
        .collect();
    let so_far = if words.is_empty() { "none sent".to_owned() } else { words.join(" · ") };
    format!("Started {started}: {so_far}. Left: {}", format::recipients(counts.left()))
}

/// Returns `Run      · sends to 10 of 393 recipients, the limit of this run; exit 5`.
fn forecast(forecast: &Forecast, courier: CourierKind) -> String {
    let verb = if courier.is_rehearsal() { "writes files for" } else { "sends to" };
    let (sends, to_send) = (forecast.sends, forecast.to_send());
    let recipients = if sends == to_send {
        format::recipients(sends)
    } else {
        format!("{} of {}", format::count(sends), format::recipients(to_send))
    };
    let mut text = format!("{HEAD}Run{HEAD:#}      · {verb} {recipients}");
    if forecast.waits_for_others {
        text.push_str(", and waits for messages in flight from other machines");
    }
    match &forecast.end {
        EndReason::RequestedLimit => text.push_str(", the limit of this run"),
        end => {
            if let Some(reason) = reason(end) {
                add(&mut text, format_args!("; {reason}"));
            }
        }
    }
    for (state, word) in [(State::Refused, "refused"), (State::InDoubt, "in doubt")] {
        let count = forecast.after.of(state);
        if count > 0 {
            add(&mut text, format_args!("; {} stay {word}", format::count(count)));
        }
    }
    format!("{text}; exit {}\n", Exit::from(forecast.completion()) as u8)
}

/// Appends to `text`; writing to a string cannot fail.
fn add(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("writing to a string");
}
