//! A conversation of the SMTP courier with several messages under way at once. Each is marked before a byte of it goes
//! out, so a connection that breaks leaves at most as many in doubt as were under way.

use std::collections::VecDeque;
use std::time::Instant;

use super::desk::Clearance;
use super::ledger::Row;
use super::outcome::classify;
use super::over_smtp::{IDLE, Parting, Worker, envelope};
use super::span::Span;
use super::tray::Work;
use crate::smtp::{Answer, Lost, Phase, Pipeline};

/// One connection and the messages under way on it.
pub(super) struct Conversation<'w, 'desk, 'run> {
    worker: &'w mut Worker<'desk, 'run>,
    pipeline: Pipeline,
    span: Span,
    /// Marked and not answered, oldest first.
    under_way: VecDeque<Row>,
    /// Messages said.
    said: u32,
    /// Answers about messages.
    answers: u32,
    /// Why nothing more is to be said.
    trouble: Option<Trouble>,
}

/// Why nothing more is to be said on a connection.
enum Trouble {
    /// It does not go on, and this is why.
    Broken(String),
    /// The ledger has failed.
    NoLedger,
}

impl<'w, 'desk, 'run> Conversation<'w, 'desk, 'run> {
    pub(super) fn new(worker: &'w mut Worker<'desk, 'run>, pipeline: Pipeline) -> Self {
        let span = Span::new(worker.per_connection, Instant::now());
        Self { worker, pipeline, span, under_way: VecDeque::new(), said: 0, answers: 0, trouble: None }
    }

    /// Sends `row` and those after it. Every row taken up is settled or back at the desk when it returns.
    pub(super) fn hold(mut self, row: Row) -> Parting {
        let mut next = Some(row);
        loop {
            while let Some(row) = next {
                self.say(row);
                next = if self.may_say_more() { self.worker.desk.next_in_hand() } else { None };
            }
            if !self.under_way.is_empty() {
                if let Err(parting) = self.hear() {
                    return parting;
                }
                next = if self.may_say_more() { self.worker.desk.next_in_hand() } else { None };
                continue;
            }
            match self.trouble {
                Some(Trouble::Broken(reason)) => return Parting::Lost { reason, answers: self.answers },
                Some(Trouble::NoLedger) => return Parting::Friendly,
                None => {}
            }
            let work = if self.may_say_more() { self.worker.desk.next_within(IDLE) } else { Work::Later };
            let Work::Row(row) = work else {
                self.pipeline.quit();
                return Parting::Friendly;
            };
            next = Some(row);
        }
    }

    fn may_say_more(&self) -> bool {
        self.trouble.is_none()
            && self.under_way.len() < self.worker.in_flight
            && self.span.has_room(self.said, Instant::now())
    }

    /// Marks `row` and sends its message.
    fn say(&mut self, row: Row) {
        let Worker { desk, message, .. } = &mut *self.worker;
        if desk.stop.asked() {
            desk.put_back(row);
            return;
        }
        desk.compose(&row, message);
        let recipient = row.subscriber.address.to_string();
        let envelope = envelope(desk, &row, &recipient, message);
        if let Some(refusal) = self.pipeline.refusal(&envelope) {
            self.answers += 1;
            self.trouble = desk.act(row, classify(refusal.phase, refusal.reply.into())).map(Trouble::Broken);
            return;
        }
        match desk.mark(&row) {
            Clearance::Go => {}
            Clearance::No => return,
            Clearance::Over => {
                self.trouble = Some(Trouble::NoLedger);
                return;
            }
        }
        match self.pipeline.begin(&envelope, message) {
            Ok(()) => {
                self.said += 1;
                self.under_way.push_back(row);
            }
            Err(loss) => self.trouble = Some(Trouble::Broken(self.worker.lost_after_the_mark(row, loss))),
        }
    }

    /// Waits for the answer to the oldest message.
    ///
    /// Errors when there is none, nor any to those behind it.
    fn hear(&mut self) -> Result<(), Parting> {
        let verdict = match self.pipeline.await_answer() {
            Ok(Answer::Accepted(reply)) => classify(Phase::Dot, reply.into()),
            Ok(Answer::Refused(refusal)) => classify(refusal.phase, refusal.reply.into()),
            Err(loss) => return Err(self.lost(&loss)),
        };
        self.answers += 1;
        let row = self.under_way.pop_front().expect("an answer is about a message under way");
        if let Some(reason) = self.worker.desk.act_on_marked(row, verdict) {
            self.trouble.get_or_insert(Trouble::Broken(reason));
        }
        Ok(())
    }

    /// Nothing more is heard about what is under way.
    fn lost(&mut self, loss: &Lost) -> Parting {
        let in_doubt = self.pipeline.in_doubt();
        let reason = loss.to_string();
        for (index, row) in self.under_way.drain(..).enumerate() {
            // What the server said with it, it said once.
            let reply = loss.reply.clone().filter(|_| index == 0);
            self.worker.lost_after_the_mark(row, Lost { after_dot: index < in_doubt, reply, ..loss.clone() });
        }
        Parting::Lost { reason, answers: self.answers }
    }
}
