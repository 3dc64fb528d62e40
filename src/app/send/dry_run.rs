//! Does a dry run: builds every message, tries the courier, and forecasts the send without sending.

use std::path::Path;

use anyhow::Context;

use super::claim::ClaimStep;
use super::context::SendContext;
use super::earlier_delivery::EarlierDelivery;
use super::first_send::FirstSend;
use super::forecast::Forecast;
use super::issue::IssueToSend;
use super::observer::{DryRunNotice, Notice, SendObserver};
use super::options::SendOptions;
use super::overview::{IssueHeadline, SendOverview};
use super::resumed_send::ResumedSend;
use super::{ephemeral_checkout, opening, preflight, sent_marker};
use crate::app::failure::full_text;
use crate::app::previous_key::PreviousKey;
use crate::app::relays::Relays;
use crate::app::{clock, keys, open_ledger};
use crate::config::LedgerSettings;
use crate::delivery::Clock;
use crate::delivery::couriers::Outbox;
use crate::ledger::{Ledger, Plan};
use crate::message::FrozenLetter;
use crate::model::{Counts, CourierKind, IssueNumber, State, Subscriber};

/// The result of a dry run.
pub(crate) struct DryRunReport {
    pub(crate) issue: IssueNumber,
    /// The command that sends it, without options.
    pub(crate) command: String,
    pub(crate) courier: CourierKind,
    pub(crate) forecast: Forecast,
    /// The number that has to be confirmed.
    pub(crate) to_confirm: u64,
    /// Why the send would not start on this machine.
    pub(crate) would_not_start: Option<String>,
}

/// Builds every message to be sent, tries the courier and forecasts the send. Writes nothing but the messages into
/// `folder`, and takes no lock.
///
/// Errors, with the same message and kind, when the send would refuse to start.
pub(crate) fn dry_run(
    issue: &IssueToSend,
    options: &SendOptions,
    folder: Option<&Path>,
    observer: &mut dyn SendObserver,
) -> anyhow::Result<DryRunReport> {
    let newsletter = &issue.newsletter;
    let mut ledger = open_ledger::to_read_renamed(newsletter, options.allow_new_key)?;
    let now = ledger.as_mut().map_or(Ok(clock::now()), |ledger| ledger.time(clock::now()))?;
    let marker = sent_marker::read(issue)?;
    let earlier = EarlierDelivery::find(issue, ledger.as_deref_mut(), marker.as_ref())?;
    let previous_key = PreviousKey::read(newsletter, ledger.as_deref_mut())?;
    let keys = keys::for_test(newsletter, previous_key.as_ref(), options.allow_new_key)?;
    let relays = Relays::ready(newsletter, issue.number, &options.relays, options.conversation)?;
    let context = SendContext { issue, options, keys, relays, now, clock: Clock::starting_at(now) };
    let mut builder = MessageBuilder::new(&context, folder);
    let (forecast, plan) = match (earlier, ledger.as_deref_mut()) {
        (EarlierDelivery::Begun(plan), Some(ledger)) => {
            let ResumedSend { plan, forecast, .. } = build_rest(&context, ledger, *plan, &mut builder, observer)?;
            (forecast, Some(plan))
        }
        (earlier, ledger) => {
            let rehearsed = if let EarlierDelivery::None { rehearsed } = earlier { rehearsed } else { None };
            (build_first(&context, ledger, rehearsed, &mut builder, observer)?, None)
        }
    };
    opening::refuse_draft(issue)?;
    refuse_while_another_sends(issue, ledger.as_deref_mut())?;
    let claim = ClaimStep::find(issue, plan.as_ref(), options.allow_claimed)?;
    if let Some(holder) = claim.replaced() {
        observer.notify(Notice::ClaimReplaced(holder));
    }
    Ok(DryRunReport {
        issue: issue.number,
        command: issue.command(),
        courier: context.relays.kind(),
        to_confirm: context.within_limit(forecast.to_send()),
        // Another machine may be able to send, so a dry run here is still useful.
        would_not_start: ephemeral_checkout::refuse(issue).err().map(|error| full_text(&error)),
        forecast,
    })
}

/// Builds the messages of a first send and tries the courier.
fn build_first(
    context: &SendContext<'_>,
    mut ledger: Option<&mut (dyn Ledger + 'static)>,
    rehearsed: Option<Counts>,
    builder: &mut MessageBuilder<'_>,
    observer: &mut dyn SendObserver,
) -> anyhow::Result<Forecast> {
    let first = FirstSend::prepare(context, ledger.as_deref_mut(), observer)?;
    let FirstSend { prepared, recipients, letter, forecast, .. } = &first;
    for (seq, subscriber) in (1..).zip(recipients.subscribers()?) {
        builder.build(seq, letter, &subscriber?)?;
    }
    if let Some(counts) = rehearsed {
        observer.notify(Notice::Rehearsed { issue: context.issue.number, counts });
    }
    observer.notify(Notice::FirstSend(Box::new(SendOverview::new(context, prepared, recipients)?)));
    observer.notify(Notice::DryRun(builder.built()));
    let last = ledger.and_then(preflight::last_delivery);
    preflight::check(context, prepared, recipients.count(), last, observer);
    show_beginning(context, recipients.count(), observer);
    try_courier(context, builder, forecast, observer)?;
    Ok(first.forecast)
}

/// Reports the countdown and the canary of a first send to `recipients`, if there is one or the other.
fn show_beginning(context: &SendContext<'_>, recipients: u64, observer: &mut dyn SendObserver) {
    let (hold, canary) = (context.issue.newsletter.settings.send.hold, context.canary(0, recipients));
    if !hold.is_zero() || canary.is_some() {
        observer.notify(Notice::DryRun(DryRunNotice::Beginning { hold, canary }));
    }
}

/// Builds the messages that are left of the delivery of `plan`, if there are any, and tries the courier.
fn build_rest(
    context: &SendContext<'_>,
    ledger: &mut (dyn Ledger + 'static),
    plan: Plan,
    builder: &mut MessageBuilder<'_>,
    observer: &mut dyn SendObserver,
) -> anyhow::Result<ResumedSend> {
    let resumed = ResumedSend::prepare(context, ledger, plan)?;
    show_resumed(context.issue, &resumed, observer);
    if !resumed.forecast.is_over() {
        builder.build_rest(ledger, &resumed)?;
        observer.notify(Notice::DryRun(builder.built()));
        try_courier(context, builder, &resumed.forecast, observer)?;
    }
    Ok(resumed)
}

/// Tries the mail servers and reports the forecast.
fn try_courier(
    context: &SendContext<'_>,
    builder: &MessageBuilder<'_>,
    forecast: &Forecast,
    observer: &mut dyn SendObserver,
) -> anyhow::Result<()> {
    context.relays.try_out(builder.largest, |notice| observer.notify(Notice::Relay(notice)))?;
    observer.notify(Notice::DryRun(DryRunNotice::Forecast { forecast, courier: context.relays.kind() }));
    Ok(())
}

/// Refuses a send while another process sends from the same ledger file. A database may have several senders.
fn refuse_while_another_sends(issue: &IssueToSend, ledger: Option<&mut (dyn Ledger + 'static)>) -> anyhow::Result<()> {
    if matches!(issue.newsletter.settings.ledger, LedgerSettings::Shared(_)) {
        return Ok(());
    }
    let senders = ledger.map(Ledger::senders).transpose()?.unwrap_or_default();
    senders.first().map_or(Ok(()), |holder| Err(open_ledger::another_send(holder).into()))
}

/// Reports the state of a delivery begun before.
fn show_resumed(issue: &IssueToSend, resumed: &ResumedSend, observer: &mut dyn SendObserver) {
    let ResumedSend { plan, outlook, in_doubt, forecast, .. } = resumed;
    let in_doubt = in_doubt.findings().map(Notice::InDoubt);
    if forecast.is_over() {
        if let Some(notice) = in_doubt {
            observer.notify(notice);
        }
        let counts = &forecast.after;
        return observer.notify(Notice::DryRun(DryRunNotice::NothingLeft { counts, courier: plan.courier }));
    }
    observer.notify(Notice::DryRun(match issue.prepared() {
        Ok(prepared) => DryRunNotice::Issue(IssueHeadline::new(issue, prepared)),
        Err(_) => DryRunNotice::FrozenIssue { issue: plan.issue, title: &plan.title, frozen: plan.letter().frozen },
    }));
    observer.notify(Notice::DryRun(DryRunNotice::Resumed {
        started: plan.stamp.date,
        counts: &outlook.counts,
        courier: plan.courier,
    }));
    if let Some(notice) = in_doubt {
        observer.notify(notice);
    }
}

/// Builds the messages of a dry run.
struct MessageBuilder<'a> {
    context: &'a SendContext<'a>,
    folder: Option<Outbox>,
    message: Vec<u8>,
    built: u64,
    largest: usize,
}

impl<'a> MessageBuilder<'a> {
    fn new(context: &'a SendContext<'a>, folder: Option<&Path>) -> Self {
        let folder = folder.map(|folder| Outbox::new(folder.to_owned()));
        Self { context, folder, message: Vec::new(), built: 0, largest: 0 }
    }

    /// Builds a message for every recipient left, each from its version of the letter.
    fn build_rest(&mut self, ledger: &mut dyn Ledger, resumed: &ResumedSend) -> anyhow::Result<()> {
        let ResumedSend { plan, outlook, in_doubt, changed, .. } = resumed;
        let newest = changed.as_ref().unwrap_or(&plan.letter().letter);
        let states = [State::Planned, State::Deferred, State::Transmitting, State::Refused, State::InDoubt];
        ledger.deliverable_rows(plan.issue, &states, &mut |state, row| {
            let settled = match state {
                State::Transmitting => outlook.unsettled.get(&row.seq).copied(),
                State::Refused if outlook.unreviewed.contains(&row.seq) => Some(State::Planned),
                _ => Some(state),
            };
            let goes = match settled {
                Some(State::Planned | State::Deferred) => true,
                Some(State::Refused) => self.context.options.retry_refused,
                Some(State::InDoubt) => in_doubt.sends_again(row.seq),
                _ => false,
            };
            if !goes {
                return Ok(());
            }
            let same = row.letter.is_some() || settled == Some(State::InDoubt);
            let letter = if same { &plan.letter_for(&row).letter } else { newest };
            self.build(row.seq, letter, &row.subscriber)
        })
    }

    fn build(&mut self, seq: u32, letter: &FrozenLetter, subscriber: &Subscriber) -> anyhow::Result<()> {
        letter.compose(subscriber, &self.context.keys, &mut self.message);
        self.built += 1;
        self.largest = self.largest.max(self.message.len());
        if let Some(folder) = &self.folder {
            folder
                .write(seq, &subscriber.address.to_string(), &self.message)
                .with_context(|| format!("cannot write to `{}`", folder.folder().display()))?;
        }
        Ok(())
    }

    fn built(&self) -> DryRunNotice<'static> {
        let folder = self.folder.as_ref().map(|folder| folder.folder().display().to_string());
        DryRunNotice::Built { messages: self.built, largest: self.largest, folder }
    }
}
