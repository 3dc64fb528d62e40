//! Recognizes refusals caused by the server or this sender rather than by the subscribers. Pure.
//!
//! To believe a server that misbehaves for a minute would lose its subscribers. So a run that sees a wave of
//! refusals, for whatever reason, is stopped, and the rows refused in it are planned again. A wave at one domain only
//! holds that domain.

use std::collections::{HashMap, HashSet};

use crate::delivery::outcome::Outcome;
use crate::delivery::refusal::RefusalReason;
use crate::delivery::stop::{RefusalWave, StopReason};
use crate::ledger::{RefusalReview, Reply, Row};
use crate::model::{is_wave, is_wave_at_domain};

/// The number of refusals without an acceptance between them that ends a run.
const IN_A_ROW: u64 = 10;

/// The number of refusals at other domains that end a run in which one domain is held on suspicion.
const AT_OTHERS: u64 = 5;

/// The number of refusals of the message itself, with the same codes, that ends a run.
const CONTENT: usize = 2;

/// The number of replies lost in a row, beyond one for each message in flight, that ends a run.
const DOUBT: usize = 3;

/// The settings of a relay's circuit breaker.
#[derive(Debug, Clone, Copy)]
pub(super) struct BreakerRules {
    /// Messages that may be in flight: one broken connection may lose all of them at once.
    pub(super) max_in_flight: usize,
    /// Whether refusals are accepted, however many there are.
    pub(super) accept_refusals: bool,
    /// Whether it is the only relay.
    pub(super) is_only_relay: bool,
}

/// Records the outcomes of a relay, and the rows that may have to be planned again.
#[derive(Debug)]
pub(super) struct CircuitBreaker {
    rules: BreakerRules,
    /// Replies lost since the last one that came.
    lost_replies: usize,
    accepted: u64,
    /// Rows refused in this run, because of their addresses as far as is known.
    refused: Vec<(Row, RefusalReason)>,
    /// The number of rows refused and planned again at held domains.
    requeued: u64,
    streak: Streak,
    /// Rows refused because of the message since the last acceptance, all with the codes in `last_content`.
    content: Vec<u32>,
    last_content: Option<(u16, String)>,
    domains: HashMap<String, DomainCounts>,
    /// Domains to be held once another domain accepts.
    suspects: Vec<String>,
    held: HashSet<String>,
    /// The refusals of a domain held before another one accepted: a refusal wave unless one does.
    unconfirmed_wave: Option<RefusalWave>,
    tripped: bool,
    /// Whether a threshold was reached, even if it did not stop the run.
    reached: bool,
}

/// Refusals since the last acceptance.
#[derive(Debug, Default)]
struct Streak {
    refusals: u64,
    /// Whether all of them are at one domain.
    is_of_one: bool,
    domain: String,
}

/// The attempts at a domain.
#[derive(Debug, Default)]
struct DomainCounts {
    accepted: u64,
    refused: u64,
    last: Option<Reply>,
}

/// The consequences of an outcome.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct BreakerAction {
    /// Rows to be planned again, because their addresses were not the reason; the row of the outcome may be among them.
    pub(super) requeue: Vec<Row>,
    /// The reason to disable the relay.
    pub(super) tripped: Option<StopReason>,
    /// The domain to be held for the rest of the run.
    pub(super) held: Option<HeldDomain>,
}

/// A domain that is held: the rest of the run sends nothing to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldDomain {
    /// Its name.
    pub domain: String,
    /// The refusals there.
    pub refused: u64,
    /// The attempts there.
    pub tried: u64,
    /// The last reply.
    pub last: Reply,
}

impl CircuitBreaker {
    pub(super) fn new(rules: BreakerRules) -> Self {
        Self {
            rules,
            lost_replies: 0,
            accepted: 0,
            refused: Vec::new(),
            requeued: 0,
            streak: Streak::default(),
            content: Vec::new(),
            last_content: None,
            domains: HashMap::new(),
            suspects: Vec::new(),
            held: HashSet::new(),
            unconfirmed_wave: None,
            tripped: false,
            reached: false,
        }
    }

    /// Records the outcome of `row`.
    pub(super) fn record(&mut self, row: &Row, outcome: &Outcome) -> BreakerAction {
        match outcome {
            Outcome::InDoubt(reply) => {
                self.lost_replies += 1;
                let over = self.lost_replies >= self.rules.max_in_flight + DOUBT;
                return BreakerAction {
                    tripped: over.then(|| StopReason::RepliesLost(reply.clone())),
                    ..BreakerAction::default()
                };
            }
            Outcome::Untried => return BreakerAction::default(),
            Outcome::Accepted(_) | Outcome::Deferred(_) | Outcome::Refused(..) => self.lost_replies = 0,
        }
        let domain = row.subscriber.address.domain();
        match outcome {
            Outcome::Accepted(_) => self.note_accepted(domain),
            Outcome::Refused(..) if self.tripped || self.held.contains(domain) => {
                BreakerAction { requeue: vec![row.clone()], ..BreakerAction::default() }
            }
            Outcome::Refused(reply, reason) => {
                self.note_refused(row, reply, *reason);
                self.consequence(domain, reply)
            }
            _ => BreakerAction::default(),
        }
    }

    /// Adds the refusals of the finished run to `review`.
    pub(super) fn add_to(&self, review: &mut RefusalReview) {
        let is_healthy = !self.reached && self.accepted > self.refused.len() as u64;
        let dead = self.refused.iter().filter(|(_, reason)| reason.is_dead_address()).map(|(row, _)| row.claim());
        let to = if is_healthy { &mut review.dead } else { &mut review.doubted };
        to.extend(dead);
        review.refused.extend(self.refused.iter().map(|(row, _)| row.claim()));
    }

    /// Ends the run: returns the consequences of a unconfirmed wave, if no other domain accepted.
    pub(super) fn finish(&mut self) -> Option<BreakerAction> {
        let wave = self.unconfirmed_wave.take()?;
        Some(self.trip(StopReason::RefusalWave(wave)))
    }

    fn note_accepted(&mut self, domain: &str) -> BreakerAction {
        self.accepted += 1;
        self.streak = Streak::default();
        self.content.clear();
        match self.domains.get_mut(domain) {
            Some(counts) => counts.accepted += 1,
            None => self.domains.entry(domain.to_owned()).or_default().accepted += 1,
        }
        if !self.held.contains(domain) {
            self.unconfirmed_wave = None;
        }
        let suspect = self.suspects.iter().position(|suspect| suspect != domain);
        match suspect.map(|at| self.suspects.swap_remove(at)) {
            Some(suspect) if self.is_bad(&suspect) => self.hold(&suspect),
            _ => BreakerAction::default(),
        }
    }

    fn note_refused(&mut self, row: &Row, reply: &Reply, reason: RefusalReason) {
        let domain = row.subscriber.address.domain();
        self.refused.push((row.clone(), reason));
        let counts = self.domains.entry(domain.to_owned()).or_default();
        counts.refused += 1;
        counts.last = Some(reply.clone());
        self.streak.is_of_one = self.streak.refusals == 0 || self.streak.is_of_one && self.streak.domain == domain;
        self.streak.refusals += 1;
        domain.clone_into(&mut self.streak.domain);
        if reason == RefusalReason::Content {
            let codes = codes(reply);
            if self.last_content.as_ref() != Some(&codes) {
                self.content.clear();
            }
            self.last_content = Some(codes);
            self.content.push(row.seq);
        }
    }

    /// The consequences of a refusal at `domain` that was just recorded.
    fn consequence(&mut self, domain: &str, reply: &Reply) -> BreakerAction {
        if self.content.len() >= CONTENT {
            let content = std::mem::take(&mut self.content);
            self.tripped = true;
            let back = self.take_back(|row| content.contains(&row.seq));
            return BreakerAction {
                requeue: back,
                tripped: Some(StopReason::MessageRejected(reply.clone())),
                held: None,
            };
        }
        let is_bad = self.is_bad(domain);
        let others = self.accepted > self.domains.get(domain).map_or(0, |counts| counts.accepted);
        let (refused, tried) = (self.refused.len() as u64 + self.requeued, self.accepted + self.requeued);
        let tried = tried + self.refused.len() as u64;
        let too_many = is_wave(refused, tried);
        let in_a_row = self.streak.refusals >= IN_A_ROW;
        if self.rules.accept_refusals {
            self.reached |= too_many || in_a_row || is_bad && others;
            return BreakerAction::default();
        }
        let of_several = in_a_row && !self.streak.is_of_one;
        if is_bad && others && !of_several {
            return self.hold(domain);
        }
        if is_bad && !self.suspects.iter().any(|suspect| suspect == domain) {
            self.suspects.push(domain.to_owned());
        }
        let last = reply.clone();
        if in_a_row && self.rules.is_only_relay && self.streak.is_of_one && is_bad && !others && self.held.is_empty() {
            self.unconfirmed_wave = Some(RefusalWave { refused: self.streak.refusals, tried: None, last });
            // Half as many at other domains are enough then.
            self.streak = Streak { refusals: IN_A_ROW - AT_OTHERS, ..Streak::default() };
            return self.hold(domain);
        }
        if in_a_row {
            return self.trip(StopReason::RefusalWave(RefusalWave {
                refused: self.streak.refusals,
                tried: None,
                last,
            }));
        }
        if too_many {
            return self.trip(StopReason::RefusalWave(RefusalWave { refused, tried: Some(tried), last }));
        }
        BreakerAction::default()
    }

    /// Whether refusals at `domain` are enough to leave it alone when others accept.
    fn is_bad(&self, domain: &str) -> bool {
        self.domains
            .get(domain)
            .is_some_and(|DomainCounts { accepted, refused, .. }| is_wave_at_domain(*refused, accepted + refused))
    }

    fn hold(&mut self, domain: &str) -> BreakerAction {
        let back = self.take_back(|row| row.subscriber.address.domain() == domain);
        self.requeued += back.len() as u64;
        self.suspects.retain(|suspect| suspect != domain);
        self.held.insert(domain.to_owned());
        let counts = self.domains.remove(domain).unwrap_or_default();
        let held = HeldDomain {
            domain: domain.to_owned(),
            refused: counts.refused,
            tried: counts.accepted + counts.refused,
            last: counts.last.unwrap_or_else(|| Reply::without_code("")),
        };
        BreakerAction { requeue: back, tripped: None, held: Some(held) }
    }

    fn trip(&mut self, reason: StopReason) -> BreakerAction {
        self.tripped = true;
        self.reached = true;
        BreakerAction { requeue: self.take_back(|_| true), tripped: Some(reason), held: None }
    }

    /// Removes the refused rows that are `wanted`, and returns them.
    fn take_back(&mut self, wanted: impl Fn(&Row) -> bool) -> Vec<Row> {
        self.refused.extract_if(.., |(row, _)| wanted(row)).map(|(row, _)| row).collect()
    }
}

fn codes(reply: &Reply) -> (u16, String) {
    (reply.code, reply.enhanced.map(|enhanced| enhanced.to_string()).unwrap_or_default())
}

#[cfg(test)]
mod tests;
