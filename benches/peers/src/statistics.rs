//! Medians and how far measurements spread around them.

use std::fmt;

/// The middle, the least and the greatest of some measurements.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    /// The middle one, or the mean of the middle two.
    pub(crate) median: f64,
    /// The least.
    pub(crate) least: f64,
    /// The greatest.
    pub(crate) greatest: f64,
}

impl Spread {
    /// Of at least one measurement.
    pub(crate) fn of(measurements: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = measurements.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        let (least, greatest) = (*sorted.first()?, *sorted.last()?);
        let half = sorted.len() / 2;
        let median = if sorted.len() % 2 == 1 { sorted[half] } else { f64::midpoint(sorted[half - 1], sorted[half]) };
        Some(Self { median, least, greatest })
    }
}

/// `median (least–greatest)`, with as many decimals as the median needs for two or three digits.
impl fmt::Display for Spread {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = match self.median {
            median if median < 10.0 => 2,
            median if median < 100.0 => 1,
            _ => 0,
        };
        let number = |value: f64| with_commas(&format!("{value:.decimals$}"));
        let (median, least, greatest) = (number(self.median), number(self.least), number(self.greatest));
        if least == greatest {
            formatter.write_str(&median)
        } else {
            write!(formatter, "{median} ({least}–{greatest})")
        }
    }
}

/// `12345.6` as `12,345.6`.
pub(crate) fn with_commas(number: &str) -> String {
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |number| ("−", number));
    let (whole, fraction) = number.split_once('.').map_or((number, None), |(whole, rest)| (whole, Some(rest)));
    let mut text = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_is_the_mean_of_the_middle_two() {
        let spread = Spread::of([4.0, 1.0, 3.0, 2.0]);
        assert_eq!(spread, Some(Spread { median: 2.5, least: 1.0, greatest: 4.0 }));
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn a_spread_shows_as_many_decimals_as_its_median_needs() {
        let shown = [
            Spread { median: 3.456, least: 0.9, greatest: 12.0 },
            Spread { median: 34.56, least: 30.0, greatest: 120.04 },
            Spread { median: 12_345.6, least: 999.9, greatest: 1_234_567.0 },
            Spread { median: 2.0, least: 2.0, greatest: 2.0 },
            Spread { median: 80.6, least: -196.1, greatest: 1_516.0 },
        ]
        .map(|spread| spread.to_string());
        let expected =
            ["3.46 (0.90–12.00)", "34.6 (30.0–120.0)", "12,346 (1,000–1,234,567)", "2.00", "80.6 (−196.1–1,516.0)"];
        assert_eq!(shown, expected);
    }
}
