//! Searches a Postfix log for messages that lost their reply. Pure: lines go in, a verdict for each
//! message comes out.
//!
//! Postfix logs `QUEUEID: message-id=<...>` while it reads a message's headers, which proves
//! nothing yet, and `QUEUEID: from=<...>, size=..., nrcpt=1 (queue active)` once the message is
//! committed to its queue and the queue manager has picked it up. Both lines with one queue id
//! prove that Postfix has the message. Their absence proves that it does not only if the log is
//! complete since the start of the delivery, and every client connected at the time has
//! disconnected.

mod line;

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

use line::{process, split_time};

/// The possible difference of two clocks with a resolution of one second.
const SECOND: TimeDelta = TimeDelta::seconds(1);

/// A log being searched for messages.
#[derive(Debug)]
pub struct PostfixLog {
    /// The start of the delivery; earlier lines belong to other deliveries.
    since: DateTime<Utc>,
    /// The current time, in the time zone of the log.
    now: DateTime<FixedOffset>,
    /// The Message-IDs to find, with their traces.
    wanted: HashMap<String, Found>,
    /// The Message-ID of each queue id.
    queue_ids: HashMap<String, String>,
    /// The time of the first line.
    begins: Option<DateTime<Utc>>,
    /// The times at which clients connected since the delivery began.
    connects: BTreeSet<DateTime<Utc>>,
    /// The connection times of clients that are still connected, by the process that serves them.
    open: HashMap<String, DateTime<Utc>>,
    /// Whether the log reports missing lines.
    gaps: bool,
}

/// The traces of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Found {
    #[default]
    Nothing,
    /// Its headers were read.
    Headers,
    /// It is in the queue by this id.
    Queued(String),
}

/// The verdict of the log on a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogVerdict {
    /// Postfix accepted it, with this queue id.
    Accepted(String),
    /// It never reached Postfix.
    Absent,
    /// The log proves neither.
    Inconclusive(Inconclusive),
}

/// The reason why a log proves nothing about a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Inconclusive {
    /// The log begins later than the delivery.
    BeginsLate,
    /// No client connected between the start of the delivery and the loss of the reply: it is the log of another server.
    NoConnections,
    /// A client that connected before the reply was lost has not disconnected.
    StillConnected,
    /// The headers of the message were read, and nothing more is logged about it.
    OnlyHeaders,
    /// The log reports missing lines.
    Gaps,
}

impl Inconclusive {
    /// The reason, for a message.
    pub fn description(self) -> &'static str {
        match self {
            Self::BeginsLate => "the log starts after the delivery; add the older log files",
            Self::NoConnections => "no client connected at that time: it is the log of another server",
            Self::StillConnected => "a client that was connected at that time still is; try again in a few minutes",
            Self::OnlyHeaders => {
                "the log contains the start of the message but not its end; try again in a few minutes"
            }
            Self::Gaps => "the log says that lines are missing",
        }
    }
}

impl PostfixLog {
    /// A search for the messages `wanted` (Message-IDs with their brackets), in a log written until
    /// `now`, of a delivery that began at `since`.
    pub fn new(wanted: impl IntoIterator<Item = String>, since: DateTime<Utc>, now: DateTime<FixedOffset>) -> Self {
        Self {
            since: since - SECOND,
            now,
            wanted: wanted.into_iter().map(|id| (id, Found::default())).collect(),
            queue_ids: HashMap::new(),
            begins: None,
            connects: BTreeSet::new(),
            open: HashMap::new(),
            gaps: false,
        }
    }

    /// Returns the time of `line`, if it begins with one.
    pub fn time(line: &[u8], now: DateTime<FixedOffset>) -> Option<DateTime<Utc>> {
        split_time(&String::from_utf8_lossy(line), now).map(|(time, _)| time)
    }

    /// Reads the next line; ignores anything other than a log line.
    pub fn line(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        let Some((time, rest)) = split_time(&line, self.now) else { return };
        self.begins.get_or_insert(time);
        if time < self.since {
            return;
        }
        self.gaps |= rest.contains("due to rate-limiting") || rest.contains("imuxsock lost");
        let Some((process, said)) = process(rest) else { return };
        match process.service() {
            "smtpd" if said.starts_with("connect from ") => {
                self.connects.insert(time);
                self.open.insert(process.0.to_owned(), time);
            }
            "smtpd" if said.starts_with("disconnect from ") => {
                self.open.remove(process.0);
            }
            // After a restart no client is connected.
            "master" if said.starts_with("daemon started") => self.open.clear(),
            "cleanup" => self.headers(said),
            "qmgr" => self.queued(said),
            _ => {}
        }
    }

    /// `QUEUEID: message-id=<...>`.
    fn headers(&mut self, said: &str) {
        let Some((queue_id, message_id)) = said.split_once(": message-id=") else { return };
        // Queue ids are reused; from here on this one belongs to this message.
        self.queue_ids.remove(queue_id);
        let message_id = message_id.trim_end();
        if let Some(found) = self.wanted.get_mut(message_id) {
            if *found == Found::Nothing {
                *found = Found::Headers;
            }
            self.queue_ids.insert(queue_id.to_owned(), message_id.to_owned());
        }
    }

    /// `QUEUEID: from=<...>, size=..., nrcpt=1 (queue active)`.
    fn queued(&mut self, said: &str) {
        let Some((queue_id, said)) = said.split_once(": ") else { return };
        let active = said.starts_with("from=<") && said.trim_end().ends_with("(queue active)");
        let message_id = self.queue_ids.get(queue_id).filter(|_| active);
        if let Some(found) = message_id.and_then(|message_id| self.wanted.get_mut(message_id)) {
            *found = Found::Queued(queue_id.to_owned());
        }
    }

    /// Returns the verdict on the message `message_id`, which lost its reply at `lost` or before.
    pub fn verdict(&self, message_id: &str, lost: DateTime<Utc>) -> LogVerdict {
        match self.wanted.get(message_id) {
            Some(Found::Queued(queue_id)) => return LogVerdict::Accepted(queue_id.clone()),
            Some(Found::Headers) => return LogVerdict::Inconclusive(Inconclusive::OnlyHeaders),
            Some(Found::Nothing) | None => {}
        }
        let lost = lost + SECOND;
        if self.gaps {
            LogVerdict::Inconclusive(Inconclusive::Gaps)
        } else if self.begins.is_none_or(|begins| begins > self.since + SECOND) {
            LogVerdict::Inconclusive(Inconclusive::BeginsLate)
        } else if self.connects.first().is_none_or(|&first| first > lost) {
            LogVerdict::Inconclusive(Inconclusive::NoConnections)
        } else if self.open.values().any(|&connected| connected <= lost) {
            LogVerdict::Inconclusive(Inconclusive::StillConnected)
        } else {
            LogVerdict::Absent
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "<42.abc@example.org>";

    /// The log of Postfix 3.7 for an accepted message: connect, headers, queue, delivery.
    const TAKEN: &[&str] = &[
        "Nov 22 15:00:00 mail postfix/postfix-script[1]: starting the Postfix mail system",
        "Nov 22 15:00:00 mail postfix/master[2]: daemon started -- version 3.7.11, configuration /etc/postfix",
        "Nov 22 15:28:46 mail postfix/smtpd[23]: connect from localhost[127.0.0.1]",
        "Nov 22 15:28:46 mail postfix/smtpd[23]: 4XkQ: client=localhost[127.0.0.1]",
        "Nov 22 15:28:46 mail postfix/cleanup[24]: 4XkQ: message-id=<42.abc@example.org>",
        "Nov 22 15:28:46 mail postfix/qmgr[5]: 4XkQ: from=<ada@example.org>, size=13541, nrcpt=1 (queue active)",
        "Nov 22 15:28:46 mail postfix/smtpd[23]: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=1 data=1 commands=4",
        "Nov 22 15:28:47 mail postfix/qmgr[5]: 4XkQ: removed",
    ];

    fn time(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    /// Returns the verdict of the log `lines` on [`ID`], lost at 15:28:50 in a delivery that began
    /// at 15:28:00.
    fn trace<'a>(lines: impl IntoIterator<Item = &'a str>) -> LogVerdict {
        let now = DateTime::parse_from_rfc3339("2026-11-22T16:00:00+00:00").unwrap();
        let mut log = PostfixLog::new([ID.to_owned()], time("2026-11-22T15:28:00Z"), now);
        for line in lines {
            log.line(line.as_bytes());
        }
        log.verdict(ID, time("2026-11-22T15:28:50Z"))
    }

    fn without(words: &str) -> Vec<&'static str> {
        TAKEN.iter().copied().filter(|line| !line.contains(words)).collect()
    }

    #[test]
    fn a_message_in_the_queue_was_taken() {
        assert_eq!(trace(TAKEN.iter().copied()), LogVerdict::Accepted("4XkQ".to_owned()));
        let submission: Vec<_> = TAKEN.iter().map(|line| line.replace("postfix/", "postfix-out/submission/")).collect();
        assert_eq!(trace(submission.iter().map(String::as_str)), LogVerdict::Accepted("4XkQ".to_owned()));
    }

    #[test]
    fn a_message_missing_from_the_log_never_arrived() {
        assert_eq!(trace(without("4XkQ")), LogVerdict::Absent);
        let open = TAKEN.iter().copied().filter(|line| !line.contains("4XkQ") && !line.contains("disconnect"));
        let restarted = open.chain(["Nov 22 15:40:00 mail postfix/master[2]: daemon started -- version 3.7.11"]);
        assert_eq!(trace(restarted), LogVerdict::Absent);
    }

    #[test]
    fn half_of_the_proof_is_none() {
        assert_eq!(trace(without("queue active")), LogVerdict::Inconclusive(Inconclusive::OnlyHeaders));
        let another = TAKEN.iter().map(|line| line.replace("5]: 4XkQ", "5]: 4XkR")).collect::<Vec<_>>();
        assert_eq!(trace(another.iter().map(String::as_str)), LogVerdict::Inconclusive(Inconclusive::OnlyHeaders));
        // The id was assigned to another message before the queue manager logged it.
        let mut reused = TAKEN.to_vec();
        reused.insert(5, "Nov 22 15:28:46 mail postfix/cleanup[24]: 4XkQ: message-id=<other@example.org>");
        assert_eq!(trace(reused), LogVerdict::Inconclusive(Inconclusive::OnlyHeaders));
    }

    #[test]
    fn silence_proves_nothing_in_a_log_that_is_not_whole() {
        let silent = || without("4XkQ");
        let late = silent().into_iter().skip(2);
        assert_eq!(trace(late), LogVerdict::Inconclusive(Inconclusive::BeginsLate));
        assert_eq!(trace([]), LogVerdict::Inconclusive(Inconclusive::BeginsLate));
        let open = silent().into_iter().filter(|line| !line.contains("disconnect"));
        assert_eq!(trace(open), LogVerdict::Inconclusive(Inconclusive::StillConnected));
        let elsewhere = silent().into_iter().filter(|line| !line.contains("connect from"));
        assert_eq!(trace(elsewhere), LogVerdict::Inconclusive(Inconclusive::NoConnections));
        let later = silent().into_iter().filter(|line| !line.contains("connect from"));
        let later = later.chain(["Nov 22 15:30:00 mail postfix/smtpd[23]: connect from localhost[127.0.0.1]"]);
        assert_eq!(trace(later), LogVerdict::Inconclusive(Inconclusive::NoConnections));
        let lossy = silent()
            .into_iter()
            .chain(["Nov 22 15:29:00 mail rsyslogd: imuxsock[pid 7]: begin to drop messages due to rate-limiting"]);
        assert_eq!(trace(lossy), LogVerdict::Inconclusive(Inconclusive::Gaps));
    }

    #[test]
    fn a_reply_about_a_queued_message_removes_it_from_no_queue() {
        // A content filter returned it: the same Message-ID under another queue id, with nothing
        // logged after the headers.
        let handed_back = "Nov 22 15:28:48 mail postfix/cleanup[24]: 5XkQ: message-id=<42.abc@example.org>";
        assert_eq!(trace(TAKEN.iter().copied().chain([handed_back])), LogVerdict::Accepted("4XkQ".to_owned()));
    }

    #[test]
    fn lines_about_something_else_are_passed_over() {
        let others = [
            "Nov 22 15:28:47 mail postfix/master[2]: reload -- version 3.7.11, configuration /etc/postfix",
            "Nov 22 15:28:47 mail postfix/cleanup[24]: warning: milter unreachable",
            "Nov 22 15:28:47 mail postfix/qmgr[5]: end of run",
        ];
        assert_eq!(trace(TAKEN.iter().copied().chain(others)), LogVerdict::Accepted("4XkQ".to_owned()));
        assert_eq!(trace(without("4XkQ").into_iter().chain(others)), LogVerdict::Absent);
    }

    #[test]
    fn each_way_to_know_nothing_has_its_words() {
        use Inconclusive::{BeginsLate, Gaps, NoConnections, OnlyHeaders, StillConnected};
        assert_eq!(
            [BeginsLate, NoConnections, StillConnected, OnlyHeaders, Gaps].map(Inconclusive::description),
            [
                "the log starts after the delivery; add the older log files",
                "no client connected at that time: it is the log of another server",
                "a client that was connected at that time still is; try again in a few minutes",
                "the log contains the start of the message but not its end; try again in a few minutes",
                "the log says that lines are missing",
            ]
        );
    }

    #[test]
    fn a_later_connection_is_not_waited_for() {
        let lines = without("4XkQ").into_iter();
        let lines = lines.chain(["Nov 22 15:50:00 mail postfix/smtpd[23]: connect from localhost[127.0.0.1]"]);
        assert_eq!(trace(lines), LogVerdict::Absent);
    }

    #[test]
    fn both_forms_of_time_are_read() {
        let now = DateTime::parse_from_rfc3339("2027-01-02T12:00:00+01:00").unwrap();
        for (line, expected) in [
            ("2026-11-22T15:28:46.123456+01:00 mail x", "2026-11-22T14:28:46.123456Z"),
            ("Dec 31 23:00:00 mail x", "2026-12-31T22:00:00Z"),
            ("Jan  2 11:00:00 mail x", "2027-01-02T10:00:00Z"),
        ] {
            assert_eq!(PostfixLog::time(line.as_bytes(), now), Some(time(expected)), "{line}");
        }
        for line in
            ["", "no time", "Feb 30 11:00:00 mail x", "Jan  2 11:00:00", "2026-11-22 mail x", "Jän  2 11:00:00 m"]
        {
            assert_eq!(PostfixLog::time(line.as_bytes(), now), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn no_log_makes_it_panic_and_none_proves_what_it_does_not_say(
            lines in proptest::collection::vec(".{0,80}", 0..20),
        ) {
            prop_assert!(matches!(trace(lines.iter().map(String::as_str)), LogVerdict::Inconclusive(_)));
        }

        #[test]
        fn a_log_with_lines_lost_never_says_that_a_message_came_which_did_not(
            kept in proptest::collection::vec(proptest::bool::ANY, TAKEN.len()),
        ) {
            let lines: Vec<_> = TAKEN.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(line, _)| *line).collect();
            let proven = kept[4] && kept[5];
            prop_assert_eq!(matches!(trace(lines), LogVerdict::Accepted(_)), proven);
        }
    }
}
