//! What the log of a Postfix says about messages whose answer was lost. Pure: lines in, a trace for each message out.
//!
//! Postfix logs `QUEUEID: message-id=<...>` while it reads a message's headers, which proves nothing yet, and
//! `QUEUEID: from=<...>, size=..., nrcpt=1 (queue active)` once the message is committed to its queue and taken up by the queue
//! manager. Both for one queue id: it has the message. That neither is there proves that it has not only if the log has
//! everything since the delivery began, and nobody who was connected at the time is still talking.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, TimeDelta, Utc};

/// How far apart two clocks may be that count whole seconds.
const SECOND: TimeDelta = TimeDelta::seconds(1);

/// A log being searched for messages.
#[derive(Debug)]
pub struct MailLog {
    /// When the delivery began: what was logged before is about others.
    since: DateTime<Utc>,
    /// The present, by the clock and in the zone the log is written in.
    now: DateTime<FixedOffset>,
    /// The Message-IDs looked for, and what was found of them.
    wanted: HashMap<String, Found>,
    /// Whose message a queue id is.
    queue_ids: HashMap<String, String>,
    /// When the log begins.
    begins: Option<DateTime<Utc>>,
    /// The seconds in which somebody connected since then.
    connects: BTreeSet<DateTime<Utc>>,
    /// When whoever is still connected did so, by the process that serves them.
    open: HashMap<String, DateTime<Utc>>,
    /// Whether it says itself that lines are missing.
    gaps: bool,
}

/// What was found of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Found {
    #[default]
    Nothing,
    /// Its headers were read.
    Headers,
    /// It is in the queue by this id.
    Queued(String),
}

/// What the log says about a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trace {
    /// Postfix has taken it, by this queue id.
    Taken(String),
    /// It never came to Postfix.
    Absent,
    /// That cannot be said.
    Unclear(Unclear),
}

/// Why a log says nothing about a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unclear {
    /// It begins later than the delivery.
    BeginsLate,
    /// Nobody connected between the beginning of the delivery and the loss of the answer: it is the log of another server.
    NobodyConnected,
    /// Somebody who connected before the answer was lost has not disconnected.
    StillConnected,
    /// The headers of the message were read, and nothing more is said of it.
    OnlyHeaders,
    /// It says itself that lines are missing.
    Gaps,
}

impl Unclear {
    /// In words, about the log.
    pub fn words(self) -> &'static str {
        match self {
            Self::BeginsLate => "the log begins later than the delivery; name the older ones too",
            Self::NobodyConnected => "nobody connected at the time, says the log: it is that of another server",
            Self::StillConnected => "somebody who was connected at the time still is; try again in some minutes",
            Self::OnlyHeaders => "the log has its beginning and not its end; try again in some minutes",
            Self::Gaps => "the log says itself that lines are missing",
        }
    }
}

impl MailLog {
    /// A log, written until `now`, to be searched for the messages `wanted` (Message-IDs with their brackets) of a delivery
    /// that began at `since`.
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

    /// When the line `line` was written, if it begins with a time.
    pub fn time(line: &[u8], now: DateTime<FixedOffset>) -> Option<DateTime<Utc>> {
        split_time(&String::from_utf8_lossy(line), now).map(|(time, _)| time)
    }

    /// Reads the next line. What is not a line of a log is passed over.
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
            // Whoever was connected before is not any more.
            "master" if said.starts_with("daemon started") => self.open.clear(),
            "cleanup" => self.headers(said),
            "qmgr" => self.queued(said),
            _ => {}
        }
    }

    /// `QUEUEID: message-id=<...>`.
    fn headers(&mut self, said: &str) {
        let Some((queue_id, message_id)) = said.split_once(": message-id=") else { return };
        // Queue ids are given again: from here on it is this message's.
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

    /// What the log says about the message `message_id`, whose answer was lost at `lost` or before.
    pub fn trace(&self, message_id: &str, lost: DateTime<Utc>) -> Trace {
        match self.wanted.get(message_id) {
            Some(Found::Queued(queue_id)) => return Trace::Taken(queue_id.clone()),
            Some(Found::Headers) => return Trace::Unclear(Unclear::OnlyHeaders),
            Some(Found::Nothing) | None => {}
        }
        let lost = lost + SECOND;
        if self.gaps {
            Trace::Unclear(Unclear::Gaps)
        } else if self.begins.is_none_or(|begins| begins > self.since + SECOND) {
            Trace::Unclear(Unclear::BeginsLate)
        } else if self.connects.first().is_none_or(|&first| first > lost) {
            Trace::Unclear(Unclear::NobodyConnected)
        } else if self.open.values().any(|&connected| connected <= lost) {
            Trace::Unclear(Unclear::StillConnected)
        } else {
            Trace::Absent
        }
    }
}

/// `postfix/submission/smtpd[4711]`.
#[derive(Clone, Copy)]
struct Process<'a>(&'a str);

impl<'a> Process<'a> {
    fn service(self) -> &'a str {
        let name = self.0.split('[').next().unwrap_or_default();
        name.rsplit('/').next().unwrap_or_default()
    }
}

/// The process that wrote a line, and what it said, of what follows the time: `host postfix/qmgr[7]: said`.
fn process(rest: &str) -> Option<(Process<'_>, &str)> {
    let (_, rest) = rest.split_once(' ')?;
    let (process, said) = rest.split_once(": ")?;
    (process.contains('/') && process.ends_with(']')).then_some((Process(process), said))
}

/// The time a line begins with, and the rest. Two forms are in use: `2026-11-22T15:28:46.123456+01:00` and that of RFC 3164,
/// `Nov 22 15:28:46`, which leaves out the year and the zone.
fn split_time(line: &str, now: DateTime<FixedOffset>) -> Option<(DateTime<Utc>, &str)> {
    let (first, rest) = line.split_once(' ')?;
    if let Ok(time) = DateTime::parse_from_rfc3339(first) {
        return Some((time.to_utc(), rest));
    }
    let (time, rest) = line.split_at_checked("Nov 22 15:28:46".len())?;
    // The newest year that does not put it into the future.
    let year = [now.year(), now.year() - 1].into_iter().find_map(|year| {
        let time = NaiveDateTime::parse_from_str(&format!("{year} {time}"), "%Y %b %e %T").ok()?;
        let time = time.and_local_timezone(*now.offset()).single()?;
        (time <= now + TimeDelta::days(1)).then_some(time)
    });
    Some((year?.to_utc(), rest.strip_prefix(' ')?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "<42.abc@example.org>";

    /// What Postfix 3.7 wrote for a message it took: connect, headers, queue, delivery.
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

    /// What the log of `lines` says about [`ID`], lost at 15:28:50 in a delivery that began at 15:28:00.
    fn trace<'a>(lines: impl IntoIterator<Item = &'a str>) -> Trace {
        let now = DateTime::parse_from_rfc3339("2026-11-22T16:00:00+00:00").unwrap();
        let mut log = MailLog::new([ID.to_owned()], time("2026-11-22T15:28:00Z"), now);
        for line in lines {
            log.line(line.as_bytes());
        }
        log.trace(ID, time("2026-11-22T15:28:50Z"))
    }

    fn without(words: &str) -> Vec<&'static str> {
        TAKEN.iter().copied().filter(|line| !line.contains(words)).collect()
    }

    #[test]
    fn a_message_in_the_queue_was_taken() {
        assert_eq!(trace(TAKEN.iter().copied()), Trace::Taken("4XkQ".to_owned()));
        let submission: Vec<_> = TAKEN.iter().map(|line| line.replace("postfix/", "postfix-out/submission/")).collect();
        assert_eq!(trace(submission.iter().map(String::as_str)), Trace::Taken("4XkQ".to_owned()));
    }

    #[test]
    fn a_message_nobody_heard_of_never_came() {
        assert_eq!(trace(without("4XkQ")), Trace::Absent);
        let open = TAKEN.iter().copied().filter(|line| !line.contains("4XkQ") && !line.contains("disconnect"));
        let restarted = open.chain(["Nov 22 15:40:00 mail postfix/master[2]: daemon started -- version 3.7.11"]);
        assert_eq!(trace(restarted), Trace::Absent);
    }

    #[test]
    fn half_of_the_proof_is_none() {
        assert_eq!(trace(without("queue active")), Trace::Unclear(Unclear::OnlyHeaders));
        let another = TAKEN.iter().map(|line| line.replace("5]: 4XkQ", "5]: 4XkR")).collect::<Vec<_>>();
        assert_eq!(trace(another.iter().map(String::as_str)), Trace::Unclear(Unclear::OnlyHeaders));
        // The id was given to another message before the queue manager spoke of it.
        let mut reused = TAKEN.to_vec();
        reused.insert(5, "Nov 22 15:28:46 mail postfix/cleanup[24]: 4XkQ: message-id=<other@example.org>");
        assert_eq!(trace(reused), Trace::Unclear(Unclear::OnlyHeaders));
    }

    #[test]
    fn silence_proves_nothing_in_a_log_that_is_not_whole() {
        let silent = || without("4XkQ");
        let late = silent().into_iter().skip(2);
        assert_eq!(trace(late), Trace::Unclear(Unclear::BeginsLate));
        assert_eq!(trace([]), Trace::Unclear(Unclear::BeginsLate));
        let open = silent().into_iter().filter(|line| !line.contains("disconnect"));
        assert_eq!(trace(open), Trace::Unclear(Unclear::StillConnected));
        let elsewhere = silent().into_iter().filter(|line| !line.contains("connect from"));
        assert_eq!(trace(elsewhere), Trace::Unclear(Unclear::NobodyConnected));
        let later = silent().into_iter().filter(|line| !line.contains("connect from"));
        let later = later.chain(["Nov 22 15:30:00 mail postfix/smtpd[23]: connect from localhost[127.0.0.1]"]);
        assert_eq!(trace(later), Trace::Unclear(Unclear::NobodyConnected));
        let lossy = silent()
            .into_iter()
            .chain(["Nov 22 15:29:00 mail rsyslogd: imuxsock[pid 7]: begin to drop messages due to rate-limiting"]);
        assert_eq!(trace(lossy), Trace::Unclear(Unclear::Gaps));
    }

    #[test]
    fn what_is_said_of_a_message_already_in_the_queue_takes_it_out_of_none() {
        // A content filter hands it back: the same Message-ID under another queue id, which went no further yet.
        let handed_back = "Nov 22 15:28:48 mail postfix/cleanup[24]: 5XkQ: message-id=<42.abc@example.org>";
        assert_eq!(trace(TAKEN.iter().copied().chain([handed_back])), Trace::Taken("4XkQ".to_owned()));
    }

    #[test]
    fn lines_about_something_else_are_passed_over() {
        let others = [
            "Nov 22 15:28:47 mail postfix/master[2]: reload -- version 3.7.11, configuration /etc/postfix",
            "Nov 22 15:28:47 mail postfix/cleanup[24]: warning: milter unreachable",
            "Nov 22 15:28:47 mail postfix/qmgr[5]: end of run",
        ];
        assert_eq!(trace(TAKEN.iter().copied().chain(others)), Trace::Taken("4XkQ".to_owned()));
        assert_eq!(trace(without("4XkQ").into_iter().chain(others)), Trace::Absent);
    }

    #[test]
    fn each_way_to_know_nothing_has_its_words() {
        use Unclear::{BeginsLate, Gaps, NobodyConnected, OnlyHeaders, StillConnected};
        assert_eq!(
            [BeginsLate, NobodyConnected, StillConnected, OnlyHeaders, Gaps].map(Unclear::words),
            [
                "the log begins later than the delivery; name the older ones too",
                "nobody connected at the time, says the log: it is that of another server",
                "somebody who was connected at the time still is; try again in some minutes",
                "the log has its beginning and not its end; try again in some minutes",
                "the log says itself that lines are missing",
            ]
        );
    }

    #[test]
    fn who_connects_later_is_not_waited_for() {
        let lines = without("4XkQ").into_iter();
        let lines = lines.chain(["Nov 22 15:50:00 mail postfix/smtpd[23]: connect from localhost[127.0.0.1]"]);
        assert_eq!(trace(lines), Trace::Absent);
    }

    #[test]
    fn both_forms_of_time_are_read() {
        let now = DateTime::parse_from_rfc3339("2027-01-02T12:00:00+01:00").unwrap();
        for (line, expected) in [
            ("2026-11-22T15:28:46.123456+01:00 mail x", "2026-11-22T14:28:46.123456Z"),
            ("Dec 31 23:00:00 mail x", "2026-12-31T22:00:00Z"),
            ("Jan  2 11:00:00 mail x", "2027-01-02T10:00:00Z"),
        ] {
            assert_eq!(MailLog::time(line.as_bytes(), now), Some(time(expected)), "{line}");
        }
        for line in
            ["", "no time", "Feb 30 11:00:00 mail x", "Jan  2 11:00:00", "2026-11-22 mail x", "Jän  2 11:00:00 m"]
        {
            assert_eq!(MailLog::time(line.as_bytes(), now), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn no_log_makes_it_panic_and_none_proves_what_it_does_not_say(
            lines in proptest::collection::vec(".{0,80}", 0..20),
        ) {
            prop_assert!(matches!(trace(lines.iter().map(String::as_str)), Trace::Unclear(_)));
        }

        #[test]
        fn a_log_with_lines_lost_never_says_that_a_message_came_which_did_not(
            kept in proptest::collection::vec(proptest::bool::ANY, TAKEN.len()),
        ) {
            let lines: Vec<_> = TAKEN.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(line, _)| *line).collect();
            let proven = kept[4] && kept[5];
            prop_assert_eq!(matches!(trace(lines), Trace::Taken(_)), proven);
        }
    }
}
