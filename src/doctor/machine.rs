//! Diagnoses the clock and the disk of this machine.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::diagnosis::Diagnosis;

/// The tolerated difference between two clocks. Receivers refuse mail from the future, and signatures carry a time.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// The longest time an issue is written before its date.
const EARLY: TimeDelta = TimeDelta::days(365);

/// The bytes an empty ledger needs, and each person in it, including the write-ahead log.
const LEDGER: u64 = 32 * 1024 * 1024;
const PERSON: u64 = 1024;

/// Other sources of the time.
#[derive(Debug, Default)]
pub struct Hints {
    /// The date of the newest issue.
    pub newest_issue: Option<NaiveDate>,
    /// When the last delivery began.
    pub last_delivery: Option<DateTime<Utc>>,
    /// The time by the clock of a web server.
    pub web: Option<DateTime<Utc>>,
}

/// Diagnoses the clock, which reads `now`.
pub fn clock(now: DateTime<Utc>, hints: &Hints) -> Diagnosis {
    const SUBJECT: &str = "clock";
    let shown = now.format("%F %H:%M UTC");
    let wrong = |why: String| {
        Diagnosis::problem(SUBJECT, format!("{shown}, but {why}"), "set the clock: `timedatectl set-ntp true`")
    };
    if let Some(web) = hints.web.filter(|web| (now - web).abs() > TOLERANCE) {
        return wrong(format!("a web server's clock says {}", web.format("%F %H:%M UTC")));
    }
    if let Some(last) = hints.last_delivery.filter(|last| now < *last - TOLERANCE) {
        return wrong(format!("the last delivery began {}", last.format("%F %H:%M UTC")));
    }
    if let Some(date) = hints.newest_issue.filter(|date| now.date_naive() < *date - EARLY) {
        return wrong(format!("the newest issue is dated {date}"));
    }
    Diagnosis::ok(SUBJECT, shown.to_string())
}

/// Diagnoses whether `free` bytes are enough for a ledger of `people`.
pub fn disk(free: u64, people: u64) -> Diagnosis {
    const SUBJECT: &str = "disk";
    let needed = LEDGER + PERSON * people;
    let megabytes = |bytes: u64| format!("{} MB", bytes / 1024 / 1024);
    let message = format!("{} free, a delivery needs about {}", megabytes(free), megabytes(needed));
    match free {
        _ if free < needed => {
            Diagnosis::problem(SUBJECT, message, "free some space, or set `path` under `[ledger]` to another disk")
        }
        _ if free < 4 * needed => Diagnosis::warning(SUBJECT, message, "free some space soon"),
        _ => Diagnosis::ok(SUBJECT, format!("{} free", megabytes(free))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_clock_is_wrong_when_something_else_knows_better() {
        let said = |now: &str, hints: &Hints| clock(at(now), hints).to_string();
        let hints = Hints {
            newest_issue: NaiveDate::from_ymd_opt(2026, 11, 24),
            last_delivery: Some(at("2026-11-17T09:00:00Z")),
            web: None,
        };
        let help = "-> set the clock: `timedatectl set-ntp true`";
        assert_eq!(said("2026-11-22T13:00:00Z", &hints), "ok clock: 2026-11-22 13:00 UTC");
        assert_eq!(said("2026-11-17T08:56:00Z", &hints), "ok clock: 2026-11-17 08:56 UTC");
        assert_eq!(
            said("2026-11-17T08:54:00Z", &hints),
            format!("problem clock: 2026-11-17 08:54 UTC, but the last delivery began 2026-11-17 09:00 UTC {help}")
        );
        assert_eq!(
            said("1970-01-01T00:00:00Z", &Hints { last_delivery: None, ..hints }),
            format!("problem clock: 1970-01-01 00:00 UTC, but the newest issue is dated 2026-11-24 {help}")
        );
        let web = Hints { web: Some(at("2026-11-22T13:00:00Z")), ..Hints::default() };
        assert_eq!(said("2026-11-22T13:05:00Z", &web), "ok clock: 2026-11-22 13:05 UTC");
        assert_eq!(
            said("2026-11-22T13:06:00Z", &web),
            format!("problem clock: 2026-11-22 13:06 UTC, but a web server's clock says 2026-11-22 13:00 UTC {help}")
        );
    }

    #[test]
    fn a_disk_has_room_for_the_next_ledger() {
        let mb = 1024 * 1024;
        let cases = [
            (40_000 * mb, 1_000_000, "ok disk: 40000 MB free"),
            (100 * mb, 1_000, "warning disk: 100 MB free, a delivery needs about 32 MB -> free some space soon"),
            (
                900 * mb,
                1_000_000,
                "problem disk: 900 MB free, a delivery needs about 1008 MB -> free some space, or set `path` under `[ledger]` to another disk",
            ),
        ];
        for (free, people, expected) in cases {
            assert_eq!(disk(free, people).to_string(), expected);
        }
    }
}
