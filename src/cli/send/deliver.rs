//! The delivery itself: planned or taken up again, confirmed, run to an end.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use chrono::{DateTime, Utc};

use super::confirm::confirm;
use super::couriers::Carriage;
use super::recipients::Recipients;
use super::report::{Finished, report};
use super::{InDoubt, Options, Subject, summary};
use crate::cli::keys;
use crate::cli::progress::Progress;
use crate::cli::signals::Signals;
use crate::cli::{Exit, Failure, Global, clock, talk, wording};
use crate::delivery::ledger::{Counts, Lock, NewPlan, Plan, State};
use crate::delivery::retry::Retry;
use crate::delivery::{self, Clock, Ending, Ledger, Run, Stop};
use crate::load;
use crate::message::{FrozenLetter, Keys};

/// How long a server may answer nothing before a run ends, unless `--wait` says otherwise.
const PATIENCE: Duration = Duration::from_mins(10);

/// How often signals are looked for.
const TICK: Duration = Duration::from_millis(20);

pub(super) fn run(subject: &Subject, options: &Options, global: &Global) -> anyhow::Result<Exit> {
    subject.refuse_draft()?;
    let issue = subject.loaded.issue.number;
    let path = &subject.newsletter.settings.ledger;
    let now = clock::now();
    let _lock = Lock::take(path, issue, now).map_err(|error| would_not_start(&error))?.map_err(|holder| {
        Failure::new(Exit::NotStarted, format!("another send is running: {holder}"))
            .hint("`newsletter status` shows how far it is")
    })?;
    let mut ledger = Ledger::open(path).map_err(|error| would_not_start(&error))?;
    let keys = keys::keys(&subject.newsletter)?;
    let carriage = Carriage::ready(&subject.newsletter, issue, Some(options), global)?;
    let delivery = Delivery { subject, options, global, keys, carriage, now };
    match ledger.plan(issue)? {
        None => delivery.begin(&mut ledger)?,
        Some(plan) => {
            if let Some(exit) = delivery.take_up(&ledger, &plan)? {
                return Ok(exit);
            }
        }
    }
    delivery.carry_on(ledger)
}

fn would_not_start(error: &anyhow::Error) -> anyhow::Error {
    Failure::new(Exit::NotStarted, format!("{error:#}; nothing was sent")).into()
}

/// A delivery as the command line sees it.
pub(super) struct Delivery<'a> {
    pub(super) subject: &'a Subject,
    options: &'a Options,
    pub(super) global: &'a Global,
    keys: Keys,
    carriage: Carriage,
    now: DateTime<Utc>,
}

impl Delivery<'_> {
    /// A first send: shown, tried, confirmed, frozen.
    fn begin(&self, ledger: &mut Ledger) -> anyhow::Result<()> {
        let Self { subject, options, .. } = self;
        let recipients = Recipients::gather(&subject.newsletter, Some(ledger), options.skip_bad_rows)?;
        self.tell(&summary::of(subject, &recipients, &self.carriage));
        let stamp = Subject::new_stamp()?;
        let letter = FrozenLetter::freeze(&subject.letter, &subject.newsletter.publication, &stamp)?;
        let mut message = Vec::new();
        letter.compose(&recipients.subscribers[0], &self.keys, &mut message);
        self.carriage.try_out(message.len())?;
        confirm(subject, options, self.global, self.asked_for(recipients.count()), "send")?;
        let plan = NewPlan {
            issue: subject.loaded.issue.number,
            stamp,
            title: &subject.loaded.issue.title,
            subject: &subject.letter.subject.plain(),
            letter: &letter,
        };
        ledger
            .freeze(&plan, recipients.count(), recipients.subscribers.into_iter().map(Ok))
            .map_err(|error| would_not_start(&error))
    }

    /// A delivery begun before: what is left of it, shown, tried, confirmed; only then is anything changed. Answers the exit
    /// code when nothing is left.
    fn take_up(&self, ledger: &Ledger, plan: &Plan) -> anyhow::Result<Option<Exit>> {
        let Self { subject, options, .. } = self;
        let issue = plan.issue;
        ledger.recover(issue, self.now)?;
        ledger.leave_out_suppressed(issue, self.now)?;
        if self.options.in_doubt == InDoubt::Skip {
            ledger.give_up_doubtful(issue)?;
        }
        let counts = ledger.counts(issue)?;
        let again = |wanted, state| if wanted { ledger.count_welcome(issue, state) } else { Ok(0) };
        let doubtful = again(self.options.in_doubt == InDoubt::Resend, State::InDoubt)?;
        let refused = again(self.options.retry_refused, State::Refused)?;
        if counts.left() + doubtful + refused == 0 {
            return report(self, ledger, &Finished::now(counts, Ending::Done)).map(Some);
        }
        // Those in doubt get the very letter they may have.
        let changed =
            if counts.left() + refused > 0 { subject.changed(options, plan, counts.left() + refused)? } else { None };
        let again = match doubtful + refused {
            0 => String::new(),
            again => format!(", {} to be sent again", wording::count(again)),
        };
        self.tell(&format!("Issue {issue} · {}\n{}{again}\n", plan.title, so_far(&counts)));
        self.tell_of_newcomers(ledger, plan)?;
        if counts.of(State::Planned) + doubtful + refused == 0
            && let Some(due) = ledger.first_due(issue)?
            && due - self.now > chrono::TimeDelta::from_std(self.wait())?
        {
            return report(self, ledger, &Finished::waiting(counts, due)).map(Some);
        }
        self.carriage.try_out(0)?;
        let people = self.asked_for(counts.left() + doubtful + refused);
        confirm(self.subject, self.options, self.global, people, "continue")?;
        if doubtful > 0 {
            ledger.plan_again(issue, State::InDoubt)?;
        }
        if refused > 0 {
            ledger.plan_again(issue, State::Refused)?;
        }
        if let Some(letter) = changed {
            ledger.freeze_again(issue, &letter, self.now)?;
        }
        Ok(None)
    }

    /// Mentions subscribers who came to the list after the plan was made. A list that cannot be read now changes nothing.
    fn tell_of_newcomers(&self, ledger: &Ledger, plan: &Plan) -> anyhow::Result<()> {
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
    fn carry_on(&self, ledger: Ledger) -> anyhow::Result<Exit> {
        let issue = self.subject.loaded.issue.number;
        let plan = ledger.plan(issue)?.expect("it was planned or taken up just now");
        let send = &self.subject.newsletter.settings.send;
        let clock = Clock::starting_at(self.now);
        let run = Run {
            plan: &plan,
            keys: &self.keys,
            courier: &self.carriage.courier,
            connections: self.carriage.connections,
            rate: self.carriage.rate.map(|rate| delivery::Rate { messages: rate.messages, per: rate.per }),
            retry: Retry { waits: send.retry.clone(), give_up: send.give_up },
            wait: self.wait(),
            patience: self.options.wait.unwrap_or(PATIENCE),
            limit: self.options.limit,
            clock,
        };
        let began = Instant::now();
        let mut signals = Signals::listen()?;
        let stop = Stop::default();
        let mut progress = Progress::new(&ledger.counts(issue)?, self.global.quiet);
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
        let (counts, ending) = ended.map_err(|error| {
            Failure::new(Exit::Stopped, format!("stopped: {error:#}"))
                .hint("nothing went out that the ledger does not know of")
                .hint(format!("continue with `{}`", self.subject.command()))
        })?;
        let ledger = Ledger::open_to_read(&self.subject.newsletter.settings.ledger)?.context("the ledger is gone")?;
        let exit = report(self, &ledger, &Finished { counts, ending, took: Some(began.elapsed()) })?;
        Ok(if signals.insisted() { Exit::Interrupted } else { exit })
    }

    fn wait(&self) -> Duration {
        self.options.wait.unwrap_or(self.subject.newsletter.settings.send.wait)
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
