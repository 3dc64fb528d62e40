//! Resumes a delivery: finds out what is left, has it confirmed, and only then changes the ledger.

use std::hash::{BuildHasher, RandomState};

use anyhow::ensure;

use super::context::SendContext;
use super::forecast::{Forecast, ForecastInput};
use super::from_ledger::LedgerSubscribers;
use super::in_doubt::InDoubtPlan;
use super::observer::{Notice, Purpose, SendObserver};
use super::refused;
use super::report::SendReport;
use super::selection::Selection;
use crate::app::failure::{self, Failure};
use crate::delivery::EndReason;
use crate::diagnostic::Problems;
use crate::format;
use crate::ledger::{Ledger, Plan, RecoveryPreview};
use crate::message::FrozenLetter;
use crate::model::{State, Subscriber};
use crate::subscribers::{self, Audience};

/// A delivery begun before.
pub(super) struct ResumedSend {
    pub(super) plan: Plan,
    pub(super) outlook: RecoveryPreview,
    pub(super) in_doubt: InDoubtPlan,
    /// The letter as it is now, if it was edited, for the recipients that are to get it.
    pub(super) changed: Option<FrozenLetter>,
    pub(super) forecast: Forecast,
}

impl ResumedSend {
    /// Finds out which recipients of `plan` are left and which are retried, without writing anything.
    ///
    /// Errors when they may not get the letter as it is now, or not from here.
    pub(super) fn prepare(
        context: &SendContext<'_>,
        ledger: &mut (dyn Ledger + 'static),
        plan: Plan,
    ) -> anyhow::Result<Self> {
        let SendContext { issue, options, .. } = context;
        let outlook = RecoveryPreview::of(ledger, plan.issue)?;
        let in_doubt = InDoubtPlan::new(issue, &options.in_doubt, ledger, &plan, &outlook)?;
        let input = ForecastInput {
            counts: outlook.counts,
            in_doubt: in_doubt.decision(&outlook.counts),
            refused_again: refused::retried(options, &outlook),
            limit: options.limit,
        };
        // Deferred recipients are retried at once: only within a run is their time waited for. Those in doubt get the
        // letter they may have already.
        let get_newest = outlook.counts.left() + input.refused_again;
        if context.relays.kind().is_rehearsal() && !plan.courier.is_rehearsal() && get_newest + input.in_doubt.again > 0
        {
            let message = format!(
                "issue {} was begun as real mail; the remaining messages would only be written to files",
                plan.issue
            );
            return Err(Failure::not_started(message).hint("restore the previous `courier` under `[send]`").into());
        }
        refuse_other_key(context, &plan)?;
        refuse_other_audience(context, &plan)?;
        let changed = if get_newest > 0 { changed_letter(context, &plan, get_newest)? } else { None };
        let forecast = Forecast::of_run(context, Some(ledger), &input)?;
        Ok(Self { plan, outlook, in_doubt, changed, forecast })
    }
}

/// Refuses a key other than the one the delivery was begun with: links of one would not work with the other.
fn refuse_other_key(context: &SendContext<'_>, plan: &Plan) -> anyhow::Result<()> {
    if plan.key == context.key_fingerprint() || context.options.allow_new_key {
        return Ok(());
    }
    let message = format!(
        "issue {} was started with a different unsubscribe key; links sent from here would not work",
        plan.issue
    );
    Err(Failure::not_started(message)
        .hint("use the key of the machine that began the send: `secret` under `[unsubscribe]`, or `.newsletter/unsubscribe.key`")
        .hint(format!("if that key is lost for good, `{} --allow-new-key` sends with this one", context.issue.command()))
        .into())
}

/// Refuses an audience other than the one the delivery was begun with: its recipients are frozen.
fn refuse_other_audience(context: &SendContext<'_>, plan: &Plan) -> anyhow::Result<()> {
    let SendContext { issue, options, .. } = context;
    if let Some(other) = options.recipients_of.filter(|other| plan.recipients_of != Some(*other)) {
        let message = format!("issue {} was not begun for the recipients of issue {other}", plan.issue);
        let hint = format!("its recipients were frozen on the first send; `{}` continues it", issue.command());
        return Err(Failure::not_started(message).hint(hint).into());
    }
    let now = issue.audience().to_string();
    if issue.prepared().is_err() || now == plan.audience || options.allow_changed {
        return Ok(());
    }
    let shown = |audience: &str| if audience.is_empty() { "everybody".to_owned() } else { audience.to_owned() };
    let message = format!(
        "the `audience` of issue {} was edited after it was first sent: it was for {}, and is now for {}",
        plan.issue,
        shown(&plan.audience),
        shown(&now)
    );
    Err(Failure::not_started(message)
        .hint("undo the edit; to reach others as well, send them an issue of its own")
        .hint(format!("`{} --allow-changed` continues with the recipients of the first send", issue.command()))
        .into())
}

/// Freezes the letter as it is now, if it differs from the frozen one and the `recipients` left are to get it. An issue
/// without its file cannot differ.
///
/// Errors when it differs and the change is not allowed.
fn changed_letter(context: &SendContext<'_>, plan: &Plan, recipients: u64) -> anyhow::Result<Option<FrozenLetter>> {
    let Ok(prepared) = context.issue.prepared() else { return Ok(None) };
    let letter = prepared.freeze(&context.issue.newsletter.publication, &plan.stamp)?;
    let (then, now) = (&plan.letter().digest, letter.digest());
    if then == now {
        return Ok(None);
    }
    if context.options.allow_changed {
        return Ok(Some(letter));
    }
    let (issue, command) = (plan.issue, context.issue.command());
    let message =
        format!("issue {issue} was edited after it was first sent: the letter was {then:.12} and is now {now:.12}");
    let recipients = format::recipients(recipients);
    Err(Failure::not_started(message)
        .hint(format!("`{command} --allow-changed` sends the new letter to the {recipients} left"))
        .hint("undo the edit to continue with the letter the others received")
        .into())
}

/// Has the rest of `plan` confirmed and records what was decided. Returns a report when there is nothing to send now.
///
/// Errors when it may not be resumed, the mail server cannot be used, it is not confirmed, or the ledger fails.
pub(super) fn resume(
    context: &SendContext<'_>,
    ledger: &mut (dyn Ledger + 'static),
    plan: Plan,
    observer: &mut dyn SendObserver,
) -> anyhow::Result<Option<SendReport>> {
    let resumed = ResumedSend::prepare(context, ledger, plan)?;
    let ResumedSend { plan, outlook, in_doubt, changed, forecast } = &resumed;
    let issue = plan.issue;
    if context.options.retry_refused
        && let Some(refusals) = refused::suppressed(ledger, issue)?
    {
        observer.notify(Notice::NotRetried(&refusals));
    }
    if forecast.to_send() == 0 {
        in_doubt.findings().into_iter().for_each(|found| observer.notify(Notice::InDoubt(found)));
        settle(context, ledger, &resumed)?;
        let counts = ledger.counts(issue)?;
        if counts.of(State::Transmitting) == 0 {
            return SendReport::without_run(context, ledger, counts, EndReason::Done).map(Some);
        }
        // Another sender has them, or one that ended without that being noticed yet: the run waits for them.
        observer.notify(Notice::InFlightElsewhere(counts.of(State::Transmitting)));
        return Ok(None);
    }
    observer.notify(Notice::Continuing {
        issue,
        title: &plan.title,
        counts: outlook.counts,
        courier: plan.courier,
        retried: forecast.to_send() - outlook.counts.left(),
    });
    in_doubt.findings().into_iter().for_each(|found| observer.notify(Notice::InDoubt(found)));
    if context.issue.prepared().is_err() {
        observer.notify(Notice::FileGone { frozen: plan.letter().frozen });
    }
    let newcomers = count_newcomers(context, ledger, plan)?;
    if newcomers > 0 {
        observer.notify(Notice::Newcomers { count: newcomers, since: plan.stamp.date });
    }
    context.relays.try_out(0, |notice| observer.notify(Notice::Relay(notice)))?;
    observer.confirm(context.within_limit(forecast.to_send()), Purpose::Continue { total: plan.total })?;
    settle(context, ledger, &resumed)?;
    ledger.make_due(issue, context.now)?;
    if let Some(before) = context.take_over(ledger)? {
        observer.notify(Notice::LedgerRenamed { before, now: &context.issue.newsletter.publication.list_id });
    }
    if plan.key != context.key_fingerprint() {
        ledger.change_key(issue, &context.key_fingerprint())?;
    }
    if let Some(letter) = changed {
        ledger.freeze_again(issue, letter, context.now)?;
    }
    Ok(None)
}

/// Settles the rows that ended senders left behind, and records what was decided about refused and doubtful ones.
///
/// Errors when that leaves more recipients than were forecast.
fn settle(context: &SendContext<'_>, ledger: &mut dyn Ledger, resumed: &ResumedSend) -> anyhow::Result<()> {
    let ResumedSend { plan, in_doubt, forecast, .. } = resumed;
    let issue = plan.issue;
    let recovered = ledger.recover(issue, context.now).and_then(|_| ledger.exclude_suppressed(issue, context.now));
    recovered.map_err(|error| failure::before_start(&error))?;
    in_doubt.apply(ledger, plan, context.now)?;
    if context.options.retry_refused {
        ledger.requeue(issue, State::Refused)?;
    }
    let left = ledger.counts(issue)?.left();
    // Other machines may return rows at any time. Fewer are left after an unsubscribe a moment ago.
    ensure!(
        context.is_shared() || left <= forecast.to_send(),
        "messages would go to {} instead of {}; this is a bug, and nothing was sent",
        format::recipients(left),
        forecast.to_send()
    );
    Ok(())
}

/// Counts the subscribers who joined after the plan was made; none if the list cannot be read now.
fn count_newcomers(context: &SendContext<'_>, ledger: &mut (dyn Ledger + 'static), plan: &Plan) -> anyhow::Result<u64> {
    // Whoever did not get the issue that is corrected has nothing to be corrected.
    if plan.recipients_of.is_some() {
        return Ok(0);
    }
    let newsletter = &context.issue.newsletter;
    let selection = Selection::Rule(context.issue.audience());
    let from_ledger = LedgerSubscribers::read(ledger, &selection)?;
    let is_same_list = subscribers::list_digest(newsletter).is_ok_and(|digest| digest == plan.list);
    if is_same_list && from_ledger.count() == 0 {
        return Ok(0);
    }
    let audience =
        if is_same_list { None } else { subscribers::audience(newsletter, &context.issue.shown_columns()).ok() };
    match newcomers(ledger, plan, audience.as_ref(), &from_ledger, &selection) {
        // The list is being written.
        Err(error) if error.is::<Problems>() => Ok(0),
        newcomers => newcomers,
    }
}

/// Counts the subscribers in `audience` and in the ledger that are not planned. Mailboxes are compared by their hashes: collisions
/// among a million are rare, and a newcomer not counted does no harm.
fn newcomers(
    ledger: &mut dyn Ledger,
    plan: &Plan,
    audience: Option<&Audience>,
    from_ledger: &LedgerSubscribers,
    selection: &Selection,
) -> anyhow::Result<u64> {
    let state = RandomState::new();
    let mut planned = Vec::new();
    ledger.planned_mailboxes(plan.issue, &mut |mailbox| planned.push(state.hash_one(mailbox)))?;
    planned.sort_unstable();
    let is_new =
        |subscriber: &Subscriber| planned.binary_search(&state.hash_one(subscriber.address.key().as_str())).is_err();
    let mut newcomers = 0;
    for subscriber in from_ledger.subscribers() {
        newcomers += u64::from(is_new(&subscriber?));
    }
    let in_ledger = from_ledger.mailboxes()?;
    for subscriber in audience.map(Audience::subscribers).transpose()?.into_iter().flatten() {
        let subscriber = subscriber?;
        let is_selected = selection.includes_row(&subscriber) && !in_ledger.contains(&subscriber.address.key());
        newcomers += u64::from(is_selected && is_new(&subscriber));
    }
    Ok(newcomers)
}
