//! Decides the class of a refusal from its codes and its words.
//!
//! A mistake here loses a reader. Where codes and words disagree, the reading that keeps the reader wins.

use super::class::{Class, StatusCode, reply_code};
use super::phrases::{Sign, says};
use super::topics::{Topic, topics};

/// Returns the class of a failure: `status` from a delivery report, `text` in the server's words.
pub(super) fn class(status: Option<StatusCode>, text: &str) -> Class {
    let said = topics(text);
    let code = code(status, text);
    let reply = reply_code(text);
    let is_transient = match reply {
        Some(reply) => reply < 500,
        None => code.is_some_and(|code| code.class == 4),
    };
    let about = |subject, detail| code.is_some_and(|code| code.subject == subject && code.detail == detail);
    if said.has(Topic::Full) || about(2, 2) && !said.has(Topic::NoSuchUser) {
        return Class::Full;
    }
    let low = text.to_lowercase();
    // The refusal of a command before RCPT is never about the recipient (RFC 5321 3.3).
    if says(&low, Sign::BeforeRecipient) {
        return if said.has(Topic::Late) && !said.has(Topic::Policy) { Class::Expired } else { Class::Policy };
    }
    // Exchange Online names nobody its directory does not know (Directory-Based Edge Blocking); elsewhere the words are a rule.
    if about(4, 1) && low.contains("recipient address rejected: access denied") {
        return Class::NoSuchUser;
    }
    // 5.7.0 and 5.7.1 stand before any refusal of an access table, `user unknown` too; the others name their policy.
    let is_policy = match code {
        Some(StatusCode { subject: 7, detail: 0 | 1, .. }) => !said.has(Topic::NoSuchUser),
        Some(StatusCode { subject: 7, .. } | StatusCode { subject: 1, detail: 7..=9, .. }) => true,
        _ => false,
    };
    if is_policy || said.has(Topic::Policy) || said.has(Topic::Restricted) {
        return Class::Policy;
    }
    if said.has(Topic::Disabled) {
        return Class::Disabled;
    }
    let user = said.has(Topic::NoSuchUser);
    let domain = said.has(Topic::NoSuchDomain);
    if is_transient || said.has(Topic::Late) && reply.is_none() && code.is_none_or(|code| !code.is_specific()) {
        return Class::Expired;
    }
    // Hosts and domains that take no mail at all (RFC 7504, RFC 7505).
    if reply == Some(556) || reply == Some(521) && about(3, 2) {
        return Class::NoSuchDomain;
    }
    if domain && !(user && about(1, 1)) {
        return Class::NoSuchDomain;
    }
    if user || reply == Some(551) {
        return Class::NoSuchUser;
    }
    // Exceeded storage allocation (RFC 5321 4.2.3), where nothing says whose.
    if reply == Some(552) && code.is_none() && !said.has(Topic::Late) {
        return Class::Full;
    }
    by_code(code, said.has(Topic::Late))
}

/// Returns the class of a refusal by a mail server, in its codes and words: `550 5.1.1 no such user`.
pub fn refusal_class(reply: &str) -> Class {
    class(None, reply)
}

/// The code that says most: the remote server's own, then the status of the report.
fn code(status: Option<StatusCode>, text: &str) -> Option<StatusCode> {
    let inner = StatusCode::all_in(text);
    // A policy that is named anywhere wins: `5.1.0 unknown address error 550 5.7.1 ... access denied`.
    let refusals = || inner.iter().copied().filter(|code| code.class != 2);
    refusals()
        .find(|code| code.subject == 7)
        .or_else(|| refusals().find(|code| code.is_specific()))
        .or_else(|| status.filter(|code| code.is_specific()))
        .or_else(|| refusals().next())
        .or(status)
}

/// The class of a code when the words say nothing (RFC 3463 and the IANA registry of enhanced status codes).
fn by_code(code: Option<StatusCode>, is_late: bool) -> Class {
    let Some(StatusCode { class, subject, detail }) = code else {
        return if is_late { Class::Expired } else { Class::Unspecific };
    };
    match (subject, detail) {
        (1, 1 | 3 | 6) if class == 5 => Class::NoSuchUser,
        (1, 2 | 10) | (4, 4) if class == 5 && !is_late => Class::NoSuchDomain,
        (2, 2) => Class::Full,
        (2, 1) => Class::Disabled,
        (2 | 3, 3 | 4) | (5, 3) | (6 | 7, _) => Class::Policy,
        (4, 6) => Class::Unspecific,
        (4, _) => Class::Expired,
        _ if class == 4 || is_late => Class::Expired,
        _ => Class::Unspecific,
    }
}
