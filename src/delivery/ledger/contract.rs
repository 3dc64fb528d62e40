//! What every kind of ledger promises. The tests know nothing of SQLite but how to open one.

use tempfile::TempDir;

use super::turn::Hold;
use super::{Ledger, NewPlan, State};
use crate::delivery::outcome::Reply;
use crate::delivery::sample::{at, letter, stamp, subscriber};
use crate::message::FrozenLetter;
use crate::model::{EmailAddress, IssueNumber, Subscriber};
use crate::smtp::EnhancedCode;

const ISSUE: IssueNumber = IssueNumber(42);

/// A ledger of its own for a test, and a second view of it, as another process would have.
struct World {
    folder: TempDir,
    ledger: Ledger,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(&folder.path().join("ledger.sqlite3")).unwrap();
        Self { folder, ledger }
    }

    /// With `addresses` planned for issue 42.
    fn planned(addresses: &[&str]) -> Self {
        let mut world = Self::new();
        world.freeze(&letter("hello"), addresses).unwrap();
        world
    }

    fn freeze(&mut self, letter: &FrozenLetter, addresses: &[&str]) -> anyhow::Result<()> {
        let plan = NewPlan { issue: ISSUE, stamp: stamp(), title: "Title", subject: "Subject", letter };
        let audience = addresses.iter().map(|address| Ok(subscriber(address)));
        self.ledger.freeze(&plan, addresses.len() as u64, audience)
    }

    fn other(&self) -> Ledger {
        Ledger::open_to_read(&self.folder.path().join("ledger.sqlite3")).unwrap().unwrap()
    }

    fn claim(&self, hold: &mut Hold, now: i64, most: usize) -> Vec<u32> {
        self.ledger.claim(ISSUE, hold, at(now), most).unwrap().rows.iter().map(|row| row.seq).collect()
    }

    fn mark(&mut self, seq: u32, version: u32) {
        let turn = self.ledger.turn(ISSUE, at(10)).unwrap();
        turn.mark(seq, version).unwrap();
        turn.commit().unwrap();
    }

    fn settle(&mut self, seq: u32, state: State, next_at: Option<i64>) {
        let turn = self.ledger.turn(ISSUE, at(20)).unwrap();
        turn.settle(seq, state, Some(&no()), next_at.map(at)).unwrap();
        turn.commit().unwrap();
    }
}

fn no() -> Reply {
    let enhanced = EnhancedCode { class: 5, subject: 1, detail: 1 };
    Reply { code: 550, enhanced: Some(enhanced), text: "no such user".to_owned() }
}

/// Every row as `address state attempts reply`.
fn rows(ledger: &Ledger) -> Vec<String> {
    let mut rows = Vec::new();
    ledger
        .entries(ISSUE, &State::ALL, |entry| {
            let reply = entry.reply.map(|reply| reply.to_string()).unwrap_or_default();
            rows.push(format!("{} {} {} {reply}", entry.address, entry.state.name(), entry.attempts));
            Ok(())
        })
        .unwrap();
    rows
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

#[test]
fn a_plan_comes_back_as_it_was_frozen() {
    let world = World::planned(&["Ada@example.org", "bo@example.net"]);
    let plan = world.other().plan(ISSUE).unwrap().unwrap();
    assert_eq!((plan.title.as_str(), plan.subject.as_str(), plan.total), ("Title", "Subject", 2));
    assert_eq!(plan.stamp, stamp());
    assert_eq!(plan.letter().letter, letter("hello"));
    assert_eq!(plan.letter().digest, letter("hello").digest());
    let claimed = world.ledger.claim(ISSUE, &mut Hold::default(), at(0), 9).unwrap();
    let people: Vec<Subscriber> = claimed.rows.into_iter().map(|row| row.subscriber).collect();
    assert_eq!(people, [subscriber("Ada@example.org"), subscriber("bo@example.net")]);
    assert!(world.ledger.plan(IssueNumber(43)).unwrap().is_none());
}

#[test]
fn a_plan_is_whole_or_absent() {
    let mut world = World::new();
    let letter = letter("hello");
    let plan = NewPlan { issue: ISSUE, stamp: stamp(), title: "", subject: "", letter: &letter };
    let broken = [Ok(subscriber("ada@example.org")), Err(anyhow::anyhow!("the list ends here"))];
    assert!(world.ledger.freeze(&plan, 2, broken.into_iter()).is_err());
    assert!(world.ledger.plan(ISSUE).unwrap().is_none());
    assert_eq!(world.ledger.counts(ISSUE).unwrap().total(), 0);
    world.freeze(&letter, &["ada@example.org"]).unwrap();
}

#[test]
fn a_plan_is_made_once() {
    let mut world = World::planned(&["ada@example.org"]);
    assert!(world.freeze(&letter("other"), &["bo@example.net"]).is_err());
    assert_eq!(rows(&world.ledger), ["ada@example.org planned 0 "]);
}

#[test]
fn a_mailbox_has_one_row_however_it_is_spelled() {
    let mut world = World::new();
    let error = world.freeze(&letter("hello"), &["Ada@example.org", "ada@EXAMPLE.org"]).unwrap_err();
    assert_eq!(error.to_string(), "somebody is in the audience of issue 42 twice; nothing was planned");
    assert!(world.ledger.plan(ISSUE).unwrap().is_none());
}

#[test]
fn somebody_suppressed_after_the_count_stops_the_plan() {
    let mut world = World::new();
    world.ledger.suppress(&address("bo@example.net"), "asked", at(0)).unwrap();
    let error = world.freeze(&letter("hello"), &["ada@example.org", "bo@example.net"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the subscriber list changed after it was counted: 2 to send to then, 1 now; nothing was planned"
    );
}

#[test]
fn the_suppressed_are_not_planned() {
    let mut world = World::new();
    world.ledger.suppress(&address("bo@example.net"), "asked", at(0)).unwrap();
    let letter = letter("hello");
    let plan = NewPlan { issue: ISSUE, stamp: stamp(), title: "", subject: "", letter: &letter };
    let people = ["ada@example.org", "Bo@example.net"].map(|address| Ok(subscriber(address)));
    world.ledger.freeze(&plan, 1, people.into_iter()).unwrap();
    assert_eq!(rows(&world.ledger), ["ada@example.org planned 0 "]);
}

#[test]
fn a_row_is_handed_out_once() {
    let mut world = World::planned(&["a@example.org", "b@example.org", "c@example.org"]);
    let mut hold = Hold::default();
    assert_eq!(world.claim(&mut hold, 0, 2), [1, 2]);
    assert_eq!(world.claim(&mut hold, 0, 2), [3]);
    assert_eq!(world.claim(&mut hold, 0, 2), [0; 0]);
    world.settle(2, State::Deferred, Some(100));
    assert_eq!(world.claim(&mut hold, 100, 2), [0; 0], "still in hand");
    hold.let_go(2);
    assert_eq!(world.claim(&mut hold, 99, 2), [0; 0], "not due yet");
    assert_eq!(world.ledger.next_due(ISSUE, &hold).unwrap(), Some(at(100)));
    assert_eq!(world.claim(&mut hold, 100, 2), [2]);
    assert_eq!(world.ledger.next_due(ISSUE, &hold).unwrap(), None);
    assert_eq!(world.claim(&mut Hold::default(), 100, 9), [2, 1, 3], "a new process has nothing in hand");
}

#[test]
fn a_mark_is_seen_by_everybody_before_it_is_answered() {
    let mut world = World::planned(&["a@example.org", "b@example.org"]);
    let turn = world.ledger.turn(ISSUE, at(10)).unwrap();
    assert_eq!(turn.mark(1, 1).unwrap(), (State::Planned, State::Dot));
    assert_eq!(
        rows(&Ledger::open_to_read(&world.folder.path().join("ledger.sqlite3")).unwrap().unwrap())[0],
        "a@example.org planned 0 "
    );
    turn.commit().unwrap();
    assert_eq!(rows(&world.other()), ["a@example.org in-flight 0 ", "b@example.org planned 0 "]);
}

#[test]
fn a_turn_that_is_not_committed_has_not_happened() {
    let mut world = World::planned(&["a@example.org"]);
    let turn = world.ledger.turn(ISSUE, at(10)).unwrap();
    turn.mark(1, 1).unwrap();
    drop(turn);
    assert_eq!(rows(&world.ledger), ["a@example.org planned 0 "]);
}

#[test]
fn only_an_open_row_can_be_marked() {
    let mut world = World::planned(&["a@example.org"]);
    for state in [State::Dot, State::Accepted, State::Refused, State::InDoubt, State::Suppressed, State::GivenUp] {
        world.settle(1, state, None);
        let turn = world.ledger.turn(ISSUE, at(30)).unwrap();
        let error = turn.mark(1, 1).unwrap_err().to_string();
        assert_eq!(error, format!("row 1 of issue 42 was to be sent, but is {}", state.name()));
    }
    let turn = world.ledger.turn(ISSUE, at(30)).unwrap();
    assert!(turn.mark(7, 1).is_err(), "nobody has row 7");
}

#[test]
fn the_last_look_for_a_suppression_is_with_the_mark() {
    let mut world = World::planned(&["a@example.org", "b@example.org"]);
    let mut hold = Hold::default();
    assert_eq!(world.claim(&mut hold, 0, 1), [1]);
    for person in ["a@example.org", "b@example.org"] {
        world.ledger.suppress(&address(person), "unsubscribed", at(5)).unwrap();
    }
    let turn = world.ledger.turn(ISSUE, at(10)).unwrap();
    assert_eq!(turn.mark(1, 1).unwrap(), (State::Planned, State::Suppressed));
    turn.commit().unwrap();
    let claimed = world.ledger.claim(ISSUE, &mut hold, at(10), 9).unwrap();
    assert_eq!((claimed.rows.len(), claimed.suppressed), (0, vec![2]), "the others are found with the claim");
    assert_eq!(rows(&world.ledger)[0], "a@example.org suppressed 0 ");
}

#[test]
fn who_was_suppressed_between_two_runs_is_not_left() {
    let mut world = World::planned(&["a@example.org", "b@example.org", "c@example.org"]);
    world.settle(1, State::Accepted, None);
    for person in ["a@example.org", "b@example.org"] {
        world.ledger.suppress(&address(person), "unsubscribed", at(5)).unwrap();
    }
    let mut left = Vec::new();
    let look = |row: crate::delivery::ledger::Row| {
        left.push(row.seq);
        Ok(())
    };
    world.other().rows_left(ISSUE, look).unwrap();
    world.ledger.leave_out_suppressed(ISSUE, at(6)).unwrap();
    assert_eq!(left, [3]);
    assert_eq!(rows(&world.ledger)[0], "a@example.org accepted 1 550 5.1.1 no such user");
    assert_eq!(rows(&world.ledger)[1], "b@example.org suppressed 0 ");
    assert_eq!(world.ledger.counts(ISSUE).unwrap().left(), 1);
}

#[test]
fn outcomes_keep_their_words() {
    let mut world = World::planned(&["a@example.org", "b@example.org", "c@example.org", "d@example.org"]);
    world.settle(1, State::Accepted, None);
    world.settle(2, State::Refused, None);
    world.settle(3, State::Deferred, Some(500));
    world.mark(4, 1);
    world.settle(4, State::Planned, None);
    assert_eq!(
        rows(&world.ledger),
        [
            "a@example.org accepted 1 550 5.1.1 no such user",
            "b@example.org refused 1 550 5.1.1 no such user",
            "c@example.org deferred 1 550 5.1.1 no such user",
            "d@example.org planned 0 550 5.1.1 no such user",
        ]
    );
    let counts = world.ledger.counts(ISSUE).unwrap();
    assert_eq!((counts.left(), counts.of(State::Accepted), counts.total()), (2, 1, 4));
}

#[test]
fn what_a_dead_process_left_in_flight_is_in_doubt() {
    let mut world = World::planned(&["a@example.org", "b@example.org", "c@example.org"]);
    world.mark(1, 1);
    world.mark(2, 1);
    world.settle(2, State::Accepted, None);
    assert_eq!(world.ledger.recover(ISSUE, at(99)).unwrap(), 1);
    assert_eq!(
        rows(&world.ledger),
        [
            "a@example.org in-doubt 1 the sender ended between the final dot and the answer",
            "b@example.org accepted 1 550 5.1.1 no such user",
            "c@example.org planned 0 ",
        ]
    );
    assert_eq!(world.ledger.recover(ISSUE, at(99)).unwrap(), 0);
}

#[test]
fn after_doubt_the_same_letter_after_a_refusal_the_newest() {
    let mut world = World::planned(&["a@example.org", "b@example.org", "c@example.org"]);
    world.mark(1, 1);
    world.settle(1, State::InDoubt, None);
    world.mark(2, 1);
    world.settle(2, State::Refused, None);
    world.ledger.freeze_again(ISSUE, &letter("edited"), at(50)).unwrap();
    world.ledger.plan_again(ISSUE, State::InDoubt).unwrap();
    world.ledger.plan_again(ISSUE, State::Refused).unwrap();
    let claimed = world.ledger.claim(ISSUE, &mut Hold::default(), at(60), 9).unwrap();
    assert_eq!(claimed.rows.iter().map(|row| row.letter).collect::<Vec<_>>(), [Some(1), None, None]);
    let plan = world.ledger.plan(ISSUE).unwrap().unwrap();
    assert_eq!(plan.letters.iter().map(|letter| letter.version).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(plan.letter().letter, letter("edited"));
}

#[test]
fn nobody_suppressed_is_planned_again() {
    let mut world = World::planned(&["a@example.org", "b@example.org", "c@example.org"]);
    world.settle(1, State::Refused, None);
    world.settle(2, State::Refused, None);
    world.settle(3, State::InDoubt, None);
    world.ledger.suppress(&address("a@example.org"), "hard bounce", at(5)).unwrap();
    assert_eq!(world.ledger.count_welcome(ISSUE, State::Refused).unwrap(), 1);
    world.ledger.plan_again(ISSUE, State::Refused).unwrap();
    world.ledger.give_up_doubtful(ISSUE).unwrap();
    assert_eq!(
        rows(&world.ledger),
        [
            "a@example.org refused 1 550 5.1.1 no such user",
            "b@example.org planned 1 550 5.1.1 no such user",
            "c@example.org given-up 1 550 5.1.1 no such user",
        ]
    );
}

#[test]
fn a_suppression_keeps_its_first_reason_until_it_is_lifted() {
    let world = World::new();
    let ada = address("Ada@example.org");
    assert!(world.ledger.suppress(&ada, "bounced", at(1)).unwrap());
    assert!(!world.ledger.suppress(&address("ada@EXAMPLE.org"), "asked", at(2)).unwrap());
    let all = world.other().suppressions().unwrap();
    assert_eq!((all.len(), all[0].reason.as_str(), all[0].address.as_str()), (1, "bounced", "Ada@example.org"));
    assert!(world.ledger.is_suppressed(&ada).unwrap());
    assert!(world.ledger.unsuppress(&ada).unwrap());
    assert!(!world.ledger.is_suppressed(&ada).unwrap());
    assert!(!world.ledger.unsuppress(&ada).unwrap());
}

#[test]
fn a_hard_bounce_is_suppressed_with_its_outcome() {
    let mut world = World::planned(&["a@example.org"]);
    let turn = world.ledger.turn(ISSUE, at(20)).unwrap();
    turn.settle(1, State::Refused, Some(&no()), None).unwrap();
    turn.suppress_address(1, "hard bounce").unwrap();
    turn.commit().unwrap();
    assert!(world.other().is_suppressed(&address("a@example.org")).unwrap());
}

#[test]
fn deliveries_do_not_touch_each_other() {
    let mut world = World::planned(&["a@example.org"]);
    let letter = letter("hello");
    let next = NewPlan { issue: IssueNumber(43), stamp: stamp(), title: "Next", subject: "", letter: &letter };
    world.ledger.freeze(&next, 1, [Ok(subscriber("a@example.org"))].into_iter()).unwrap();
    world.mark(1, 1);
    world.settle(1, State::Accepted, None);
    let summaries = world.ledger.summaries().unwrap();
    let seen: Vec<_> = summaries.iter().map(|summary| (summary.issue.0, summary.counts.left())).collect();
    assert_eq!(seen, [(43, 1), (42, 0)]);
}
