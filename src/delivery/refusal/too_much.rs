//! Recognizes the kinds of "too much": messages on a connection, messages or connections at a time,
//! messages in a day. Pure.
//!
//! Such a reply is about the sender, not about the subscriber, regardless of its code. The first
//! kind ends with a new connection, the second calls for fewer connections and a lower rate, and
//! the third passes only with time.

use super::reason::{RefusalReason, refusal_reason};
use super::topics::{ReplyText, Topic};
use crate::ledger::Reply;
use crate::smtp::Phase;

/// Returns whether `reply` means that this connection has carried enough messages.
pub(in crate::delivery) fn is_connection_limit(reply: &Reply) -> bool {
    (400..600).contains(&reply.code) && ReplyText::new(&reply.text).mentions(Topic::ConnectionLimit)
}

/// Returns whether `reply` asks for fewer connections or a lower rate.
pub(in crate::delivery) fn is_throttling(reply: &Reply) -> bool {
    if !(400..500).contains(&reply.code) {
        return false;
    }
    let text = ReplyText::new(&reply.text);
    if text.mentions(Topic::ConnectionLimit) || text.mentions(Topic::Greylist) || text.mentions(Topic::Receiving) {
        return false;
    }
    let by_code = match (reply.code, reply.detail()) {
        // A full mailbox is the subscriber's problem.
        (_, Some((2, _))) => return false,
        // The channel closes (RFC 5321 3.8); out of storage, or too many at once (4.2.3); Exchange's concurrency limit; too
        // many recipients (RFC 3463 3.6).
        (421 | 432 | 452, _) | (_, Some((5, 3))) => true,
        // Greylists reply 4.7.1 without mentioning greylisting.
        (_, Some((7, detail))) => detail != 1,
        _ => false,
    };
    by_code || text.mentions(Topic::OurLimit)
}

/// Returns whether `reply`, to any command, means that a limit on this sender is reached.
pub fn is_sending_limit(reply: &Reply) -> bool {
    reply.code >= 400 && refusal_reason(Phase::Mail, reply) == RefusalReason::SendingLimit
}

#[cfg(test)]
mod tests {
    use super::super::tests::reply;
    use super::*;

    #[test]
    fn a_limit_on_one_connection_is_told_from_the_text() {
        for line in [
            // Exim, smtp_accept_max_per_connection; Amazon SES; servers of hosting providers.
            "421 too many messages in this connection",
            "421 Connection closed by server. Maximum message count per session reached",
            "421 4.7.0 enough messages on this connection",
            "550 Too many messages per session",
            "550 5.7.1 Maximum number of messages per connection exceeded, please reconnect",
            "554 5.5.0 message limit for this session reached",
            "452 4.5.3 Too many recipients in this session",
            "451 4.3.2 too many transactions, please reconnect",
            "503 5.5.1 Error: too many mails (limit is 10 per connection)",
            "552 Transaction limit exceeded for this SMTP session.",
            "450 4.7.1 No more messages on this connection",
            "554 zu viele Nachrichten in dieser Sitzung",
        ] {
            assert!(is_connection_limit(&reply(line)), "{line}");
        }
    }

    #[test]
    fn other_limits_are_not_limits_on_one_connection() {
        for line in [
            "250 2.0.0 message 3 of this session queued, no more expected",
            "421 4.7.0 mail.example.org Error: too many connections from localhost[127.0.0.1]",
            "421 4.7.0 too many concurrent sessions for this mail account, limit reached",
            "432 4.3.2 Concurrent connections limit exceeded",
            "452 4.5.3 Too many recipients",
            "550 5.4.5 Daily sending quota exceeded for this session, too many messages today",
            "450 4.7.1 message rate limit exceeded on this connection",
            "552 5.2.2 mailbox full",
            "554 5.7.1 connection from mail.example.org refused: on a list of spammers",
            "421 4.4.2 mail.example.org Error: timeout exceeded, closing connection",
        ] {
            assert!(!is_connection_limit(&reply(line)), "{line}");
        }
    }

    #[test]
    fn a_request_to_slow_down_is_told_from_code_and_text() {
        for line in [
            // Postfix smtpd: smtpd_client_connection_count_limit, _rate_limit, _message_rate_limit (anvil).
            "421 4.7.0 mail.example.org Error: too many connections from localhost[127.0.0.1]",
            "450 4.7.1 Error: too much mail from 127.0.0.1",
            "450 4.7.1 Error: too many recipients from 127.0.0.1",
            // Amazon SES, "SMTP response codes".
            "454 Throttling failure: Maximum sending rate exceeded.",
            "454 4.7.0 Throttling failure: Maximum sending rate exceeded.",
            // Exchange Online, "SMTP AUTH client submission" limits.
            "432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more information.",
            // Gmail, "SMTP error reference".
            "421 4.7.28 Our system has detected an unusual rate of unsolicited mail.",
            "421 4.7.0 Try again later, closing connection.",
            // RFC 5321 4.2.3.
            "452 Requested action not taken: insufficient system storage",
            "452 4.5.3 Too many recipients",
            "421 closing",
        ] {
            assert!(is_throttling(&reply(line)), "{line}");
        }
    }

    #[test]
    fn a_reply_about_a_subscriber_or_a_connection_does_not_slow_down() {
        for line in [
            "250 2.0.0 queued",
            "550 5.7.1 too many connections",
            "452 4.2.2 mailbox full",
            "450 4.2.0 Recipient address rejected: Greylisted, see http://postgrey.example.org/",
            "451 4.7.1 Greylisting in action, please come back later",
            "451 4.7.1 come back later",
            "450 4.2.1 mailbox busy",
            "451 local error in processing",
            // Amazon SES after some hundred messages: the next connection is welcome.
            "421 Connection closed by server. Maximum message count per session reached",
            "421 4.7.0 enough messages on this connection",
        ] {
            assert!(!is_throttling(&reply(line)), "{line}");
        }
    }
}
