//! A worker of the SMTP courier: one connection at a time, one message and the envelope of the next on it; several
//! messages where that is wanted and the server can (`over_pipeline`).

use std::mem;
use std::time::{Duration, Instant};

use super::courier::Carried;
use super::desk::{Clearance, Desk, Trouble};
use super::ledger::Row;
use super::outcome::{Grounds, Outcome, Reply, Verdict, classify};
use super::over_pipeline::Conversation;
use super::span::Span;
use super::stop::StopReason;
use super::tray::Work;
use crate::smtp::{self, Connection, Envelope, GoAhead, LossKind, Lost, Phase, Pipeline, Server};

/// How long a connection may stand idle for the next message before it is closed: servers close theirs without a word.
pub(super) const IDLE: Duration = Duration::from_secs(10);

/// Sends messages over connections to `server`, at most `per_connection` over each and `in_flight` at once, until there
/// are none.
pub(super) fn work(desk: &mut Desk<'_>, server: &Server, per_connection: u32, in_flight: usize, number: usize) {
    let mut worker = Worker { desk, per_connection, in_flight, message: Vec::new(), next_message: Vec::new() };
    let mut trouble = Trouble::default();
    while let Some(row) = worker.desk.next() {
        let connection = match Connection::open(server) {
            Ok(connection) => connection,
            Err(error) => {
                worker.desk.put_back(row);
                if let Some(reply) = error.reply() {
                    worker.desk.hear(&reply.clone().into());
                }
                if error.is_temporary() {
                    worker.desk.back_off(trouble.unconnected(), error.to_string());
                } else {
                    let help = error.help().map(str::to_owned);
                    worker.desk.set_aside(StopReason::Unusable { reason: error.to_string(), help });
                }
                continue;
            }
        };
        worker.desk.stop.holds(number, Some(connection.stop_handle()));
        let seq = row.seq;
        let parting = if in_flight > 1 && Pipeline::fits(connection.capabilities()) {
            Conversation::new(&mut worker, connection.into_pipeline()).hold(row)
        } else {
            worker.converse(connection, row)
        };
        match parting {
            Parting::Lost { reason, answers: 0 } => worker.desk.back_off(trouble.broken(seq), reason),
            // The server worked for us on this connection: it may have had enough of the connection, not of us.
            Parting::Lost { .. } | Parting::Friendly => trouble = Trouble::default(),
        }
        worker.desk.stop.holds(number, None);
    }
}

/// Sends one message over a connection of its own.
pub(super) fn send_alone(server: &Server, sender: &str, recipient: &str, message: &[u8]) -> Carried {
    let mut connection = match Connection::open(server) {
        Ok(connection) => connection,
        Err(error) => return Carried::Unable(error.to_string()),
    };
    let envelope = Envelope { sender, recipient, size: message.len() };
    let verdict = match connection.begin(&envelope).and_then(|()| connection.await_go_ahead()) {
        Ok(GoAhead::Refused(refusal)) => Ok(classify(refusal.phase, refusal.reply.into())),
        Ok(GoAhead::Ready) => {
            connection.finish(&mut message.to_vec(), None).and_then(|()| connection.await_verdict()).map(|verdict| {
                let (smtp::Verdict::Accepted(reply) | smtp::Verdict::Refused(reply)) = verdict;
                classify(Phase::Dot, reply.into())
            })
        }
        Err(lost) => Err(lost),
    };
    match verdict {
        Ok(Verdict::Settled(outcome)) => {
            connection.quit();
            Carried::Outcome(outcome)
        }
        Ok(Verdict::Reconnect(reply) | Verdict::Stop(reply)) => Carried::Unable(format!("the server said `{reply}`")),
        Err(lost) if lost.after_dot => Carried::Outcome(Outcome::InDoubt(Reply::words(lost.reason))),
        Err(lost) => Carried::Unable(lost.to_string()),
    }
}

/// Sends messages, one connection at a time.
pub(super) struct Worker<'a, 'run> {
    pub(super) desk: &'a mut Desk<'run>,
    pub(super) per_connection: u32,
    /// Messages under way at once on a connection, where the server can.
    pub(super) in_flight: usize,
    pub(super) message: Vec<u8>,
    next_message: Vec<u8>,
}

/// How a conversation ended.
pub(super) enum Parting {
    /// Nothing to do for a while, enough messages for one connection, or no wish to go on.
    Friendly,
    /// It broke, after so many answers about messages.
    Lost { reason: String, answers: u32 },
}

impl Worker<'_, '_> {
    /// Sends `row` and those after it. Every row taken up is settled or back at the desk when it returns.
    fn converse(&mut self, mut connection: Connection, mut row: Row) -> Parting {
        let span = Span::new(self.per_connection, Instant::now());
        let mut answers = 0;
        let mut begun = false;
        loop {
            let parting = |reason| Parting::Lost { reason, answers };
            if !begun {
                self.desk.compose(&row, &mut self.message);
                let recipient = row.subscriber.address.to_string();
                if let Err(loss) = connection.begin(&envelope(self.desk, &row, &recipient, &self.message)) {
                    return parting(self.lost_before_the_dot(row, loss));
                }
            }
            let next = match connection.await_go_ahead() {
                Err(loss) => return parting(self.lost_before_the_dot(row, loss)),
                Ok(GoAhead::Refused(refusal)) => {
                    match self.desk.act(row, classify(refusal.phase, refusal.reply.into())) {
                        Some(reason) => return parting(reason),
                        None => None,
                    }
                }
                Ok(GoAhead::Ready) => {
                    // The server waits for a message: who does not want to send it can only hang up.
                    if self.desk.stop.asked() {
                        self.desk.put_back(row);
                        return Parting::Friendly;
                    }
                    if self.desk.mark(&row) != Clearance::Go {
                        return Parting::Friendly;
                    }
                    let has_room = span.has_room(answers + 1, Instant::now());
                    let next = if has_room { self.desk.next_in_hand() } else { None };
                    match self.finish(&mut connection, row, next) {
                        Ok(next) => next,
                        Err(reason) => return parting(reason),
                    }
                }
            };
            answers += 1;
            begun = next.is_some();
            let work = match next {
                Some(next) => Work::Row(next),
                None if span.has_room(answers, Instant::now()) => self.desk.next_within(IDLE),
                None => Work::Later,
            };
            let Work::Row(next) = work else {
                connection.quit();
                return Parting::Friendly;
            };
            row = next;
        }
    }

    /// Writes the message of `row` and, in the same write, the envelope of `next`; then hands in the server's verdict on
    /// `row`. Answers `next`, whose envelope is on its way and whose message is composed.
    fn finish(&mut self, connection: &mut Connection, row: Row, next: Option<Row>) -> Result<Option<Row>, String> {
        let verdict = if let Some(next) = &next {
            self.desk.compose(next, &mut self.next_message);
            let recipient = next.subscriber.address.to_string();
            let envelope = envelope(self.desk, next, &recipient, &self.next_message);
            connection.finish(&mut self.message, Some(&envelope))
        } else {
            connection.finish(&mut self.message, None)
        };
        let trouble = match verdict.and_then(|()| connection.await_verdict()) {
            Ok(smtp::Verdict::Accepted(reply) | smtp::Verdict::Refused(reply)) => {
                self.desk.act_on_marked(row, classify(Phase::Dot, reply.into()))
            }
            Err(loss) => Some(self.lost_after_the_mark(row, loss)),
        };
        if let Some(reason) = trouble {
            if let Some(next) = next {
                self.desk.put_back(next);
            }
            return Err(reason);
        }
        mem::swap(&mut self.message, &mut self.next_message);
        Ok(next)
    }

    /// Nothing of the message of `row` has gone out.
    fn lost_before_the_dot(&mut self, row: Row, loss: Lost) -> String {
        let reason = loss.to_string();
        if let Some(reply) = &loss.reply {
            self.desk.hear(&reply.clone().into());
        }
        if loss.kind == LossKind::Unsendable {
            self.desk.settle(row, Outcome::Refused(Reply::words(loss.reason), Grounds::Content));
        } else {
            self.desk.put_back(row);
        }
        reason
    }

    /// The message of `row` was marked; whether its final dot has gone out the connection knows.
    pub(super) fn lost_after_the_mark(&mut self, row: Row, loss: Lost) -> String {
        if loss.after_dot {
            let reason = loss.to_string();
            let stopped = loss.kind == LossKind::Stopped;
            let words = if stopped { "cut off before the answer".to_owned() } else { loss.reason };
            self.desk.settle(row, Outcome::InDoubt(Reply::words(words)));
            return reason;
        }
        if loss.kind != LossKind::Unsendable {
            self.desk.settle(row.clone(), Outcome::Untried);
        }
        self.lost_before_the_dot(row, loss)
    }
}

/// The envelope of `message` for `row`.
pub(super) fn envelope<'a>(desk: &Desk<'a>, row: &Row, recipient: &'a str, message: &[u8]) -> Envelope<'a> {
    Envelope { sender: desk.letter(row).sender(), recipient, size: message.len() }
}
