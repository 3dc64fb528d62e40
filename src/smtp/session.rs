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

use super::answer::{End, GoAhead, Verdict};
use super::body::{self, Unsendable};
use super::capabilities::{Capabilities, Extension};
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

    /// Says the message the server waits for, and the envelope of the next.
    ///
    /// Errors when the server has said something unasked.
    ///
    /// # Panics
    /// When the server does not wait for a message.
    pub(super) fn finish(&mut self, message: &[u8], next: Option<&Envelope<'_>>) -> Result<(), NotSaid> {
        assert!(take(&mut self.ready), "a message needs a go-ahead");
        self.expect_silence().map_err(NotSaid::Over)?;
        body::append(message, self.outgoing.buffer()).map_err(NotSaid::Unsendable)?;
        self.log.event(format_args!("message of {} bytes and the final dot", message.len()));
        self.outgoing.mark_final_dot();
        self.unanswered.push_back(Step::Dot);
        if let Some(next) = next {
            self.say_envelope(next);
        }
        Ok(())
    }

    /// Says QUIT, where the server would take it for a command and not for a line of a message.
    pub(super) fn quit(&mut self) -> bool {
        let idle = !self.ready && self.unanswered.is_empty() && self.unsaid.is_empty() && self.end.is_none();
        if idle {
            self.log.client("QUIT");
            self.outgoing.buffer().extend_from_slice(b"QUIT\r\n");
        }
        idle
    }

    /// Takes bytes from the server.
    pub(super) fn receive(&mut self, bytes: &[u8]) {
        self.replies.feed(bytes);
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
        assert!(self.outgoing.has_final_dot() || self.end.is_some(), "a verdict needs a message");
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

    /// What is to be handed to the socket now.
    pub(super) fn outgoing(&self) -> &[u8] {
        self.outgoing.rest()
    }

    /// The socket took `count` bytes of [`Self::outgoing`].
    pub(super) fn handed(&mut self, count: usize) {
        self.outgoing.hand(count);
    }

    /// Whether the message whose verdict is awaited may have been accepted.
    pub(super) fn dot_is_out(&self) -> bool {
        self.outgoing.dot_is_out()
    }

    /// What is going on.
    pub(super) fn phase(&self) -> Phase {
        match self.unanswered.front() {
            _ if self.outgoing.has_final_dot() && !self.outgoing.dot_is_out() => Phase::Body,
            Some(step) => step.phase(),
            None => Phase::Idle,
        }
    }

    /// How many replies have been heard: each new one starts a new step, with a deadline of its own.
    pub(super) fn answers(&self) -> u64 {
        self.answers
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
        if self.unanswered.is_empty() && !self.replies.is_empty() {
            let end = match self.replies.next_reply() {
                Ok(Some(reply)) if reply.is_closing() => End::Closing(Phase::Idle, reply),
                Ok(Some(reply)) => End::Breach(Phase::Idle, format!("the server sent `{reply}` unasked")),
                Ok(None) => End::Breach(Phase::Idle, String::from("the server sent part of a reply unasked")),
                Err(malformed) => End::Breach(Phase::Idle, malformed.to_string()),
            };
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

fn breach(step: Step, reply: &Reply) -> End {
    End::Breach(step.phase(), format!("the server answered {} with `{reply}`", step.phase()))
}

/// Why a message was not said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NotSaid {
    /// The conversation is over.
    Over(End),
    /// The message must not be sent.
    Unsendable(Unsendable),
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ADA: Envelope<'static> = Envelope { sender: "letter@example.org", recipient: "ada@example.org", size: 1 };
    const BO: Envelope<'static> = Envelope { sender: "letter@example.org", recipient: "bo@example.org", size: 1 };
    const ENVELOPE_OF_ADA: &str = "MAIL FROM:<letter@example.org>\r\nRCPT TO:<ada@example.org>\r\nDATA\r\n";
    const ENVELOPE_OF_BO: &str = "MAIL FROM:<letter@example.org>\r\nRCPT TO:<bo@example.org>\r\nDATA\r\n";

    fn session(extension: &str) -> Session {
        let lines = vec![String::from("host"), extension.to_owned()];
        let capabilities = Capabilities::of(&Reply { code: 250, enhanced: None, lines });
        Session::new(capabilities, ReplyReader::default(), ConversationLog::default())
    }

    fn pipelining() -> Session {
        session("PIPELINING")
    }

    fn lockstep() -> Session {
        session("")
    }

    /// What the session says, all of it handed over.
    fn said(session: &mut Session) -> String {
        let said = String::from_utf8(session.outgoing().to_vec()).unwrap();
        session.handed(said.len());
        said
    }

    /// What the session makes of an envelope's answers.
    fn go_ahead(session: &mut Session, replies: &str) -> Result<Option<GoAhead>, End> {
        session.receive(replies.as_bytes());
        session.go_ahead()
    }

    /// The refusal of the envelope under way, in words.
    fn refusal(session: &mut Session, replies: &str) -> String {
        match go_ahead(session, replies) {
            Ok(Some(GoAhead::Refused(refusal))) => refusal.to_string(),
            other => panic!("{other:?}"),
        }
    }

    fn verdict(session: &mut Session, replies: &str) -> Result<Option<Verdict>, End> {
        session.receive(replies.as_bytes());
        session.verdict()
    }

    /// A session whose message is out, with or without the envelope of the next.
    fn after_the_dot(next: Option<&Envelope<'_>>) -> Session {
        let mut session = pipelining();
        session.begin(&ADA).unwrap();
        said(&mut session);
        assert_eq!(go_ahead(&mut session, "250 a\r\n250 b\r\n354 c\r\n"), Ok(Some(GoAhead::Ready)));
        session.finish(b"hello\r\n", next).unwrap();
        said(&mut session);
        session
    }

    fn ending(end: &End) -> String {
        match end {
            End::Closing(phase, _) | End::Breach(phase, _) => format!("{phase}: {end}"),
        }
    }

    #[test]
    fn with_pipelining_a_message_is_one_round_trip() {
        let mut session = pipelining();
        session.begin(&ADA).unwrap();
        assert_eq!(said(&mut session), ENVELOPE_OF_ADA);
        assert_eq!(go_ahead(&mut session, "250 a\r\n250 b\r\n354 c\r\n"), Ok(Some(GoAhead::Ready)));
        assert_eq!(said(&mut session), "");
        session.finish(b".hello", Some(&BO)).unwrap();
        assert_eq!(said(&mut session), format!("..hello\r\n.\r\n{ENVELOPE_OF_BO}"));
        let accepted = verdict(&mut session, "250 2.0.0 mine\r\n250 a\r\n250 b\r\n354 c\r\n").unwrap().unwrap();
        assert!(matches!(accepted, Verdict::Accepted(reply) if reply.to_string() == "250 2.0.0 mine"));
        assert_eq!(session.go_ahead(), Ok(Some(GoAhead::Ready)));
        assert_eq!(session.answers(), 7);
    }

    #[test]
    fn without_pipelining_each_command_waits() {
        let mut session = lockstep();
        session.begin(&ADA).unwrap();
        assert_eq!(said(&mut session), "MAIL FROM:<letter@example.org>\r\n");
        assert_eq!(session.phase(), Phase::Mail);
        assert_eq!(go_ahead(&mut session, "250 a\r\n"), Ok(None));
        assert_eq!(said(&mut session), "RCPT TO:<ada@example.org>\r\n");
        assert_eq!(session.phase(), Phase::Rcpt);
        assert_eq!(go_ahead(&mut session, "250 b\r\n"), Ok(None));
        assert_eq!(said(&mut session), "DATA\r\n");
        assert_eq!(session.phase(), Phase::Data);
        assert_eq!(go_ahead(&mut session, "354 c\r\n"), Ok(Some(GoAhead::Ready)));
        session.finish(b"hello\r\n", Some(&BO)).unwrap();
        assert_eq!(said(&mut session), "hello\r\n.\r\n");
        assert!(matches!(verdict(&mut session, "250 d\r\n"), Ok(Some(Verdict::Accepted(_)))));
        assert_eq!(said(&mut session), "MAIL FROM:<letter@example.org>\r\n");
    }

    #[test]
    fn a_refusal_in_a_pipeline_is_of_that_envelope_and_reset_rides_before_the_next() {
        for (replies, expected) in [
            ("550 5.7.1 no\r\n503 x\r\n503 y\r\n", "MAIL refused: 550 5.7.1 no"),
            ("250 a\r\n451 later\r\n503 x\r\n", "RCPT refused: 451 later"),
            ("250 a\r\n250 b\r\n554 no\r\n", "DATA refused: 554 no"),
        ] {
            let mut session = pipelining();
            session.begin(&ADA).unwrap();
            said(&mut session);
            assert_eq!(refusal(&mut session, replies), expected);
            assert_eq!(said(&mut session), "");
            session.begin(&BO).unwrap();
            assert_eq!(said(&mut session), format!("RSET\r\n{ENVELOPE_OF_BO}"));
            let answers = "250 reset\r\n250 a\r\n250 b\r\n354 c\r\n";
            assert_eq!(go_ahead(&mut session, answers), Ok(Some(GoAhead::Ready)), "{expected}");
        }
    }

    #[test]
    fn a_refusal_without_pipelining_leaves_the_rest_unsaid() {
        for (replies, expected) in [
            (&["550 no\r\n"][..], "MAIL refused: 550 no"),
            (&["250 a\r\n", "451 later\r\n"], "RCPT refused: 451 later"),
            (&["250 a\r\n", "250 b\r\n", "554 no\r\n"], "DATA refused: 554 no"),
        ] {
            let mut session = lockstep();
            session.begin(&ADA).unwrap();
            let (last, before) = replies.split_last().unwrap();
            for reply in before {
                said(&mut session);
                assert_eq!(go_ahead(&mut session, reply), Ok(None));
            }
            said(&mut session);
            assert_eq!(refusal(&mut session, last), expected);
            session.begin(&BO).unwrap();
            assert_eq!(said(&mut session), "RSET\r\n");
        }
    }

    #[test]
    fn a_message_wanted_for_a_refused_recipient_is_an_empty_one_and_its_answer_means_nothing() {
        for answer in ["554 nobody to deliver to\r\n", "250 thanks for nothing\r\n"] {
            let mut session = pipelining();
            session.begin(&ADA).unwrap();
            said(&mut session);
            assert_eq!(refusal(&mut session, "250 a\r\n550 no\r\n354 go on\r\n"), "RCPT refused: 550 no");
            assert_eq!(said(&mut session), ".\r\n");
            session.begin(&BO).unwrap();
            assert_eq!(said(&mut session), ENVELOPE_OF_BO);
            let replies = format!("{answer}250 a\r\n250 b\r\n354 c\r\n");
            assert_eq!(go_ahead(&mut session, &replies), Ok(Some(GoAhead::Ready)));
        }
    }

    #[test]
    fn a_recipient_taken_before_has_no_bearing_on_one_refused_now() {
        let mut session = after_the_dot(Some(&BO));
        assert!(matches!(verdict(&mut session, "250 mine\r\n"), Ok(Some(Verdict::Accepted(_)))));
        assert_eq!(refusal(&mut session, "250 a\r\n550 no\r\n354 go on\r\n"), "RCPT refused: 550 no");
        assert_eq!(said(&mut session), ".\r\n");
    }

    #[test]
    fn a_recipient_taken_for_a_refused_sender_gets_no_empty_message() {
        let mut session = pipelining();
        session.begin(&ADA).unwrap();
        said(&mut session);
        let end = go_ahead(&mut session, "550 no\r\n250 yes\r\n354 go on\r\n").unwrap_err();
        assert_eq!(ending(&end), "DATA: the server answered DATA with `354 go on`");
        assert_eq!(said(&mut session), "");
    }

    #[test]
    fn a_421_ends_the_conversation_wherever_it_comes() {
        for (replies, phase) in
            [("", "MAIL"), ("250 a\r\n", "RCPT"), ("250 a\r\n250 b\r\n", "DATA"), ("250 a\r\n550 no\r\n", "DATA")]
        {
            let mut session = pipelining();
            session.begin(&ADA).unwrap();
            said(&mut session);
            let end = go_ahead(&mut session, &format!("{replies}421 bye\r\n")).unwrap_err();
            assert_eq!(ending(&end), format!("{phase}: the server closes the connection: 421 bye"));
        }
    }

    #[test]
    fn a_421_to_the_dot_is_a_refusal_and_the_end() {
        let mut session = after_the_dot(Some(&BO));
        assert!(matches!(verdict(&mut session, "421 bye\r\n250 a\r\n"), Ok(Some(Verdict::Refused(_)))));
        assert!(!session.dot_is_out());
        assert_eq!(
            ending(&session.go_ahead().unwrap_err()),
            "end of message: the server closes the connection: 421 bye"
        );
        assert!(!session.quit());
    }

    #[test]
    fn answers_that_do_not_belong_there_end_the_conversation() {
        for (replies, expected) in [
            ("354 x\r\n", "MAIL: the server answered MAIL with `354 x`"),
            ("250 a\r\n334 x\r\n", "RCPT: the server answered RCPT with `334 x`"),
            ("250 a\r\n250 b\r\n250 x\r\n", "DATA: the server answered DATA with `250 x`"),
            ("250 a\r\n250 b\r\n334 x\r\n", "DATA: the server answered DATA with `334 x`"),
            ("250 a\r\n550 b\r\n250 x\r\n", "DATA: the server answered DATA with `250 x`"),
            ("250 a\r\nhello\r\n", "RCPT: the server sent `hello`, which is not an SMTP reply"),
        ] {
            let mut session = pipelining();
            session.begin(&ADA).unwrap();
            said(&mut session);
            assert_eq!(ending(&go_ahead(&mut session, replies).unwrap_err()), expected);
        }
        for (reply, expected) in [
            ("354 x", "end of message: the server answered end of message with `354 x`"),
            ("hello", "end of message: the server sent `hello`, which is not an SMTP reply"),
        ] {
            let mut session = after_the_dot(None);
            assert_eq!(ending(&verdict(&mut session, &format!("{reply}\r\n")).unwrap_err()), expected);
            assert!(session.dot_is_out());
        }
    }

    #[test]
    fn a_reset_or_an_empty_message_not_answered_as_usual_ends_the_conversation() {
        for (replies, next, expected) in [
            ("250 a\r\n550 b\r\n503 c\r\n", "502 what\r\n", "RSET: the server answered RSET with `502 what`"),
            ("250 a\r\n550 b\r\n354 c\r\n", "354 what\r\n", "RSET: the server answered RSET with `354 what`"),
        ] {
            let mut session = pipelining();
            session.begin(&ADA).unwrap();
            said(&mut session);
            refusal(&mut session, replies);
            session.begin(&BO).unwrap();
            assert_eq!(ending(&go_ahead(&mut session, next).unwrap_err()), expected);
        }
    }

    #[test]
    fn after_the_end_nothing_is_believed() {
        let mut session = after_the_dot(None);
        let end = verdict(&mut session, "354 x\r\n250 fine\r\n").unwrap_err();
        assert_eq!(verdict(&mut session, "250 fine\r\n"), Err(end.clone()));
        assert_eq!(session.go_ahead(), Err(end));
    }

    #[test]
    fn what_the_server_says_unasked_is_never_taken_for_an_answer() {
        for (unasked, expected) in [
            ("421 idle\r\n", "idle: the server closes the connection: 421 idle"),
            ("250 2.0.0 hello\r\n", "idle: the server sent `250 2.0.0 hello` unasked"),
            ("25", "idle: the server sent part of a reply unasked"),
            ("hello\r\n", "idle: the server sent `hello`, which is not an SMTP reply"),
        ] {
            let mut session = pipelining();
            session.receive(unasked.as_bytes());
            assert_eq!(ending(&session.begin(&ADA).unwrap_err()), expected);
            assert_eq!(said(&mut session), "");

            let mut session = pipelining();
            session.begin(&ADA).unwrap();
            let replies = format!("250 a\r\n250 b\r\n354 c\r\n{unasked}");
            assert_eq!(go_ahead(&mut session, &replies), Ok(Some(GoAhead::Ready)));
            said(&mut session);
            let NotSaid::Over(end) = session.finish(b"hello\r\n", None).unwrap_err() else { panic!("unsendable") };
            assert_eq!(ending(&end), expected);
            assert_eq!(said(&mut session), "");
            assert!(!session.dot_is_out());
        }
    }

    #[test]
    fn a_verdict_from_before_the_final_dot_went_out_is_not_one() {
        for (reply, expected) in [
            ("250 mine\r\n", "end of message: the server answered end of message with `250 mine`"),
            ("421 bye\r\n", "end of message: the server closes the connection: 421 bye"),
        ] {
            let mut session = pipelining();
            session.begin(&ADA).unwrap();
            said(&mut session);
            assert_eq!(go_ahead(&mut session, "250 a\r\n250 b\r\n354 c\r\n"), Ok(Some(GoAhead::Ready)));
            session.finish(b"hello\r\n", None).unwrap();
            session.handed(9);
            assert_eq!(session.phase(), Phase::Body);
            assert_eq!(ending(&verdict(&mut session, reply).unwrap_err()), expected);
            assert!(!session.dot_is_out());
        }
    }

    #[test]
    fn an_unsendable_message_is_not_said() {
        let mut session = pipelining();
        session.begin(&ADA).unwrap();
        said(&mut session);
        assert_eq!(go_ahead(&mut session, "250 a\r\n250 b\r\n354 c\r\n"), Ok(Some(GoAhead::Ready)));
        assert_eq!(session.finish(b"a\nb\r\n", Some(&BO)), Err(NotSaid::Unsendable(Unsendable::BareLineEnd(1))));
        assert_eq!(said(&mut session), "");
    }

    #[test]
    fn an_envelope_that_must_not_be_sent_is_refused_in_its_turn() {
        let mut session = after_the_dot(Some(&Envelope { recipient: "bo>", ..BO }));
        assert!(matches!(verdict(&mut session, "250 mine\r\n"), Ok(Some(Verdict::Accepted(_)))));
        assert_eq!(refusal(&mut session, ""), "address refused: 553 5.1.3 the recipient cannot stand in a command");
        session.begin(&BO).unwrap();
        assert_eq!(said(&mut session), ENVELOPE_OF_BO);
    }

    #[test]
    fn quit_is_said_only_where_it_is_a_command() {
        let mut idle = pipelining();
        assert!(idle.quit());
        assert_eq!(said(&mut idle), "QUIT\r\n");

        let mut asked = pipelining();
        asked.begin(&ADA).unwrap();
        said(&mut asked);
        assert!(!asked.quit());
        assert_eq!(go_ahead(&mut asked, "250 a\r\n250 b\r\n354 c\r\n"), Ok(Some(GoAhead::Ready)));
        assert!(!asked.quit());
        assert_eq!(said(&mut asked), "");
    }

    #[test]
    fn last_words_are_a_421_and_nothing_else() {
        for (replies, expected) in
            [("421 enough\r\n", Some("421 enough")), ("250 a\r\n", None), ("", None), ("x\r\n", None)]
        {
            let mut session = pipelining();
            session.receive(replies.as_bytes());
            assert_eq!(session.last_words().map(|reply| reply.to_string()).as_deref(), expected);
        }
    }

    #[test]
    #[should_panic(expected = "one message at a time")]
    fn a_second_envelope_is_a_mistake_of_the_caller() {
        let mut session = pipelining();
        session.begin(&ADA).unwrap();
        let _ = session.begin(&BO);
    }

    #[test]
    #[should_panic(expected = "a message needs a go-ahead")]
    fn a_message_without_a_go_ahead_is_a_mistake_of_the_caller() {
        let _ = pipelining().finish(b"hello\r\n", None);
    }

    #[test]
    #[should_panic(expected = "a go-ahead needs an envelope")]
    fn a_go_ahead_without_an_envelope_is_a_mistake_of_the_caller() {
        let _ = after_the_dot(None).go_ahead();
    }

    #[test]
    #[should_panic(expected = "a verdict needs a message")]
    fn a_verdict_without_a_message_is_a_mistake_of_the_caller() {
        let _ = pipelining().verdict();
    }

    /// The replies of a server: mostly what is due, sometimes anything.
    fn codes() -> impl Strategy<Value = Vec<&'static str>> {
        let any_reply = || prop::sample::select(vec!["250", "354", "550", "451", "421", "334", "221", "x", ""]);
        let due = |reply: &'static str| prop_oneof![12 => Just(reply), 1 => any_reply()];
        let message = (due("250"), due("250"), due("354"), due("250"), prop::option::weighted(0.1, any_reply()));
        prop::collection::vec(message, 0..6).prop_map(|messages| {
            messages.into_iter().flat_map(|(a, b, c, d, more)| [a, b, c, d].into_iter().chain(more)).collect()
        })
    }

    proptest! {
        /// Each reply is numbered. A verdict must be the first reply that came after the message's dot went out, and
        /// accepted exactly when that reply is a 2xx; and whatever the server sends, there is an end to it.
        #[test]
        fn a_verdict_is_the_first_word_after_the_dot(
            codes in codes(), pipelined in any::<bool>(), cut in 1usize..40
        ) {
            let lines: Vec<_> = codes.iter().enumerate().map(|(index, code)| format!("{code} #{index}\r\n")).collect();
            let bytes = lines.concat();
            let mut pieces = bytes.as_bytes().chunks(cut);
            let mut received = 0;
            let mut session = if pipelined { pipelining() } else { lockstep() };
            let mut dot_at: Option<usize> = None;
            session.begin(&ADA).unwrap();
            loop {
                said(&mut session);
                let answered = if dot_at.is_some() {
                    match session.verdict() {
                        Ok(Some(verdict)) => {
                            let index = bytes[..dot_at.take().unwrap()].matches('\n').count();
                            let (accepted, Verdict::Accepted(reply) | Verdict::Refused(reply)) =
                                (matches!(verdict, Verdict::Accepted(_)), verdict);
                            prop_assert_eq!(reply.text(), format!("#{index}"));
                            prop_assert_eq!(accepted, codes[index].starts_with('2'));
                            true
                        }
                        Ok(None) => false,
                        Err(_) => break,
                    }
                } else {
                    match session.go_ahead() {
                        Ok(Some(GoAhead::Ready)) => {
                            if session.finish(b"hello\r\n", Some(&BO)).is_err() {
                                break;
                            }
                            said(&mut session);
                            prop_assert!(session.dot_is_out());
                            dot_at = Some(received);
                            true
                        }
                        Ok(Some(GoAhead::Refused(_))) => {
                            if session.begin(&BO).is_err() {
                                break;
                            }
                            true
                        }
                        Ok(None) => false,
                        Err(_) => break,
                    }
                };
                if !answered {
                    let Some(piece) = pieces.next() else { break };
                    received += piece.len();
                    session.receive(piece);
                }
            }
        }
    }
}
