//! Runs the mail transactions as a state machine: envelopes, messages and the server's bytes go in; our bytes, go-aheads
//! and final replies come out. No I/O, no time.
//!
//! Every command sent joins a queue, and every reply belongs to the command at its head. So a reply
//! is assigned to its message even while the next envelope is in flight. If the server offers
//! PIPELINING (RFC 2920), commands are sent as soon as they are known:
//!
//! ```text
//! ours     MAIL RCPT DATA |              message 1, dot, MAIL RCPT DATA |                         message 2, ...
//! server                  | 250 250 354                                 | 250 (dot 1) 250 250 354
//! ```
//!
//! Without it, each command waits for the reply to the one before. A refusal anywhere in an
//! envelope refuses only that envelope: the replies to its later commands are ignored, a DATA that
//! still gets a 354 is followed by an empty message, and RSET precedes the next envelope. A refusal
//! counts as soon as it arrives, even if the conversation ends before the other replies.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::mem::take;

use super::body::Sendable;
use super::capabilities::{Capabilities, Extension};
use super::channel::Machine;
use super::chunks::Chunks;
use super::command::Envelope;
use super::content::Content;
use super::failure::{Phase, Refusal};
use super::outcome::{End, FinalReply, GoAhead, SendError};
use super::outgoing::Outgoing;
use super::reply::Reply;
use super::reply_reader::ReplyReader;
use super::server::ConversationLog;
use super::server_facts::{Fact, ServerFacts};
use super::step::Step;

mod ending;
mod machine;

/// The state of the transactions on one connection.
#[derive(Debug, Default)]
pub(super) struct Session {
    capabilities: Capabilities,
    facts: ServerFacts,
    log: ConversationLog,
    replies: ReplyReader,
    /// The fact that replies to the current envelope would confirm, if it is not known yet.
    unconfirmed_fact: Option<Fact>,
    /// Commands not sent yet, because PIPELINING is not offered.
    unsent_commands: VecDeque<(Step, Cow<'static, str>)>,
    /// Commands without a reply, oldest first, and the position where each ends among all bytes.
    unanswered: VecDeque<(Step, u64)>,
    outgoing: Outgoing,
    /// The refusal of the current envelope.
    refusal: Option<Refusal>,
    /// Whether the recipient of the current envelope was accepted.
    recipient_accepted: bool,
    /// Whether the server waits for a message.
    ready: bool,
    /// Whether a refused envelope left a state that only RSET clears.
    reset_due: bool,
    go_ahead: Option<GoAhead>,
    final_reply: Option<FinalReply>,
    reply_count: u64,
    /// Set once; replies after it do not count.
    end: Option<End>,
}

impl Session {
    /// A session with a server of these capabilities. `replies` may hold bytes that arrived too
    /// early.
    pub(super) fn new(
        capabilities: Capabilities,
        replies: ReplyReader,
        facts: ServerFacts,
        log: ConversationLog,
    ) -> Self {
        Self { capabilities, facts, log, replies, ..Self::default() }
    }

    pub(super) fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// Starts a transaction.
    ///
    /// Errors if the server sent an unsolicited reply, for example a 421.
    ///
    /// # Panics
    /// If an envelope or a message is in flight.
    pub(super) fn begin(&mut self, envelope: &Envelope<'_>) -> Result<(), End> {
        let idle = !self.ready && !self.envelope_under_way() && !self.outgoing.has_final_dot();
        assert!(idle || self.end.is_some(), "one message at a time");
        self.check_unsolicited()?;
        self.queue_envelope(envelope);
        Ok(())
    }

    /// Queues the message the server waits for, and the next envelope.
    ///
    /// Errors if the server sent an unsolicited reply, or the message must not be sent.
    ///
    /// # Panics
    /// If the server does not wait for a message.
    pub(super) fn finish(&mut self, content: &Content, next: Option<&Envelope<'_>>) -> Result<(), SendError> {
        assert!(take(&mut self.ready), "a message needs a go-ahead");
        self.check_unsolicited().map_err(SendError::Ended)?;
        let sendable = Sendable::examine(content).map_err(SendError::Unsendable)?;
        self.log.event(format_args!("message of {} bytes and the final dot", content.len()));
        self.outgoing.add_with_dot(content, sendable);
        self.expect_reply(Step::Dot);
        if let Some(next) = next {
            self.queue_envelope(next);
        }
        Ok(())
    }

    /// Queues QUIT, if the server would read it as a command and not as a line of a message. Returns whether it did.
    pub(super) fn quit(&mut self) -> bool {
        let idle = !self.ready && self.unanswered.is_empty() && self.end.is_none();
        if idle {
            self.log.client("QUIT");
            self.outgoing.add("QUIT\r\n");
        }
        idle
    }

    /// Returns the reply to the current envelope; `None` until more bytes arrive.
    ///
    /// # Panics
    /// If no envelope is in flight.
    pub(super) fn go_ahead(&mut self) -> Result<Option<GoAhead>, End> {
        assert!(self.envelope_under_way() || self.end.is_some(), "a go-ahead needs an envelope");
        while self.go_ahead.is_none() {
            if !self.process_next_reply()? {
                return Ok(None);
            }
        }
        self.ready = self.go_ahead == Some(GoAhead::Ready);
        Ok(self.go_ahead.take())
    }

    /// Returns whether the server has already asked for the message of the current envelope.
    pub(super) fn has_go_ahead(&mut self) -> bool {
        // An end is kept, and found again by whoever waits for the go-ahead.
        while self.go_ahead.is_none() && self.process_next_reply().unwrap_or(false) {}
        self.go_ahead == Some(GoAhead::Ready)
    }

    /// Returns the reply to the message in flight; `None` until more bytes arrive.
    ///
    /// # Panics
    /// If no message is in flight.
    pub(super) fn final_reply(&mut self) -> Result<Option<FinalReply>, End> {
        assert!(self.outgoing.has_final_dot(), "a final reply needs a message");
        while self.final_reply.is_none() {
            if !self.process_next_reply()? {
                return Ok(None);
            }
        }
        self.outgoing.forget_final_dot();
        Ok(self.final_reply.take())
    }

    /// Returns whether the message that awaits its final reply may have been accepted.
    pub(super) fn final_dot_is_sent(&self) -> bool {
        self.outgoing.final_dot_is_sent()
    }

    /// Continues the conversation with several messages in flight.
    ///
    /// # Panics
    /// If an envelope or a message is in flight.
    pub(super) fn into_chunks(self) -> Chunks {
        assert!(!self.ready && self.unanswered.is_empty(), "not between two messages");
        Chunks::new(self.capabilities, self.replies, self.facts, self.log)
    }

    fn envelope_under_way(&self) -> bool {
        let asked = |step: Step| matches!(step, Step::Mail | Step::Rcpt | Step::Data);
        self.go_ahead.is_some()
            || self.unanswered.iter().any(|&(step, _)| asked(step))
            || self.unsent_commands.iter().any(|&(step, _)| asked(step))
    }

    /// Errors if bytes arrived unsolicited: a 421 or a protocol error. Read as the reply to the next command, they
    /// would assign every later reply to the wrong message.
    fn check_unsolicited(&mut self) -> Result<(), End> {
        if self.unanswered.is_empty()
            && let Some(end) = End::unsolicited(&mut self.replies)
        {
            self.end.get_or_insert(end);
        }
        self.end.clone().map_or(Ok(()), Err)
    }

    fn queue_envelope(&mut self, envelope: &Envelope<'_>) {
        self.recipient_accepted = false;
        let fact = if self.outgoing.has_final_dot() { Fact::PipelinesMessages } else { Fact::PipelinesEnvelopes };
        self.unconfirmed_fact = Some(fact).filter(|&fact| self.pipelines() && !self.facts.has(fact));
        if let Some(refusal) = envelope.refusal(&self.capabilities) {
            self.go_ahead = Some(GoAhead::Refused(refusal));
            return;
        }
        if take(&mut self.reset_due) {
            self.unsent_commands.push_back((Step::Reset, Cow::Borrowed("RSET\r\n")));
        }
        self.unsent_commands.push_back((Step::Mail, Cow::Owned(envelope.mail(&self.capabilities))));
        self.unsent_commands.push_back((Step::Rcpt, Cow::Owned(envelope.rcpt())));
        self.unsent_commands.push_back((Step::Data, Cow::Borrowed("DATA\r\n")));
        self.flush_commands();
    }

    /// Queues the commands that may be sent: all with PIPELINING, one at a time without.
    fn flush_commands(&mut self) {
        let pipelines = self.pipelines();
        while (pipelines || self.unanswered.is_empty())
            && let Some((step, line)) = self.unsent_commands.pop_front()
        {
            self.log.client(line.trim_end());
            self.outgoing.add(&line);
            self.expect_reply(step);
        }
    }

    fn pipelines(&self) -> bool {
        self.capabilities.offers(Extension::Pipelining)
    }

    /// Sets the reply to the envelope, once all of its commands have one.
    fn set_go_ahead(&mut self, go_ahead: GoAhead) {
        let is_read = match &go_ahead {
            GoAhead::Ready => true,
            GoAhead::Refused(refusal) => !refusal.may_be_misreading(),
        };
        if is_read && let Some(fact) = self.unconfirmed_fact.take() {
            self.facts.record(fact);
        }
        self.go_ahead = Some(go_ahead);
    }

    /// Expects a reply to the command queued last.
    fn expect_reply(&mut self, step: Step) {
        self.unanswered.push_back((step, self.outgoing.end()));
    }

    /// Assigns the next reply to the oldest command; returns false if none has arrived.
    fn process_next_reply(&mut self) -> Result<bool, End> {
        if let Some(end) = &self.end {
            return Err(end.clone());
        }
        let result = match self.replies.next_reply() {
            Ok(None) => return Ok(false),
            Ok(Some(reply)) => {
                self.log.server(&reply);
                self.reply_count += 1;
                let (step, end) =
                    self.unanswered.pop_front().expect("a reply is only read while a command waits for it");
                self.process_reply(step, self.outgoing.is_sent(end), reply)
            }
            Err(malformed) => Err(End::ProtocolError(self.phase(), malformed.to_string())),
        };
        if let Err(end) = result {
            self.end = Some(end.clone());
            return self.refused().map_or(Err(end), |refusal| {
                self.go_ahead = Some(GoAhead::Refused(refusal));
                Ok(true)
            });
        }
        self.flush_commands();
        Ok(true)
    }

    /// Processes the `reply` to `step`, which `is_out` if its last byte was written.
    fn process_reply(&mut self, step: Step, is_out: bool, reply: Reply) -> Result<(), End> {
        if reply.is_closing() && (step != Step::Dot || !is_out) {
            return Err(End::Closing(step.phase(), reply));
        }
        match (step, reply.code) {
            // The server did not read the rest of the message, nor anything behind it.
            (Step::Dot, 400..=599) if !is_out => {
                self.end = Some(protocol_error(step, &reply));
                self.final_reply = Some(FinalReply::Refused(reply));
            }
            // A reply to a command that was not written completely belongs to something else.
            _ if !is_out => return Err(protocol_error(step, &reply)),
            (Step::Reset | Step::Mail, 200..=299) | (Step::EmptyMessage, 200..=299 | 400..=599) => {}
            (Step::Rcpt, 200..=299) => self.recipient_accepted = true,
            (Step::Mail | Step::Rcpt, 400..=599) => self.refuse(step, reply),
            (Step::Data, 354) => self.on_message_requested(&reply),
            (Step::Data, 400..=599) => {
                self.refuse(step, reply);
                if let Some(refusal) = self.refusal.take() {
                    self.set_go_ahead(GoAhead::Refused(refusal));
                }
            }
            (Step::Dot, 200..=299) => self.final_reply = Some(FinalReply::Accepted(reply)),
            (Step::Dot, 400..=599) => {
                // Even a 421 is a final reply here; it ends the conversation, but leaves no doubt about the message.
                self.end = reply.is_closing().then(|| End::Closing(Phase::EndOfMessage, reply.clone()));
                self.final_reply = Some(FinalReply::Refused(reply));
            }
            _ => return Err(protocol_error(step, &reply)),
        }
        Ok(())
    }

    /// The first refusal of an envelope is the one that counts. Commands not sent yet are dropped.
    fn refuse(&mut self, step: Step, reply: Reply) {
        self.refusal.get_or_insert(Refusal { phase: step.phase(), reply });
        self.reset_due = true;
        if !self.unsent_commands.is_empty() {
            self.unsent_commands.clear();
            self.go_ahead = self.refusal.take().map(GoAhead::Refused);
        }
    }

    /// Processes the 354: the server asks for the message.
    fn on_message_requested(&mut self, reply: &Reply) {
        let Some(refusal) = self.refusal.take() else {
            self.set_go_ahead(GoAhead::Ready);
            return;
        };
        self.set_go_ahead(GoAhead::Refused(refusal));
        // The server refused the sender, accepted the recipient and asks for a message: that
        // recipient might get any message sent now.
        if self.recipient_accepted {
            self.end = Some(protocol_error(Step::Data, reply));
            return;
        }
        // RFC 2920 3.1: if all recipients were refused, the client replies to a 354 with an empty
        // message. That ends the transaction, so RSET is not needed.
        self.log.event(format_args!("an empty message, without a recipient"));
        self.outgoing.add(".\r\n");
        self.expect_reply(Step::EmptyMessage);
        self.reset_due = false;
    }
}

fn protocol_error(step: Step, reply: &Reply) -> End {
    End::ProtocolError(step.phase(), format!("the server replied to {} with `{reply}`", step.phase()))
}

#[cfg(test)]
mod tests;
