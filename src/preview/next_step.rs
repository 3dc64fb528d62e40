//! Decides what is to be done next with an issue.

use super::workspace::Workspace;
use crate::message::ParsedMessage;
use crate::model::{IssueNumber, Subscriber};
use crate::templates::preview::compare::Baseline;
use crate::templates::preview::findings::Findings;
use crate::templates::preview::next_step::NextStep;

/// The step after `findings`; `now` is the letter as composed for `reader`.
pub(super) fn next_step(
    workspace: &Workspace,
    number: IssueNumber,
    findings: &Findings,
    now: Option<&ParsedMessage>,
    reader: &Subscriber,
    is_draft: bool,
) -> NextStep {
    let counts = findings.counts;
    if let Some(first) = findings.rows.iter().find(|finding| finding.is_error) {
        return NextStep::Fix { counts, first: first.message.clone() };
    }
    // The ledger may be on another machine: it is asked only about what has begun.
    let delivery = workspace.has_begun(number).then(|| workspace.deliveries().ok()?.remove(&number)).flatten();
    if let Some(delivery) = delivery {
        return NextStep::Delivery { state: delivery.state, accepted: delivery.accepted, total: delivery.total };
    }
    let tested = workspace.baseline(number, Baseline::Test, reader).ok().flatten();
    let is_same =
        tested.as_ref().zip(now).is_some_and(|(tested, now)| tested.html == now.html && tested.text == now.text);
    match (is_same, counts.warnings, is_draft) {
        (true, _, true) => NextStep::Publish,
        (true, _, false) => NextStep::Send,
        (false, 0, _) => NextStep::Test { is_changed: tested.is_some() },
        (false, warnings, is_draft) => NextStep::Look { warnings, is_draft },
    }
}
