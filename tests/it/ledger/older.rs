//! Tests ledgers of an older version, before plans had a courier: what only a row's reply told then
//! is found out when they are brought up, so that nobody is mailed twice and nobody is passed over.

use newsletter::ledger;
use newsletter::model::State;

use super::world::{ISSUE, World, at};

/// Of each delivery: its rows as `state code text`, then what it becomes.
const DELIVERIES: [(&str, &[&str], &str); 12] = [
    ("rehearsed whole", &["2 0 written to 00001-a.eml", "2 0 written to 00002-b.eml"], "outbox: accepted accepted"),
    ("rehearsed in part", &["2 0 written to 00001-a.eml", "0"], "outbox: accepted planned"),
    ("rehearsed, and one unsubscribed", &["2 0 written to 00001-a.eml", "6"], "outbox: accepted suppressed"),
    ("mailed", &["2 250 queued", "2 250 queued"], "smtp: accepted accepted"),
    (
        "rehearsed in part, then mailed",
        &["2 0 written to 00001-a.eml", "2 250 ok"],
        "smtp, 1 taken back: planned accepted",
    ),
    (
        "rehearsed in part, then refused",
        &["2 0 written to 00001-a.eml", "4 550 no"],
        "smtp, 1 taken back: planned refused",
    ),
    (
        "rehearsed in part, then put off",
        &["2 0 written to 00001-a.eml", "3 451 later"],
        "smtp, 1 taken back: planned deferred",
    ),
    (
        "rehearsed in part, then in doubt",
        &["2 0 written to 00001-a.eml", "5 0 lost"],
        "smtp, 1 taken back: planned in-doubt",
    ),
    // Which of the two left it in flight nobody knows any more.
    ("rehearsed in part, and killed", &["2 0 written to 00001-a.eml", "1"], "smtp, 1 taken back: planned in-flight"),
    ("begun", &["0", "0"], "smtp: planned planned"),
    ("by a sendmail program", &["2 0 exit status 0", "2 0 written"], "smtp: accepted accepted"),
    ("by a server with those words", &["2 250 written to disk", "2 250 written to 2"], "smtp: accepted accepted"),
];

fn state_and_reply(row: &str) -> String {
    match row.split(' ').collect::<Vec<_>>()[..] {
        [state, code, ref text @ ..] => format!("{state}, {code}, '{}'", text.join(" ")),
        [state] => format!("{state}, NULL, NULL"),
        [] => unreachable!("a row has a state"),
    }
}

/// What the ledger says of each delivery, the first first.
fn told(ledger: &mut dyn ledger::Ledger) -> Vec<String> {
    let mut told = Vec::new();
    for summary in ledger.summaries().unwrap() {
        let mut states = Vec::new();
        ledger
            .entries(summary.issue, &State::ALL, &mut |entry| {
                states.push(entry.state.name());
                Ok(())
            })
            .unwrap();
        told.push((summary.courier.name(), states.join(" ")));
    }
    told.into_iter().rev().map(|(courier, states)| format!("{courier}: {states}")).collect()
}

pub(super) fn an_older_ledger_is_migrated_without_losing_or_doubling_a_row(world: &mut World<'_>) {
    let mut rows = String::new();
    for (issue, (name, people, _)) in (1..).zip(DELIVERIES) {
        rows += &world.old_plan(issue, name);
        for (seq, row) in (1..).zip(people) {
            let values = state_and_reply(row);
            rows.push_str("INSERT INTO delivery (issue, seq, address, address_key, fields, state, code, text) VALUES ");
            let row = format!("({issue}, {seq}, 'p{seq}@example.org', 'p{seq}@example.org', '', {values});");
            rows.push_str(&row);
        }
    }
    world.make_older(&rows);
    let without_count = |becomes: &str| {
        becomes
            .split_once(", ")
            .map_or(becomes.to_owned(), |(courier, rest)| format!("{courier}:{}", rest.split_once(':').unwrap().1))
    };
    let expected: Vec<_> = DELIVERIES.iter().map(|(_, _, becomes)| without_count(becomes)).collect();
    let read = told(world.other().as_mut());
    let kinds =
        |told: &[String]| told.iter().map(|line| line.split(':').next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(kinds(&read), kinds(&expected), "before anything was written");
    world.die();
    assert_eq!(told(world.ledger()), expected);
    world.die();
    assert_eq!(told(world.ledger()), expected, "a second time nothing changes");
    let taken_back: Vec<_> = world.numbers("SELECT taken_back FROM plan ORDER BY issue");
    assert_eq!(taken_back, [0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0]);
}

/// In a file the tally tells which run left the rows in flight.
#[test]
fn a_killed_rehearsal_of_an_older_version_goes_on_as_one_when_its_tally_says_so() {
    for (repeatable, run, becomes) in
        [(1, 3, "outbox: accepted in-flight"), (0, 3, "smtp: planned in-flight"), (1, 2, "smtp: planned in-flight")]
    {
        let mut world = World::in_a_file();
        let mut rows = world.old_plan(ISSUE.0, "killed");
        rows += "UPDATE plan SET runs = 3;
                 INSERT INTO delivery (issue, seq, address, address_key, fields, state, code, text) VALUES
                 (42, 1, 'a@example.org', 'a@example.org', '', 2, 0, 'written to 00001-a.eml'),
                 (42, 2, 'b@example.org', 'b@example.org', '', 1, NULL, NULL);";
        world.make_older(&rows);
        let tally =
            [b"NWSLTLY1".as_slice(), &[7; 16], &[0; 16], &[run, 0, 0, 0, repeatable], &[0; 19], &[0, 0]].concat();
        std::fs::write(world.file().with_added_extension("042.tally"), tally).unwrap();
        assert_eq!(told(world.other().as_mut()), [becomes]);
        world.die();
        assert_eq!(told(world.ledger()), [becomes]);
        if repeatable == 1 && run == 3 {
            assert_eq!(world.ledger().recover(ISSUE, at(9)).unwrap(), 0);
            assert_eq!(told(world.ledger()), ["outbox: accepted planned"]);
        }
    }
}
