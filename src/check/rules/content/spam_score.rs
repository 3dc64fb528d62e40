//! `spam-score`: see [`RULE`].

use crate::check::{Check, Finding, Rule, Subject};
use crate::load::CheckLevel;

/// The rule.
pub(in crate::check) const RULE: Rule = Rule {
    name: "spam-score",
    level: CheckLevel::Warn,
    what: "With `--spam`: SpamAssassin gives the message no more points than `spam_limit` under `[check]`, 2 unless it is set.",
    why: "It is the one filter that says what it thinks, and many servers ask it; what its rules say of headers, markup and words, others learn by themselves.",
    example: "a subject in capitals and no name in `from`: 2.6 points",
    source: "SpamAssassin, without its network and its memory",
    check: Check::Issue(check),
};

/// Rules that are named.
const NAMED: usize = 4;

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(score) = subject.spam() else { return Vec::new() };
    let limit = subject.settings().spam_limit;
    if score.points <= limit {
        return Vec::new();
    }
    let mut rules: Vec<&(String, f64)> = score.rules.iter().filter(|(_, points)| *points >= 0.1).collect();
    rules.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let named: Vec<String> = rules.iter().take(NAMED).map(|(name, points)| format!("`{name}` {points:.1}")).collect();
    let wrong = format!("SpamAssassin gives {:.1} points, more than {limit:.1}: {}", score.points, named.join(", "));
    let number = subject.issue().number;
    let help =
        format!("5 are spam to it; `newsletter render {number} --eml | spamassassin -L -t` says what each is for");
    vec![Finding::new(wrong).at(subject.in_issue(&subject.places().subject)).help(help)]
}
