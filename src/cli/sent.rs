//! Which issues are sent: what the word `next` passes by.

use super::condition::Condition;
use crate::delivery::Ledger;
use crate::load::Newsletter;
use crate::model::IssueNumber;

/// Whether nothing is left of an issue's delivery. A ledger that cannot be read has sent nothing: whoever needs it to be
/// right opens it themselves and says what is wrong with it.
pub(super) fn is_sent(newsletter: &Newsletter) -> impl Fn(IssueNumber) -> bool + use<> {
    let ledger = Ledger::open_to_read(&newsletter.settings.ledger).ok().flatten();
    let summaries = ledger.and_then(|ledger| ledger.summaries().ok()).unwrap_or_default();
    let over = |condition| matches!(condition, Condition::Sent | Condition::InDoubt);
    let sent: Vec<_> =
        summaries.iter().filter(|summary| over(Condition::of(summary, None))).map(|summary| summary.issue).collect();
    move |number| sent.contains(&number)
}
