//! Parses durations, rates and colours: `"30s"`, `"10/s"`, `"#0b5c8f"`.

use std::time::Duration;

use super::settings::Rate;
use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::quote;
use crate::model::Colour;

/// The longest span of time taken: a month of days.
const LONGEST: Duration = Duration::from_hours(31 * 24);

/// Seconds in a unit of time.
fn seconds(unit: &str) -> Option<u64> {
    match unit {
        "s" => Some(1),
        "m" => Some(60),
        "h" => Some(60 * 60),
        "d" => Some(24 * 60 * 60),
        _ => None,
    }
}

/// A number and a unit: `30s`, `5m`, `2h`, `1d`.
pub(super) fn duration(text: &str) -> Result<Duration, Problem> {
    let wrong = || {
        let problem = Problem::new(format!("{} is not a duration", quote(text)));
        problem.help("write a number and `s`, `m`, `h` or `d`, such as `30s`, `5m`, `48h`; at most `31d`")
    };
    let unit_at = text.find(|letter: char| !letter.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(unit_at);
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let length = seconds(unit).and_then(|unit| number.checked_mul(unit)).map(Duration::from_secs);
    length.filter(|&length| length <= LONGEST).ok_or_else(wrong)
}

/// A number in a unit of time: `10/s`, `500/h`.
pub(super) fn rate(text: &str) -> Result<Rate, Problem> {
    let wrong = || {
        let problem = Problem::new(format!("{} is not a rate", quote(text)));
        problem.help("write how many per second, minute, hour or day: `10/s`, `30/m`, `500/h`, `2000/d`")
    };
    let (messages, unit) = text.split_once('/').ok_or_else(wrong)?;
    let messages = messages.parse().ok().filter(|&messages| messages > 0).ok_or_else(wrong)?;
    let per = seconds(unit).map(Duration::from_secs).ok_or_else(wrong)?;
    Ok(Rate { messages, per })
}

/// A colour: `#0b5c8f`.
pub(super) fn colour(text: &str) -> Result<Colour, Problem> {
    let digits = text
        .strip_prefix('#')
        .filter(|digits| digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    let value = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).ok_or_else(|| {
        Problem::new(format!("{} is not a colour", quote(text))).help("write `#` and six hexadecimal digits: `#0b5c8f`")
    })?;
    let [_, red, green, blue] = value.to_be_bytes();
    Ok(Colour { red, green, blue })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read() {
        assert_eq!(duration("0s"), Ok(Duration::ZERO));
        assert_eq!(duration("48h"), Ok(Duration::from_hours(48)));
        assert_eq!(duration("31d"), Ok(LONGEST));
        assert_eq!(rate("10/s"), Ok(Rate { messages: 10, per: Duration::from_secs(1) }));
        assert_eq!(rate("2000/d"), Ok(Rate { messages: 2000, per: Duration::from_hours(24) }));
        assert_eq!(colour("#0B5c8f"), Ok(Colour { red: 0x0b, green: 0x5c, blue: 0x8f }));
    }

    #[test]
    fn what_is_no_quantity_is_refused() {
        for text in
            ["", "5", "s", "5 m", "-5m", "5w", "1.5h", "32d", "99999999999999999999s", "999999999999999999d", "5µ"]
        {
            assert_eq!(duration(text).unwrap_err().message, format!("`{text}` is not a duration"));
        }
        for text in ["", "10", "/s", "0/s", "10/", "10/w", "4294967296/s", "+-1/s"] {
            assert_eq!(rate(text).unwrap_err().message, format!("`{text}` is not a rate"));
        }
        for text in ["", "red", "#fff", "0b5c8f", "#0b5c8g", "#0b5c8f0", "#+b5c8f", "#ééé"] {
            assert_eq!(colour(text).unwrap_err().message, format!("`{text}` is not a colour"));
        }
    }
}
