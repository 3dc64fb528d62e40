//! Runs several mail transactions at once (BDAT, RFC 3030), as a state machine: messages go in, the server's replies to
//! them come out, in order. No I/O, no time.
//!
//! A message of known length needs no go-ahead (BDAT, RFC 3030), so envelope and message are sent in one write, and
//! the next ones behind them before the first reply arrives:
//!
//! ```text
//! ours     MAIL RCPT BDAT 1 | RSET MAIL RCPT BDAT 2 | RSET MAIL RCPT BDAT 3 | ...
//! server                                 | 250 250 250 | 250 250 250 250     | ...
//! ```
//!
//! A refused envelope still has its message behind it: the server skips it and replies to its BDAT
//! too. Some servers then start anew, others still hold the refused transaction, and the commands
//! that follow were sent before the reply arrived. So RSET precedes every envelope that follows a
//! message not known to be accepted.
//!
//! A server that offers these extensions and does not support them would leave all messages in
//! flight in doubt. So the first envelope, and the first behind a message, is sent without its
//! message, which follows after the replies to both commands; and until one message has been
//! accepted, a reply that BDAT is unknown means that none was.

use std::collections::VecDeque;

use super::body::Sendable;
use super::capabilities::Capabilities;
use super::command::Envelope;
use super::content::Content;
use super::failure::{Phase, Refusal};
use super::outcome::{End, SendError, TransactionResult};
use super::outgoing::Outgoing;
use super::reply::Reply;
use super::reply_reader::ReplyReader;
use super::server::ConversationLog;
use super::server_facts::{Fact, ServerFacts};

mod held;
mod machine;

/// The commands of a transaction with a reply, in this order.
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
            Self::Chunk => Phase::EndOfMessage,
        }
    }
}

/// A message without a result yet.
#[derive(Debug)]
struct Transaction {
    /// The command that the next reply belongs to.
    step: Step,
    /// Its first refusal.
    refusal: Option<Refusal>,
    /// Whether its recipient was accepted.
    recipient_accepted: bool,
    /// The position behind its last byte, counted from the first byte queued here; [`NOT_SENT`] while its message is held back.
    end: u64,
}

const NOT_SENT: u64 = u64::MAX;

/// A message held back until the server has replied to its envelope.
#[derive(Debug)]
struct HeldMessage {
    content: Content,
    sendable: Sendable,
    /// The fact that the replies confirm.
    fact: Fact,
}

/// The transactions of one connection.
#[derive(Debug)]
pub(super) struct Chunks {
    capabilities: Capabilities,
    facts: ServerFacts,
    log: ConversationLog,
    replies: ReplyReader,
    outgoing: Outgoing,
    /// Oldest first.
    under_way: VecDeque<Transaction>,
    /// The message of the newest transaction.
    held: Option<HeldMessage>,
    /// The fact that the replies to the first envelope of its kind have not confirmed.
    unconfirmed_fact: Option<Fact>,
    /// Results not returned yet.
    results: VecDeque<TransactionResult>,
    /// Whether the last result was an acceptance, or there has been none: then the server has no
    /// open transaction.
    clean: bool,
    reply_count: u64,
    /// Set once; replies after it do not count.
    end: Option<End>,
}

impl Chunks {
    /// Transactions with a server of these capabilities. `replies` may hold bytes that arrived too
    /// early.
    pub(super) fn new(
        capabilities: Capabilities,
        replies: ReplyReader,
        facts: ServerFacts,
        log: ConversationLog,
    ) -> Self {
        Self {
            capabilities,
            facts,
            log,
            replies,
            outgoing: Outgoing::default(),
            under_way: VecDeque::new(),
            held: None,
            unconfirmed_fact: None,
            results: VecDeque::new(),
            clean: true,
            reply_count: 0,
            end: None,
        }
    }

    /// Returns the reason `envelope` must not be sent to this server.
    pub(super) fn refusal(&self, envelope: &Envelope<'_>) -> Option<Refusal> {
        envelope.refusal(&self.capabilities)
    }

    /// Queues a complete transaction, or only its envelope if the replies have to be awaited first
    /// ([`Self::released`]).
    ///
    /// Errors, with nothing queued, if the conversation is over or the message must not be sent.
    ///
    /// # Panics
    /// If the envelope must not be sent (see [`Self::refusal`]), or a message is held back.
    pub(super) fn send(&mut self, envelope: &Envelope<'_>, content: &Content) -> Result<(), SendError> {
        assert!(self.refusal(envelope).is_none() && self.held.is_none(), "an envelope that must not be sent now");
        if self.under_way.is_empty()
            && let Some(end) = End::unsolicited(&mut self.replies)
        {
            self.end.get_or_insert(end);
        }
        if let Some(end) = &self.end {
            return Err(SendError::Ended(end.clone()));
        }
        let sendable = Sendable::examine(content).map_err(SendError::Unsendable)?;
        let fact = if self.under_way.is_empty() { Fact::PipelinesEnvelopes } else { Fact::PipelinesMessages };
        let reset = !(self.clean && self.under_way.is_empty());
        if reset {
            self.command("RSET\r\n");
        }
        self.command(&envelope.mail(&self.capabilities));
        self.command(&envelope.rcpt());
        let step = if reset { Step::Reset } else { Step::Mail };
        self.under_way.push_back(Transaction { step, refusal: None, recipient_accepted: false, end: NOT_SENT });
        if self.facts.has(fact) {
            self.append_message(content, sendable);
        } else {
            self.held = Some(HeldMessage { content: content.clone(), sendable, fact });
            self.unconfirmed_fact = Some(fact);
        }
        Ok(())
    }

    fn command(&mut self, line: &str) {
        self.log.client(line.trim_end());
        self.outgoing.add(line);
    }

    /// Takes back the message sent last, which did not reach the socket completely, unless the
    /// server has replied to it already. Returns whether the server has. Nothing can be sent
    /// afterwards.
    pub(super) fn withdraw(&mut self) -> bool {
        self.held = None;
        while let Ok(Some(result)) = self.process_replies() {
            self.results.push_back(result);
        }
        if let Some(refusal) = self.refused() {
            self.results.push_back(TransactionResult::Refused(refusal));
        }
        let withdrawn = self.under_way.pop_back_if(|newest| !self.outgoing.is_sent(newest.end));
        withdrawn.is_some()
    }

    /// Returns the result of the oldest message in flight; `None` until more bytes arrive.
    ///
    /// # Panics
    /// If no message is in flight.
    pub(super) fn next_result(&mut self) -> Result<Option<TransactionResult>, End> {
        match self.results.pop_front() {
            Some(result) => Ok(Some(result)),
            None => self.process_replies(),
        }
    }

    /// Takes the refusal of the oldest message when no more replies will arrive. `None` also if its
    /// recipient was accepted, because then the message may have been accepted despite the refusal.
    pub(super) fn refused(&mut self) -> Option<Refusal> {
        let oldest = self.under_way.front_mut().filter(|oldest| !oldest.recipient_accepted)?;
        let refusal = oldest.refusal.take()?;
        self.under_way.pop_front();
        Some(refusal)
    }

    fn process_replies(&mut self) -> Result<Option<TransactionResult>, End> {
        loop {
            if let Some(end) = self.end.clone() {
                return Err(end);
            }
            let Some(oldest) = self.under_way.front() else { return Ok(None) };
            let step = oldest.step;
            let result = match self.replies.next_reply() {
                Ok(None) => return Ok(None),
                Ok(Some(reply)) => {
                    self.log.server(&reply);
                    self.reply_count += 1;
                    self.process_reply(step, reply)
                }
                Err(malformed) => Err(End::ProtocolError(step.phase(), malformed.to_string())),
            };
            match result {
                Ok(None) if self.is_held_and_answered() => return Ok(self.release()),
                Ok(None) => {}
                Ok(result) => return Ok(result),
                Err(end) => self.end = Some(end),
            }
        }
    }

    /// Processes the `reply` to `step` of the oldest message.
    fn process_reply(&mut self, step: Step, reply: Reply) -> Result<Option<TransactionResult>, End> {
        let oldest = self.under_way.front_mut().expect("a reply needs a message");
        let is_out = self.outgoing.is_sent(oldest.end);
        if reply.is_closing() && (step != Step::Chunk || !is_out) {
            return Err(End::Closing(step.phase(), reply));
        }
        match (step, reply.code) {
            (Step::Reset, 200..=299) => oldest.step = Step::Mail,
            (Step::Mail, 200..=299) => oldest.step = Step::Rcpt,
            (Step::Rcpt, 200..=299) => {
                oldest.step = Step::Chunk;
                oldest.recipient_accepted = true;
            }
            (Step::Mail | Step::Rcpt, 400..=599) => {
                oldest.step = if step == Step::Mail { Step::Rcpt } else { Step::Chunk };
                oldest.refusal.get_or_insert(Refusal { phase: step.phase(), reply });
            }
            // A server that does not know BDAT has read the message as commands, and has accepted
            // none of the messages behind it.
            (Step::Chunk, 500..=599) if oldest.refusal.is_none() && self.facts.rejects_chunking(&reply) => {
                return Err(End::ChunkingRejected(reply));
            }
            (Step::Chunk, 500..=502) => return Err(protocol_error(&reply)),
            // The server did not read the rest of the message, nor anything behind it.
            (Step::Chunk, 400..=599) if !is_out => {
                let end = protocol_error(&reply);
                let result = self.refused_now(reply);
                self.end = Some(end);
                return Ok(result);
            }
            // A reply to a message that was not written completely is about something else. And a
            // message accepted for a refused recipient has gone to an unknown recipient.
            (Step::Chunk, _) if !is_out => return Err(protocol_error(&reply)),
            (Step::Chunk, 200..=299) if oldest.refusal.is_some() => return Err(protocol_error(&reply)),
            (Step::Chunk, 200..=299) => {
                self.facts.record(Fact::AcceptsChunks);
                self.under_way.pop_front();
                self.clean = true;
                return Ok(Some(TransactionResult::Accepted(reply)));
            }
            (Step::Chunk, 400..=599) => return Ok(self.refused_now(reply)),
            _ => {
                return Err(End::ProtocolError(
                    step.phase(),
                    format!("the server replied to {} with `{reply}`", step.phase()),
                ));
            }
        }
        Ok(None)
    }

    /// Removes the oldest message, which the server refused.
    fn refused_now(&mut self, reply: Reply) -> Option<TransactionResult> {
        self.clean = false;
        let oldest = self.under_way.pop_front()?;
        // Even a 421 is a result here: it ends the conversation, but leaves no doubt about the
        // message.
        self.end = reply.is_closing().then(|| End::Closing(Phase::EndOfMessage, reply.clone()));
        Some(TransactionResult::Refused(oldest.refusal.unwrap_or(Refusal { phase: Phase::EndOfMessage, reply })))
    }

    /// Returns how the conversation ended, if it did.
    pub(super) fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// Returns the number of messages in flight.
    pub(super) fn in_flight(&self) -> usize {
        self.results.len() + self.under_way.len()
    }

    /// Returns the number of messages in flight, oldest first, that the server may have accepted if
    /// no more replies arrive: those written to the last byte. Zero after a 421, which ends all
    /// processing (RFC 5321 3.8), and zero if BDAT is unknown.
    pub(super) fn in_doubt(&self) -> usize {
        if matches!(self.end, Some(End::Closing(..) | End::ChunkingRejected(_))) {
            return 0;
        }
        self.under_way.iter().filter(|message| self.outgoing.is_sent(message.end)).count()
    }

    /// Queues QUIT if nothing is in flight. Returns whether it did.
    pub(super) fn quit(&mut self) -> bool {
        let idle = self.under_way.is_empty() && self.end.is_none();
        if idle {
            self.command("QUIT\r\n");
        }
        idle
    }
}

fn protocol_error(reply: &Reply) -> End {
    End::ProtocolError(Phase::EndOfMessage, format!("the server replied to BDAT with `{reply}`"))
}

#[cfg(test)]
mod tests;
