//! Decides when an address is given up.

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::IssueNumber;
use crate::readers::{BounceClass, BounceReport};
use crate::returned::Class;

/// The number of issues in a row that have to fail for a reason that may pass, and the days from the first to the last.
const IN_A_ROW: usize = 5;
const DAYS: i64 = 30;
/// The number of issues that have to be reported dead without proof: a forged report has none.
const HINTS: usize = 2;

/// An issue that was sent to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailedIssue {
    /// The issue.
    pub issue: IssueNumber,
    /// The time its row was settled.
    pub at: DateTime<Utc>,
}

/// Returns what a report of `class` counts as. `None` for what is no failure.
pub fn bounce_class(class: Class) -> Option<BounceClass> {
    match class {
        Class::NoSuchUser | Class::NoSuchDomain => Some(BounceClass::Dead),
        Class::Full | Class::Disabled | Class::Unspecific => Some(BounceClass::Full),
        Class::Expired => Some(BounceClass::Late),
        Class::Policy => Some(BounceClass::Policy),
        Class::Delayed | Class::Delivered => None,
    }
}

/// Returns whether the `reports` about an address add up to giving it up. `mailed` are the issues that were sent to it,
/// newest first.
///
/// - No such user or domain: at once with proof, otherwise at the second issue.
/// - Full, disabled, expired, unknown: after five issues in a row over at least thirty days.
/// - Policy is never the reader's fault: such an issue counts neither way.
///
/// An issue that was sent and not reported has arrived: what failed before it counts no more. Issues newer than the last
/// report are not looked at, for theirs may still come.
pub fn is_unreachable(reports: &[BounceReport], mailed: &[MailedIssue]) -> bool {
    if reports.iter().any(|report| report.class == BounceClass::Dead && report.is_proof) {
        return true;
    }
    let Some(last) = reports.iter().map(|report| report.issue).max() else { return false };
    let (mut dead, mut failed, mut first, mut latest) = (0, 0, None, None);
    for mailed in mailed.iter().filter(|mailed| mailed.issue <= last) {
        let Some(report) = reports.iter().find(|report| report.issue == mailed.issue) else { break };
        if report.class == BounceClass::Policy {
            continue;
        }
        dead += usize::from(report.class == BounceClass::Dead);
        failed += 1;
        first = Some(mailed.at);
        latest = latest.or(Some(mailed.at));
    }
    let days = first.zip(latest).map_or(TimeDelta::zero(), |(first, latest)| latest - first);
    dead >= HINTS || failed >= IN_A_ROW && days >= TimeDelta::days(DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(day)
    }

    /// Issues a week apart, newest first.
    fn weekly(count: u32) -> Vec<MailedIssue> {
        (1..=count)
            .rev()
            .map(|number| MailedIssue { issue: IssueNumber(number), at: at(i64::from(number) * 7) })
            .collect()
    }

    fn report(issue: u32, class: BounceClass, is_proof: bool) -> BounceReport {
        BounceReport {
            issue: IssueNumber(issue),
            class,
            is_proof,
            status: String::new(),
            text: String::new(),
            at: at(i64::from(issue) * 7),
        }
    }

    #[test]
    fn a_dead_address_is_given_up_at_once_with_proof_and_at_the_second_issue_without() {
        use BounceClass::Dead;
        let mailed = weekly(9);
        assert!(is_unreachable(&[report(9, Dead, true)], &mailed));
        assert!(!is_unreachable(&[report(9, Dead, false)], &mailed));
        assert!(is_unreachable(&[report(9, Dead, false), report(8, Dead, false)], &mailed));
        assert!(!is_unreachable(&[report(9, Dead, false), report(7, Dead, false)], &mailed), "issue 8 arrived");
    }

    #[test]
    fn a_full_mailbox_is_given_up_after_five_issues_in_a_row_over_thirty_days() {
        use BounceClass::{Full, Late, Policy};
        let failed = |issues: &[u32]| -> Vec<_> { issues.iter().map(|&issue| report(issue, Full, true)).collect() };
        let mailed = weekly(12);
        assert!(!is_unreachable(&failed(&[4, 5, 6, 7]), &mailed));
        assert!(!is_unreachable(&failed(&[4, 5, 6, 7, 8]), &mailed), "28 days");
        assert!(is_unreachable(&failed(&[4, 5, 6, 7, 8, 9]), &mailed));
        assert!(!is_unreachable(&failed(&[3, 4, 5, 7, 8, 9]), &mailed), "issue 6 arrived");
        let daily: Vec<_> =
            (1..=9).rev().map(|number| MailedIssue { issue: IssueNumber(number), at: at(i64::from(number)) }).collect();
        assert!(!is_unreachable(&failed(&[1, 2, 3, 4, 5, 6, 7, 8, 9]), &daily), "nine days");
        let mixed = [
            report(3, Late, true),
            report(4, Full, true),
            report(5, Late, true),
            report(6, Policy, true),
            report(7, Full, true),
            report(8, Full, false),
        ];
        assert!(is_unreachable(&mixed, &mailed), "policy counts neither way");
    }

    #[test]
    fn policy_is_nobodys_fault() {
        let reports: Vec<_> = (1..=50).map(|issue| report(issue, BounceClass::Policy, true)).collect();
        assert!(!is_unreachable(&reports, &weekly(50)));
        assert!(!is_unreachable(&[], &weekly(50)));
    }
}
