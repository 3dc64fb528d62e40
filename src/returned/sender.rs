//! Tells messages of mail systems and other programs from those of people.

use super::addresses::first;
use super::fields::{Field, value};
use super::phrases::section;
use crate::model::EmailAddress;

/// Names of mail systems, in `From` or `Return-Path`.
const MAIL_SYSTEMS: [&str; 17] = [
    "mailer-daemon",
    "mailer_daemon",
    "mailerdaemon",
    "mail-daemon",
    "maildaemon",
    "mailer daemon",
    "postmaster",
    "post_master",
    "mail delivery",
    "delivery subsystem",
    "delivery system",
    "delivery notification",
    "mail administrator",
    "system administrator",
    "mail system",
    "mail router",
    "mail server",
];

/// Names of addresses that nobody reads, or that administer something.
const MACHINES: [&str; 18] = [
    "no-reply",
    "noreply",
    "no_reply",
    "donotreply",
    "do-not-reply",
    "-admin@",
    "-owner@",
    "-request@",
    "root@",
    "daemon@",
    "bounce",
    "antispam",
    "mailgate",
    "filter",
    "system@",
    "admin@",
    "notification",
    "gateway",
];

/// A kind of sender, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SenderKind {
    /// A mail system: `MAILER-DAEMON`, `postmaster`.
    MailSystem,
    /// `<>`, in `Return-Path` or `From`.
    Nobody,
    /// An address that nobody reads, or that administers something.
    Machine,
    /// Anybody else.
    Person,
}

/// The sender of a message.
#[derive(Debug)]
pub(super) struct Sender {
    /// Its address; `None` for `<>`.
    pub(super) address: Option<EmailAddress>,
    /// What its name says.
    pub(super) kind: SenderKind,
    /// Whether it says that a program wrote it (RFC 3834, and the headers that Exchange, Gmail and lists use).
    pub(super) is_automatic: bool,
}

impl Sender {
    /// Reads the sender from the header of a message; `subject` is decoded.
    pub(super) fn new(header: &[Field<'_>], subject: &str) -> Self {
        let written = value(header, "From").unwrap_or_default();
        let from = written.to_lowercase();
        let path = value(header, "Return-Path").unwrap_or_default().trim().to_lowercase();
        let names = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
        let is_mail_system = names(&from, &MAIL_SYSTEMS)
            || names(&path, &["mailer-daemon"])
            || value(header, "X-Failed-Recipients").is_some();
        let kind = if is_mail_system {
            SenderKind::MailSystem
        } else if path == "<>" || from.trim().is_empty() || from.contains("<>") {
            SenderKind::Nobody
        } else if names(&from, &MACHINES) || names(&path, &MACHINES) {
            SenderKind::Machine
        } else {
            SenderKind::Person
        };
        let is_automatic = is_automatic(header) || is_absence(subject);
        Self { address: first(written), kind, is_automatic }
    }

    /// Returns whether it must never be answered (RFC 3834 2).
    pub(super) fn is_program(&self) -> bool {
        self.is_automatic || matches!(self.kind, SenderKind::MailSystem | SenderKind::Nobody)
    }
}

fn is_automatic(header: &[Field<'_>]) -> bool {
    let says = |name: &str, words: &[&str]| {
        value(header, name).is_some_and(|value| {
            let low = value.to_lowercase();
            words.iter().any(|word| low.contains(word))
        })
    };
    value(header, "Auto-Submitted").is_some_and(|value| !value.trim().to_lowercase().starts_with("no"))
        || says("Precedence", &["auto_reply", "auto-reply", "bulk", "junk", "list"])
        || says("X-Auto-Response-Suppress", &["all", "oof", "autoreply"])
        || value(header, "List-Id").is_some()
        || [
            "X-Autoreply",
            "X-Autorespond",
            "X-Autoresponder",
            "X-Auto-Reply",
            "X-Auto-Respond",
            "X-Autoreply-From",
            "X-Mail-Autoreply",
            "Autoreply",
        ]
        .iter()
        .any(|name| value(header, name).is_some())
}

/// Returns whether `subject` says that somebody is away.
pub(super) fn is_absence(subject: &str) -> bool {
    let low = subject.trim().to_lowercase().replace('’', "'");
    section("absence").iter().any(|phrase| {
        low.match_indices(phrase).any(|(at, _)| {
            let rest = &low[at + phrase.len()..];
            at == 0 || rest.starts_with([':', ')', ']', '：'])
        })
    })
}
