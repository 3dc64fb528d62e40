//! Counts the refused recipients that a send retries, and finds those that it does not because they are suppressed.

use std::collections::BTreeMap;

use super::options::SendOptions;
use crate::ledger::{Ledger, RecoveryPreview};
use crate::model::{EmailAddress, IssueNumber, State};

/// The number of addresses named.
const NAMED: usize = 10;

/// Refused recipients that `--retry-refused` does not retry, because they are suppressed.
pub(crate) struct SuppressedRefusals {
    pub(crate) issue: IssueNumber,
    pub(crate) count: u64,
    /// The first of them, with the reasons.
    pub(crate) named: Vec<(String, String)>,
}

/// Returns the number of refused recipients in `outlook` that are retried.
pub(super) fn retried(options: &SendOptions, outlook: &RecoveryPreview) -> u64 {
    if options.retry_refused { outlook.refused } else { 0 }
}

/// Returns the refused recipients of `issue` that are suppressed, when there are any.
pub(super) fn suppressed(ledger: &mut dyn Ledger, issue: IssueNumber) -> anyhow::Result<Option<SuppressedRefusals>> {
    let key = |address: &str| EmailAddress::parse(address).map(|address| address.key()).ok();
    let suppressed: BTreeMap<String, String> = ledger
        .suppressions()?
        .into_iter()
        .filter_map(|suppression| Some((key(&suppression.address)?, suppression.reason)))
        .collect();
    let mut refusals = SuppressedRefusals { issue, count: 0, named: Vec::new() };
    ledger.entries(issue, &[State::Refused], &mut |entry| {
        if let Some(reason) = key(&entry.address).and_then(|key| suppressed.get(&key)) {
            refusals.count += 1;
            if refusals.named.len() < NAMED {
                refusals.named.push((entry.address, reason.clone()));
            }
        }
        Ok(())
    })?;
    Ok((refusals.count > 0).then_some(refusals))
}

impl SuppressedRefusals {
    /// Returns the command that removes the suppressions.
    pub(crate) fn undo(&self) -> String {
        let named: Vec<_> = self.named.iter().map(|(address, _)| address.clone()).collect();
        undo(&named, self.count, self.issue)
    }
}

/// Returns the command that removes the `count` suppressions made by the delivery of `issue`, of which the first are
/// `named`.
pub(crate) fn undo(named: &[String], count: u64, issue: IssueNumber) -> String {
    if count <= 3 && named.len() as u64 == count {
        format!("newsletter suppress --remove {}", named.join(" "))
    } else {
        format!("newsletter suppress --remove --issue {issue}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_are_undone_by_name_and_many_by_their_issue() {
        let some = |count: usize| (0..count).map(|number| format!("r{number}@example.org")).collect::<Vec<_>>();
        assert_eq!(undo(&some(2), 2, IssueNumber(7)), "newsletter suppress --remove r0@example.org r1@example.org");
        assert_eq!(undo(&some(4), 4, IssueNumber(7)), "newsletter suppress --remove --issue 7");
        assert_eq!(undo(&some(3), 30, IssueNumber(7)), "newsletter suppress --remove --issue 7");
    }
}
