//! The delivery itself: planned or taken up again, confirmed, run to an end.

use std::hash::{BuildHasher, RandomState};
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::confirm::confirm;
use super::couriers::Carriage;
use super::doubt::Doubt;
use super::passage::Passage;
use super::recipients::Recipients;
use super::report::{Finished, report};
use super::travelled::is_rehearsed;
use super::{Options, Subject, gate, marker, summary};
use crate::cli::ledger::would_not_start;
use crate::cli::signals::Signals;
use crate::cli::{Exit, Failure, Global, clock, keys, ledger, talk, wording};
use crate::delivery::ledger::{Counts, Ledger, NewPlan, Plan, State};
use crate::delivery::{Clock, Ended, Ending, Stop};
use crate::load::{self, Audience, LedgerSettings, Problems};
use crate::message::{FrozenLetter, Keys};
use crate::model::Subscriber;

/// How often signals are looked for.
pub(super) const TICK: Duration = Duration::from_millis(20);

pub(super) fn run(subject: &Subject, options: &Options, global: &Global) -> anyhow::Result<Exit> {
    subject.refuse_draft()?;
    let issue = subject.number;
    let ledger = ledger::open_to_deliver(&subject.newsletter, issue, clock::now());
    let mut ledger = ledger.map_err(|error| would_not_start(&error))?.map_err(|holder| {
        Failure::new(Exit::NotStarted, format!("another send is running: {holder}"))
            .hint("`newsletter status` shows how far it is")
    })?;
    let now = ledger.time(clock::now()).map_err(|error| would_not_start(&error))?;
    let keys = keys::keys(&subject.newsletter)?;
    let carriage = Carriage::ready(&subject.newsletter, issue, Some(options), global)?;
    let delivery = Delivery { subject, options, global, keys, carriage, now, clock: Clock::starting_at(now) };
    let plan = ledger.plan(issue)?;
    marker::refuse_contradiction(subject, ledger.as_mut(), plan.as_ref())?;
    let rehearsed = match &plan {
        Some(plan) => is_rehearsed(ledger.as_mut(), plan, delivery.carriage.is_to_files())?,
        None => false,
    };
    if rehearsed {
        delivery.tell(&format!("Issue {issue} was written to the outbox and mailed to nobody\n"));
    }
    // Another machine may plan the issue while somebody here makes up their mind: then theirs is the plan.
    let is_first = (plan.is_none() || rehearsed) && delivery.begin(ledger.as_mut(), rehearsed)?;
    let plan = ledger.plan(issue)?.expect("there was one, or it was frozen just now; plans stay");
    if !is_first && let Some(exit) = delivery.take_up(ledger.as_mut(), &plan)? {
        return Ok(exit);
    }
    delivery.carry_on(ledger, is_first)
}

/// A delivery as the command line sees it.
pub(super) struct Delivery<'a> {
    pub(super) subject: &'a Subject,
    pub(super) options: &'a Options,
    pub(super) global: &'a Global,
    pub(super) keys: Keys,
    pub(super) carriage: Carriage,
    now: DateTime<Utc>,
    pub(super) clock: Clock,
}

impl Delivery<'_> {
    /// A first send: shown, tried, confirmed, frozen in the place of one that was only `rehearsed`. Answers whether it is the
    /// first after all.
    fn begin(&self, ledger: &mut (dyn Ledger + 'static), rehearsed: bool) -> anyhow::Result<bool> {
        let Self { subject, options, global, .. } = self;
        let written = subject.written()?;
        gate::refuse_errors(subject, written, global)?;
        let recipients = Recipients::gather(&subject.newsletter, Some(&mut *ledger), options.skip_bad_rows)?;
        self.tell(&summary::of(subject, written, &recipients, &self.carriage)?);
        let stamp = Subject::new_stamp()?;
        let letter = FrozenLetter::freeze(&written.letter, &subject.newsletter.publication, &stamp)?;
        let mut message = Vec::new();
        if let Some(first) = recipients.subscribers()?.next() {
            letter.compose(&first?, &self.keys, &mut message);
        }
        self.carriage.try_out(message.len(), |text| self.tell(text))?;
        confirm(subject, options, self.global, self.asked_for(recipients.count()), "send")?;
        self.hold()?;
        if rehearsed {
            ledger.forget(subject.number)?;
        }
        let plan = NewPlan {
            issue: subject.number,
            stamp,
            title: &written.loaded.issue.title,
            subject: &written.letter.subject.plain(),
            letter: &letter,
            key: &self.key_fingerprint(),
            list: recipients.list_digest(),
        };
        let frozen = ledger.freeze(&plan, recipients.count(), &mut recipients.subscribers()?);
        // A list that was changed meanwhile is no fault of the ledger's.
        frozen.map_err(|error| if error.is::<Problems>() { error } else { would_not_start(&error) })
    }

    /// A delivery begun before: what is left of it, shown, tried, confirmed; only then is anything changed. Answers the exit
    /// code when nothing is left.
    fn take_up(&self, ledger: &mut dyn Ledger, plan: &Plan) -> anyhow::Result<Option<Exit>> {
        let Self { subject, options, .. } = self;
        let issue = plan.issue;
        self.refuse_another_key(plan)?;
        let open = ledger.recover(issue, self.now).and_then(|_| ledger.leave_out_suppressed(issue, self.now));
        open.map_err(|error| would_not_start(&error))?;
        let counts = ledger.counts(issue)?;
        let doubt = Doubt::look(subject, options, ledger, plan)?;
        let doubtful = doubt.sent_again();
        let refused = if options.retry_refused { ledger.count_welcome(issue, State::Refused)? } else { 0 };
        if counts.left() + doubtful + refused == 0 {
            self.tell(&doubt.told());
            doubt.resolve(ledger, plan, self.now)?;
            if counts.of(State::Dot) == 0 {
                let counts = ledger.counts(issue)?;
                return report(self, ledger, &Finished::now(counts, Ending::Done)).map(Some);
            }
            // With another sender, or with one that died and has not been found dead yet: what becomes of them is waited for.
            self.tell(&format!("{} in flight from elsewhere\n", wording::people(counts.of(State::Dot))));
            return Ok(None);
        }
        // Those in doubt get the very letter they may have.
        let changed =
            if counts.left() + refused > 0 { subject.changed(options, plan, counts.left() + refused)? } else { None };
        let again = match doubtful + refused {
            0 => String::new(),
            again => format!(", {} to be sent again", wording::count(again)),
        };
        self.tell(&format!("Issue {issue} · {}\n{}{again}\n{}", plan.title, so_far(&counts), doubt.told()));
        if subject.written().is_err() {
            let frozen = plan.letter().frozen.format("%F");
            self.tell(&format!("Its file is gone: the rest get the letter that was frozen on {frozen}\n"));
        }
        self.tell_of_newcomers(ledger, plan)?;
        if counts.of(State::Planned) + doubtful + refused == 0
            && let Some(due) = ledger.next_due(issue)?
            && due - self.now > chrono::TimeDelta::from_std(self.wait())?
        {
            doubt.resolve(ledger, plan, self.now)?;
            let counts = ledger.counts(issue)?;
            return report(self, ledger, &Finished::waiting(counts, due)).map(Some);
        }
        self.carriage.try_out(0, |text| self.tell(text))?;
        let people = self.asked_for(counts.left() + doubtful + refused);
        confirm(self.subject, self.options, self.global, people, "continue")?;
        doubt.resolve(ledger, plan, self.now)?;
        if refused > 0 {
            ledger.plan_again(issue, State::Refused)?;
        }
        if let Some(letter) = changed {
            ledger.freeze_again(issue, &letter, self.now)?;
        }
        Ok(None)
    }

    /// What tells the key of the unsubscribe links from another one.
    fn key_fingerprint(&self) -> String {
        self.keys.tokens.fingerprint(&self.subject.newsletter.publication.list_id)
    }

    /// Refuses a key other than the one the delivery was begun with: links mailed with it would not work where the others do.
    fn refuse_another_key(&self, plan: &Plan) -> anyhow::Result<()> {
        if plan.key == self.key_fingerprint() {
            return Ok(());
        }
        let message = format!(
            "issue {} was begun with another key of the unsubscribe links than the one here: half of the links would not work",
            plan.issue
        );
        Err(Failure::new(Exit::NotStarted, message)
            .hint("give this machine the key of the one that began: `secret` under `[unsubscribe]`, else `.newsletter/unsubscribe.key`")
            .into())
    }

    /// Mentions subscribers who came to the list after the plan was made. A list that cannot be read now changes nothing.
    fn tell_of_newcomers(&self, ledger: &mut dyn Ledger, plan: &Plan) -> anyhow::Result<()> {
        let newsletter = &self.subject.newsletter;
        if load::list_digest(newsletter).is_ok_and(|digest| digest == plan.list) {
            return Ok(());
        }
        let Ok(audience) = load::audience(newsletter) else { return Ok(()) };
        let newcomers = match newcomers(ledger, plan, &audience) {
            // Somebody is writing to it.
            Err(error) if error.is::<Problems>() => return Ok(()),
            newcomers => newcomers?,
        };
        if newcomers > 0 {
            let since = plan.stamp.date.format("%F");
            let people = wording::people(newcomers);
            self.tell(&format!("{people} came to the list since {since} and will not get this issue\n"));
        }
        Ok(())
    }

    /// Counts down, so that a first send can be called off.
    fn hold(&self) -> anyhow::Result<()> {
        let hold = self.subject.newsletter.settings.send.hold;
        if hold.is_zero() {
            return Ok(());
        }
        let (mut signals, stop, began) = (Signals::listen()?, Stop::default(), Instant::now());
        self.tell(&format!("Starting in {}, Ctrl-C calls it off\n", wording::duration(hold)));
        while began.elapsed() < hold {
            if signals.pass_on(&stop) {
                return Err(Failure::new(Exit::NotStarted, "called off; nothing was sent").into());
            }
            thread::sleep(TICK.min(hold));
        }
        Ok(())
    }

    /// Runs the plan; a first send to the canary before the rest.
    fn carry_on(&self, mut ledger: Box<dyn Ledger>, is_first: bool) -> anyhow::Result<Exit> {
        let issue = self.subject.number;
        let plan = ledger.plan(issue)?.expect("it was planned or taken up just now");
        marker::write(self.subject, &self.carriage, ledger.as_mut()).map_err(|error| would_not_start(&error))?;
        let canary = self.subject.newsletter.settings.send.canary.map(u64::from);
        let canary = canary.filter(|&canary| is_first && canary < self.asked_for(plan.total));
        let (began, stop) = (Instant::now(), Stop::default());
        let mut signals = Signals::listen()?;
        let mut passage = Passage { delivery: self, plan: &plan, stop: &stop, signals: &mut signals };
        let mut ended = passage.run(ledger, canary.or(self.options.limit))?;
        let mut accepted = ended.accepted;
        if let Some(canary) = canary
            && ended.ending == Ending::Limit
        {
            if !survived(canary, accepted) {
                marker::write(self.subject, &self.carriage, ended.ledger.as_mut())?;
                return Err(Failure::new(
                    Exit::Stopped,
                    format!("too few of the first {canary} were accepted: {}", so_far(&ended.counts)),
                )
                .hint(format!("`newsletter status {issue} --state refused,deferred,in-doubt` says why"))
                .hint(format!("`{}` goes on with the rest", self.subject.command()))
                .into());
            }
            self.tell(&format!("The first {canary} went well\n"));
            let rest = self.options.limit.map(|limit| limit - canary);
            ended = passage.run(ended.ledger, rest)?;
            accepted += ended.accepted;
        }
        let Ended { mut ledger, counts, ending, .. } = ended;
        marker::write(self.subject, &self.carriage, ledger.as_mut())?;
        let finished = Finished { counts, ending, accepted, took: Some(began.elapsed()) };
        let exit = report(self, ledger.as_mut(), &finished)?;
        Ok(if signals.insisted() { Exit::Interrupted } else { exit })
    }

    pub(super) fn wait(&self) -> Duration {
        self.options.wait.unwrap_or(self.subject.newsletter.settings.send.wait)
    }

    /// Whether other machines may send the same issue at the same time.
    pub(super) fn shares(&self) -> bool {
        matches!(self.subject.newsletter.settings.ledger, LedgerSettings::Shared(_))
    }

    fn asked_for(&self, people: u64) -> u64 {
        self.options.limit.map_or(people, |limit| people.min(limit))
    }

    pub(super) fn tell(&self, text: &str) {
        if !self.global.quiet {
            talk::tell(text);
        }
    }
}

/// How many of `audience` are not planned. A million mailboxes are compared by their hashes: two that share one are as rare as
/// a newcomer forgotten here is harmless.
fn newcomers(ledger: &mut dyn Ledger, plan: &Plan, audience: &Audience) -> anyhow::Result<u64> {
    let state = RandomState::new();
    let mut planned = Vec::new();
    ledger.planned_mailboxes(plan.issue, &mut |mailbox| planned.push(state.hash_one(mailbox)))?;
    planned.sort_unstable();
    let is_new =
        |subscriber: &Subscriber| planned.binary_search(&state.hash_one(subscriber.address.key().as_str())).is_err();
    let mut newcomers = 0;
    for subscriber in audience.subscribers()? {
        newcomers += u64::from(is_new(&subscriber?));
    }
    Ok(newcomers)
}

/// Whether a canary of so many lived: not more than one in ten was not accepted.
fn survived(canary: u64, accepted: u64) -> bool {
    canary.saturating_sub(accepted) * 10 <= canary
}

/// `816 already have it, 2 refused. 393 left`.
pub(super) fn so_far(counts: &Counts) -> String {
    let have = counts.of(State::Accepted);
    let mut parts = vec![format!("{} {} it", wording::count(have), if have == 1 { "has" } else { "have" })];
    let others = [
        (State::Refused, "refused"),
        (State::InDoubt, "in doubt"),
        (State::Suppressed, "suppressed"),
        (State::GivenUp, "given up"),
    ];
    for (state, word) in others {
        if counts.of(state) > 0 {
            parts.push(format!("{} {word}", wording::count(counts.of(state))));
        }
    }
    if counts.left() > 0 {
        parts.push(format!("{} left", wording::count(counts.left())));
    }
    parts.join(", ")
}
