//! Reads values that are not text: numbers, dates and booleans.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};
use toml::Spanned;
use toml::de::DeValue;

use super::Table;
use crate::diagnostic::{Problem, suggestion};
use crate::toml::day::{days, why_no_day};

impl Table<'_> {
    /// A whole number in `range`.
    pub(crate) fn integer(&self, key: &'static str, range: RangeInclusive<u32>) -> Option<u32> {
        let value = self.value(key)?;
        self.number(&format!("`{key}`"), value, range)
    }

    /// A list of whole numbers in `range`; those that are none are reported and left out.
    pub(crate) fn integers(&self, key: &'static str, range: RangeInclusive<u32>) -> Option<Vec<u32>> {
        let array = self.array(key)?;
        let name = format!("an item of `{key}`");
        Some(array.iter().filter_map(|item| self.number(&name, item, range.clone())).collect())
    }

    fn number(&self, name: &str, value: &Spanned<DeValue<'_>>, range: RangeInclusive<u32>) -> Option<u32> {
        let DeValue::Integer(integer) = value.get_ref() else {
            self.wrong_type(name, "a whole number", value);
            return None;
        };
        let number =
            u32::from_str_radix(integer.as_str(), integer.radix()).ok().filter(|number| range.contains(number));
        if number.is_none() {
            let (least, most) = range.into_inner();
            let bounds = if most == u32::MAX { format!("{least} or more") } else { format!("from {least} to {most}") };
            self.error(
                value.span(),
                Problem::new(format!("{name} must be {bounds}, not {}", suggestion::quote(integer.as_str()))),
            );
        }
        number
    }

    /// A number in `range`, with a fraction or without.
    pub(crate) fn decimal(&self, key: &'static str, range: RangeInclusive<f64>) -> Option<f64> {
        let value = self.value(key)?;
        let written = match value.get_ref() {
            DeValue::Float(float) => float.as_str(),
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
            _ => "",
        };
        if let Some(number) = written.parse().ok().filter(|number| range.contains(number)) {
            return Some(number);
        }
        self.error(
            value.span(),
            Problem::new(format!("`{key}` must be a number from {} to {}", range.start(), range.end())),
        );
        None
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&self, key: &'static str) -> Option<bool> {
        let value = self.value(key)?;
        if let DeValue::Boolean(boolean) = value.get_ref() {
            return Some(*boolean);
        }
        self.wrong_type(&format!("`{key}`"), "`true` or `false`", value);
        None
    }

    /// A day: a bare TOML date, or the same in quotes.
    pub(crate) fn date(&self, key: &'static str) -> Option<NaiveDate> {
        let value = self.value(key)?;
        let written = self.text.get(value.span()).unwrap_or_default();
        let meant: Vec<String> = days(written).iter().map(|day| format!("`{key} = {day}`")).collect();
        let date = match value.get_ref() {
            DeValue::Datetime(datetime) => match (&datetime.date, &datetime.time) {
                (Some(date), None) => {
                    NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
                }
                _ => None,
            },
            DeValue::String(text) => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok(),
            _ if meant.is_empty() => {
                self.wrong_type(&format!("`{key}`"), "a date such as `2026-11-24`", value);
                return None;
            }
            _ => None,
        };
        // A letter's `Date` has a year of four digits, 1900 or later (RFC 5322 3.3).
        let date = date.filter(|date| (1900..=9999).contains(&date.year()));
        if date.is_none() {
            let help = match &meant[..] {
                [] => why_no_day(written).unwrap_or_else(|| "write year, month and day: `2026-11-24`".to_owned()),
                meant => format!("write {}", meant.join(", or ")),
            };
            let problem = Problem::new(format!("{} is not a date", suggestion::quote(written))).help(help);
            self.error(value.span(), problem);
        }
        date
    }

    /// Reads a date, with its moment if a time stands beside it: `2026-11-24T18:00:00+01:00` (RFC 3339), bare or in quotes.
    pub(crate) fn date_with_time(&self, key: &'static str) -> Option<(NaiveDate, Option<DateTime<FixedOffset>>)> {
        let value = self.entry(key)?;
        let (written, has_offset) = match value.get_ref() {
            DeValue::Datetime(datetime) if datetime.date.is_some() && datetime.time.is_some() => {
                (datetime.to_string(), datetime.offset.is_some())
            }
            DeValue::String(text) if text.contains(['T', 't']) && text.contains(':') => (text.to_string(), true),
            _ => return self.date(key).map(|date| (date, None)),
        };
        self.mark_known(key);
        let moment = DateTime::parse_from_rfc3339(&written).ok();
        let moment = moment.filter(|moment| (1900..=9999).contains(&moment.year()));
        if moment.is_none() {
            let written = suggestion::quote(self.text.get(value.span()).unwrap_or_default());
            let what = if has_offset { "is not a date with a time" } else { "has no offset from UTC" };
            let problem = Problem::new(format!("{written} {what}"));
            let help = "write `2026-11-24T18:00:00+01:00`, or `Z` at the end for UTC";
            self.error(value.span(), problem.help(help));
        }
        moment.map(|moment| (moment.date_naive(), Some(moment)))
    }
}
