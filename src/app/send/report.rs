//! Reports the result of a send, as data.

use std::mem;
use std::time::Duration;

use super::completion::Completion;
use super::context::SendContext;
use super::refused::{self, SuppressedRefusals};
use crate::delivery::{EndReason, HeldDomain, RunReport};
use crate::ledger::Ledger;
use crate::model::{Counts, CourierKind, IssueNumber, State};

/// The number of recipients named for each state.
const NAMED: usize = 10;

/// The result of a send.
pub(crate) struct SendReport {
    pub(crate) issue: IssueNumber,
    /// The command that continues it.
    pub(crate) command: String,
    pub(crate) courier: CourierKind,
    pub(crate) completion: Completion,
    pub(crate) end: EndReason,
    pub(crate) counts: Counts,
    /// Whether other machines may send the same issue at the same time.
    pub(crate) is_shared: bool,
    /// The duration of the run; `None` if there was none.
    pub(crate) took: Option<Duration>,
    pub(crate) result: RunResult,
    /// The recipients refused and in doubt.
    pub(crate) named: Vec<NamedRecipients>,
    /// The next step for the refused, if there was no run.
    pub(crate) refused: Option<NextForRefused>,
}

/// The results of a run.
#[derive(Debug, Default)]
pub(crate) struct RunResult {
    /// The number of messages accepted in this run.
    pub(crate) accepted: u64,
    /// Addresses suppressed from now on, because their servers report no such mailbox.
    pub(crate) suppressed: Vec<String>,
    /// Addresses given up, because they have been refused for too many issues.
    pub(crate) given_up: Vec<String>,
    /// The number of addresses not suppressed despite such a report, because too many were refused to trust it.
    pub(crate) doubted: u64,
    /// Domains that were left alone after too many refusals.
    pub(crate) held: Vec<HeldDomain>,
}

/// The recipients in one state.
pub(crate) struct NamedRecipients {
    pub(crate) state: State,
    pub(crate) count: u64,
    /// The addresses of the first of them, with the last replies.
    pub(crate) first: Vec<(String, String)>,
}

/// The next step for refused recipients.
pub(crate) enum NextForRefused {
    Retry,
    /// All of them are suppressed.
    Suppressed(SuppressedRefusals),
}

impl RunResult {
    /// Takes the results of one run out of `ended` and adds them.
    pub(super) fn add(&mut self, ended: &mut RunReport) {
        self.accepted += ended.accepted;
        self.suppressed.append(&mut ended.suppressed);
        self.doubted += mem::take(&mut ended.doubted);
        self.held.append(&mut ended.held);
    }
}

impl SendReport {
    /// Reports a send without a run.
    pub(super) fn without_run(
        context: &SendContext<'_>,
        ledger: &mut dyn Ledger,
        counts: Counts,
        end: EndReason,
    ) -> anyhow::Result<Self> {
        Self::new(context, ledger, counts, end, None, RunResult::default())
    }

    /// Reports a run that ended by `end`.
    ///
    /// Errors when the ledger cannot be read.
    pub(super) fn new(
        context: &SendContext<'_>,
        ledger: &mut dyn Ledger,
        counts: Counts,
        end: EndReason,
        took: Option<Duration>,
        result: RunResult,
    ) -> anyhow::Result<Self> {
        let issue = context.issue.number;
        // Earlier refusals are not reported again without a run.
        let listed: &[State] = if took.is_some() { &[State::Refused, State::InDoubt] } else { &[State::InDoubt] };
        let mut named = Vec::new();
        for &state in listed.iter().filter(|&&state| counts.of(state) > 0) {
            named.push(recipients(ledger, issue, state)?);
        }
        let refused = if took.is_none() && counts.of(State::Refused) > 0 && !context.options.retry_refused {
            match ledger.count_deliverable(issue, State::Refused)? {
                0 => refused::suppressed(ledger, issue)?.map(NextForRefused::Suppressed),
                _ => Some(NextForRefused::Retry),
            }
        } else {
            None
        };
        Ok(Self {
            issue,
            command: context.issue.command(),
            courier: context.relays.kind(),
            completion: Completion::of(&end, &counts),
            end,
            counts,
            is_shared: context.is_shared(),
            took,
            result,
            named,
            refused,
        })
    }
}

fn recipients(ledger: &mut dyn Ledger, issue: IssueNumber, state: State) -> anyhow::Result<NamedRecipients> {
    let mut named = NamedRecipients { state, count: 0, first: Vec::new() };
    ledger.entries(issue, &[state], &mut |entry| {
        named.count += 1;
        if named.first.len() < NAMED {
            let reply = entry.reply.as_ref().map(ToString::to_string).unwrap_or_default();
            named.first.push((entry.address, reply));
        }
        Ok(())
    })?;
    Ok(named)
}
