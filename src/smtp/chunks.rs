//! Several mail transactions under way at once, as a state machine: whole messages in, and the server's answers to them
//! out, in order. No I/O, no time.
//!
//! A message of known length needs no go-ahead (BDAT, RFC 3030), so envelope and message are said in one breath, and
//! the next ones behind them while nothing has been answered yet:
//!
//! ```text
//! ours     MAIL RCPT BDAT 1 | RSET MAIL RCPT BDAT 2 | RSET MAIL RCPT BDAT 3 | ...
//! server                                 | 250 250 250 | 250 250 250 250     | ...
//! ```
//!
//! A refused envelope still has its message behind it: the server skips it and answers its BDAT too. Whether it then
//! begins anew or still holds the refused transaction differs from server to server, and what comes next was said
//! before anybody knew. So RSET goes before every envelope that follows something not known to be accepted.

use std::collections::VecDeque;

use super::answer::{Answer, End, NotSaid};
use super::body;
use super::capabilities::Capabilities;
use super::channel::Machine;
use super::command::Envelope;
use super::failure::{Phase, Refusal};
use super::reply::Reply;
use super::reply_reader::ReplyReader;
use super::server::ConversationLog;

/// What a server answers, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Reset,
    Mail,
    Rcpt,
    Chunk,
}

impl Step {
    fn phase(self) -> Phase {
        match self {
            Self::Reset => Phase::Reset,
            Self::Mail => Phase::Mail,
            Self::Rcpt => Phase::Rcpt,
            Self::Chunk => Phase::Dot,
        }
    }
}

/// A message said and not answered yet.
#[derive(Debug)]
struct Transaction {
    /// What is to be answered next.
    step: Step,
    /// What refused it, first.
    refusal: Option<Refusal>,
    /// Where its last byte is, counted from the first byte said here.
    end: u64,
}

/// The transactions of one connection.
#[derive(Debug)]
pub(super) struct Chunks {
    capabilities: Capabilities,
    log: ConversationLog,
    replies: ReplyReader,
    outgoing: Vec<u8>,
    /// So many of `outgoing` the socket has taken, and so many of all that was ever said.
    taken: usize,
    taken_in_all: u64,
    /// Oldest first.
    under_way: VecDeque<Transaction>,
    /// The last answer was an acceptance, or there was none: the server holds nothing back.
    clean: bool,
    answers: u64,
    /// Set once; nothing is believed after it.
    end: Option<End>,
}

impl Chunks {
    /// Transactions with a server of these capabilities. `replies` may hold bytes that came too early.
    pub(super) fn new(capabilities: Capabilities, replies: ReplyReader, log: ConversationLog) -> Self {
        Self {
            capabilities,
            log,
            replies,
            outgoing: Vec::new(),
            taken: 0,
            taken_in_all: 0,
            under_way: VecDeque::new(),
            clean: true,
            answers: 0,
            end: None,
        }
    }

    /// Why `envelope` must not be sent to this server.
    pub(super) fn refusal(&self, envelope: &Envelope<'_>) -> Option<Refusal> {
        envelope.refusal(&self.capabilities)
    }

    /// Says a whole transaction.
    ///
    /// Errors, with nothing said, when the conversation is over or the message must not be sent.
    ///
    /// # Panics
    /// When the envelope must not be sent, which [`Self::refusal`] tells.
    pub(super) fn say(&mut self, envelope: &Envelope<'_>, message: &mut Vec<u8>) -> Result<(), NotSaid> {
        assert!(self.refusal(envelope).is_none(), "an envelope that must not be sent");
        if self.under_way.is_empty()
            && let Some(end) = End::unasked(&mut self.replies)
        {
            self.end.get_or_insert(end);
        }
        if let Some(end) = &self.end {
            return Err(NotSaid::Over(end.clone()));
        }
        body::end_whole(message).map_err(NotSaid::Unsendable)?;
        let reset = !(self.clean && self.under_way.is_empty());
        if reset {
            self.command("RSET\r\n");
        }
        self.command(&envelope.mail(&self.capabilities));
        self.command(&envelope.rcpt());
        self.command(&format!("BDAT {} LAST\r\n", message.len()));
        self.outgoing.extend_from_slice(message);
        let step = if reset { Step::Reset } else { Step::Mail };
        self.under_way.push_back(Transaction { step, refusal: None, end: self.said_in_all() });
        Ok(())
    }

    fn command(&mut self, line: &str) {
        self.log.client(line.trim_end());
        self.outgoing.extend_from_slice(line.as_bytes());
    }

    fn said_in_all(&self) -> u64 {
        self.taken_in_all + (self.outgoing.len() - self.taken) as u64
    }

    /// Takes back the message said last, whose end did not reach the socket. Nothing can be said after it.
    pub(super) fn take_back(&mut self) {
        self.under_way.pop_back();
    }

    /// The answer to the oldest message under way; `None` until more bytes come.
    ///
    /// # Panics
    /// When no message is under way.
    pub(super) fn answer(&mut self) -> Result<Option<Answer>, End> {
        loop {
            if let Some(end) = &self.end {
                return Err(end.clone());
            }
            let step = self.under_way.front().expect("an answer needs a message").step;
            let heard = match self.replies.next_reply() {
                Ok(None) => return Ok(None),
                Ok(Some(reply)) => {
                    self.log.server(&reply);
                    self.answers += 1;
                    self.hear(step, reply)
                }
                Err(malformed) => Err(End::Breach(step.phase(), malformed.to_string())),
            };
            match heard {
                Ok(None) => {}
                Ok(answer) => return Ok(answer),
                Err(end) => self.end = Some(end),
            }
        }
    }

    /// Takes `reply` as the answer to `step` of the oldest message.
    fn hear(&mut self, step: Step, reply: Reply) -> Result<Option<Answer>, End> {
        let taken_in_all = self.taken_in_all;
        let oldest = self.under_way.front_mut().expect("an answer needs a message");
        if reply.is_closing() && (step != Step::Chunk || oldest.end > taken_in_all) {
            return Err(End::Closing(step.phase(), reply));
        }
        match (step, reply.code) {
            (Step::Reset, 200..=299) => oldest.step = Step::Mail,
            (Step::Mail, 200..=299) => oldest.step = Step::Rcpt,
            (Step::Rcpt, 200..=299) => oldest.step = Step::Chunk,
            (Step::Mail | Step::Rcpt, 400..=599) => {
                oldest.step = if step == Step::Mail { Step::Rcpt } else { Step::Chunk };
                oldest.refusal.get_or_insert(Refusal { phase: step.phase(), reply });
            }
            // An answer to what has not been said to its end is about something else. One that does not know BDAT has
            // taken the message for commands. And a message taken for a refused recipient went nobody knows where.
            (Step::Chunk, _) if oldest.end > taken_in_all => return Err(breach(&reply)),
            (Step::Chunk, 500..=502) => return Err(breach(&reply)),
            (Step::Chunk, 200..=299) if oldest.refusal.is_some() => return Err(breach(&reply)),
            (Step::Chunk, 200..=299) => {
                self.under_way.pop_front();
                self.clean = true;
                return Ok(Some(Answer::Accepted(reply)));
            }
            (Step::Chunk, 400..=599) => return Ok(self.refused(reply)),
            _ => return Err(End::Breach(step.phase(), format!("the server answered {} with `{reply}`", step.phase()))),
        }
        Ok(None)
    }

    /// The oldest message is not the server's.
    fn refused(&mut self, reply: Reply) -> Option<Answer> {
        self.clean = false;
        let oldest = self.under_way.pop_front()?;
        // Even a 421 is an answer here; it ends the conversation, but leaves no doubt about the message.
        self.end = reply.is_closing().then(|| End::Closing(Phase::Dot, reply.clone()));
        Some(Answer::Refused(oldest.refusal.unwrap_or(Refusal { phase: Phase::Dot, reply })))
    }

    /// How many messages are under way.
    pub(super) fn under_way(&self) -> usize {
        self.under_way.len()
    }

    /// How many of the messages under way, oldest first, the server may have taken should nothing more be heard of it:
    /// those whose last byte was handed over. None after a 421, which says that nothing more is done (RFC 5321 3.8).
    pub(super) fn in_doubt(&self) -> usize {
        if matches!(self.end, Some(End::Closing(..))) {
            return 0;
        }
        self.under_way.iter().filter(|message| message.end <= self.taken_in_all).count()
    }

    /// Says QUIT when nothing is under way.
    pub(super) fn quit(&mut self) -> bool {
        let idle = self.under_way.is_empty() && self.end.is_none();
        if idle {
            self.command("QUIT\r\n");
        }
        idle
    }
}

impl Machine for Chunks {
    fn outgoing(&self) -> &[u8] {
        &self.outgoing[self.taken..]
    }

    fn handed(&mut self, count: usize) {
        self.taken += count;
        self.taken_in_all += count as u64;
        if self.taken == self.outgoing.len() {
            self.outgoing.clear();
            self.taken = 0;
        }
    }

    fn receive(&mut self, bytes: &[u8]) {
        self.replies.feed(bytes);
    }

    fn phase(&self) -> Phase {
        self.under_way.front().map_or(Phase::Idle, |oldest| oldest.step.phase())
    }

    fn answers(&self) -> u64 {
        self.answers
    }
}

fn breach(reply: &Reply) -> End {
    End::Breach(Phase::Dot, format!("the server answered BDAT with `{reply}`"))
}

#[cfg(test)]
mod tests;
