//! Whether a server asks to be worked less hard. Pure.
//!
//! Such an answer is about the sender, not about the subscriber: fewer connections and a lower rate help, another try at once
//! does not.

use super::outcome::Reply;

/// Words that say so, whatever the code (lower case).
const TOO_MUCH: &[&str] = &[
    "too many connections",
    "concurrent connection",
    "connection limit",
    "connection rate",
    "throttl",
    "rate limit",
    "ratelimit",
    "sending rate",
    "too fast",
    "too much mail",
    "too many messages",
    "too many recipients",
    "slow down",
];

/// Words that say the opposite: this connection has had its share, the next one is welcome; or this one recipient is asked
/// to come back later.
const NOT_US: &[&str] =
    &["per session", "per connection", "this session", "this connection", "greylist", "graylist", "grey list"];

/// Whether `reply` asks for less.
pub(super) fn asks_for_less(reply: &Reply) -> bool {
    if !(400..500).contains(&reply.code) {
        return false;
    }
    let text = reply.text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|words| text.contains(words));
    if says(NOT_US) {
        return false;
    }
    let by_code = match (reply.code, reply.detail()) {
        // A full mailbox is the subscriber's.
        (_, Some((2, _))) => false,
        // The channel closes (RFC 5321 3.8); out of storage, or too many at once (4.2.3); Exchange's concurrency limit; too
        // many recipients (RFC 3463 3.6).
        (421 | 432 | 452, _) | (_, Some((5, 3))) => true,
        // 4.7.1 is what a greylist answers, without saying so in words.
        (_, Some((7, detail))) => detail != 1,
        _ => false,
    };
    by_code || says(TOO_MUCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smtp::EnhancedCode;

    fn reply(line: &str) -> Reply {
        let (code, rest) = line.split_once(' ').unwrap();
        let enhanced = rest.split_once(' ').and_then(|(first, text)| {
            let numbers: Vec<u16> = first.split('.').map_while(|number| number.parse().ok()).collect();
            let &[class, subject, detail] = numbers.as_slice() else { return None };
            Some((EnhancedCode { class: u8::try_from(class).unwrap(), subject, detail }, text))
        });
        let text = enhanced.map_or(rest, |(_, text)| text).to_owned();
        Reply { code: code.parse().unwrap(), enhanced: enhanced.map(|(code, _)| code), text }
    }

    #[test]
    fn a_server_that_has_too_much_of_us_is_understood() {
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
            assert!(asks_for_less(&reply(line)), "{line}");
        }
    }

    #[test]
    fn what_is_about_a_subscriber_or_a_connection_slows_nobody_down() {
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
            assert!(!asks_for_less(&reply(line)), "{line}");
        }
    }
}
