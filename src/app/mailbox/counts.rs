//! The mailed people of an issue, counted for the circuit breaker.

use std::collections::HashMap;

use crate::ledger::Ledger;
use crate::mailbox::MailedAt;
use crate::model::IssueNumber;

/// Counts recipients, each issue once.
pub(super) struct RecipientCounts<'a> {
    pub(super) ledger: &'a mut dyn Ledger,
    pub(super) domains: HashMap<IssueNumber, HashMap<String, usize>>,
}

impl MailedAt for RecipientCounts<'_> {
    fn mailed(&mut self, issue: IssueNumber, domain: Option<&str>) -> anyhow::Result<usize> {
        if !self.domains.contains_key(&issue) {
            let mut domains: HashMap<String, usize> = HashMap::new();
            self.ledger.planned_mailboxes(issue, &mut |key| {
                let domain = key.rsplit_once('@').map_or(key, |(_, domain)| domain);
                *domains.entry(domain.to_owned()).or_default() += 1;
            })?;
            self.domains.insert(issue, domains);
        }
        let domains = &self.domains[&issue];
        Ok(match domain {
            Some(domain) => domains.get(domain).copied().unwrap_or_default(),
            None => domains.values().sum(),
        })
    }
}
