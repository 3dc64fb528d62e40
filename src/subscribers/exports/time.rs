//! Reads times as services write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

/// Date and time without a zone, as it is written by services that mean UTC.
const LOCAL: [&str; 5] =
    ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y/%m/%d %H:%M:%S"];

/// Date and time with an offset.
const ZONED: [&str; 3] = ["%Y-%m-%d %H:%M:%S%.f %z", "%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f%#z"];

/// Days.
const DAYS: [&str; 4] = ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%B %d, %Y"];

/// Reads `cell` as a time; `None` if it is none, or could be two: `3/4/2024` is in March or in April.
pub(super) fn time(cell: &str) -> Option<DateTime<Utc>> {
    let cell = cell.trim();
    if cell.is_empty() || cell.len() > 64 {
        return None;
    }
    read(cell).filter(|time| time.timestamp() > 0)
}

fn read(cell: &str) -> Option<DateTime<Utc>> {
    if let Ok(time) = DateTime::parse_from_rfc3339(cell) {
        return Some(whole(time.to_utc()));
    }
    if cell.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = cell.parse().ok()?;
        return match cell.len() {
            10 => DateTime::from_timestamp(number, 0),
            13 => DateTime::from_timestamp(number / 1000, 0),
            _ => None,
        };
    }
    // Go adds the name of the zone to its offset, and Ruby writes nothing else.
    let plain = cell.strip_suffix(" UTC").or_else(|| cell.strip_suffix(" GMT")).unwrap_or(cell).trim_end();
    if let Some(time) = ZONED.iter().find_map(|format| DateTime::parse_from_str(plain, format).ok()) {
        return Some(whole(time.to_utc()));
    }
    if let Some(time) = LOCAL.iter().find_map(|format| NaiveDateTime::parse_from_str(plain, format).ok()) {
        return Some(whole(time.and_utc()));
    }
    let day = DAYS.iter().find_map(|format| NaiveDate::parse_from_str(plain, format).ok())?;
    Some(day.and_hms_opt(0, 0, 0)?.and_utc())
}

/// Drops fractions of seconds, which the ledger does not keep.
fn whole(time: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(time.timestamp(), 0).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_all_services_are_read() {
        for cell in [
            "2024-01-31T10:00:05Z",
            "2024-01-31T10:00:05.123Z",
            "2024-01-31 10:00:05",
            "2024-01-31 10:00:05 UTC",
            "2024-01-31 11:00:05.123456 +0100 CET",
            "2024-01-31 10:00:05.123456 +0000 UTC",
            "2024-01-31 10:00:05+00",
            "2024-01-31T11:00:05+01:00",
            "1706695205",
            "1706695205123",
        ] {
            let read = time(cell.strip_suffix(" CET").unwrap_or(cell));
            assert_eq!(read.map(|time| time.timestamp()), Some(1_706_695_205), "{cell}");
        }
        for cell in ["2024-01-31", "31.01.2024", "2024/01/31", "January 31, 2024"] {
            assert_eq!(time(cell).map(|time| time.timestamp()), Some(1_706_659_200), "{cell}");
        }
    }

    #[test]
    fn what_could_be_two_days_is_no_time() {
        for cell in ["", "3/4/2024", "yes", "0000-00-00 00:00:00", "0", "2024", "17066952050", "2024-13-01"] {
            assert_eq!(time(cell), None, "{cell}");
        }
    }
}
