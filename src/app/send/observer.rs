//! Connects a send with the person who started it: notices go out, a confirmation and requests to stop come in.

use std::io;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, Utc};

use super::forecast::Forecast;
use super::in_doubt::InDoubtFindings;
use super::overview::{IssueHeadline, SendOverview};
use super::refused::SuppressedRefusals;
use crate::app::claims::ClaimHolder;
use crate::app::relays::RelayNotice;
use crate::diagnostic::Diagnostic;
use crate::doctor::Diagnosis;
use crate::model::{Counts, CourierKind, IssueNumber};

/// The other side of a send: a terminal, or a test.
pub(crate) trait SendObserver {
    fn notify(&mut self, notice: Notice<'_>);

    /// Asks to confirm the number of `recipients`.
    ///
    /// Errors when it is not confirmed; then nothing is sent.
    fn confirm(&mut self, recipients: u64, purpose: Purpose) -> anyhow::Result<()>;

    /// Starts to listen for requests to stop; a second call has no effect.
    fn listen_for_stop(&mut self) -> io::Result<()>;

    /// Returns the request that came in since the last call.
    fn stop_request(&mut self) -> StopRequest;
}

/// The purpose of a confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    FirstSend,
    /// Continue a delivery to this number of recipients in all.
    Continue {
        total: u64,
    },
}

/// A request to end a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StopRequest {
    None,
    /// Finish the messages in flight.
    Finish,
    /// Close the connections now.
    Disconnect,
}

/// Something to report, in the order of events.
pub(crate) enum Notice<'a> {
    /// Problems that do not prevent the send.
    CheckWarnings {
        issue: IssueNumber,
        found: &'a [Diagnostic],
    },
    /// The claim of another run is replaced.
    ClaimReplaced(ClaimHolder<'a>),
    /// The issue was written to the outbox before, but not mailed.
    Rehearsed {
        issue: IssueNumber,
        counts: Counts,
    },
    /// A first send is about to begin.
    FirstSend(Box<SendOverview<'a>>),
    /// The results of the checks before a first send; `remote` if any used the network.
    Preflight {
        findings: Vec<Diagnosis>,
        remote: bool,
    },
    Relay(RelayNotice<'a>),
    /// A delivery begun before is continued.
    Continuing {
        issue: IssueNumber,
        title: &'a str,
        counts: Counts,
        courier: CourierKind,
        retried: u64,
    },
    InDoubt(&'a InDoubtFindings),
    NotRetried(&'a SuppressedRefusals),
    /// The issue's file is gone; its frozen letter is used.
    FileGone {
        frozen: DateTime<Utc>,
    },
    /// Subscribers joined after the recipients were frozen.
    Newcomers {
        count: u64,
        since: DateTime<Utc>,
    },
    InFlightElsewhere(u64),
    /// A first send starts after this time unless it is cancelled.
    Countdown(Duration),
    /// A send that is confirmed waits for its time.
    Waiting(DateTime<FixedOffset>),
    /// Readers came or left while it waited.
    RecipientsSince {
        confirmed: u64,
        now: u64,
    },
    LedgerRenamed {
        before: String,
        now: &'a str,
    },
    Run(RunNotice<'a>),
    /// Enough of the first messages were accepted.
    CanaryPassed(u64),
    /// The ledger file was removed during the run, and its contents were saved.
    LedgerSaved(SavedLedger),
    Warning(String),
    DryRun(DryRunNotice<'a>),
}

/// The reports of a run while it lasts.
pub(crate) enum RunNotice<'a> {
    Started {
        counts: Counts,
        shared: bool,
    },
    Progress {
        counts: &'a Counts,
        accepted_here: u64,
    },
    Note(String),
    /// The messages in flight are finished, and no others are begun.
    Finishing,
    Ended,
}

/// The reports of a dry run alone.
pub(crate) enum DryRunNotice<'a> {
    NothingLeft { counts: &'a Counts, courier: CourierKind },
    Issue(IssueHeadline),
    FrozenIssue { issue: IssueNumber, title: &'a str, frozen: DateTime<Utc> },
    Resumed { started: DateTime<Utc>, counts: &'a Counts, courier: CourierKind },
    Built { messages: u64, largest: usize, folder: Option<String> },
    Beginning { hold: Duration, canary: Option<u64> },
    Forecast { forecast: &'a Forecast, courier: CourierKind },
}

/// The place of the contents of a removed ledger file.
pub(crate) struct SavedLedger {
    pub(crate) loss: String,
    /// The path of the ledger.
    pub(crate) place: String,
    /// The path of the saved contents.
    pub(crate) saved: String,
}
