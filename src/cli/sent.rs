//! Which issues are sent: what the word `next` passes by.

use std::cell::LazyCell;

use super::condition::Condition;
use super::ledger;
use crate::load::Newsletter;
use crate::model::IssueNumber;

/// Whether nothing is left of an issue's delivery. The ledger is only opened when the question comes up. One that cannot be
/// read has sent nothing: whoever needs it to be right opens it themselves and says what is wrong with it.
pub(super) fn is_sent(newsletter: &Newsletter) -> impl Fn(IssueNumber) -> bool + use<> {
    let newsletter = newsletter.clone();
    let sent: LazyCell<Vec<_>, _> = LazyCell::new(move || {
        let ledger = ledger::open_to_read(&newsletter).ok().flatten();
        let summaries = ledger.and_then(|mut ledger| ledger.summaries().ok()).unwrap_or_default();
        let over = |condition| matches!(condition, Condition::Sent | Condition::InDoubt);
        let over = summaries.iter().filter(|summary| over(Condition::of(summary, &[])));
        over.map(|summary| summary.issue).collect()
    });
    move |number| sent.contains(&number)
}
