//! Tells the rules for returned mail what servers refused during a send.

use chrono::{DateTime, Utc};

use super::context::SendContext;
use crate::app::readers::{ReaderKeys, keep_bounce};
use crate::ledger::Ledger;
use crate::mailbox::{MailedIssue, bounce_class};
use crate::model::{EmailAddress, IssueNumber, State};
use crate::readers::{BounceClass, BounceReport};
use crate::returned::refusal_class;

/// The most refusals whose consequences share one commit.
const BATCH: usize = 200;

/// A refused recipient.
struct Refusal {
    address: EmailAddress,
    report: BounceReport,
    mailed: Vec<MailedIssue>,
}

/// Keeps what was refused beside the reports that came by mail: a mailbox that is full counts either way. Returns the
/// addresses that get no more mail from now on; those that the run itself suppressed are not among them.
///
/// A refusal proves whom it is about. That a mailbox does not exist is believed of a run that went well, which has
/// suppressed it already; of any other it is a hint.
///
/// Errors when the ledger cannot be read or written.
pub(super) fn report_refusals(context: &SendContext<'_>, ledger: &mut dyn Ledger) -> anyhow::Result<Vec<String>> {
    if context.relays.kind().is_rehearsal() {
        return Ok(Vec::new());
    }
    let issue = context.issue.number;
    let list_id = &context.issue.newsletter.publication.list_id;
    let keys = ReaderKeys::of(context.keys.tokens.clone(), list_id.clone());
    let now = ledger.time(context.clock.now())?;
    let mut refused = Vec::new();
    ledger.entries(issue, &[State::Refused], &mut |row| {
        if let (Ok(address), Some(reply)) = (EmailAddress::parse(&row.address), row.reply) {
            refused.push((address, reply));
        }
        Ok(())
    })?;
    let mut refusals = Vec::new();
    for (address, reply) in refused {
        let Some(class) = bounce_class(refusal_class(&reply.to_string())) else { continue };
        let status = reply.enhanced.map(|status| status.to_string()).unwrap_or_default();
        let report =
            BounceReport { issue, class, is_proof: class != BounceClass::Dead, status, text: reply.text, at: now };
        let mailed = mailed(ledger, &address)?;
        refusals.push(Refusal { address, report, mailed });
    }
    keep(ledger, &keys, &refusals, now)
}

fn keep(
    ledger: &mut dyn Ledger,
    keys: &ReaderKeys,
    refusals: &[Refusal],
    now: DateTime<Utc>,
) -> anyhow::Result<Vec<String>> {
    let mut given_up = Vec::new();
    for batch in refusals.chunks(BATCH) {
        let mut new = Vec::new();
        ledger.change_readers(&mut |records| {
            new.clear();
            for Refusal { address, report, mailed } in batch {
                let who = keys.identify(address);
                let was_suppressed = records.reader(&who, now)?.suppression.is_some();
                let mut report = report.clone();
                // The run suppresses those it believes.
                report.is_proof |= was_suppressed;
                if keep_bounce(records, &who, report, mailed, (now, false))? && !was_suppressed {
                    new.push(address.to_string());
                }
            }
            Ok(())
        })?;
        given_up.append(&mut new);
    }
    Ok(given_up)
}

/// The issues that were sent to `address`, newest first.
fn mailed(ledger: &mut dyn Ledger, address: &EmailAddress) -> anyhow::Result<Vec<MailedIssue>> {
    let rows = ledger.entries_of_mailbox(&address.key())?;
    let sent = rows.into_iter().filter(|(_, row)| matches!(row.state, State::Accepted | State::Refused));
    let issue = |(issue, at): (IssueNumber, Option<DateTime<Utc>>)| Some(MailedIssue { issue, at: at? });
    Ok(sent.filter_map(|(number, row)| issue((number, row.updated))).collect())
}
