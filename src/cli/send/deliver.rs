//! The delivery itself: planned or taken up again, confirmed, run to an end.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::super::token_key::token_key;
use super::confirm::confirm;
use super::couriers::Carriage;
use super::recipients::Recipients;
use super::report::{Finished, report};
use super::{InDoubt, Options, Subject, summary};
use crate::cli::ledger::would_not_start;
use crate::cli::progress::Progress;
use crate::cli::signals::Signals;
use crate::cli::{Exit, Failure, Global, clock, ledger, talk, wording};
use crate::delivery::ledger::{Counts, Ledger, NewPlan, Plan, State};
use crate::delivery::retry::Retry;
use crate::delivery::{self, Clock, Ended, Ending, Run, Stop};
use crate::load::{self, LedgerSettings};
use crate::message::{FrozenLetter, TokenKey};

/// How long a server may answer nothing before a run ends, unless `--wait` says otherwise.
const PATIENCE: Duration = Duration::from_mins(10);

/// How long a ledger on a server may be out of reach before a run ends, unless `--wait` says otherwise.
const LEDGER_PATIENCE: Duration = Duration::from_mins(1);

/// How often signals are looked for.
const TICK: Duration = Duration::from_millis(20);

pub(super) fn run(subject: &Subject, options: &Options, global: &Global) -> anyhow::Result<Exit> {
    subject.refuse_draft()?;
    let issue = subject.loaded.issue.number;
    let mut ledger = ledger::open(&subject.newsletter).map_err(|error| would_not_start(&error))?;
    let now = ledger.time(clock::now())?;
    ledger.enter(issue, now).map_err(|error| would_not_start(&error))?.map_err(|holder| {
        Failure::new(Exit::NotStarted, format!("another send is running: {holder}"))
            .hint("`newsletter status` shows how far it is")
    })?;
    let key = token_key(&subject.newsletter)?;
    let carriage = Carriage::ready(&subject.newsletter, issue, Some(options), global)?;
    let delivery = Delivery { subject, options, global, key, carriage, now };
    // Another machine may plan the issue while somebody here makes up their mind: then theirs is the plan.
    if ledger.plan(issue)?.is_some() || !delivery.begin(ledger.as_mut())? {
        let plan = ledger.plan(issue)?.expect("there was one just now, and plans stay");
        if let Some(exit) = delivery.take_up(ledger.as_mut(), &plan)? {
            return Ok(exit);
        }
    }
    delivery.carry_on(ledger)
}

/// A delivery as the command line sees it.
pub(super) struct Delivery<'a> {
    pub(super) subject: &'a Subject,
    options: &'a Options,
    pub(super) global: &'a Global,
    key: TokenKey,
    carriage: Carriage,
    now: DateTime<Utc>,
}

impl Delivery<'_> {
    /// A first send: shown, tried, confirmed, frozen. Answers whether it is the first after all.
    fn begin(&self, ledger: &mut (dyn Ledger + 'static)) -> anyhow::Result<bool> {
        let Self { subject, options, .. } = self;
        let recipients = Recipients::gather(&subject.newsletter, Some(&mut *ledger), options.skip_bad_rows)?;
        self.tell(&summary::of(subject, &recipients, &self.carriage));
        let stamp = Subject::new_stamp()?;
        let letter = FrozenLetter::freeze(&subject.letter, &subject.newsletter.publication, &stamp)?;
        let mut message = Vec::new();
        letter.compose(&recipients.subscribers[0], &self.key, &mut message);
        self.carriage.try_out(message.len())?;
        confirm(subject, options, self.global, self.asked_for(recipients.count()), "send")?;
        let plan = NewPlan {
            issue: subject.loaded.issue.number,
            stamp,
            title: &subject.loaded.issue.title,
            subject: &subject.letter.subject.plain(),
            letter: &letter,
            key: &self.key.fingerprint(&subject.newsletter.publication.list_id),
        };
        ledger
            .freeze(&plan, recipients.count(), &mut recipients.subscribers.into_iter().map(Ok))
            .map_err(|error| would_not_start(&error))
    }

    /// A delivery begun before: what is decided about it, what is left of it. Answers the exit code when nothing is.
    fn take_up(&self, ledger: &mut dyn Ledger, plan: &Plan) -> anyhow::Result<Option<Exit>> {
        let issue = plan.issue;
        self.refuse_another_key(plan)?;
        ledger.recover(issue, self.now)?;
        match self.options.in_doubt {
            InDoubt::Hold => 0,
            InDoubt::Resend => ledger.move_all(issue, State::InDoubt, State::Planned)?,
            InDoubt::Skip => ledger.move_all(issue, State::InDoubt, State::GivenUp)?,
        };
        if self.options.retry_refused {
            ledger.move_all(issue, State::Refused, State::Planned)?;
        }
        ledger.leave_out_suppressed(issue, self.now)?;
        let counts = ledger.counts(issue)?;
        if counts.left() == 0 {
            if counts.of(State::Dot) > 0 {
                // In the hands of another sender, or of one that died and has not been found dead yet.
                self.tell(&format!("{} in flight elsewhere\n", wording::people(counts.of(State::Dot))));
                return Ok(None);
            }
            return report(self, ledger, &Finished::now(counts, Ending::Done)).map(Some);
        }
        self.compare(ledger, plan, &counts)?;
        self.tell(&format!("Issue {issue} · {}\n{}\n", plan.title, so_far(&counts)));
        self.tell_of_newcomers(ledger, plan)?;
        if counts.of(State::Planned) == 0
            && let Some(due) = ledger.next_due(issue)?
            && due - self.now > chrono::TimeDelta::from_std(self.wait())?
        {
            return report(self, ledger, &Finished::waiting(counts, due)).map(Some);
        }
        self.carriage.try_out(0)?;
        confirm(self.subject, self.options, self.global, self.asked_for(counts.left()), "continue")?;
        Ok(None)
    }

    /// Refuses a key other than the one the delivery began with: the links of its messages would not work.
    fn refuse_another_key(&self, plan: &Plan) -> anyhow::Result<()> {
        let fingerprint = self.key.fingerprint(&self.subject.newsletter.publication.list_id);
        if plan.key.is_empty() || plan.key == fingerprint {
            return Ok(());
        }
        let message = format!(
            "the key of the unsubscribe links here is not the one that issue {} was begun with: links mailed from here would not work",
            plan.issue
        );
        Err(Failure::new(Exit::NotStarted, message)
            .hint("give this machine the key of the one that began: `secret` under `[unsubscribe]`, by default the file `.newsletter/unsubscribe.key`")
            .into())
    }

    /// Refuses a letter that differs from the frozen one, or freezes it for those who have had none yet.
    fn compare(&self, ledger: &mut dyn Ledger, plan: &Plan, counts: &Counts) -> anyhow::Result<()> {
        let letter = FrozenLetter::freeze(&self.subject.letter, &self.subject.newsletter.publication, &plan.stamp)?;
        let (then, now) = (&plan.letter().digest, letter.digest());
        if then == now {
            return Ok(());
        }
        if self.options.allow_changed {
            return ledger.freeze_again(plan.issue, &letter, self.now);
        }
        let message = format!(
            "issue {} was edited since it was first sent: the letter was {:.12} then and is {:.12} now",
            plan.issue, then, now
        );
        Err(Failure::new(Exit::NotStarted, message)
            .hint(format!(
                "`{} --allow-changed` gives the new letter to the {} left",
                self.subject.command(),
                wording::count(counts.left())
            ))
            .hint("take the edit back to go on with the letter the others got")
            .into())
    }

    /// Mentions subscribers who came to the list after the plan was made. A list that cannot be read now changes nothing.
    fn tell_of_newcomers(&self, ledger: &mut dyn Ledger, plan: &Plan) -> anyhow::Result<()> {
        let Ok(audience) = load::audience(&self.subject.newsletter) else { return Ok(()) };
        let mut newcomers = 0;
        for subscriber in &audience.subscribers {
            if !ledger.is_planned(plan.issue, &subscriber.address.key())? {
                newcomers += 1;
            }
        }
        if newcomers > 0 {
            let since = plan.stamp.date.format("%F");
            let people = wording::people(newcomers);
            self.tell(&format!("{people} came to the list since {since} and will not get this issue\n"));
        }
        Ok(())
    }

    /// Runs the plan.
    fn carry_on(&self, mut ledger: Box<dyn Ledger>) -> anyhow::Result<Exit> {
        let issue = self.subject.loaded.issue.number;
        let plan = ledger.plan(issue)?.expect("it was planned or taken up just now");
        let send = &self.subject.newsletter.settings.send;
        let clock = Clock::starting_at(self.now);
        let run = Run {
            plan: &plan,
            key: &self.key,
            courier: &self.carriage.courier,
            connections: self.carriage.connections,
            rate: self.carriage.rate.map(|rate| delivery::Rate { messages: rate.messages, per: rate.per }),
            retry: Retry { waits: send.retry.clone(), give_up: send.give_up },
            wait: self.wait(),
            patience: self.options.wait.unwrap_or(PATIENCE),
            ledger_patience: self.options.wait.unwrap_or(LEDGER_PATIENCE),
            limit: self.options.limit,
            clock,
        };
        let began = Instant::now();
        let mut signals = Signals::listen()?;
        let stop = Stop::default();
        let mut progress = Progress::new(&ledger.counts(issue)?, self.shares(), self.global.quiet);
        let (events, happened) = mpsc::channel();
        let ended = thread::scope(|scope| {
            let running = scope.spawn(|| {
                let events = events;
                run.deliver(ledger, &stop, &events)
            });
            loop {
                match happened.recv_timeout(TICK) {
                    Ok(event) => progress.show(&event, clock.now()),
                    Err(mpsc::RecvTimeoutError::Timeout) => {}
                    Err(mpsc::RecvTimeoutError::Disconnected) => break,
                }
                if signals.pass_on(&stop) {
                    progress.say("finishing what is in flight; once more to cut the connections");
                }
            }
            running.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        progress.finish();
        let Ended { mut ledger, counts, accepted, ending } = ended.map_err(|error| {
            Failure::new(Exit::Stopped, format!("stopped: {error:#}"))
                .hint("nothing went out that the ledger does not know of")
                .hint(format!("continue with `{}`", self.subject.command()))
        })?;
        let finished = Finished { counts, ending, accepted, took: Some(began.elapsed()) };
        let exit = report(self, ledger.as_mut(), &finished)?;
        Ok(if signals.insisted() { Exit::Interrupted } else { exit })
    }

    fn wait(&self) -> Duration {
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
