//! The status of a delivery, as `list` and `status` show it.

use crate::format;
use crate::ledger::{DeliverySummary, Sender};
use crate::model::{Counts, CourierKind, IssueNumber, State};

/// The status of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeliveryStatus {
    /// A send is running.
    Running,
    /// Its letters were written to the outbox, all or some; none was mailed.
    Rehearsed,
    /// Some recipients do not have it yet.
    Partial,
    /// A send was killed; the next one finds out what became of the rows it had marked.
    Unsettled,
    /// Only recipients in doubt are left.
    InDoubt,
    /// Nothing is left, and at least one recipient has it.
    Sent,
    /// Nothing is left, and no recipient has it.
    NotSent,
}

impl DeliveryStatus {
    /// Returns the status of the delivery of `summary` while `senders` are running.
    pub(crate) fn of(summary: &DeliverySummary, senders: &[Sender]) -> Self {
        let counts = &summary.counts;
        if Self::is_running(summary.issue, senders) {
            Self::Running
        } else if summary.courier.is_rehearsal() {
            Self::Rehearsed
        } else if counts.left() > 0 {
            Self::Partial
        } else if counts.of(State::Transmitting) > 0 {
            Self::Unsettled
        } else if counts.of(State::InDoubt) > 0 {
            Self::InDoubt
        } else if counts.of(State::Accepted) == 0 {
            Self::NotSent
        } else {
            Self::Sent
        }
    }

    /// Whether one of `senders` sends `issue`.
    pub(crate) fn is_running(issue: IssueNumber, senders: &[Sender]) -> bool {
        senders.iter().any(|sender| sender.issue == issue)
    }

    /// Returns its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Rehearsed => "rehearsed",
            Self::Partial => "partial",
            Self::Unsettled => "unsettled",
            Self::InDoubt => "in doubt",
            Self::Sent => "sent",
            Self::NotSent => "not sent",
        }
    }

    /// Returns the command to run next, when there is something to do.
    pub(crate) fn command(self, issue: IssueNumber) -> Option<String> {
        match self {
            Self::Running | Self::Rehearsed | Self::Sent => None,
            Self::Partial | Self::Unsettled => Some(format!("newsletter send {issue}")),
            Self::InDoubt => Some(format!("newsletter status {issue} --state in-doubt")),
            Self::NotSent => Some(format!("newsletter status {issue}")),
        }
    }
}

/// Returns the name of a row of a delivery by `courier`, while a send is `running` or not.
pub(crate) fn row_name(state: State, courier: CourierKind, running: bool) -> &'static str {
    match state {
        State::Accepted if courier.is_rehearsal() => "rehearsed",
        State::Transmitting if !running => "unsettled",
        state => state.name(),
    }
}

/// Returns `816 sent, 2 refused, 393 left`, and of a rehearsal `816 rehearsed, 393 left`.
pub(crate) fn progress(counts: &Counts, courier: CourierKind) -> String {
    let have = counts.of(State::Accepted);
    let word = if courier.is_rehearsal() { "rehearsed" } else { "sent" };
    let mut parts = vec![format!("{} {word}", format::count(have))];
    let others = [
        (State::Refused, "refused"),
        (State::InDoubt, "in doubt"),
        (State::Suppressed, "suppressed"),
        (State::GivenUp, "given up"),
    ];
    for (state, word) in others {
        if counts.of(state) > 0 {
            parts.push(format!("{} {word}", format::count(counts.of(state))));
        }
    }
    if counts.left() > 0 {
        parts.push(format!("{} left", format::count(counts.left())));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn status(courier: CourierKind, counts: &[(State, u64)], sending: u32) -> &'static str {
        let counts = counts.iter().copied().collect();
        let title = String::new();
        let summary = DeliverySummary { issue: IssueNumber(7), courier, started: DateTime::UNIX_EPOCH, title, counts };
        DeliveryStatus::of(&summary, &[sender(sending)]).name()
    }

    fn sender(issue: u32) -> Sender {
        Sender { process: "pid 1".to_owned(), issue: IssueNumber(issue), since: DateTime::UNIX_EPOCH }
    }

    #[test]
    fn every_status_has_a_name() {
        use CourierKind::{Outbox, Smtp};
        use State::{Accepted, InDoubt, Planned, Transmitting};
        let other = 77;
        assert_eq!(status(Smtp, &[(Accepted, 3)], other), "sent");
        assert_eq!(status(Smtp, &[(Accepted, 3), (Planned, 1), (Transmitting, 1)], other), "partial");
        assert_eq!(status(Smtp, &[(Accepted, 3), (Transmitting, 96)], other), "unsettled");
        assert_eq!(status(Smtp, &[(Accepted, 3), (InDoubt, 1)], other), "in doubt");
        assert_eq!(status(Smtp, &[(Transmitting, 1)], 7), "running");
        for counts in [&[(Accepted, 3)][..], &[(Planned, 3)], &[(Accepted, 1), (Transmitting, 2)], &[(InDoubt, 3)]] {
            assert_eq!(status(Outbox, counts, other), "rehearsed");
        }
    }
}
