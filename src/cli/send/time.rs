//! Reads the time of `--at`.

use chrono::{DateTime, FixedOffset, MappedLocalTime, NaiveDateTime};

use crate::app::clock;

/// Parses a time with its distance from UTC, or of this machine's time zone.
pub(super) fn parse(text: &str) -> Result<DateTime<FixedOffset>, String> {
    parse_in(text, clock::local_time)
}

/// Parses a time; one without its distance from UTC is what `local` makes of it.
fn parse_in(
    text: &str,
    local: impl Fn(NaiveDateTime) -> MappedLocalTime<DateTime<FixedOffset>>,
) -> Result<DateTime<FixedOffset>, String> {
    for offset in ["%#z", "%:z"] {
        for format in ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"] {
            if let Ok(time) = DateTime::parse_from_str(text, &format!("{format}{offset}")) {
                return Ok(time);
            }
            let Ok(time) = NaiveDateTime::parse_from_str(text, format) else { continue };
            return match local(time) {
                MappedLocalTime::Single(time) => Ok(time),
                MappedLocalTime::Ambiguous(first, second) => {
                    let [first, second] = [first, second].map(|time| time.format("%FT%H:%M%:z"));
                    Err(format!("clocks show that time twice; write `{first}` or `{second}`"))
                }
                MappedLocalTime::None => Err("clocks are put forward, and never show that time".to_owned()),
            };
        }
    }
    Err("write a time such as `2026-12-03T07:00` or `2026-12-03T07:00+01:00`".to_owned())
}

#[cfg(test)]
mod tests {
    use chrono::{FixedOffset, NaiveDateTime, TimeZone};

    use super::*;

    /// A place where clocks are put back from 3 to 2 on 25 October, and forward from 2 to 3 on 29 March.
    fn vienna(time: NaiveDateTime) -> MappedLocalTime<DateTime<FixedOffset>> {
        let [winter, summer] = [1, 2].map(|hours| FixedOffset::east_opt(hours * 3600).unwrap());
        match time.format("%m-%d %H").to_string().as_str() {
            "10-25 02" => MappedLocalTime::Ambiguous(
                summer.from_local_datetime(&time).unwrap(),
                winter.from_local_datetime(&time).unwrap(),
            ),
            "03-29 02" => MappedLocalTime::None,
            _ => winter.from_local_datetime(&time),
        }
    }

    #[test]
    fn times_are_local_unless_they_say_how_far_from_utc_they_are() {
        let read = |text: &str| parse_in(text, vienna).map(|time| time.to_rfc3339());
        let seven = "2026-12-03T07:00:00+01:00";
        for text in ["2026-12-03T07:00", "2026-12-03 07:00", "2026-12-03T07:00:00", "2026-12-03T07:00+01:00"] {
            assert_eq!(read(text).as_deref(), Ok(seven), "{text}");
        }
        assert_eq!(read("2026-12-03T06:00Z").as_deref(), Ok("2026-12-03T06:00:00+00:00"));
        assert_eq!(read("2026-12-03 06:00:30-0500").as_deref(), Ok("2026-12-03T06:00:30-05:00"));
    }

    #[test]
    fn a_time_that_is_none_is_refused() {
        let wrong = |text: &str| parse_in(text, vienna).unwrap_err();
        for text in
            ["", "07:00", "2026-12-03", "tomorrow", "2026-12-03T25:00", "2026-13-03T07:00", "2026-12-03T07:00 CET"]
        {
            assert_eq!(wrong(text), "write a time such as `2026-12-03T07:00` or `2026-12-03T07:00+01:00`", "{text}");
        }
        assert_eq!(wrong("2026-03-29T02:30"), "clocks are put forward, and never show that time");
        assert_eq!(
            wrong("2026-10-25T02:30"),
            "clocks show that time twice; write `2026-10-25T02:30+02:00` or `2026-10-25T02:30+01:00`"
        );
    }
}
