//! When refusals say something about us rather than about subscribers. Pure.

use super::ledger::Row;
use super::outcome::{Grounds, Outcome, Reply};
use super::stop::StopReason;

/// This many refusals by policy, without an acceptance between them, end a run.
pub(super) const POLICY: usize = 10;

/// This many refusals of the message itself, with the same codes, end a run.
const CONTENT: usize = 2;

/// This many answers lost beyond one a connection, without an answer between them, end a run.
const DOUBT: usize = 3;

/// Watches the outcomes of a relay as they come in, and remembers the rows to be planned again when it trips.
#[derive(Debug)]
pub(super) struct Breaker {
    /// Messages that may be under way at once.
    at_once: usize,
    /// Answers lost since the last one that came.
    doubts: usize,
    policy: Vec<Row>,
    content: Vec<Row>,
    last_content: Option<(u16, String)>,
    tripped: bool,
}

/// What an outcome led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Watched {
    /// Nothing special.
    Fine,
    /// This is the one too many: these rows, its own included, were not refused for their own sake.
    Tripped(StopReason, Vec<Row>),
    /// It had tripped before, and this row belongs to the same refusals.
    After,
}

impl Breaker {
    /// For a relay with so many messages under way `at_once`: all of them may be lost together without that being a habit.
    pub(super) fn new(at_once: usize) -> Self {
        Self { at_once, doubts: 0, policy: Vec::new(), content: Vec::new(), last_content: None, tripped: false }
    }

    /// Takes note of what became of `row`.
    pub(super) fn watch(&mut self, row: &Row, outcome: &Outcome) -> Watched {
        match outcome {
            Outcome::InDoubt(reply) => {
                self.doubts += 1;
                if self.doubts < self.at_once + DOUBT {
                    return Watched::Fine;
                }
                return Watched::Tripped(StopReason::Doubt(reply.clone()), Vec::new());
            }
            Outcome::Untried => return Watched::Fine,
            Outcome::Accepted(_) | Outcome::Deferred(_) | Outcome::Refused(..) => self.doubts = 0,
        }
        match outcome {
            Outcome::Accepted(_) => {
                self.policy.clear();
                self.content.clear();
                Watched::Fine
            }
            Outcome::Refused(_, Grounds::Policy | Grounds::Content) if self.tripped => Watched::After,
            Outcome::Refused(reply, Grounds::Policy) => {
                self.policy.push(row.clone());
                self.trip_at(POLICY, |breaker| &mut breaker.policy, || StopReason::Policy(reply.clone()))
            }
            Outcome::Refused(reply, Grounds::Content) => {
                let codes = codes(reply);
                if self.last_content.as_ref() != Some(&codes) {
                    self.content.clear();
                }
                self.last_content = Some(codes);
                self.content.push(row.clone());
                self.trip_at(CONTENT, |breaker| &mut breaker.content, || StopReason::Content(reply.clone()))
            }
            _ => Watched::Fine,
        }
    }

    fn trip_at(
        &mut self,
        most: usize,
        rows: impl Fn(&mut Self) -> &mut Vec<Row>,
        reason: impl Fn() -> StopReason,
    ) -> Watched {
        if rows(self).len() < most {
            return Watched::Fine;
        }
        self.tripped = true;
        Watched::Tripped(reason(), std::mem::take(rows(self)))
    }
}

fn codes(reply: &Reply) -> (u16, String) {
    (reply.code, reply.enhanced.map(|enhanced| enhanced.to_string()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::{EmailAddress, Subscriber};

    fn refused(code: u16, grounds: Grounds) -> Outcome {
        Outcome::Refused(Reply { code, enhanced: None, text: "no".to_owned() }, grounds)
    }

    fn row(seq: u32) -> Row {
        let address = EmailAddress::parse("ada@example.org").unwrap();
        Row { seq, fence: 0, subscriber: Subscriber { address, fields: BTreeMap::new() }, attempts: 0, letter: None }
    }

    fn accepted() -> Outcome {
        Outcome::Accepted(Reply::words("ok"))
    }

    #[test]
    fn ten_refusals_by_policy_in_a_row_are_one_too_many() {
        let mut breaker = Breaker::new(4);
        for seq in 1..=9 {
            assert_eq!(breaker.watch(&row(seq), &refused(554, Grounds::Policy)), Watched::Fine);
            assert_eq!(breaker.watch(&row(100 + seq), &refused(550, Grounds::Address)), Watched::Fine);
        }
        let Watched::Tripped(StopReason::Policy(_), rows) = breaker.watch(&row(10), &refused(554, Grounds::Policy))
        else {
            panic!("not tripped");
        };
        assert_eq!(rows, (1..=10).map(row).collect::<Vec<_>>());
        assert_eq!(breaker.watch(&row(11), &refused(554, Grounds::Policy)), Watched::After);
        assert_eq!(breaker.watch(&row(12), &refused(550, Grounds::Address)), Watched::Fine);
    }

    #[test]
    fn an_acceptance_between_starts_the_count_again() {
        let mut breaker = Breaker::new(4);
        for round in 0..5 {
            for seq in 0..9 {
                assert_eq!(breaker.watch(&row(round * 10 + seq), &refused(554, Grounds::Policy)), Watched::Fine);
            }
            breaker.watch(&row(round * 10 + 9), &accepted());
        }
    }

    #[test]
    fn a_server_that_never_answers_the_dot_is_not_fed_the_whole_list() {
        let lost = || Outcome::InDoubt(Reply::words("gone"));
        let mut breaker = Breaker::new(4);
        assert!((1..=6).all(|seq| breaker.watch(&row(seq), &lost()) == Watched::Fine));
        breaker.watch(&row(7), &accepted());
        assert!((8..=13).all(|seq| breaker.watch(&row(seq), &lost()) == Watched::Fine));
        assert!(
            matches!(breaker.watch(&row(14), &lost()), Watched::Tripped(StopReason::Doubt(_), rows) if rows.is_empty())
        );
    }

    #[test]
    fn a_message_refused_twice_in_the_same_words_is_refused_for_everybody() {
        let mut breaker = Breaker::new(4);
        assert_eq!(breaker.watch(&row(1), &refused(552, Grounds::Content)), Watched::Fine);
        assert_eq!(breaker.watch(&row(2), &refused(554, Grounds::Content)), Watched::Fine);
        let Watched::Tripped(StopReason::Content(_), rows) = breaker.watch(&row(3), &refused(554, Grounds::Content))
        else {
            panic!("not tripped");
        };
        assert_eq!(rows, [row(2), row(3)]);
    }
}
