//! Holds reports of dead addresses that come in a wave: that is more likely a wall than a graveyard.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{IssueNumber, is_wave, is_wave_at_domain};

/// How many an issue was sent to: in all, and at a domain.
pub trait MailedAt {
    /// The recipients of `issue`; with `domain` only those there.
    fn mailed(&mut self, issue: IssueNumber, domain: Option<&str>) -> anyhow::Result<usize>;
}

/// Addresses reported dead within a day, by issue.
#[derive(Debug, Default)]
pub struct Breaker {
    dead: BTreeMap<IssueNumber, BTreeSet<String>>,
}

/// Reports of an issue that are held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldIssue {
    /// The issue.
    pub issue: IssueNumber,
    /// The domain, if only its reports are.
    pub domain: Option<String>,
    /// The addresses reported dead.
    pub dead: usize,
    /// The recipients of the issue, or those at the domain.
    pub mailed: usize,
}

impl HeldIssue {
    /// Returns whether a report about the mailbox `key` and `issue` is held with it.
    pub fn holds(&self, issue: IssueNumber, key: &str) -> bool {
        self.issue == issue && self.domain.as_deref().is_none_or(|domain| domain_of(key) == domain)
    }
}

impl Breaker {
    /// Notes that the mailbox `key` is reported dead by `issue`.
    pub fn note(&mut self, issue: IssueNumber, key: &str) {
        self.dead.entry(issue).or_default().insert(key.to_owned());
    }

    /// Returns what is to be held.
    pub fn held(&self, counts: &mut dyn MailedAt) -> anyhow::Result<Vec<HeldIssue>> {
        let mut held = Vec::new();
        for (&issue, dead) in &self.dead {
            // Recipients are counted only where so many reports could be a wave at all.
            if is_wave(dead.len() as u64, 0) {
                let mailed = counts.mailed(issue, None)?;
                if is_wave(dead.len() as u64, mailed as u64) {
                    held.push(HeldIssue { issue, domain: None, dead: dead.len(), mailed });
                    continue;
                }
            }
            let mut domains: BTreeMap<&str, usize> = BTreeMap::new();
            for key in dead {
                *domains.entry(domain_of(key)).or_default() += 1;
            }
            for (domain, dead) in domains.into_iter().filter(|&(_, dead)| is_wave_at_domain(dead as u64, 0)) {
                let mailed = counts.mailed(issue, Some(domain))?;
                if is_wave_at_domain(dead as u64, mailed as u64) {
                    held.push(HeldIssue { issue, domain: Some(domain.to_owned()), dead, mailed });
                }
            }
        }
        Ok(held)
    }
}

fn domain_of(key: &str) -> &str {
    key.rsplit_once('@').map_or(key, |(_, domain)| domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everybody, and those at any domain.
    struct Mailed(usize, usize);

    impl MailedAt for Mailed {
        fn mailed(&mut self, _: IssueNumber, domain: Option<&str>) -> anyhow::Result<usize> {
            Ok(if domain.is_some() { self.1 } else { self.0 })
        }
    }

    fn held(dead: usize, domains: usize, mailed: Mailed) -> Vec<(Option<String>, usize)> {
        let mut breaker = Breaker::default();
        for number in 0..dead {
            breaker.note(IssueNumber(7), &format!("a{number}@d{}.example", number % domains));
            breaker.note(IssueNumber(7), &format!("a{number}@d{}.example", number % domains));
        }
        let mut mailed = mailed;
        breaker.held(&mut mailed).unwrap().into_iter().map(|held| (held.domain, held.dead)).collect()
    }

    #[test]
    fn a_wall_is_not_a_graveyard() {
        assert_eq!(held(20, 20, Mailed(100, 9)), [], "twenty may be");
        assert_eq!(held(21, 21, Mailed(209, 9)), [(None, 21)]);
        assert_eq!(held(21, 21, Mailed(210, 9)), [], "a tenth may be");
        assert_eq!(held(4, 1, Mailed(1000, 4)), [], "four may be");
        assert_eq!(held(5, 1, Mailed(1000, 10)), [(Some("d0.example".to_owned()), 5)]);
        assert_eq!(held(5, 1, Mailed(1000, 11)), [], "fewer than half may be");
    }

    #[test]
    fn what_is_held_is_of_the_issue_and_the_domain() {
        let domain = HeldIssue { issue: IssueNumber(7), domain: Some("a.example".to_owned()), dead: 5, mailed: 5 };
        assert!(domain.holds(IssueNumber(7), "ada@a.example"));
        assert!(!domain.holds(IssueNumber(8), "ada@a.example") && !domain.holds(IssueNumber(7), "ada@b.example"));
        let all = HeldIssue { domain: None, ..domain };
        assert!(all.holds(IssueNumber(7), "ada@b.example"));
    }
}
