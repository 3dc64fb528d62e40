//! Reads the claims at the git remote for `status`, and describes who holds one.

use std::fmt;

use super::failure::{Failure, one_line};
use crate::claim::{Claim, Git};
use crate::config::Newsletter;
use crate::ledger::Ledger;
use crate::model::IssueNumber;

/// The claims at the remote.
#[derive(Default)]
pub(crate) struct Claims(Vec<(IssueNumber, Claim)>);

/// The process that made a claim: `pid 4711 on runner-7 at 2026-11-24 09:02:11 UTC`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClaimHolder<'a>(pub(super) &'a Claim);

impl fmt::Display for ClaimHolder<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(record) = &self.0.record else {
            return write!(formatter, "an unreadable record ({:.12})", self.0.object);
        };
        formatter.write_str(&record.by)?;
        record.time().map_or(Ok(()), |time| write!(formatter, " at {} UTC", time.format("%F %T")))
    }
}

/// A claim as `status` shows it.
pub(crate) struct ClaimStatus {
    pub(crate) issue: IssueNumber,
    pub(crate) holder: String,
    /// The web page of the CI run that made it.
    pub(crate) run: Option<String>,
    /// Whether the delivery in this ledger made it.
    pub(crate) is_here: bool,
    /// The commit that holds it.
    pub(crate) object: String,
    pub(crate) record: Option<ClaimRecord>,
}

/// The contents of a claim.
pub(crate) struct ClaimRecord {
    pub(crate) plan: String,
    pub(crate) letter: String,
    pub(crate) by: String,
    pub(crate) at: String,
}

impl Claims {
    /// Reads the claims, if `[ledger]` has `claim`. The second value is the reason if they cannot be read.
    pub(crate) fn read(newsletter: &Newsletter) -> (Self, Option<String>) {
        let Some(claim) = &newsletter.settings.claim else { return (Self::default(), None) };
        match Git::new(&newsletter.root, &claim.remote).claims() {
            Ok(claims) => (Self(claims), None),
            Err(error) => (Self::default(), Some(one_line(&error.into()))),
        }
    }

    /// Returns each claim, compared with the delivery in `ledger`.
    pub(crate) fn statuses(&self, mut ledger: Option<&mut (dyn Ledger + 'static)>) -> anyhow::Result<Vec<ClaimStatus>> {
        let mut statuses = Vec::new();
        for (issue, claim) in &self.0 {
            let plan = ledger.as_mut().map(|ledger| ledger.plan(*issue)).transpose()?.flatten();
            let record = claim.record.as_ref();
            statuses.push(ClaimStatus {
                issue: *issue,
                holder: ClaimHolder(claim).to_string(),
                run: record.and_then(|record| record.run.clone()),
                is_here: plan.is_some_and(|plan| record.is_some_and(|record| record.is_of(&plan))),
                object: claim.object.clone(),
                record: record.map(|record| ClaimRecord {
                    plan: record.plan.clone(),
                    letter: record.letter.clone(),
                    by: record.by.clone(),
                    at: record.at.clone(),
                }),
            });
        }
        Ok(statuses)
    }

    /// Returns the failure for an issue that is claimed and has no delivery in this ledger.
    pub(crate) fn unknown_issue(&self, issue: IssueNumber) -> Option<Failure> {
        let (_, claim) = self.0.iter().find(|(claimed, _)| *claimed == issue)?;
        let holder = ClaimHolder(claim);
        let message = format!("this ledger has no record of issue {issue}, but it was claimed by {holder}");
        Some(
            Failure::usage(message)
                .hint("run the command on the machine with the ledger of that run: only that ledger records which recipients have the issue"),
        )
    }
}
