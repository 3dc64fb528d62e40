//! What a server's answer means for a subscriber and for the run. Pure.
//!
//! The phase matters more than the code: before the final dot a lost connection says nothing about the subscriber,
//! after it nobody knows (RFC 1047). Codes are those of RFC 5321 4.2, enhanced codes those of RFC 3463 and the IANA
//! registry of enhanced status codes; where the two disagree on the class, the plain code wins.

use std::fmt;

use crate::smtp::{self, EnhancedCode, Phase};

/// What a server said: the last thing known about a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The three digits, or 0 when there were none (a sendmail program, a lost connection).
    pub code: u16,
    /// The enhanced status code (RFC 2034), when there was one.
    pub enhanced: Option<EnhancedCode>,
    /// The text after the codes, its lines joined by a space.
    pub text: String,
}

impl fmt::Display for Reply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.code != 0 {
            write!(formatter, "{} ", self.code)?;
        }
        if let Some(enhanced) = self.enhanced {
            write!(formatter, "{enhanced} ")?;
        }
        formatter.write_str(&self.text)
    }
}

impl Reply {
    /// Words without a code.
    pub fn words(text: impl Into<String>) -> Self {
        Self { code: 0, enhanced: None, text: text.into() }
    }

    /// Subject and detail of the enhanced code, if its class agrees with the plain code.
    pub(super) fn detail(&self) -> Option<(u16, u16)> {
        let EnhancedCode { class, subject, detail } = self.enhanced?;
        (u16::from(class) == self.code / 100).then_some((subject, detail))
    }
}

impl From<smtp::Reply> for Reply {
    fn from(reply: smtp::Reply) -> Self {
        Self { code: reply.code, enhanced: reply.enhanced, text: reply.text() }
    }
}

/// What became of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server owns it now.
    Accepted(Reply),
    /// Not now; to be tried again later.
    Deferred(Reply),
    /// Never.
    Refused(Reply, Grounds),
    /// The final dot went out and no answer came back.
    InDoubt(Reply),
    /// The final dot never went out: as if it had not been tried.
    Untried,
}

impl Outcome {
    /// The last words.
    pub fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Accepted(reply) | Self::Deferred(reply) | Self::Refused(reply, _) | Self::InDoubt(reply) => {
                Some(reply)
            }
            Self::Untried => None,
        }
    }

    /// In a word.
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

/// Why a message was refused, as far as it matters what to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grounds {
    /// There is no such mailbox: the address gets no mail any more.
    Address,
    /// The sender's reputation, authentication or wording: says nothing about the address.
    Policy,
    /// The message's size or form, or that of a command: the same for everybody.
    Content,
    /// Anything else.
    Other,
}

/// What to do about an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The message has its outcome; go on.
    Settled(Outcome),
    /// Not about the subscriber: the server wants a rest. Connect again, send the message again.
    Reconnect(Reply),
    /// Not about the subscriber, and it will not get better: stop the run, the row stays planned.
    Stop(Reply),
}

/// Reads the answer `reply` to `phase` of a message.
pub fn classify(phase: Phase, reply: Reply) -> Verdict {
    match (phase, reply.code) {
        (Phase::Dot, 200..=299) => Verdict::Settled(Outcome::Accepted(reply)),
        // Authentication required, too weak, failed (RFC 4954 6). The sender refused: it is the same for everybody.
        (_, 530 | 534 | 535 | 538) | (Phase::Mail, 500..=599) => Verdict::Stop(reply),
        // The message is too large for the server, or the address for a command: our own word, nothing was sent.
        (Phase::Size, _) => Verdict::Settled(Outcome::Refused(reply, Grounds::Content)),
        (Phase::Address, _) => Verdict::Settled(Outcome::Refused(reply, Grounds::Other)),
        (Phase::Dot, 400..=499) => Verdict::Settled(Outcome::Deferred(reply)),
        (Phase::Dot, code) if !(500..600).contains(&code) => Verdict::Settled(Outcome::InDoubt(reply)),
        // The channel closes (RFC 5321 3.8); before the dot that is not an attempt.
        (Phase::Rcpt | Phase::Data, 400..=499) if reply.code != 421 => Verdict::Settled(Outcome::Deferred(reply)),
        (Phase::Rcpt | Phase::Data | Phase::Dot, 500..=599) => {
            let grounds = grounds(phase, &reply);
            Verdict::Settled(Outcome::Refused(reply, grounds))
        }
        _ => Verdict::Reconnect(reply),
    }
}

/// Why a 5xx was given.
fn grounds(phase: Phase, reply: &Reply) -> Grounds {
    match (reply.detail(), phase) {
        // No such mailbox, no such host, bad syntax, moved, no mail taken (5.1.10, RFC 7505), mailbox disabled.
        (Some((1, 1 | 2 | 3 | 6 | 10) | (2, 1)), _) => Grounds::Address,
        // 5.1.7 and 5.1.8 are about the sender's address, not the subscriber's.
        (Some((1, 7 | 8) | (7, _)), _) => Grounds::Policy,
        (Some((3, 4) | (6, _)), _) => Grounds::Content,
        // A command or a parameter the server does not know (RFC 5321 4.2.2), as it will not for the next one.
        _ if matches!(reply.code, 500 | 502..=504 | 555) => Grounds::Content,
        // Without an enhanced code 552 to RCPT is a full mailbox, 552 to the message its size.
        (None, Phase::Data | Phase::Dot) if reply.code == 552 => Grounds::Content,
        _ => Grounds::Other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reply(code: u16, enhanced: Option<(u8, u16, u16)>) -> Reply {
        let enhanced = enhanced.map(|(class, subject, detail)| EnhancedCode { class, subject, detail });
        Reply { code, enhanced, text: "words".to_owned() }
    }

    /// `A`ccepted, `D`eferred, `R`efused with its grounds, `?` in doubt, reconnect, stop: a table reads better short.
    fn short(phase: Phase, code: u16, enhanced: Option<(u8, u16, u16)>) -> String {
        match classify(phase, reply(code, enhanced)) {
            Verdict::Settled(Outcome::Accepted(_)) => "A".to_owned(),
            Verdict::Settled(Outcome::Deferred(_)) => "D".to_owned(),
            Verdict::Settled(Outcome::Refused(_, grounds)) => format!("R {grounds:?}"),
            Verdict::Settled(Outcome::InDoubt(_)) => "?".to_owned(),
            Verdict::Settled(Outcome::Untried) => unreachable!("no answer means untried"),
            Verdict::Reconnect(_) => "reconnect".to_owned(),
            Verdict::Stop(_) => "stop".to_owned(),
        }
    }

    #[test]
    fn every_kind_of_answer_has_its_meaning() {
        use Phase::{Address, Body, Data, Dot, Mail, Rcpt, Size};
        let table = [
            // Only a 2xx to the final dot hands the message over (RFC 5321 4.2.5, 6.1).
            (Dot, 250, Some((2, 0, 0)), "A"),
            (Dot, 250, None, "A"),
            // The channel closes (RFC 5321 3.8): before the dot no attempt, as the answer to it a temporary refusal.
            (Mail, 421, Some((4, 3, 2)), "reconnect"),
            (Rcpt, 421, None, "reconnect"),
            (Data, 421, None, "reconnect"),
            (Rcpt, 421, Some((4, 7, 28)), "reconnect"), // Gmail, "SMTP error reference": an unusual rate
            (Dot, 421, None, "D"),
            // Throttled before there is a recipient: `strain` slows down, nobody's turn is used up.
            (Mail, 454, Some((4, 7, 0)), "reconnect"), // Amazon SES, "SMTP response codes": Throttling failure
            (Mail, 432, Some((4, 3, 2)), "reconnect"), // Exchange Online: Concurrent connections limit exceeded
            (Mail, 452, Some((4, 3, 1)), "reconnect"), // RFC 5321 4.2.3: insufficient system storage
            // Credentials (RFC 4954 6), or a sender that is not allowed: the same for everybody.
            (Mail, 530, Some((5, 7, 0)), "stop"),
            (Mail, 550, Some((5, 7, 1)), "stop"),
            (Mail, 553, Some((5, 1, 8)), "stop"),
            (Rcpt, 530, None, "stop"),
            (Rcpt, 534, Some((5, 7, 9)), "stop"),
            (Rcpt, 535, Some((5, 7, 8)), "stop"),
            (Dot, 538, Some((5, 7, 11)), "stop"),
            // Not now: greylisting (RFC 6647 2.1), a busy or full mailbox (RFC 5321 4.2.3), a rate.
            (Rcpt, 450, Some((4, 7, 1)), "D"),
            (Rcpt, 450, Some((4, 2, 0)), "D"),
            (Rcpt, 451, None, "D"),
            (Rcpt, 452, Some((4, 2, 2)), "D"),
            (Rcpt, 452, Some((4, 5, 3)), "D"),
            (Data, 451, Some((4, 3, 0)), "D"),
            (Dot, 451, Some((4, 7, 0)), "D"),
            (Dot, 452, Some((4, 3, 1)), "D"),
            // The address is dead: IANA's registry of enhanced status codes, 5.1.x; 5.1.10 is RFC 7505's null MX.
            (Rcpt, 550, Some((5, 1, 1)), "R Address"),
            (Rcpt, 550, Some((5, 1, 2)), "R Address"),
            (Rcpt, 501, Some((5, 1, 3)), "R Address"),
            (Rcpt, 551, Some((5, 1, 6)), "R Address"),
            (Rcpt, 556, Some((5, 1, 10)), "R Address"),
            (Rcpt, 550, Some((5, 2, 1)), "R Address"),
            (Dot, 550, Some((5, 1, 1)), "R Address"),
            // About the sender: the address is not to blame. Gmail 5.7.26, Microsoft 5.7.606 and 5.7.515, Yahoo 5.7.9.
            (Rcpt, 550, Some((5, 1, 7)), "R Policy"),
            (Rcpt, 550, Some((5, 1, 8)), "R Policy"),
            (Rcpt, 554, Some((5, 7, 1)), "R Policy"),
            (Dot, 550, Some((5, 7, 26)), "R Policy"),
            (Dot, 550, Some((5, 7, 515)), "R Policy"),
            (Dot, 554, Some((5, 7, 9)), "R Policy"),
            (Data, 554, Some((5, 7, 606)), "R Policy"),
            // Size or form (RFC 3463 3.4, 3.7), or a command the server does not know: the same for everybody.
            (Dot, 552, None, "R Content"),
            (Dot, 552, Some((5, 3, 4)), "R Content"),
            (Dot, 554, Some((5, 6, 0)), "R Content"),
            (Rcpt, 500, None, "R Content"),
            (Rcpt, 503, Some((5, 5, 1)), "R Content"),
            (Rcpt, 555, Some((5, 5, 4)), "R Content"),
            (Data, 502, None, "R Content"),
            (Size, 552, Some((5, 3, 4)), "R Content"),
            // Anything else is refused and nothing more: a full mailbox may be emptied, and words prove nothing.
            (Rcpt, 552, None, "R Other"),
            (Rcpt, 552, Some((5, 2, 2)), "R Other"),
            (Rcpt, 550, None, "R Other"),
            (Rcpt, 550, Some((5, 0, 0)), "R Other"),
            (Rcpt, 550, Some((5, 1, 0)), "R Other"),
            (Rcpt, 550, Some((5, 4, 1)), "R Other"), // Exchange: recipient address rejected, access denied
            (Rcpt, 501, None, "R Other"),
            (Address, 553, None, "R Other"),
            // The classes disagree: the plain code wins, the enhanced one says nothing (RFC 2034 4 forbids it).
            (Rcpt, 550, Some((4, 1, 1)), "R Other"),
            (Rcpt, 450, Some((5, 1, 1)), "D"),
            // No answer to that question at all: after the dot nobody knows (RFC 1047).
            (Dot, 354, None, "?"),
            (Data, 250, None, "reconnect"),
            (Body, 554, None, "reconnect"),
        ];
        for (phase, code, enhanced, expected) in table {
            assert_eq!(short(phase, code, enhanced), expected, "{phase:?} {code} {enhanced:?}");
        }
    }

    #[test]
    fn every_outcome_has_a_word_and_all_that_was_answered_the_last_words() {
        let reply = |text| Reply::words(text);
        let outcomes = [
            Outcome::Accepted(reply("mine")),
            Outcome::Deferred(reply("later")),
            Outcome::Refused(reply("never"), Grounds::Other),
            Outcome::InDoubt(reply("gone")),
            Outcome::Untried,
        ];
        let told = outcomes.map(|outcome| {
            format!("{}: {}", outcome.word(), outcome.reply().map(ToString::to_string).unwrap_or_default())
        });
        assert_eq!(told, ["accepted: mine", "deferred: later", "refused: never", "in doubt: gone", "untried: "]);
    }

    #[test]
    fn only_dead_addresses_are_suppressed() {
        let suppressed: Vec<_> = (0..=7)
            .flat_map(|subject| (0..=30).map(move |detail| (subject, detail)))
            .filter(|&(subject, detail)| short(Phase::Rcpt, 550, Some((5, subject, detail))) == "R Address")
            .collect();
        assert_eq!(suppressed, [(1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)]);
    }

    fn phases() -> impl Strategy<Value = Phase> {
        prop_oneof![Just(Phase::Mail), Just(Phase::Rcpt), Just(Phase::Data), Just(Phase::Body), Just(Phase::Dot)]
    }

    proptest! {
        #[test]
        fn only_a_2xx_to_the_dot_is_acceptance(
            phase in phases(),
            code in 0u16..1000,
            enhanced in proptest::option::of((0u8..10, 0u16..1000, 0u16..1000)),
        ) {
            let accepted = short(phase, code, enhanced) == "A";
            prop_assert_eq!(accepted, phase == Phase::Dot && (200..300).contains(&code));
        }

        #[test]
        fn no_temporary_answer_and_no_answer_to_the_sender_costs_a_subscriber_their_address(
            phase in phases(),
            code in 0u16..1000,
            enhanced in proptest::option::of((0u8..10, 0u16..12, 0u16..30)),
        ) {
            if short(phase, code, enhanced) == "R Address" {
                prop_assert!(phase != Phase::Mail && (500..600).contains(&code));
            }
        }
    }
}
