//! Opens a send: ledger, earlier delivery, keys, relays and claim. Plans and sends nothing yet.

use super::claim::ClaimStep;
use super::context::SendContext;
use super::earlier_delivery::EarlierDelivery;
use super::ephemeral_checkout;
use super::issue::IssueToSend;
use super::observer::{Notice, SendObserver};
use super::options::SendOptions;
use super::sent_marker;
use crate::app::failure::{self, Failure};
use crate::app::prepare::PreparedIssue;
use crate::app::previous_key::PreviousKey;
use crate::app::relays::Relays;
use crate::app::{clock, keys, open_ledger};
use crate::delivery::Clock;
use crate::ledger::Ledger;
use crate::ledger::sent_marker::SentMarker;

/// A send that may begin.
pub(super) struct OpenedSend<'a> {
    pub(super) context: SendContext<'a>,
    pub(super) ledger: Box<dyn Ledger>,
    /// The sent marker as it was when the earlier delivery was looked for.
    pub(super) marker: Option<SentMarker>,
    pub(super) earlier: EarlierDelivery,
    pub(super) claim: ClaimStep,
}

impl<'a> OpenedSend<'a> {
    /// Opens the send of `issue`.
    ///
    /// Errors when the issue is a draft, when another process sends or has sent it, when the ledger, the key or the
    /// relays cannot be used, and when they would be deleted after the run.
    pub(super) fn new(
        issue: &'a IssueToSend,
        options: &'a SendOptions,
        observer: &mut dyn SendObserver,
    ) -> anyhow::Result<Self> {
        refuse_draft(issue)?;
        ephemeral_checkout::refuse(issue)?;
        let newsletter = &issue.newsletter;
        let mut ledger = open_ledger::to_deliver(newsletter, issue.number, clock::now(), options.allow_new_key)?;
        let now = ledger.time(clock::now()).map_err(|error| failure::before_start(&error))?;
        let marker = sent_marker::read(issue)?;
        let earlier = EarlierDelivery::find(issue, Some(ledger.as_mut()), marker.as_ref())?;
        let previous_key = PreviousKey::read(newsletter, Some(ledger.as_mut()))?;
        let keys = keys::for_mail(newsletter, previous_key.as_ref(), options.allow_new_key)?;
        let relays = Relays::ready(newsletter, issue.number, &options.relays, options.conversation)?;
        let claim = ClaimStep::find(issue, earlier.plan(), options.allow_claimed)?;
        if let Some(holder) = claim.replaced() {
            observer.notify(Notice::ClaimReplaced(holder));
        }
        let context = SendContext { issue, options, keys, relays, now, clock: Clock::starting_at(now) };
        Ok(Self { context, ledger, marker, earlier, claim })
    }
}

/// Refuses an issue that is a draft.
pub(super) fn refuse_draft(issue: &IssueToSend) -> Result<(), Failure> {
    if let Ok(PreparedIssue { loaded, .. }) = issue.prepared()
        && loaded.issue.draft
    {
        let file = loaded.source.path.display();
        return Err(Failure::not_started(format!("issue {} is a draft", issue.number))
            .hint(format!("remove `draft = true` from `{file}` when it is ready")));
    }
    Ok(())
}
