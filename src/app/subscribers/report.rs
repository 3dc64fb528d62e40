//! Counts who came and who left, by week and by issue. Counts only: nobody is named.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};

use super::list::everybody;
use crate::app::readers::ReaderKeys;
use crate::app::{clock, open_ledger};
use crate::config::Newsletter;
use crate::ledger::{DeliverySummary, Ledger};
use crate::model::{IssueNumber, State};
use crate::readers::{BounceClass, SuppressionReason};

/// How the readers change.
#[derive(Debug, Default)]
pub(crate) struct ReadersReport {
    /// Subscribers of the ledger who get mail.
    pub(crate) active: u64,
    /// Sign-ups that wait for their confirmation.
    pub(crate) pending: u64,
    /// Addresses that get no mail.
    pub(crate) suppressed: u64,
    /// The newest first; weeks in which nothing happened are left out.
    pub(crate) weeks: Vec<ReaderWeek>,
    /// The newest first.
    pub(crate) issues: Vec<IssueEffect>,
}

/// What happened in a week.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ReaderWeek {
    /// Its first day.
    pub(crate) monday: NaiveDate,
    /// Subscribed, whether or not they are still here.
    pub(crate) came: u64,
    /// Confirmed their address.
    pub(crate) confirmed: u64,
    /// Stopped having mail, by the reason in the order of [`SuppressionReason::ALL`].
    pub(crate) left: [u64; SuppressionReason::ALL.len()],
}

/// What an issue did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IssueEffect {
    pub(crate) issue: IssueNumber,
    pub(crate) sent: DateTime<Utc>,
    /// Messages that a server took.
    pub(crate) reached: u64,
    /// Readers who left or could not be reached after it and before the next one.
    pub(crate) lost: u64,
    /// Reports of returned mail that are about the message or its sender.
    pub(crate) by_policy: u64,
    /// Reports that an address is dead.
    pub(crate) dead: u64,
}

/// Counts the readers of `newsletter`.
///
/// Errors when the ledger cannot be read.
pub(crate) fn report(newsletter: &Newsletter) -> anyhow::Result<ReadersReport> {
    let Some(mut ledger) = open_ledger::to_read(newsletter)? else { return Ok(ReadersReport::default()) };
    let keys = ReaderKeys::fetch(newsletter)?;
    let now = ledger.time(clock::now())?;
    let mut report = ReadersReport::default();
    let mut weeks: BTreeMap<NaiveDate, ReaderWeek> = BTreeMap::new();
    let mut left = Vec::new();
    ledger.read_readers(&mut |records| {
        report.pending = records.waiting_signups(now)?.len() as u64;
        everybody(records, &keys, now, &mut |_, _, reader| {
            if reader.is_active() {
                report.active += 1;
            }
            if let Some(subscription) = &reader.subscription {
                week(&mut weeks, subscription.since).came += 1;
                if let Some(confirmed) = subscription.confirmed_at {
                    week(&mut weeks, confirmed).confirmed += 1;
                }
            }
            if let Some(suppressed) = reader.suppression {
                report.suppressed += 1;
                left.push(suppressed.at);
                week(&mut weeks, suppressed.at).left[suppressed.reason as usize] += 1;
            }
            Ok(())
        })
    })?;
    left.sort_unstable();
    report.weeks = weeks.into_values().rev().collect();
    report.issues = issues(ledger.as_mut(), &left)?;
    Ok(report)
}

/// Counts by issue the readers who left after it and before the next one.
///
/// Errors when the ledger cannot be read.
pub(crate) fn losses(newsletter: &Newsletter) -> anyhow::Result<BTreeMap<IssueNumber, u64>> {
    let Some(mut ledger) = open_ledger::to_read(newsletter)? else { return Ok(BTreeMap::new()) };
    let mut left: Vec<_> = ledger.suppressions()?.into_iter().map(|suppressed| suppressed.at).collect();
    left.sort_unstable();
    Ok(issues(ledger.as_mut(), &left)?.into_iter().map(|effect| (effect.issue, effect.lost)).collect())
}

/// Returns the week of `time`.
fn week(weeks: &mut BTreeMap<NaiveDate, ReaderWeek>, time: DateTime<Utc>) -> &mut ReaderWeek {
    let day = time.date_naive();
    let monday = day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into())).unwrap_or(day);
    weeks.entry(monday).or_insert_with(|| ReaderWeek { monday, ..ReaderWeek::default() })
}

/// Returns what each mailed issue did; `left` has the times at which somebody left, in order.
fn issues(ledger: &mut dyn Ledger, left: &[DateTime<Utc>]) -> anyhow::Result<Vec<IssueEffect>> {
    let mut mailed: Vec<DeliverySummary> = ledger.summaries()?;
    mailed.retain(|summary| !summary.courier.is_rehearsal());
    mailed.sort_by_key(|summary| summary.started);
    let bounces = ledger.bounce_counts()?;
    let reports = |issue: IssueNumber, class: BounceClass| {
        bounces.iter().filter(|(about, what, _)| (*about, *what) == (issue, class)).map(|(_, _, count)| count).sum()
    };
    let before = |time: DateTime<Utc>| left.partition_point(|at| *at < time) as u64;
    let effect = |(index, summary): (usize, &DeliverySummary)| {
        let next = mailed.get(index + 1).map_or(left.len() as u64, |next| before(next.started));
        IssueEffect {
            issue: summary.issue,
            sent: summary.started,
            reached: summary.counts.of(State::Accepted),
            lost: next - before(summary.started),
            by_policy: reports(summary.issue, BounceClass::Policy),
            dead: reports(summary.issue, BounceClass::Dead),
        }
    };
    Ok(mailed.iter().enumerate().map(effect).rev().collect())
}
