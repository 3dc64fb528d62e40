//! Reads what the ledger knows of deliveries and recipients, as data. It only reads, also while a send runs.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::check::runner::CheckRunner;
pub(crate) use super::claims::ClaimStatus;
use super::claims::Claims;
use super::delivery_status::{DeliveryStatus, row_name};
use super::failure::Failure;
use super::relays;
use super::sent_issues::is_sent;
use super::{clock, open_ledger};
use crate::config::Newsletter;
use crate::delivery::limits::{LimitReached, Limits};
use crate::diagnostic::{self, Problems};
use crate::issue::{self, IssueFile, LoadedIssue};
use crate::ledger::{DeliveryRow, DeliverySummary, Ledger, Sender};
use crate::message::FrozenLetter;
use crate::model::{Counts, CourierKind, EmailAddress, IssueNumber, State};

/// One delivery.
pub(crate) struct DeliveryOverview {
    pub(crate) issue: IssueNumber,
    pub(crate) title: String,
    pub(crate) courier: CourierKind,
    pub(crate) started: DateTime<Utc>,
    pub(crate) status: DeliveryStatus,
    pub(crate) counts: Counts,
}

/// Every delivery, and what keeps the next send from going on.
pub(crate) struct Overview {
    /// The newest issue first.
    pub(crate) deliveries: Vec<DeliveryOverview>,
    pub(crate) senders: Vec<Sender>,
    pub(crate) claims: Vec<ClaimStatus>,
    /// Why the claims cannot be read.
    pub(crate) claims_unknown: Option<String>,
    /// The mail servers that have used up a quota while recipients are left.
    pub(crate) used_up: Vec<UsedUpRelay>,
}

pub(crate) struct UsedUpRelay {
    pub(crate) name: String,
    pub(crate) quota: String,
    pub(crate) until: DateTime<Utc>,
}

/// One recipient of a delivery.
pub(crate) struct RecipientRow {
    pub(crate) address: String,
    /// Its state.
    pub(crate) outcome: State,
    /// The name of its state.
    pub(crate) state: &'static str,
    pub(crate) attempts: u32,
    /// When a deferred message is tried again.
    pub(crate) next_at: Option<DateTime<Utc>>,
    pub(crate) reply: Option<LastReply>,
    pub(crate) updated: Option<DateTime<Utc>>,
}

/// The last reply of a server.
pub(crate) struct LastReply {
    /// The whole reply, as it is shown.
    pub(crate) line: String,
    /// `None` when no server said it.
    pub(crate) code: Option<u16>,
    pub(crate) enhanced: Option<String>,
    pub(crate) text: String,
}

/// The ledger's records of one address.
#[derive(Default)]
pub(crate) struct AddressStatus {
    /// Since when it is suppressed, and why.
    pub(crate) suppressed: Option<(DateTime<Utc>, String)>,
    /// Its row in each delivery, with the title of the issue.
    pub(crate) rows: Vec<(IssueNumber, String, RecipientRow)>,
}

/// One issue of the newsletter.
pub(crate) struct ListedIssue {
    pub(crate) file: IssueFile,
    pub(crate) loaded: Result<LoadedIssue, Problems>,
    pub(crate) delivery: Option<DeliveryOverview>,
    /// Errors of `check`, which keep an issue that is not a draft from being sent; not counted after a delivery.
    pub(crate) check_errors: usize,
}

impl DeliveryOverview {
    fn new(summary: DeliverySummary, senders: &[Sender]) -> Self {
        let status = DeliveryStatus::of(&summary, senders);
        let DeliverySummary { issue, courier, started, title, counts } = summary;
        Self { issue, title, courier, started, status, counts }
    }

    /// Returns how many messages were accepted, or written by a rehearsal.
    pub(crate) fn accepted(&self) -> u64 {
        self.counts.of(State::Accepted)
    }

    /// Returns how many recipients were mailed: none by a rehearsal.
    pub(crate) fn mailed(&self) -> u64 {
        if self.courier.is_rehearsal() { 0 } else { self.accepted() }
    }

    /// Returns how many letters a rehearsal wrote.
    pub(crate) fn rehearsed(&self) -> Option<u64> {
        self.courier.is_rehearsal().then(|| self.counts.of(State::Accepted))
    }

    /// Returns how many rows are in each state. What a rehearsal wrote and what a killed send left have names of their own.
    pub(crate) fn counts_by_name(&self) -> BTreeMap<&'static str, u64> {
        let mut counts: BTreeMap<_, _> = State::ALL.into_iter().map(|state| (state.name(), 0)).collect();
        for state in State::ALL.into_iter().filter(|&state| self.counts.of(state) > 0) {
            let name = row_name(state, self.courier, self.status == DeliveryStatus::Running);
            counts.insert(name, self.counts.of(state));
        }
        counts
    }

    /// Returns how many rows a killed send had marked, which the next send looks up. While a send runs they are its own.
    pub(crate) fn unsettled(&self) -> u64 {
        if self.status == DeliveryStatus::Running { 0 } else { self.counts.of(State::Transmitting) }
    }
}

impl RecipientRow {
    fn new(entry: DeliveryRow, courier: CourierKind, is_running: bool) -> Self {
        let reply = entry.reply.map(|reply| LastReply {
            line: reply.to_string(),
            code: Some(reply.code).filter(|&code| code != 0),
            enhanced: reply.enhanced.map(|enhanced| enhanced.to_string()),
            text: reply.text,
        });
        Self {
            address: entry.address,
            outcome: entry.state,
            state: row_name(entry.state, courier, is_running),
            attempts: entry.attempts,
            next_at: entry.next_at,
            reply,
            updated: entry.updated,
        }
    }
}

/// Returns every delivery of the newsletter.
///
/// Errors when the ledger cannot be read.
pub(crate) fn overview(newsletter: &Newsletter) -> anyhow::Result<Overview> {
    let (claims, claims_unknown) = Claims::read(newsletter);
    let Some(mut ledger) = open_ledger::to_read(newsletter)? else {
        let claims = claims.statuses(None)?;
        return Ok(Overview {
            deliveries: Vec::new(),
            senders: Vec::new(),
            claims,
            claims_unknown,
            used_up: Vec::new(),
        });
    };
    let senders = ledger.senders()?;
    let summaries = ledger.summaries()?;
    let deliveries: Vec<_> = summaries.into_iter().map(|summary| DeliveryOverview::new(summary, &senders)).collect();
    let is_left = deliveries.iter().any(|delivery| delivery.counts.left() > 0);
    let used_up = if is_left { used_up(newsletter, ledger.as_mut())? } else { Vec::new() };
    let claims = claims.statuses(Some(ledger.as_mut()))?;
    Ok(Overview { deliveries, senders, claims, claims_unknown, used_up })
}

/// Returns the deliveries of the newsletter, the newest issue first.
///
/// Errors when the ledger cannot be read.
pub(crate) fn deliveries(newsletter: &Newsletter) -> anyhow::Result<Vec<DeliveryOverview>> {
    let Some(mut ledger) = open_ledger::to_read(newsletter)? else { return Ok(Vec::new()) };
    let senders = ledger.senders()?;
    Ok(ledger.summaries()?.into_iter().map(|summary| DeliveryOverview::new(summary, &senders)).collect())
}

/// Returns the issues of the newsletter, the newest first.
///
/// Errors when they cannot be listed, and when the ledger cannot be read.
pub(crate) fn list(newsletter: &Newsletter) -> anyhow::Result<Vec<ListedIssue>> {
    let files = issue::issue_files(&newsletter.root)?;
    let mut deliveries: BTreeMap<_, _> =
        deliveries(newsletter)?.into_iter().map(|delivery| (delivery.issue, delivery)).collect();
    let mut issues: Vec<ListedIssue> = files
        .into_iter()
        .rev()
        .map(|file| ListedIssue {
            loaded: newsletter.read_issue(&file),
            delivery: deliveries.remove(&file.number),
            file,
            check_errors: 0,
        })
        .collect();
    count_check_errors(newsletter, &mut issues);
    Ok(issues)
}

/// Counts the errors of the issues that can still be sent.
fn count_check_errors(newsletter: &Newsletter, issues: &mut [ListedIssue]) {
    let files: Vec<IssueFile> = issues.iter().map(|listed| listed.file.clone()).collect();
    let unsent = issues.iter_mut().filter(|listed| listed.delivery.is_none());
    let mut unsent: Vec<(&LoadedIssue, &mut usize)> = unsent
        .filter_map(|listed| Some((listed.loaded.as_ref().ok()?, &mut listed.check_errors)))
        .filter(|(loaded, _)| !loaded.issue.draft)
        .collect();
    let loaded: Vec<&LoadedIssue> = unsent.iter().map(|(loaded, _)| *loaded).collect();
    match CheckRunner::prepare(newsletter, &files, &[], clock::now()) {
        Ok(runner) => {
            let found = runner.check_issues(&loaded);
            for ((_, errors), found) in unsent.iter_mut().zip(found) {
                **errors = diagnostic::errors(&found);
            }
        }
        // No letter can be rendered.
        Err(problems) => unsent.iter_mut().for_each(|(_, errors)| **errors = problems.0.len()),
    }
}

/// Calls `each` with every recipient of the issue that `word` names in one of `states`; in all states when it is empty.
///
/// Errors when the ledger does not know the issue or cannot be read, and when `each` does.
pub(crate) fn recipients(
    newsletter: &Newsletter,
    word: &str,
    directory: &Path,
    states: &[State],
    each: &mut dyn FnMut(RecipientRow) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Some(mut ledger) = open_ledger::to_read(newsletter)? else {
        let claimed = number(newsletter, word, directory).ok().and_then(|issue| unknown_issue(newsletter, issue));
        return Err(claimed.unwrap_or_else(|| never_sent(word)).into());
    };
    let issue = number(newsletter, word, directory)?;
    let Some(plan) = ledger.plan(issue)? else {
        return Err(unknown_issue(newsletter, issue).unwrap_or_else(|| never_sent(word)).into());
    };
    let is_running = DeliveryStatus::is_running(issue, &ledger.senders()?);
    let states = if states.is_empty() { &State::ALL } else { states };
    ledger.entries(issue, states, &mut |entry| each(RecipientRow::new(entry, plan.courier, is_running)))
}

/// Returns what the ledger knows of `address`, of the issue that `only` names or of all, in one of `states` or in all.
///
/// Errors when the ledger does not know the issue or cannot be read.
pub(crate) fn address(
    newsletter: &Newsletter,
    address: &EmailAddress,
    only: Option<&str>,
    directory: &Path,
    states: &[State],
) -> anyhow::Result<AddressStatus> {
    let Some(mut ledger) = open_ledger::to_read(newsletter)? else { return Ok(AddressStatus::default()) };
    let only = only.map(|word| known_issue(newsletter, word, directory, ledger.as_mut())).transpose()?;
    let mailbox = address.key();
    let same = |other: &str| EmailAddress::parse(other).is_ok_and(|other| other.key() == mailbox);
    let suppression = ledger.suppressions()?.into_iter().find(|suppression| same(&suppression.address));
    let (summaries, senders) = (ledger.summaries()?, ledger.senders()?);
    let mut rows = Vec::new();
    for (issue, entry) in ledger.entries_of_mailbox(&mailbox)? {
        if only.is_some_and(|only| only != issue) || !(states.is_empty() || states.contains(&entry.state)) {
            continue;
        }
        let summary = summaries.iter().find(|summary| summary.issue == issue);
        let courier = summary.map_or(CourierKind::Smtp, |summary| summary.courier);
        let title = summary.map(|summary| summary.title.clone()).unwrap_or_default();
        rows.push((issue, title, RecipientRow::new(entry, courier, DeliveryStatus::is_running(issue, &senders))));
    }
    Ok(AddressStatus { suppressed: suppression.map(|suppression| (suppression.at, suppression.reason)), rows })
}

/// Returns the letter of `issue` as subscribers got it; `None` while none was mailed.
///
/// Errors when the ledger cannot be read.
pub(crate) fn mailed_letter(newsletter: &Newsletter, issue: IssueNumber) -> anyhow::Result<Option<FrozenLetter>> {
    let Some(mut ledger) = open_ledger::to_read(newsletter)? else { return Ok(None) };
    let summary = ledger.summaries()?.into_iter().find(|summary| summary.issue == issue);
    if !summary.is_some_and(|summary| may_be_mailed(&summary)) {
        return Ok(None);
    }
    Ok(ledger.plan(issue)?.map(|plan| plan.letter().letter.clone()))
}

/// Whether a subscriber may have the letter. A rehearsal mails nothing, and a plan is frozen before its first message.
fn may_be_mailed(summary: &DeliverySummary) -> bool {
    let possibly_mailed = [State::Accepted, State::Transmitting, State::InDoubt];
    !summary.courier.is_rehearsal() && possibly_mailed.into_iter().any(|state| summary.counts.of(state) > 0)
}

fn used_up(newsletter: &Newsletter, ledger: &mut dyn Ledger) -> anyhow::Result<Vec<UsedUpRelay>> {
    let now = ledger.time(clock::now())?;
    let mut relays = Vec::new();
    for smtp in &newsletter.settings.smtp {
        let mut limits = Limits::new(&relays::limits(smtp), &ledger.sent(&relays::account(smtp))?, now);
        if let Some(LimitReached { limit, until }) = limits.limit_reached(now) {
            relays.push(UsedUpRelay { name: relays::name(newsletter, smtp), quota: limit, until });
        }
    }
    Ok(relays)
}

/// Returns the number of the issue that `word` names. A number needs no file, which may be gone.
fn number(newsletter: &Newsletter, word: &str, directory: &Path) -> anyhow::Result<IssueNumber> {
    if let Ok(number) = word.parse() {
        return Ok(number);
    }
    let files = issue::issue_files(&newsletter.root)?;
    Ok(issue::find_issue(&files, word, directory, is_sent(newsletter))?.number)
}

fn known_issue(
    newsletter: &Newsletter,
    word: &str,
    directory: &Path,
    ledger: &mut dyn Ledger,
) -> anyhow::Result<IssueNumber> {
    let issue = number(newsletter, word, directory)?;
    if ledger.plan(issue)?.is_none() {
        return Err(never_sent(word).into());
    }
    Ok(issue)
}

fn unknown_issue(newsletter: &Newsletter, issue: IssueNumber) -> Option<Failure> {
    Claims::read(newsletter).0.unknown_issue(issue)
}

fn never_sent(word: &str) -> Failure {
    Failure::usage(format!("issue `{word}` was never sent"))
}
