//! Defines the outcome of a message, and reads it from an SMTP reply. Pure.
//!
//! The phase matters more than the code: before the final dot, a lost connection says nothing about the subscriber; (next line: "after it, the message is in doubt")
//! after it the message is in doubt (RFC 1047). Codes are those of RFC 5321 4.2, enhanced codes those of RFC 3463 and the IANA
//! registry of enhanced status codes; where the two disagree on the class, the plain code wins.

use crate::delivery::refusal::{RefusalReason, SenderProblem, refusal_reason};
use crate::ledger::Reply;
use crate::smtp::Phase;

/// The outcome of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server accepted responsibility for it.
    Accepted(Reply),
    /// To be tried again later.
    Deferred(Reply),
    /// The server refused it for good.
    Refused(Reply, RefusalReason),
    /// The final dot went out, and no reply came back.
    InDoubt(Reply),
    /// The final dot never went out; the message counts as untried.
    Untried,
}

impl Outcome {
    /// The server's last reply, if there was one.
    pub fn into_reply(self) -> Option<Reply> {
        match self {
            Self::Accepted(reply) | Self::Deferred(reply) | Self::Refused(reply, _) | Self::InDoubt(reply) => {
                Some(reply)
            }
            Self::Untried => None,
        }
    }

    /// Its name in text output.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Accepted(_) => "accepted",
            Self::Deferred(_) => "deferred",
            Self::Refused(..) => "refused",
            Self::InDoubt(_) => "in doubt",
            Self::Untried => "untried",
        }
    }
}

/// The consequence of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disposition {
    /// The message has its outcome; go on.
    Settled(Outcome),
    /// The reply is not about the subscriber: connect again and resend the message.
    Reconnect(Reply),
    /// A limit on what this sender may send is reached: the row stays planned.
    SendingLimit(Reply),
    /// The server rejects this sender as configured: the row stays planned.
    SenderProblem(Reply, SenderProblem),
}

/// Returns what to do about `reply` to `phase` of a message.
pub fn classify(phase: Phase, reply: Reply) -> Disposition {
    // The client's own verdict, nothing was sent: the message is too large, or the address does not fit a command.
    match phase {
        Phase::Size => return Disposition::Settled(Outcome::Refused(reply, RefusalReason::Content)),
        Phase::Address => return Disposition::Settled(Outcome::Refused(reply, RefusalReason::Other)),
        _ => {}
    }
    let is_refusal = matches!(phase, Phase::Mail | Phase::Rcpt | Phase::Data | Phase::EndOfMessage)
        && (400..600).contains(&reply.code);
    if !is_refusal {
        return match (phase, reply.code) {
            (Phase::EndOfMessage, 200..=299) => Disposition::Settled(Outcome::Accepted(reply)),
            (Phase::EndOfMessage, _) => Disposition::Settled(Outcome::InDoubt(reply)),
            _ => Disposition::Reconnect(reply),
        };
    }
    match (refusal_reason(phase, &reply), phase) {
        (RefusalReason::SendingLimit, _) => Disposition::SendingLimit(reply),
        (RefusalReason::Sender(us), _) => Disposition::SenderProblem(reply, us),
        // A 421 closes the channel (RFC 5321 3.8); before the final dot it does not count as an attempt.
        (_, Phase::Mail) if reply.code < 500 => Disposition::Reconnect(reply),
        (_, Phase::Rcpt | Phase::Data) if reply.code == 421 => Disposition::Reconnect(reply),
        _ if reply.code < 500 => Disposition::Settled(Outcome::Deferred(reply)),
        (RefusalReason::ConnectionLimit, _) | (RefusalReason::Busy, Phase::Mail) => Disposition::Reconnect(reply),
        (RefusalReason::Busy, _) => Disposition::Settled(Outcome::Deferred(reply)),
        (RefusalReason::Content, Phase::Mail) if reply.code == 552 => {
            Disposition::Settled(Outcome::Refused(reply, RefusalReason::Content))
        }
        // No recipient was named yet: it is the same for every message.
        (RefusalReason::Policy, Phase::Mail) => Disposition::SenderProblem(reply, SenderProblem::Reputation),
        (_, Phase::Mail) => Disposition::SenderProblem(reply, SenderProblem::Address),
        (reason, _) => Disposition::Settled(Outcome::Refused(reply, reason)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::smtp::EnhancedCode;

    fn reply(code: u16, enhanced: Option<(u8, u16, u16)>) -> Reply {
        let enhanced = enhanced.map(|(class, subject, detail)| EnhancedCode { class, subject, detail });
        Reply { code, enhanced, text: "words".to_owned() }
    }

    /// `A`ccepted, `D`eferred, `R`efused with its reason, `?` in doubt, reconnect, limit, sender: short, for the table.
    fn short(phase: Phase, code: u16, enhanced: Option<(u8, u16, u16)>) -> String {
        match classify(phase, reply(code, enhanced)) {
            Disposition::Settled(Outcome::Accepted(_)) => "A".to_owned(),
            Disposition::Settled(Outcome::Deferred(_)) => "D".to_owned(),
            Disposition::Settled(Outcome::Refused(_, grounds)) => format!("R {grounds:?}"),
            Disposition::Settled(Outcome::InDoubt(_)) => "?".to_owned(),
            Disposition::Settled(Outcome::Untried) => unreachable!("no answer means untried"),
            Disposition::Reconnect(_) => "reconnect".to_owned(),
            Disposition::SendingLimit(_) => "limit".to_owned(),
            Disposition::SenderProblem(_, problem) => format!("sender {problem:?}"),
        }
    }

    #[test]
    fn every_kind_of_answer_has_its_meaning() {
        use Phase::{Address, Body, Data, EndOfMessage, Mail, Rcpt, Size};
        let table = [
            // Only a 2xx to the final dot hands the message over (RFC 5321 4.2.5, 6.1).
            (EndOfMessage, 250, Some((2, 0, 0)), "A"),
            (EndOfMessage, 250, None, "A"),
            // The channel closes (RFC 5321 3.8): no attempt before the final dot, a deferral in reply to it.
            (Mail, 421, Some((4, 3, 2)), "reconnect"),
            (Rcpt, 421, None, "reconnect"),
            (Data, 421, None, "reconnect"),
            (Rcpt, 421, Some((4, 7, 28)), "reconnect"), // Gmail, "SMTP error reference": an unusual rate
            (EndOfMessage, 421, None, "D"),
            // Throttled before there is a recipient: the relay slows down, and no attempt is counted.
            (Mail, 454, Some((4, 7, 0)), "reconnect"), // Amazon SES, "SMTP response codes": Throttling failure
            (Mail, 432, Some((4, 3, 2)), "reconnect"), // Exchange Online: Concurrent connections limit exceeded
            (Mail, 452, Some((4, 3, 1)), "reconnect"), // RFC 5321 4.2.3: insufficient system storage
            // Credentials (RFC 4954 6), or a sender that is not allowed: the same for every message.
            (Mail, 530, Some((5, 7, 0)), "sender Login"),
            (Mail, 550, Some((5, 7, 1)), "sender Reputation"),
            (Mail, 553, Some((5, 1, 8)), "sender Address"),
            (Mail, 550, None, "sender Address"),
            (Mail, 552, Some((5, 3, 4)), "R Content"),
            (Rcpt, 530, None, "sender Login"),
            (Rcpt, 534, Some((5, 7, 9)), "sender Login"),
            (Rcpt, 535, Some((5, 7, 8)), "sender Login"),
            (EndOfMessage, 538, Some((5, 7, 11)), "sender Login"),
            // Not now: greylisting (RFC 6647 2.1), a busy or full mailbox (RFC 5321 4.2.3), a rate.
            (Rcpt, 450, Some((4, 7, 1)), "D"),
            (Rcpt, 450, Some((4, 2, 0)), "D"),
            (Rcpt, 451, None, "D"),
            (Rcpt, 452, Some((4, 2, 2)), "D"),
            (Rcpt, 452, Some((4, 5, 3)), "D"),
            (Data, 451, Some((4, 3, 0)), "D"),
            (EndOfMessage, 451, Some((4, 7, 0)), "D"),
            (EndOfMessage, 452, Some((4, 3, 1)), "D"),
            // No such mailbox, no such domain: IANA's registry of enhanced status codes, 5.1.x; 5.1.10 is RFC 7505's null MX.
            (Rcpt, 550, Some((5, 1, 1)), "R UnknownMailbox"),
            (Rcpt, 550, Some((5, 1, 2)), "R UnknownDomain"),
            (Rcpt, 501, Some((5, 1, 3)), "R UnknownMailbox"),
            (Rcpt, 551, Some((5, 1, 6)), "R UnknownMailbox"),
            (Rcpt, 556, Some((5, 1, 10)), "R UnknownDomain"),
            (Rcpt, 550, Some((5, 2, 1)), "R UnknownMailbox"),
            (EndOfMessage, 550, Some((5, 1, 1)), "R UnknownMailbox"),
            // A limit of ours (Gmail 5.4.5, Outlook 5.1.90), wherever it is said.
            (Rcpt, 550, Some((5, 4, 5)), "limit"),
            (EndOfMessage, 550, Some((5, 4, 5)), "limit"),
            (Mail, 550, Some((5, 4, 5)), "limit"),
            (EndOfMessage, 554, Some((5, 1, 90)), "limit"),
            // A mailbox that takes no more from anybody just now (Exchange).
            (Rcpt, 550, Some((5, 2, 121)), "D"),
            // About the sender: the address is not to blame. Gmail 5.7.26, Microsoft 5.7.606 and 5.7.515, Yahoo 5.7.9.
            (Rcpt, 550, Some((5, 1, 7)), "sender Address"),
            (Rcpt, 550, Some((5, 1, 8)), "sender Address"),
            (Rcpt, 554, Some((5, 7, 1)), "R Policy"),
            (EndOfMessage, 550, Some((5, 7, 26)), "R Policy"),
            (EndOfMessage, 550, Some((5, 7, 515)), "R Policy"),
            (EndOfMessage, 554, Some((5, 7, 9)), "R Policy"),
            (Data, 554, Some((5, 7, 606)), "R Policy"),
            // Size or form (RFC 3463 3.4, 3.7), or a command the server does not know: the same for every message.
            (EndOfMessage, 552, None, "R Content"),
            (EndOfMessage, 552, Some((5, 3, 4)), "R Content"),
            (EndOfMessage, 554, Some((5, 6, 0)), "R Content"),
            (Rcpt, 500, None, "R Content"),
            (Rcpt, 503, Some((5, 5, 1)), "R Content"),
            (Rcpt, 555, Some((5, 5, 4)), "R Content"),
            (Data, 502, None, "R Content"),
            (Size, 552, Some((5, 3, 4)), "R Content"),
            // Anything else is refused and nothing more: a full mailbox may be emptied, and words prove nothing.
            (Rcpt, 552, None, "R MailboxFull"),
            (Rcpt, 552, Some((5, 2, 2)), "R MailboxFull"),
            (Rcpt, 550, None, "R Other"),
            (Rcpt, 550, Some((5, 0, 0)), "R Other"),
            (Rcpt, 550, Some((5, 1, 0)), "R Other"),
            (Rcpt, 550, Some((5, 4, 1)), "R Other"), // Exchange: recipient address rejected, access denied
            (Rcpt, 501, None, "R Other"),
            (Address, 553, None, "R Other"),
            // The classes disagree: the plain code wins, the enhanced one says nothing (RFC 2034 4 forbids it).
            (Rcpt, 550, Some((4, 1, 1)), "R Other"),
            (Rcpt, 450, Some((5, 1, 1)), "D"),
            // Not a reply to that command: after the final dot the message is in doubt (RFC 1047).
            (EndOfMessage, 354, None, "?"),
            (Data, 250, None, "reconnect"),
            (Body, 554, None, "reconnect"),
        ];
        for (phase, code, enhanced, expected) in table {
            assert_eq!(short(phase, code, enhanced), expected, "{phase:?} {code} {enhanced:?}");
        }
    }

    #[test]
    fn every_outcome_has_a_word_and_all_that_was_answered_the_last_words() {
        let reply = |text| Reply::without_code(text);
        let outcomes = [
            Outcome::Accepted(reply("mine")),
            Outcome::Deferred(reply("later")),
            Outcome::Refused(reply("never"), RefusalReason::Other),
            Outcome::InDoubt(reply("gone")),
            Outcome::Untried,
        ];
        let told = outcomes.map(|outcome| {
            let word = outcome.word();
            format!("{word}: {}", outcome.into_reply().map(|reply| reply.to_string()).unwrap_or_default())
        });
        assert_eq!(told, ["accepted: mine", "deferred: later", "refused: never", "in doubt: gone", "untried: "]);
    }

    #[test]
    fn only_dead_addresses_are_suppressed() {
        let suppressed: Vec<_> = (0..=7)
            .flat_map(|subject| (0..=30).map(move |detail| (subject, detail)))
            .filter(|&(subject, detail)| short(Phase::Rcpt, 550, Some((5, subject, detail))).starts_with("R Unknown"))
            .collect();
        assert_eq!(suppressed, [(1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)]);
    }

    fn phases() -> impl Strategy<Value = Phase> {
        prop_oneof![
            Just(Phase::Mail),
            Just(Phase::Rcpt),
            Just(Phase::Data),
            Just(Phase::Body),
            Just(Phase::EndOfMessage)
        ]
    }

    proptest! {
        #[test]
        fn only_a_2xx_to_the_dot_is_acceptance(
            phase in phases(),
            code in 0u16..1000,
            enhanced in proptest::option::of((0u8..10, 0u16..1000, 0u16..1000)),
        ) {
            let accepted = short(phase, code, enhanced) == "A";
            prop_assert_eq!(accepted, phase == Phase::EndOfMessage && (200..300).contains(&code));
        }

        #[test]
        fn no_temporary_answer_and_no_answer_to_the_sender_costs_a_subscriber_their_address(
            phase in phases(),
            code in 0u16..1000,
            enhanced in proptest::option::of((0u8..10, 0u16..12, 0u16..30)),
        ) {
            if short(phase, code, enhanced).starts_with("R Unknown") {
                prop_assert!(phase != Phase::Mail && (500..600).contains(&code));
            }
        }
    }
}
