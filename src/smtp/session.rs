//! The mail transactions as a state machine: envelopes, messages and the server's bytes in; our bytes, go-aheads and
//! verdicts out. No I/O, no time.
//!
//! Every command said joins a queue, and every reply answers the command at its head; that is how a reply finds its
//! message even while the next envelope is already under way. Where the server offers PIPELINING (RFC 2920) commands
//! are said as soon as they are known:
//!
//! ```text
//! ours     MAIL RCPT DATA |              message 1, dot, MAIL RCPT DATA |                         message 2, ...
//! server                  | 250 250 354                                 | 250 (dot 1) 250 250 354
//! ```
//!
//! Without it each waits for the answer to the one before. A refusal anywhere in an envelope refuses that envelope
//! only: the answers to the commands behind it are swallowed, a DATA granted all the same is answered with an empty
//! message to nobody, and RSET rides in front of the next envelope.

use std::collections::VecDeque;
use std::mem::take;

use super::answer::{End, GoAhead, NotSaid, Verdict};
use super::body;
use super::capabilities::{Capabilities, Extension};
use super::channel::Machine;
use super::chunks::Chunks;
use super::command::Envelope;
use super::failure::{Phase, Refusal};
use super::outgoing::Outgoing;
use super::reply::Reply;
use super::reply_reader::ReplyReader;
use super::server::ConversationLog;

/// What the server owes an answer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Reset,
    Mail,
    Rcpt,
    Data,
    Dot,
    /// An empty message, sent because a refused envelope was asked for its message.
    EmptyMessage,
}

impl Step {
    fn phase(self) -> Phase {
        match self {
            Self::Reset | Self::EmptyMessage => Phase::Reset,
            Self::Mail => Phase::Mail,
            Self::Rcpt => Phase::Rcpt,
            Self::Data => Phase::Data,
            Self::Dot => Phase::Dot,
        }
    }
}

/// The state of the transactions on one connection.
#[derive(Debug, Default)]
pub(super) struct Session {
    capabilities: Capabilities,
    log: ConversationLog,
    replies: ReplyReader,
    /// Commands not said yet.
    unsaid: VecDeque<(Step, String)>,
    /// Commands said, oldest first.
    unanswered: VecDeque<Step>,
    outgoing: Outgoing,
    /// What refused the envelope under way.
    refusal: Option<Refusal>,
    /// Whether the recipient of the envelope under way was taken.
    recipient_taken: bool,
    /// The server waits for a message.
    ready: bool,
    /// A refused envelope left something behind that only RSET clears.
    reset_due: bool,
    go_ahead: Option<GoAhead>,
    verdict: Option<Verdict>,
    answers: u64,
    /// Set once; nothing is believed after it.
    end: Option<End>,
}

impl Session {
    /// A session with a server of these capabilities. `replies` may hold bytes that came too early.
    pub(super) fn new(capabilities: Capabilities, replies: ReplyReader, log: ConversationLog) -> Self {
        Self { capabilities, log, replies, ..Self::default() }
    }

    pub(super) fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Starts a transaction.
    ///
    /// Errors when the server has said something unasked, 421 for example.
    ///
    /// # Panics
    /// When an envelope or a message is under way.
    pub(super) fn begin(&mut self, envelope: &Envelope<'_>) -> Result<(), End> {
        assert!(!self.ready && !self.envelope_under_way() && !self.outgoing.has_final_dot(), "one message at a time");
        self.expect_silence()?;
        self.say_envelope(envelope);
        Ok(())
    }

    /// Says the message the server waits for, and the envelope of the next. Leaves another buffer in `message`.
    ///
    /// Errors when the server has said something unasked.
    ///
    /// # Panics
    /// When the server does not wait for a message.
    pub(super) fn finish(&mut self, message: &mut Vec<u8>, next: Option<&Envelope<'_>>) -> Result<(), NotSaid> {
        assert!(take(&mut self.ready), "a message needs a go-ahead");
        self.expect_silence().map_err(NotSaid::Over)?;
        let length = message.len();
        body::end_with_dot(message).map_err(NotSaid::Unsendable)?;
        self.log.event(format_args!("message of {length} bytes and the final dot"));
        self.outgoing.take(message);
        self.outgoing.mark_final_dot();
        self.unanswered.push_back(Step::Dot);
        if let Some(next) = next {
            self.say_envelope(next);
        }
        Ok(())
    }

    /// Says QUIT, where the server would take it for a command and not for a line of a message.
    pub(super) fn quit(&mut self) -> bool {
        let idle = !self.ready && self.unanswered.is_empty() && self.end.is_none();
        if idle {
            self.log.client("QUIT");
            self.outgoing.buffer().extend_from_slice(b"QUIT\r\n");
        }
        idle
    }

    /// The answer to the envelope under way; `None` until more bytes come.
    ///
    /// # Panics
    /// When no envelope is under way.
    pub(super) fn go_ahead(&mut self) -> Result<Option<GoAhead>, End> {
        assert!(self.envelope_under_way() || self.end.is_some(), "a go-ahead needs an envelope");
        while self.go_ahead.is_none() {
            if !self.hear()? {
                return Ok(None);
            }
        }
        self.ready = self.go_ahead == Some(GoAhead::Ready);
        Ok(self.go_ahead.take())
    }

    /// The answer to the message under way; `None` until more bytes come.
    ///
    /// # Panics
    /// When no message is under way.
    pub(super) fn verdict(&mut self) -> Result<Option<Verdict>, End> {
        assert!(self.outgoing.has_final_dot(), "a verdict needs a message");
        while self.verdict.is_none() {
            if !self.hear()? {
                return Ok(None);
            }
        }
        self.outgoing.forget_final_dot();
        Ok(self.verdict.take())
    }

    /// The 421 of a server that hung up while we were still talking.
    pub(super) fn last_words(&mut self) -> Option<Reply> {
        self.replies.next_reply().ok().flatten().filter(Reply::is_closing)
    }

    /// Whether the message whose verdict is awaited may have been accepted.
    pub(super) fn dot_is_out(&self) -> bool {
        self.outgoing.dot_is_out()
    }

    /// The same conversation, several messages at a time.
    ///
    /// # Panics
    /// When an envelope or a message is under way.
    pub(super) fn into_chunks(self) -> Chunks {
        assert!(!self.ready && self.unanswered.is_empty(), "not between two messages");
        Chunks::new(self.capabilities, self.replies, self.log)
    }

    fn envelope_under_way(&self) -> bool {
        let asked = |step: Step| matches!(step, Step::Mail | Step::Rcpt | Step::Data);
        self.go_ahead.is_some()
            || self.unanswered.iter().any(|&step| asked(step))
            || self.unsaid.iter().any(|&(step, _)| asked(step))
    }

    /// Bytes that came while nothing was asked are a 421 or a breach. Taken for the answer to what is said next, they
    /// would put every later reply on the wrong message.
    fn expect_silence(&mut self) -> Result<(), End> {
        if self.unanswered.is_empty()
            && let Some(end) = End::unasked(&mut self.replies)
        {
            self.end.get_or_insert(end);
        }
        self.end.clone().map_or(Ok(()), Err)
    }

    fn say_envelope(&mut self, envelope: &Envelope<'_>) {
        self.recipient_taken = false;
        if let Some(refusal) = envelope.refusal(&self.capabilities) {
            self.go_ahead = Some(GoAhead::Refused(refusal));
            return;
        }
        if take(&mut self.reset_due) {
            self.unsaid.push_back((Step::Reset, String::from("RSET\r\n")));
        }
        self.unsaid.push_back((Step::Mail, envelope.mail(&self.capabilities)));
        self.unsaid.push_back((Step::Rcpt, envelope.rcpt()));
        self.unsaid.push_back((Step::Data, String::from("DATA\r\n")));
        self.speak();
    }

    /// Says what may be said: everything with PIPELINING, one command at a time without.
    fn speak(&mut self) {
        let pipelining = self.capabilities.offers(Extension::Pipelining);
        while (pipelining || self.unanswered.is_empty())
            && let Some((step, line)) = self.unsaid.pop_front()
        {
            self.log.client(line.trim_end());
            self.outgoing.buffer().extend_from_slice(line.as_bytes());
            self.unanswered.push_back(step);
        }
    }

    /// Takes the next reply as the answer to the oldest command; false when there is none yet.
    fn hear(&mut self) -> Result<bool, End> {
        if let Some(end) = &self.end {
            return Err(end.clone());
        }
        let heard = match self.replies.next_reply() {
            Ok(None) => return Ok(false),
            Ok(Some(reply)) => {
                self.log.server(&reply);
                self.answers += 1;
                let step = self.unanswered.pop_front().expect("only a session that said something listens");
                self.answer(step, reply)
            }
            Err(malformed) => Err(End::Breach(self.phase(), malformed.to_string())),
        };
        if let Err(end) = &heard {
            self.end = Some(end.clone());
        }
        self.speak();
        heard.map(|()| true)
    }

    fn answer(&mut self, step: Step, reply: Reply) -> Result<(), End> {
        // A verdict from before the final dot went out is about something else.
        let early = step == Step::Dot && !self.outgoing.dot_is_out();
        if reply.is_closing() && (early || step != Step::Dot) {
            return Err(End::Closing(step.phase(), reply));
        }
        match (step, reply.code) {
            _ if early => return Err(breach(step, &reply)),
            (Step::Reset | Step::Mail, 200..=299) | (Step::EmptyMessage, 200..=299 | 400..=599) => {}
            (Step::Rcpt, 200..=299) => self.recipient_taken = true,
            (Step::Mail | Step::Rcpt, 400..=599) => self.refuse(step, reply),
            (Step::Data, 354) => return self.grant(&reply),
            (Step::Data, 400..=599) => {
                self.refuse(step, reply);
                self.go_ahead = self.refusal.take().map(GoAhead::Refused);
            }
            (Step::Dot, 200..=299) => self.verdict = Some(Verdict::Accepted(reply)),
            (Step::Dot, 400..=599) => {
                // Even a 421 is a verdict here; it ends the conversation, but leaves no doubt about the message.
                self.end = reply.is_closing().then(|| End::Closing(Phase::Dot, reply.clone()));
                self.verdict = Some(Verdict::Refused(reply));
            }
            _ => return Err(breach(step, &reply)),
        }
        Ok(())
    }

    /// The first refusal of an envelope is the one that counts. Commands not said yet need not be.
    fn refuse(&mut self, step: Step, reply: Reply) {
        self.refusal.get_or_insert(Refusal { phase: step.phase(), reply });
        self.reset_due = true;
        if !self.unsaid.is_empty() {
            self.unsaid.clear();
            self.go_ahead = self.refusal.take().map(GoAhead::Refused);
        }
    }

    /// The server asks for the message.
    fn grant(&mut self, reply: &Reply) -> Result<(), End> {
        let Some(refusal) = self.refusal.take() else {
            self.go_ahead = Some(GoAhead::Ready);
            return Ok(());
        };
        // It refused the sender, took the recipient and wants a message: whatever we sent, that recipient might get it.
        if self.recipient_taken {
            return Err(breach(Step::Data, reply));
        }
        // RFC 2920 3.1: a client whose recipients were all refused answers a 354 with an empty message. It ends the
        // transaction, so RSET is no longer needed.
        self.log.event(format_args!("an empty message, to nobody"));
        self.outgoing.buffer().extend_from_slice(b".\r\n");
        self.unanswered.push_back(Step::EmptyMessage);
        self.reset_due = false;
        self.go_ahead = Some(GoAhead::Refused(refusal));
        Ok(())
    }
}

impl Machine for Session {
    fn outgoing(&self) -> &[u8] {
        self.outgoing.rest()
    }

    fn handed(&mut self, count: usize) {
        self.outgoing.hand(count);
    }

    fn receive(&mut self, bytes: &[u8]) {
        self.replies.feed(bytes);
    }

    fn phase(&self) -> Phase {
        match self.unanswered.front() {
            _ if self.outgoing.has_final_dot() && !self.outgoing.dot_is_out() => Phase::Body,
            Some(step) => step.phase(),
            None => Phase::Idle,
        }
    }

    fn answers(&self) -> u64 {
        self.answers
    }
}

fn breach(step: Step, reply: &Reply) -> End {
    End::Breach(step.phase(), format!("the server answered {} with `{reply}`", step.phase()))
}

#[cfg(test)]
mod tests;
