//! Determines the reason of a refusal.

use super::sender_problem::SenderProblem;
use super::topics::{ReplyText, Topic};
use crate::ledger::Reply;
use crate::smtp::Phase;

/// The reason of a refusal, as far as it decides what to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalReason {
    /// The mailbox does not exist, or no longer does.
    UnknownMailbox,
    /// The domain does not exist, or accepts no mail.
    UnknownDomain,
    /// The subscriber's mailbox is full.
    MailboxFull,
    /// A limit of the subscriber's mailbox, or of unknown scope: to be tried later.
    Busy,
    /// A limit on what this sender may send is reached.
    SendingLimit,
    /// This connection has carried enough messages; the next one is welcome.
    ConnectionLimit,
    /// The server rejects this sender as configured; it is not about the subscriber.
    Sender(SenderProblem),
    /// Reputation, domain authentication or wording; it is not about the address.
    Policy,
    /// Size or form of the message or of a command: the same for every subscriber.
    Content,
    /// Anything else.
    Other,
}

impl RefusalReason {
    /// Returns whether the address is to be suppressed, if the refusal is trusted.
    pub fn is_dead_address(self) -> bool {
        matches!(self, Self::UnknownMailbox | Self::UnknownDomain)
    }
}

/// Returns the reason of the refusal `reply` (4xx or 5xx) to `phase`.
pub fn refusal_reason(phase: Phase, reply: &Reply) -> RefusalReason {
    let said = ReplyText::new(&reply.text);
    let detail = reply.detail().or_else(|| said.code_of_class(reply.code / 100));
    let says = |net: Topic| said.mentions(net);
    if reply.code < 500 {
        // A limit of hours or days is not over in a minute. Every other 4xx is a plain deferral.
        let ours = detail.is_none_or(|(subject, _)| subject != 2) && !says(Topic::Mailbox) && !says(Topic::Receiving);
        return if ours && says(Topic::LongLimit) { RefusalReason::SendingLimit } else { RefusalReason::Other };
    }
    // Authentication required, too weak, failed (RFC 4954 6); 530 and 538 also ask for TLS first (RFC 3207 4).
    match reply.code {
        530 | 538 if says(Topic::Encryption) => return RefusalReason::Sender(SenderProblem::Encryption),
        530 | 534 | 535 | 538 => return RefusalReason::Sender(SenderProblem::Login),
        _ => {}
    }
    // The subscriber's mailbox first: the words for a limit are the same.
    let full = match detail {
        Some((2, 2)) => !says(Topic::LongLimit),
        _ => says(Topic::Full) && !says(Topic::OurLimit),
    };
    if full {
        return RefusalReason::MailboxFull;
    }
    if says(Topic::Receiving) || matches!(detail, Some((2, 121 | 122))) {
        return RefusalReason::Busy;
    }
    if says(Topic::Size) && !says(Topic::LongLimit) || matches!(detail, Some((3, 4) | (6, _))) {
        return RefusalReason::Content;
    }
    if matches!(detail, Some((4, 5) | (1, 90) | (7, 232 | 233 | 236))) || says(Topic::OurLimit) {
        return if says(Topic::ConnectionLimit) { RefusalReason::ConnectionLimit } else { RefusalReason::SendingLimit };
    }
    if says(Topic::ConnectionLimit) {
        return RefusalReason::ConnectionLimit;
    }
    if says(Topic::SomeLimit) {
        let mailbox = matches!(detail, Some((2, _))) || says(Topic::Mailbox) || detail.is_none() && reply.code == 552;
        return match (mailbox, phase) {
            (true, _) => RefusalReason::MailboxFull,
            (false, Phase::Rcpt | Phase::Data | Phase::EndOfMessage) if says(Topic::BareQuota) && detail.is_none() => {
                RefusalReason::Busy
            }
            (false, _) => RefusalReason::SendingLimit,
        };
    }
    reason_without_limit(phase, reply.code, detail, &said)
}

/// Returns whether the refusal `reply` means that the mailbox does not exist.
pub fn is_dead_mailbox(reply: &Reply) -> bool {
    reply.code >= 500 && refusal_reason(Phase::Rcpt, reply).is_dead_address()
}

/// Returns the reason of a refusal that mentions no limit.
fn reason_without_limit(phase: Phase, code: u16, detail: Option<(u16, u16)>, said: &ReplyText) -> RefusalReason {
    let says = |net: Topic| said.mentions(net);
    // Exchange on groups and mailboxes that take internal mail only, and rules of the subscriber: not about this sender.
    if says(Topic::Restricted) {
        return RefusalReason::Policy;
    }
    let policy = says(Topic::Policy);
    if !says(Topic::DomainAuthentication) {
        let us = [
            (Topic::Relay, SenderProblem::Relay),
            (Topic::Encryption, SenderProblem::Encryption),
            (Topic::Login, SenderProblem::Login),
            (Topic::Account, SenderProblem::Account),
            (Topic::Sender, SenderProblem::Address),
        ];
        if let Some((_, us)) = us.into_iter().find(|&(net, _)| says(net)) {
            return RefusalReason::Sender(us);
        }
        // Bad sender's mailbox, bad sender's system; Exchange on senders and logins.
        match detail {
            Some((1, 7 | 8) | (7, 60) | (2, 252)) => return RefusalReason::Sender(SenderProblem::Address),
            Some((7, 57 | 139)) => return RefusalReason::Sender(SenderProblem::Login),
            Some((7, 54 | 64)) => return RefusalReason::Sender(SenderProblem::Relay),
            _ => {}
        }
    }
    let policy = policy || matches!(detail, Some((7, _)));
    // The connecting host is the same for every subscriber.
    if policy && says(Topic::Host) {
        return RefusalReason::Sender(SenderProblem::Reputation);
    }
    if policy {
        return RefusalReason::Policy;
    }
    let for_good = !says(Topic::Later);
    match (detail, phase) {
        // No such host, or no mail accepted (5.1.10, RFC 7505).
        (Some((1, 2 | 10)), _) if for_good => RefusalReason::UnknownDomain,
        // No such mailbox, bad syntax, moved, mailbox disabled.
        (Some((1, 1 | 3 | 6) | (2, 1)), _) if for_good => RefusalReason::UnknownMailbox,
        // A command or parameter that the server does not know (RFC 5321 4.2.2); it will not know
        // it for the next message either.
        _ if matches!(code, 500 | 502..=504 | 555) => RefusalReason::Content,
        // Without an enhanced code 552 to RCPT is a full mailbox, 552 to the message its size.
        (None, Phase::Data | Phase::EndOfMessage) if code == 552 => RefusalReason::Content,
        (None, _) if code == 552 => RefusalReason::MailboxFull,
        // The text decides if no code contradicts it.
        (None | Some((0 | 1 | 5, 0)), Phase::Rcpt | Phase::Data | Phase::EndOfMessage) if for_good => {
            if says(Topic::UnknownDomain) {
                RefusalReason::UnknownDomain
            } else if says(Topic::UnknownMailbox) {
                RefusalReason::UnknownMailbox
            } else {
                RefusalReason::Other
            }
        }
        _ => RefusalReason::Other,
    }
}
