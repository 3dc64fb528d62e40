//! Summarizes a first send, as data to show before it is confirmed.

use std::time::Duration;

use super::context::SendContext;
use super::issue::IssueToSend;
use super::recipients::Recipients;
use crate::app::prepare::PreparedIssue;
use crate::app::relays::RelayDescription;
use crate::diagnostic::Diagnostic;
use crate::model::IssueNumber;

/// The number of addresses shown.
const EXAMPLES: usize = 2;

/// Issue, recipients and delivery of a first send.
pub(crate) struct SendOverview<'a> {
    pub(crate) issue: IssueHeadline,
    pub(crate) list: RecipientSummary<'a>,
    pub(crate) relays: Vec<RelayDescription>,
    /// The time it takes at least, by the configured rates.
    pub(crate) at_least: Duration,
    /// The domain and the selector of the DKIM signature.
    pub(crate) signing: Option<(String, String)>,
}

/// An issue as an inbox shows it.
pub(crate) struct IssueHeadline {
    pub(crate) number: IssueNumber,
    pub(crate) title: String,
    pub(crate) from: String,
    pub(crate) subject: String,
    pub(crate) preheader: String,
    pub(crate) html_bytes: usize,
    pub(crate) text_bytes: usize,
}

/// The recipients of a first send.
pub(crate) struct RecipientSummary<'a> {
    /// The path of the list, if one is used.
    pub(crate) path: Option<String>,
    /// The number of recipients from the ledger and from the list.
    pub(crate) sources: (u64, u64),
    pub(crate) warnings: &'a [Diagnostic],
    /// Which subscribers get the issue, if not all.
    pub(crate) audience: Option<String>,
    /// `12 unsubscribed · 4 listed twice`.
    pub(crate) left_out: Option<String>,
    /// The number of rows read as windows-1252, and a name among them.
    pub(crate) guessed_encoding: Option<(u64, Option<&'a str>)>,
    pub(crate) count: u64,
    pub(crate) examples: Vec<String>,
}

impl<'a> SendOverview<'a> {
    /// Errors when the list cannot be read.
    pub(super) fn new(
        context: &SendContext<'_>,
        prepared: &PreparedIssue,
        recipients: &'a Recipients,
    ) -> anyhow::Result<Self> {
        let newsletter = &context.issue.newsletter;
        let (from_ledger, from_list) = recipients.sources();
        let path = newsletter.settings.subscribers.as_ref().filter(|_| from_list.is_some());
        let list = RecipientSummary {
            path: path.map(|path| path.strip_prefix(&newsletter.root).unwrap_or(path).display().to_string()),
            sources: (from_ledger, from_list.unwrap_or(0)),
            warnings: recipients.warnings(),
            audience: recipients.selection().described(recipients.count()),
            left_out: recipients.left_out_line(),
            guessed_encoding: recipients.guessed_encoding(),
            count: recipients.count(),
            examples: recipients.examples(EXAMPLES)?,
        };
        let signing = newsletter.settings.dkim.as_ref();
        Ok(Self {
            issue: IssueHeadline::new(context.issue, prepared),
            list,
            relays: context.relays.describe(newsletter),
            at_least: context.relays.time_for(recipients.count()),
            signing: signing.map(|dkim| (dkim.domain.clone(), dkim.selector.clone())),
        })
    }
}

impl IssueHeadline {
    pub(super) fn new(issue: &IssueToSend, prepared: &PreparedIssue) -> Self {
        let from = &issue.newsletter.publication.from;
        let PreparedIssue { loaded, letter } = prepared;
        Self {
            number: loaded.issue.number,
            title: loaded.issue.title.clone(),
            from: match &from.name {
                Some(name) => format!("{name} <{}>", from.address),
                None => from.address.to_string(),
            },
            subject: letter.subject.plain(),
            preheader: loaded.issue.preheader.clone(),
            html_bytes: letter.html.plain().len(),
            text_bytes: letter.text.plain().len(),
        }
    }
}
