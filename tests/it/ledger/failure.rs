//! Tests failures to read or write: each is an error and changes nothing.

use newsletter::delivery::refusal::is_dead_mailbox;
use newsletter::ledger::Reply;
use newsletter::ledger::{Mark, RefusalReview, Resolution, Settlement, WriteBatch};
use newsletter::model::{IssueNumber, State};
use snapbox::{assert_data_eq, str};

use super::world::{ISSUE, World, address, at, letter, plan_of, subscriber};
use crate::support::Postgres;

type Operation = fn(&mut World<'_>) -> anyhow::Result<()>;

/// Everything that is asked of a ledger, by name.
const OPERATIONS: [(&str, Operation); 36] = [
    ("plan", |world| world.ledger().plan(ISSUE).map(drop)),
    ("counts", |world| world.ledger().counts(ISSUE).map(drop)),
    ("summaries", |world| world.ledger().summaries().map(drop)),
    ("entries", |world| world.ledger().entries(ISSUE, &State::ALL, &mut |_| Ok(()))),
    ("welcome_rows", |world| {
        world.ledger().deliverable_rows(ISSUE, &[State::Planned, State::Deferred], &mut |_, _| Ok(()))
    }),
    ("planned_mailboxes", |world| world.ledger().planned_mailboxes(ISSUE, &mut |_| ())),
    ("count_welcome", |world| world.ledger().count_deliverable(ISSUE, State::Planned).map(drop)),
    ("sent", |world| world.ledger().sent("ada@relay").map(drop)),
    ("next_due", |world| world.ledger().next_due(ISSUE).map(drop)),
    ("suppressed_mailboxes", |world| world.ledger().suppressed_mailboxes().map(drop)),
    ("suppressions", |world| world.ledger().suppressions().map(drop)),
    ("senders", |world| world.ledger().senders().map(drop)),
    ("claim", |world| world.ledger().claim(ISSUE, at(0), 1).map(drop)),
    ("mark", |world| {
        let mark = Mark { claim: world.hand(1), version: 1 };
        write(world, &WriteBatch { marks: vec![mark], ..WriteBatch::default() })
    }),
    ("settle", |world| {
        let settlement = Settlement::new(world.hand(2), State::Accepted, None);
        write(world, &WriteBatch { settlements: vec![settlement], ..WriteBatch::default() })
    }),
    ("settle as refused", |world| {
        let settlement = Settlement::new(world.hand(3), State::Refused, None);
        write(world, &WriteBatch { settlements: vec![settlement], ..WriteBatch::default() })
    }),
    ("judge", |world| {
        let refused = vec![world.hand(3)];
        let judgement = RefusalReview { dead: refused.clone(), refused, ..RefusalReview::default() };
        world.ledger().review_refusals(ISSUE, at(1), &judgement, is_dead_mailbox).map(drop)
    }),
    ("make_due", |world| world.ledger().make_due(ISSUE, at(1))),
    ("unsuppress_found_by", |world| world.ledger().unsuppress_found_by(ISSUE).map(drop)),
    ("count what was sent", |world| {
        write(world, &WriteBatch { sent: [("ada@relay".to_owned(), 1)].into(), ..WriteBatch::default() })
    }),
    ("keep_up", |world| world.ledger().heartbeat(ISSUE, at(1)).map(drop)),
    ("recover", |world| world.ledger().recover(ISSUE, at(1)).map(drop)),
    ("freeze", |world| {
        let (issue, letter) = (IssueNumber(43), letter("next"));
        let plan = plan_of(issue, &letter);
        world.ledger().freeze(&plan, 1, &mut [Ok(subscriber("a@example.org"))].into_iter()).map(drop)
    }),
    ("freeze_again", |world| world.ledger().freeze_again(ISSUE, &letter("edited"), at(1))),
    ("plan_again", |world| world.ledger().requeue(ISSUE, State::InDoubt)),
    ("resolve", |world| {
        let found = Resolution { seq: 4, state: State::Accepted, reply: Reply::without_code("found") };
        world.ledger().resolve(ISSUE, &[found], at(1))
    }),
    ("give_up_doubtful", |world| world.ledger().abandon_in_doubt(ISSUE)),
    ("leave_out_suppressed", |world| world.ledger().exclude_suppressed(ISSUE, at(1))),
    ("suppress", |world| world.ledger().suppress(&address("zoe@example.org"), "asked", at(1)).map(drop)),
    ("unsuppress", |world| world.ledger().unsuppress(&address("yan@example.org")).map(drop)),
    ("of_mailbox", |world| world.ledger().entries_of_mailbox("a@example.org").map(drop)),
    ("unsettled", |world| world.ledger().unsettled(ISSUE).map(drop)),
    ("unjudged", |world| world.ledger().unreviewed(ISSUE).map(drop)),
    ("identity", |world| world.ledger().identity().map(drop)),
    ("adopt", |world| world.ledger().adopt("weekly.example.org")),
    ("change_identity", |world| world.ledger().change_identity("daily.example.org")),
];

fn write(world: &mut World<'_>, turn: &WriteBatch) -> anyhow::Result<()> {
    world.ledger().write(ISSUE, at(1), turn).map(drop)
}

/// What is wrong with what a ledger is kept in: the words an error has to have, how it is broken, and how it is mended.
struct Fault {
    words: String,
    broken: String,
    mended: String,
}

impl Fault {
    fn missing(table: &str) -> Self {
        Self {
            words: table.to_owned(),
            broken: format!("ALTER TABLE {table} RENAME TO elsewhere"),
            mended: format!("ALTER TABLE elsewhere RENAME TO {table}"),
        }
    }
}

/// Which operations fail by `fault`, after which everything is as it was before.
fn failing(world: &mut World<'_>, fault: &Fault) -> String {
    world.plan(&["a@example.org", "b@example.org", "c@example.org", "d@example.org", "e@example.org"]);
    world.settle(4, State::InDoubt, None);
    world.ledger().suppress(&address("yan@example.org"), "asked", at(0)).unwrap();
    let mut failing = Vec::new();
    for (name, operation) in OPERATIONS {
        let before = kept(world);
        world.sql(&fault.broken);
        let done = operation(world);
        world.sql(&fault.mended);
        if let Err(error) = done {
            assert!(format!("{error:#}").contains(&fault.words), "{name}: {error:#}");
            assert_eq!(kept(world), before, "{name}");
            failing.push(name);
        }
    }
    format!("{}: {}\n", fault.words, failing.join(", "))
}

/// All that a ledger tells.
fn kept(world: &World<'_>) -> String {
    let mut ledger = world.other();
    let told = (ledger.summaries().unwrap(), ledger.suppressions().unwrap(), ledger.sent("ada@relay").unwrap());
    let letters = ledger.plan(ISSUE).unwrap().unwrap().letters.len();
    format!("{told:?} {letters} {:?}", world.rows())
}

#[test]
fn failures_of_a_file_change_nothing() {
    let refusing = Fault {
        words: "not now".to_owned(),
        broken: "CREATE TRIGGER refusal BEFORE UPDATE ON delivery BEGIN SELECT RAISE(ABORT, 'not now'); END".to_owned(),
        mended: "DROP TRIGGER refusal".to_owned(),
    };
    let missing = ["plan", "letter", "delivery", "mailbox", "suppression", "sent", "identity"].map(Fault::missing);
    let told: String = missing.iter().chain([&refusing]).map(|fault| failing(&mut World::in_a_file(), fault)).collect();
    assert_data_eq!(
        told,
        str![[r#"
plan: plan, summaries, recover, freeze, unsettled
letter: plan, recover, freeze, freeze_again
delivery: entries, welcome_rows, count_welcome, next_due, claim, mark, settle, settle as refused, judge, make_due, unsuppress_found_by, freeze, plan_again, resolve, give_up_doubtful, leave_out_suppressed, of_mailbox, unsettled, unjudged
mailbox: planned_mailboxes, freeze, of_mailbox
suppression: welcome_rows, count_welcome, suppressed_mailboxes, suppressions, claim, mark, judge, unsuppress_found_by, freeze, plan_again, leave_out_suppressed, suppress, unsuppress
sent: count what was sent
identity: identity, adopt, change_identity
not now: mark, settle, settle as refused, plan_again, resolve, give_up_doubtful

"#]]
    );
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn failures_of_a_database_change_nothing() {
    let refusing = Fault {
        words: "not now".to_owned(),
        broken: "CREATE FUNCTION refusal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$;
                 CREATE TRIGGER refusal BEFORE UPDATE ON delivery FOR EACH ROW EXECUTE FUNCTION refusal()"
            .to_owned(),
        mended: "DROP FUNCTION refusal CASCADE".to_owned(),
    };
    let server = Postgres::start();
    let missing = ["plan", "letter", "delivery", "sender", "suppression", "sent", "identity"].map(Fault::missing);
    let mut told = String::new();
    for (number, fault) in missing.iter().chain([&refusing]).enumerate() {
        told += &failing(&mut World::in_a_database(&server, &format!("failing{number}")), fault);
    }
    assert_data_eq!(
        told,
        str![[r#"
plan: plan, summaries, freeze, unsettled
letter: plan, freeze, freeze_again
delivery: plan, counts, summaries, entries, welcome_rows, planned_mailboxes, count_welcome, next_due, claim, mark, settle, settle as refused, judge, make_due, unsuppress_found_by, keep_up, freeze, plan_again, resolve, give_up_doubtful, leave_out_suppressed, of_mailbox, unsettled, unjudged
sender: senders, claim, mark, settle, settle as refused, count what was sent, keep_up, recover, unsettled, unjudged
suppression: welcome_rows, count_welcome, suppressed_mailboxes, suppressions, claim, mark, judge, unsuppress_found_by, freeze, plan_again, leave_out_suppressed, suppress, unsuppress
sent: count what was sent
identity: adopt, change_identity
not now: mark, settle, settle as refused, plan_again, resolve, give_up_doubtful

"#]]
    );
}
