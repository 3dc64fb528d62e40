//! Reads the score that `SpamAssassin` gives a message.

/// The score that `SpamAssassin` gives a message.
#[derive(Debug, Clone, PartialEq)]
pub struct SpamScore {
    /// Its points; by default it calls 5 and more spam.
    pub points: f64,
    /// The rules that matched, with the points of each.
    pub rules: Vec<(String, f64)>,
}

/// Lines of `SpamAssassin`'s configuration that make it end its report in a form that [`SpamScore::read`] reads.
pub const SPAM_REPORT: [&str; 3] =
    ["clear_report_template", "report newsletter-points _SCORE_", "report newsletter-rules _TESTSSCORES(,)_"];

impl SpamScore {
    /// Reads the output of `SpamAssassin`; `None` if it is not such a report.
    pub fn read(report: &str) -> Option<Self> {
        // The message comes before the report and may contain anything.
        let value = |name: &str| report.lines().rev().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let points = value("newsletter-points ")?.parse().ok()?;
        let rules = value("newsletter-rules ")?.split(',').filter_map(|rule| {
            let (name, points) = rule.split_once('=')?;
            Some((name.to_owned(), points.parse().ok()?))
        });
        Some(Self { points, rules: rules.collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_from_its_end() {
        let report =
            "Subject: x\n\nnewsletter-points -9\n--end--\nnewsletter-points 1.5\nnewsletter-rules A=2.5,B=-1\n";
        let rules = vec![("A".to_owned(), 2.5), ("B".to_owned(), -1.0)];
        assert_eq!(SpamScore::read(report), Some(SpamScore { points: 1.5, rules }));
        let none = SpamScore { points: 0.0, rules: Vec::new() };
        assert_eq!(SpamScore::read("newsletter-points 0.0\nnewsletter-rules none\n"), Some(none));
        assert_eq!(SpamScore::read("newsletter-points many\nnewsletter-rules \n"), None);
        assert_eq!(SpamScore::read(""), None);
    }
}
