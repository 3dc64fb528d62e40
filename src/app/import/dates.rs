//! Gives dates to past issues that do not say theirs.

use std::path::PathBuf;
use std::str::FromStr;

use chrono::{Days, Months, NaiveDate};

use crate::app::failure::Failure;
use crate::issue::PastIssue;

/// The time between two issues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interval {
    Days(u32),
    Months(u32),
}

impl FromStr for Interval {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut words = text.split_whitespace();
        let (count, unit) = match (words.next(), words.next(), words.next()) {
            (Some(unit), None, None) => (Some(1), unit),
            (Some(count), Some(unit), None) => (count.parse().ok(), unit),
            _ => (None, ""),
        };
        let interval = count.filter(|count| (1..=1000).contains(count)).and_then(|count| match unit {
            "day" | "days" => Some(Self::Days(count)),
            "week" | "weeks" => Some(Self::Days(count * 7)),
            "month" | "months" => Some(Self::Months(count)),
            _ => None,
        });
        interval.ok_or_else(|| "expected `week`, `2 weeks`, `month` or `10 days`".to_owned())
    }
}

impl Interval {
    fn after(self, first: NaiveDate, steps: u32) -> Option<NaiveDate> {
        match self {
            Self::Days(days) => first.checked_add_days(Days::new(u64::from(days) * u64::from(steps))),
            Self::Months(months) => first.checked_add_months(Months::new(months.checked_mul(steps)?)),
        }
    }
}

/// The dates of issues that do not say theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GivenDates {
    /// The date of the first of them.
    pub(crate) first: NaiveDate,
    /// The time between two; without it there may be one.
    pub(crate) every: Option<Interval>,
}

impl GivenDates {
    /// Gives a date to each of `issues` that has none, in the order of their numbers; a number that is missing keeps its
    /// place. Where one has no number, all are in the order of their files.
    ///
    /// Errors when there are several and no time between them, and when a date is too far away.
    pub(super) fn give(self, issues: &mut [(PathBuf, PastIssue)]) -> anyhow::Result<()> {
        let mut undated: Vec<_> =
            issues.iter_mut().filter(|(_, issue)| issue.date.is_none() && !issue.is_draft).collect();
        if undated.len() > 1 && self.every.is_none() {
            let failure = Failure::usage(format!("{} issues do not say their dates, and one is given", undated.len()));
            return Err(failure.hint("say how far apart they are, for example `--every week`").into());
        }
        let numbers: Option<Vec<u32>> = undated.iter().map(|(_, issue)| issue.number).collect();
        match numbers {
            Some(_) => undated.sort_by_key(|(_, issue)| issue.number),
            None => undated.sort_by(|(one, _), (other, _)| one.cmp(other)),
        }
        let lowest = numbers.and_then(|numbers| numbers.into_iter().min());
        for (place, (_, issue)) in (0..).zip(undated) {
            let steps = match (issue.number, lowest) {
                (Some(number), Some(lowest)) => number - lowest,
                _ => place,
            };
            let date = self.every.map_or(Some(self.first), |every| every.after(self.first, steps));
            let far = || Failure::usage(format!("the date of an issue {steps} places after the first is too far away"));
            issue.date = Some(date.ok_or_else(far)?);
        }
        Ok(())
    }
}
