//! Values of a table that are no text: numbers, days, yes and no.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};
use toml::Spanned;
use toml::de::DeValue;

use super::Table;
use crate::load::suggestion;
use crate::load::toml_file::Fault;

impl Table<'_> {
    /// A whole number in `range`.
    pub(in crate::load) fn integer(&self, key: &'static str, range: RangeInclusive<u32>) -> Option<u32> {
        let value = self.value(key)?;
        self.number(&format!("`{key}`"), value, range)
    }

    /// A list of whole numbers in `range`; those that are none are reported and left out.
    pub(in crate::load) fn integers(&self, key: &'static str, range: RangeInclusive<u32>) -> Option<Vec<u32>> {
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
            let bounds = if most == u32::MAX { format!("{least} or more") } else { format!("{least} to {most}") };
            self.error(
                value.span(),
                Fault::new(format!("{name} is {bounds}, not {}", suggestion::quote(integer.as_str()))),
            );
        }
        number
    }

    /// A number in `range`, with a fraction or without.
    pub(in crate::load) fn decimal(&self, key: &'static str, range: RangeInclusive<f64>) -> Option<f64> {
        let value = self.value(key)?;
        let written = match value.get_ref() {
            DeValue::Float(float) => float.as_str(),
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
            _ => "",
        };
        if let Some(number) = written.parse().ok().filter(|number| range.contains(number)) {
            return Some(number);
        }
        self.error(value.span(), Fault::new(format!("`{key}` is a number from {} to {}", range.start(), range.end())));
        None
    }

    /// `true` or `false`.
    pub(in crate::load) fn boolean(&self, key: &'static str) -> Option<bool> {
        let value = self.value(key)?;
        if let DeValue::Boolean(boolean) = value.get_ref() {
            return Some(*boolean);
        }
        self.wrong_type(&format!("`{key}`"), "`true` or `false`", value);
        None
    }

    /// A day: a bare TOML date, or the same in quotes.
    pub(in crate::load) fn date(&self, key: &'static str) -> Option<NaiveDate> {
        let value = self.value(key)?;
        let date = match value.get_ref() {
            DeValue::Datetime(datetime) => match (&datetime.date, &datetime.time) {
                (Some(date), None) => {
                    NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
                }
                _ => None,
            },
            DeValue::String(text) => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok(),
            _ => {
                self.wrong_type(&format!("`{key}`"), "a day such as `2026-11-24`", value);
                return None;
            }
        };
        // A letter's `Date` has a year of four digits, 1900 or later (RFC 5322 3.3).
        let date = date.filter(|date| (1900..=9999).contains(&date.year()));
        if date.is_none() {
            let written = suggestion::quote(self.text.get(value.span()).unwrap_or_default());
            let fault = Fault::new(format!("{written} is not a day")).help("write year, month and day: `2026-11-24`");
            self.error(value.span(), fault);
        }
        date
    }
}
