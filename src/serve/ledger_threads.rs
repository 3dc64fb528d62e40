//! Answers what requests ask of the ledger: reads on one thread, changes on another, many with one commit.

use std::collections::BTreeSet;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TrySendError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::oneshot;

use crate::app::clock;
use crate::app::readers::ReaderKeys;
use crate::ledger::{Ledger, ReaderRecords};
use crate::model::{EmailAddress, Token};
use crate::readers::{Event, Evidence, Identity, Outcome, Reader, Signup, SuppressionReason, UNDO_MINUTES};

/// The most questions that wait for each thread. Beyond, a request is told to come back.
const WAITING: usize = 4096;

/// The most changes with one commit.
const GROUP: usize = 512;

/// How often the thread that writes looks whether it is to end.
const TICK: Duration = Duration::from_millis(200);

/// What a request asks.
#[derive(Debug, Clone)]
pub(super) enum Question {
    /// Whether the ledger can be written and read.
    Health,
    /// Whose unsubscribe link it is.
    Owner(Token),
    /// Whose confirmation it is.
    Signup(Token),
    /// Leaves.
    Unsubscribe(Token, Evidence),
    /// Takes that back.
    Undo(Token, Evidence),
    /// Signs up; the sign-up expires after the time.
    SignUp {
        address: EmailAddress,
        topics: BTreeSet<String>,
        evidence: Evidence,
        at: DateTime<Utc>,
        pending: TimeDelta,
    },
    /// Confirms.
    Confirm(Token, Evidence),
    /// Chooses among the topics.
    Choose(Token, BTreeSet<String>, Evidence),
    /// Never signed up.
    NotMe(Token, Evidence),
    /// Wants their own link.
    Find(EmailAddress),
}

impl Question {
    fn is_read_only(&self) -> bool {
        matches!(self, Self::Owner(_) | Self::Signup(_))
    }
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// It is done, whoever it was about.
    Done,
    /// Somebody, whose address is not shown whole where a letter may have been forwarded.
    Person {
        address: EmailAddress,
        can_undo: bool,
        is_suppressed: bool,
        /// What they chose among the topics; `None` of a reader whom the ledger does not have.
        topics: Option<BTreeSet<String>>,
    },
    /// Nobody, or no longer.
    Nobody,
    /// Nothing that can be taken back.
    TooLate,
}

/// The ledger cannot answer now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unavailable;

struct Job {
    question: Question,
    reply: oneshot::Sender<Result<Answer, Unavailable>>,
}

/// Where requests ask. The threads end when the last copy is dropped.
#[derive(Clone)]
pub(super) struct LedgerThreads {
    reads: SyncSender<Job>,
    writes: SyncSender<Job>,
}

impl LedgerThreads {
    /// Starts the threads, with a ledger to write and one to read. `report` gets each failure of the ledger.
    ///
    /// Errors when a thread cannot be started.
    pub(super) fn start(
        to_write: Box<dyn Ledger>,
        to_read: Box<dyn Ledger>,
        keys: &ReaderKeys,
        report: impl Fn(&anyhow::Error) + Send + Clone + 'static,
    ) -> anyhow::Result<(Self, [JoinHandle<()>; 2])> {
        let (reads, read_jobs) = mpsc::sync_channel(WAITING);
        let (writes, write_jobs) = mpsc::sync_channel(WAITING);
        let start = |name: &str, work: Box<dyn FnOnce() + Send>| {
            thread::Builder::new().name(name.to_owned()).spawn(work).context("cannot start a thread")
        };
        let mut changing =
            LedgerThread { ledger: to_write, keys: keys.clone(), report: Box::new(report.clone()), writes: true };
        let mut looking = LedgerThread { ledger: to_read, keys: keys.clone(), report: Box::new(report), writes: false };
        let changing = start("ledger", Box::new(move || changing.work(&write_jobs)))?;
        let looking = start("look-ups", Box::new(move || looking.work(&read_jobs)))?;
        Ok((Self { reads, writes }, [changing, looking]))
    }

    /// Asks, and waits for the answer; for a change, until it is durable.
    pub(super) async fn ask(&self, question: Question) -> Result<Answer, Unavailable> {
        if question.is_read_only() {
            match Self::put(&self.reads, question.clone()).await? {
                // Perhaps the tokens of a new delivery are not indexed, which only the writer can do.
                Answer::Nobody => {}
                answer => return Ok(answer),
            }
        }
        Self::put(&self.writes, question).await
    }

    async fn put(queue: &SyncSender<Job>, question: Question) -> Result<Answer, Unavailable> {
        let (reply, answer) = oneshot::channel();
        match queue.try_send(Job { question, reply }) {
            Ok(()) => answer.await.unwrap_or(Err(Unavailable)),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(Unavailable),
        }
    }
}

/// One thread with its ledger.
struct LedgerThread {
    ledger: Box<dyn Ledger>,
    keys: ReaderKeys,
    report: Box<dyn Fn(&anyhow::Error) + Send>,
    writes: bool,
}

impl LedgerThread {
    fn work(&mut self, jobs: &Receiver<Job>) {
        loop {
            let first = match jobs.recv_timeout(TICK) {
                Ok(job) => job,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            // Whatever came while the last commit was synced goes with the next.
            let group: Vec<Job> = std::iter::once(first).chain(jobs.try_iter()).take(GROUP).collect();
            self.answer(group);
        }
    }

    fn answer(&mut self, group: Vec<Job>) {
        let unknown = self.answer_known(group);
        if unknown.is_empty() {
            return;
        }
        let lacking = self.writes && self.ledger.lacks_tokens(&self.keys.fingerprint()).unwrap_or(false);
        if !lacking {
            tell(unknown, Ok(&Answer::Nobody));
            return;
        }
        match self.keys.index(self.ledger.as_mut()) {
            Ok(()) => {
                let unknown = self.answer_known(unknown);
                tell(unknown, Ok(&Answer::Nobody));
            }
            // Perhaps it is the link of a reader: not to be told that it is nobody's.
            Err(error) => self.refuse(unknown, &error),
        }
    }

    /// Answers every job but those about tokens of nobody, which are returned.
    fn answer_known(&mut self, mut group: Vec<Job>) -> Vec<Job> {
        while !group.is_empty() {
            let now = clock::now();
            let mut answers = Vec::with_capacity(group.len());
            let (keys, mut failed) = (&self.keys, false);
            let mut work = |records: &mut dyn ReaderRecords| {
                answers.clear();
                for job in &group {
                    let answer = answer(records, keys, &job.question, now);
                    failed = answer.is_err();
                    answers.push(answer?);
                }
                Ok(())
            };
            let done =
                if self.writes { self.ledger.change_readers(&mut work) } else { self.ledger.read_readers(&mut work) };
            match done {
                Ok(()) => {
                    let mut unknown = Vec::new();
                    for (job, answer) in group.into_iter().zip(answers) {
                        match answer {
                            Answer::Nobody => unknown.push(job),
                            // Whoever asked may have hung up.
                            answer => drop(job.reply.send(Ok(answer))),
                        }
                    }
                    return unknown;
                }
                // One of them cannot be answered: the others without it.
                Err(error) if failed && answers.len() < group.len() => {
                    let job = group.remove(answers.len());
                    self.refuse(vec![job], &error);
                }
                Err(error) => {
                    self.refuse(group, &error);
                    return Vec::new();
                }
            }
        }
        Vec::new()
    }

    fn refuse(&self, jobs: Vec<Job>, error: &anyhow::Error) {
        (self.report)(error);
        tell(jobs, Err(Unavailable));
    }
}

/// Answers all `jobs` alike. Whoever asked may have hung up.
fn tell(jobs: Vec<Job>, answer: Result<&Answer, Unavailable>) {
    for job in jobs {
        drop(job.reply.send(answer.cloned()));
    }
}

fn answer(
    records: &mut dyn ReaderRecords,
    keys: &ReaderKeys,
    question: &Question,
    now: DateTime<Utc>,
) -> anyhow::Result<Answer> {
    match question {
        Question::Health => {
            records.forget_old(now)?;
            Ok(Answer::Done)
        }
        Question::Owner(token) => {
            let Some(who) = owner(records, keys, *token)? else { return Ok(Answer::Nobody) };
            let reader = records.reader(&who, now)?;
            Ok(person(&who, reader, now))
        }
        Question::Unsubscribe(token, by) => {
            let Some(who) = owner(records, keys, *token)? else { return Ok(Answer::Nobody) };
            let (_, reader) = records.happen_and_tell(&who, Event::Unsubscribe(by.clone()), now)?;
            Ok(person(&who, reader, now))
        }
        Question::Undo(token, by) => {
            let Some(who) = owner(records, keys, *token)? else { return Ok(Answer::Nobody) };
            Ok(match records.happen(&who, Event::Undo(by.clone()), now)? {
                Outcome::Undone => person(&who, Reader::default(), now),
                _ => Answer::TooLate,
            })
        }
        Question::SignUp { address, topics, evidence, at, pending } => {
            let who = keys.identify(address);
            let signup = keys.signup(address, evidence.clone(), "form", *at, *pending);
            let signup = Signup { topics: topics.clone(), ..signup };
            records.happen(&who, Event::SignUp(signup), now)?;
            Ok(Answer::Done)
        }
        Question::Signup(token) => {
            let Some(signup) = records.signup(keys.nonce(*token))? else { return Ok(Answer::Nobody) };
            let who = keys.identify(&signup.address);
            let is_over = signup.expires_at < now;
            let reader = records.reader(&who, now)?;
            Ok(if is_over { Answer::TooLate } else { person(&who, reader, now) })
        }
        Question::Confirm(token, by) => {
            let Some(signup) = records.signup(keys.nonce(*token))? else { return Ok(Answer::Nobody) };
            let who = keys.identify(&signup.address);
            Ok(match records.happen(&who, Event::Confirm(signup, by.clone()), now)? {
                Outcome::Confirmed | Outcome::AlreadyConfirmed => Answer::Done,
                _ => Answer::TooLate,
            })
        }
        Question::Choose(token, topics, by) => {
            let Some(who) = owner(records, keys, *token)? else { return Ok(Answer::Nobody) };
            Ok(match records.happen(&who, Event::Choose(topics.clone(), by.clone()), now)? {
                Outcome::Changed => Answer::Done,
                _ => Answer::TooLate,
            })
        }
        Question::NotMe(token, by) => {
            let Some(signup) = records.signup(keys.nonce(*token))? else { return Ok(Answer::Nobody) };
            let who = keys.identify(&signup.address);
            records.happen(&who, Event::NotMe(by.clone()), now)?;
            Ok(Answer::Done)
        }
        Question::Find(address) => {
            records.happen(&keys.identify(address), Event::Find, now)?;
            Ok(Answer::Done)
        }
    }
}

fn owner(records: &mut dyn ReaderRecords, keys: &ReaderKeys, token: Token) -> anyhow::Result<Option<Identity>> {
    let owner = records.owner(token)?.and_then(|key| EmailAddress::parse(&key).ok());
    Ok(owner.map(|address| keys.identify(&address)))
}

fn person(who: &Identity, reader: Reader, now: DateTime<Utc>) -> Answer {
    let suppression = reader.suppression;
    let can_undo = suppression.is_some_and(|suppressed| {
        suppressed.reason == SuppressionReason::Unsubscribed && now <= suppressed.at + TimeDelta::minutes(UNDO_MINUTES)
    });
    let topics = reader.subscription.map(|subscription| subscription.topics);
    Answer::Person { address: who.address.clone(), can_undo, is_suppressed: suppression.is_some(), topics }
}
