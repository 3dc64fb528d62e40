//! What the next process makes of rows that a dead one had leased: the ledger's word and the tally's together.

use std::path::PathBuf;

use newsletter::delivery::ledger::{self, Ledger, MachineStart, Mark, Marks, Note, Place, Settlement, State, Turn};
use tempfile::TempDir;

use super::world::{ISSUE, at, letter, no, planned, rows};

const START: Option<MachineStart> = Some(MachineStart([1; 16]));
const RESTARTED: Option<MachineStart> = Some(MachineStart([2; 16]));

/// Six people: the first four leased, of which the second was begun, the third begun and accepted, the fourth begun and
/// put off.
struct Killed {
    folder: TempDir,
}

impl Killed {
    fn new(repeatable: bool) -> Self {
        let killed = Self { folder: tempfile::tempdir().unwrap() };
        let mut ledger = killed.open(START);
        planned(
            ledger.as_mut(),
            &["a@example.org", "b@example.org", "c@example.org", "d@example.org", "e@example.org"],
        );
        let tally = tally(ledger.as_mut(), repeatable);
        lease(ledger.as_mut(), 4);
        for (seq, note) in
            [(2, Note::Begun), (3, Note::Begun), (3, Note::Accepted), (4, Note::Begun), (4, Note::NotTaken)]
        {
            tally.note(seq, note).unwrap();
        }
        killed
    }

    fn ledger(&self) -> PathBuf {
        self.folder.path().join("ledger.sqlite3")
    }

    fn tally(&self) -> PathBuf {
        self.folder.path().join("ledger.sqlite3.042.tally")
    }

    fn open(&self, machine: Option<MachineStart>) -> Box<dyn Ledger> {
        ledger::open_to_deliver(&Place::File(self.ledger()), ISSUE, at(0), machine).unwrap().unwrap()
    }

    /// Where everybody is after a recovery; the second look finds nothing more to do.
    fn recovered(&self, machine: Option<MachineStart>) -> Vec<String> {
        let mut ledger = self.open(machine);
        let in_doubt = ledger.recover(ISSUE, at(99)).unwrap();
        assert_eq!(ledger.recover(ISSUE, at(99)).unwrap(), 0);
        let rows = rows(ledger.as_mut());
        assert_eq!(rows.iter().filter(|row| row.contains(" in-doubt ")).count() as u64, in_doubt);
        rows
    }
}

fn tally(ledger: &mut dyn Ledger, repeatable: bool) -> ledger::Tally {
    let plan = ledger.plan(ISSUE).unwrap().unwrap();
    let Marks::Tally(tally) = ledger.marks(&plan, repeatable).unwrap() else { panic!("a file has a tally") };
    tally
}

fn lease(ledger: &mut dyn Ledger, rows: usize) -> Vec<Mark> {
    let claimed = ledger.claim(ISSUE, at(0), rows).unwrap().rows;
    let marks: Vec<_> = claimed.iter().map(|row| Mark { claim: row.claim(), version: 1 }).collect();
    let written = ledger.write(ISSUE, at(1), &Turn { marks: marks.clone(), ..Turn::default() }).unwrap();
    assert_eq!(written.goes, vec![true; rows]);
    marks
}

const NOBODY_KNOWS: [&str; 5] = [
    "a@example.org in-doubt 1 the sender ended between the final dot and the answer",
    "b@example.org in-doubt 1 the sender ended between the final dot and the answer",
    "c@example.org in-doubt 1 the sender ended between the final dot and the answer",
    "d@example.org in-doubt 1 the sender ended between the final dot and the answer",
    "e@example.org planned 0 ",
];

#[test]
fn after_a_kill_only_what_was_begun_and_not_answered_is_in_doubt() {
    assert_eq!(
        Killed::new(false).recovered(START),
        [
            "a@example.org planned 0 ",
            "b@example.org in-doubt 1 the sender ended between the final dot and the answer",
            "c@example.org accepted 1 accepted; the sender ended before it wrote down the words",
            "d@example.org planned 0 ",
            "e@example.org planned 0 ",
        ]
    );
}

#[test]
fn after_a_power_cut_everything_leased_is_in_doubt_but_what_was_answered() {
    let mut expected = NOBODY_KNOWS;
    expected[2] = "c@example.org accepted 1 accepted; the sender ended before it wrote down the words";
    assert_eq!(Killed::new(false).recovered(RESTARTED), expected);
    assert_eq!(Killed::new(false).recovered(None), expected);
}

#[test]
fn without_its_tally_everything_leased_is_in_doubt() {
    let killed = Killed::new(false);
    std::fs::remove_file(killed.tally()).unwrap();
    assert_eq!(killed.recovered(START), NOBODY_KNOWS);
}

#[test]
fn a_ledger_brought_back_from_before_does_not_believe_a_later_tally() {
    let killed = Killed::new(false);
    let before = std::fs::read(killed.ledger()).unwrap();
    {
        let mut ledger = killed.open(START);
        ledger.recover(ISSUE, at(99)).unwrap();
        tally(ledger.as_mut(), false);
    }
    std::fs::write(killed.ledger(), before).unwrap();
    assert_eq!(killed.recovered(START), NOBODY_KNOWS);
}

#[test]
fn what_only_becomes_files_is_written_again() {
    let planned = |row: &String| row.contains(" planned 0 ");
    assert!(Killed::new(true).recovered(RESTARTED).iter().all(planned));
}

#[test]
fn a_tally_is_not_begun_over_rows_nobody_has_looked_after() {
    let killed = Killed::new(false);
    let mut ledger = killed.open(START);
    let plan = ledger.plan(ISSUE).unwrap().unwrap();
    let error = ledger.marks(&plan, false).unwrap_err();
    assert_eq!(error.to_string(), "rows are still marked from an earlier run; this is a bug");
}

#[test]
fn a_run_that_ends_well_leaves_no_tally() {
    let killed = Killed::new(false);
    let mut ledger = killed.open(START);
    ledger.recover(ISSUE, at(99)).unwrap();
    let _tally = tally(ledger.as_mut(), false);
    let [mark] = lease(ledger.as_mut(), 1)[..] else { panic!("one row") };
    assert!(killed.tally().exists());
    let settlements = vec![Settlement::new(mark.claim, State::Accepted, Some(&no()))];
    ledger.write(ISSUE, at(2), &Turn { settlements, ..Turn::default() }).unwrap();
    ledger.leave(ISSUE).unwrap();
    assert!(!killed.tally().exists());
}

#[test]
fn who_may_have_a_letter_gets_that_one_however_often_it_is_leased_in_vain() {
    let killed = Killed::new(false);
    let mut ledger = killed.open(START);
    ledger.recover(ISSUE, at(99)).unwrap();
    ledger.plan_again(ISSUE, State::InDoubt).unwrap();
    ledger.freeze_again(ISSUE, &letter("edited"), at(100)).unwrap();
    let letters = |ledger: &mut dyn Ledger| -> Vec<_> {
        ledger.claim(ISSUE, at(100), 9).unwrap().rows.iter().map(|row| row.letter).collect()
    };
    let _tally = tally(ledger.as_mut(), false);
    let marks = lease(ledger.as_mut(), 4);
    let settlements = marks.iter().map(|mark| Settlement::new(mark.claim, State::Planned, None)).collect();
    ledger.write(ISSUE, at(101), &Turn { settlements, ..Turn::default() }).unwrap();
    ledger.leave(ISSUE).unwrap();
    assert_eq!(letters(ledger.as_mut()), [None, Some(1), None, None], "put back");
    drop(ledger);
    let mut ledger = killed.open(START);
    let _tally = tally(ledger.as_mut(), false);
    lease(ledger.as_mut(), 4);
    drop(ledger);
    let mut ledger = killed.open(START);
    assert_eq!(ledger.recover(ISSUE, at(102)).unwrap(), 0);
    assert_eq!(letters(ledger.as_mut()), [None, Some(1), None, None], "found after a kill");
}

#[test]
fn a_run_that_ends_with_a_message_in_the_air_leaves_its_tally() {
    let killed = Killed::new(false);
    let mut ledger = killed.open(START);
    ledger.recover(ISSUE, at(99)).unwrap();
    let tally = tally(ledger.as_mut(), false);
    let [mark] = lease(ledger.as_mut(), 1)[..] else { panic!("one row") };
    tally.note(mark.claim.seq, Note::Accepted).unwrap();
    ledger.leave(ISSUE).unwrap();
    drop(ledger);
    let mut ledger = killed.open(START);
    assert_eq!(ledger.recover(ISSUE, at(101)).unwrap(), 0);
    assert_eq!(
        rows(ledger.as_mut())[0],
        "a@example.org accepted 1 accepted; the sender ended before it wrote down the words"
    );
}

#[test]
fn a_tally_that_cannot_be_read_stops_the_recovery() {
    let killed = Killed::new(false);
    std::fs::remove_file(killed.tally()).unwrap();
    std::fs::create_dir(killed.tally()).unwrap();
    let mut ledger = killed.open(START);
    let before = rows(ledger.as_mut());
    let error = ledger.recover(ISSUE, at(99)).unwrap_err();
    assert_eq!(
        format!("{error:#}"),
        format!("cannot read the tally `{}`: Is a directory (os error 21)", killed.tally().display())
    );
    assert_eq!(rows(ledger.as_mut()), before);
}
