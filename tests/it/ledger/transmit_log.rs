//! Tests the recovery of rows that a dead process had leased, from the ledger and the transmit log
//! together.

use std::path::PathBuf;

use newsletter::ledger::{
    self, Ledger, LedgerLocation, MachineStart, Mark, MarkStore, Settlement, TransmitMark, WriteBatch,
};
use newsletter::model::{CourierKind, State};
use tempfile::TempDir;

use super::world::{ISSUE, at, freeze_with, letter, no, rows, stamp};

const START: Option<MachineStart> = Some(MachineStart([1; 16]));
const RESTARTED: Option<MachineStart> = Some(MachineStart([2; 16]));

/// Six people: the first four leased, of which the second was begun, the third begun and accepted, the fourth begun and
/// put off.
struct Killed {
    folder: TempDir,
}

impl Killed {
    fn new(courier: CourierKind) -> Self {
        let killed = Self { folder: tempfile::tempdir().unwrap() };
        let mut ledger = killed.open(START);
        let people = ["a@example.org", "b@example.org", "c@example.org", "d@example.org", "e@example.org"];
        assert!(freeze_with(ledger.as_mut(), courier, (stamp(), &letter("hello")), &people).unwrap());
        let tally = tally(ledger.as_mut());
        lease(ledger.as_mut(), 4);
        for (seq, note) in [
            (2, TransmitMark::Begun),
            (3, TransmitMark::Begun),
            (3, TransmitMark::Accepted),
            (4, TransmitMark::Begun),
            (4, TransmitMark::NotTaken),
        ] {
            tally.write(seq, note).unwrap();
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
        ledger::open_to_deliver(&LedgerLocation::File(self.ledger()), self.folder.path(), ISSUE, at(0), machine)
            .unwrap()
            .unwrap()
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

fn tally(ledger: &mut dyn Ledger) -> ledger::TransmitLog {
    let plan = ledger.plan(ISSUE).unwrap().unwrap();
    let MarkStore::TransmitLog(tally) = ledger.mark_store(&plan).unwrap() else { panic!("a file has a tally") };
    tally
}

fn lease(ledger: &mut dyn Ledger, rows: usize) -> Vec<Mark> {
    let claimed = ledger.claim(ISSUE, at(0), rows).unwrap().rows;
    let marks: Vec<_> = claimed.iter().map(|row| Mark { claim: row.claim(), version: 1 }).collect();
    let written = ledger.write(ISSUE, at(1), &WriteBatch { marks: marks.clone(), ..WriteBatch::default() }).unwrap();
    assert_eq!(written.granted, vec![true; rows]);
    marks
}

const NOBODY_KNOWS: [&str; 5] = [
    "a@example.org in-doubt 1 the sender ended between the final dot and the reply",
    "b@example.org in-doubt 1 the sender ended between the final dot and the reply",
    "c@example.org in-doubt 1 the sender ended between the final dot and the reply",
    "d@example.org in-doubt 1 the sender ended between the final dot and the reply",
    "e@example.org planned 0 ",
];

#[test]
fn after_a_kill_only_what_was_begun_and_not_answered_is_in_doubt() {
    assert_eq!(
        Killed::new(CourierKind::Smtp).recovered(START),
        [
            "a@example.org planned 0 ",
            "b@example.org in-doubt 1 the sender ended between the final dot and the reply",
            "c@example.org accepted 1 accepted; the sender ended before it wrote down the reply",
            "d@example.org planned 0 ",
            "e@example.org planned 0 ",
        ]
    );
}

#[test]
fn after_a_power_cut_everything_leased_is_in_doubt_but_what_was_answered() {
    let mut expected = NOBODY_KNOWS;
    expected[2] = "c@example.org accepted 1 accepted; the sender ended before it wrote down the reply";
    assert_eq!(Killed::new(CourierKind::Smtp).recovered(RESTARTED), expected);
    assert_eq!(Killed::new(CourierKind::Smtp).recovered(None), expected);
}

#[test]
fn without_its_tally_everything_leased_is_in_doubt() {
    let killed = Killed::new(CourierKind::Smtp);
    std::fs::remove_file(killed.tally()).unwrap();
    assert_eq!(killed.recovered(START), NOBODY_KNOWS);
}

#[test]
fn a_ledger_brought_back_from_before_does_not_believe_a_later_tally() {
    let killed = Killed::new(CourierKind::Smtp);
    let before = std::fs::read(killed.ledger()).unwrap();
    {
        let mut ledger = killed.open(START);
        ledger.recover(ISSUE, at(99)).unwrap();
        tally(ledger.as_mut());
    }
    std::fs::write(killed.ledger(), before).unwrap();
    assert_eq!(killed.recovered(START), NOBODY_KNOWS);
}

#[test]
fn outbox_files_are_written_again() {
    let planned = |row: &String| row.contains(" planned 0 ");
    assert!(Killed::new(CourierKind::Outbox).recovered(RESTARTED).iter().all(planned));
    let killed = Killed::new(CourierKind::Outbox);
    std::fs::remove_file(killed.tally()).unwrap();
    assert!(killed.recovered(START).iter().all(planned), "without its tally too");
}

#[test]
fn a_transmit_log_is_not_begun_over_unrecovered_rows() {
    let killed = Killed::new(CourierKind::Smtp);
    let mut ledger = killed.open(START);
    let plan = ledger.plan(ISSUE).unwrap().unwrap();
    let error = ledger.mark_store(&plan).unwrap_err();
    assert_eq!(error.to_string(), "rows are still marked from an earlier run; this is a bug");
}

#[test]
fn a_run_that_ends_well_leaves_no_tally() {
    let killed = Killed::new(CourierKind::Smtp);
    let mut ledger = killed.open(START);
    ledger.recover(ISSUE, at(99)).unwrap();
    let _tally = tally(ledger.as_mut());
    let [mark] = lease(ledger.as_mut(), 1)[..] else { panic!("one row") };
    assert!(killed.tally().exists());
    let settlements = vec![Settlement::new(mark.claim, State::Accepted, Some(no()))];
    ledger.write(ISSUE, at(2), &WriteBatch { settlements, ..WriteBatch::default() }).unwrap();
    ledger.release(ISSUE).unwrap();
    assert!(!killed.tally().exists());
}

#[test]
fn a_recipient_in_doubt_keeps_the_letter_of_the_first_attempt() {
    let killed = Killed::new(CourierKind::Smtp);
    let mut ledger = killed.open(START);
    ledger.recover(ISSUE, at(99)).unwrap();
    ledger.requeue(ISSUE, State::InDoubt).unwrap();
    ledger.freeze_again(ISSUE, &letter("edited"), at(100)).unwrap();
    let letters = |ledger: &mut dyn Ledger| -> Vec<_> {
        ledger.claim(ISSUE, at(100), 9).unwrap().rows.iter().map(|row| row.letter).collect()
    };
    let _tally = tally(ledger.as_mut());
    let marks = lease(ledger.as_mut(), 4);
    let settlements = marks.iter().map(|mark| Settlement::new(mark.claim, State::Planned, None)).collect();
    ledger.write(ISSUE, at(101), &WriteBatch { settlements, ..WriteBatch::default() }).unwrap();
    ledger.release(ISSUE).unwrap();
    assert_eq!(letters(ledger.as_mut()), [None, Some(1), None, None], "put back");
    drop(ledger);
    let mut ledger = killed.open(START);
    let _tally = tally(ledger.as_mut());
    lease(ledger.as_mut(), 4);
    drop(ledger);
    let mut ledger = killed.open(START);
    assert_eq!(ledger.recover(ISSUE, at(102)).unwrap(), 0);
    assert_eq!(letters(ledger.as_mut()), [None, Some(1), None, None], "found after a kill");
}

#[test]
fn a_run_that_ends_with_a_message_in_the_air_leaves_its_tally() {
    let killed = Killed::new(CourierKind::Smtp);
    let mut ledger = killed.open(START);
    ledger.recover(ISSUE, at(99)).unwrap();
    let tally = tally(ledger.as_mut());
    let [mark] = lease(ledger.as_mut(), 1)[..] else { panic!("one row") };
    tally.write(mark.claim.seq, TransmitMark::Accepted).unwrap();
    ledger.release(ISSUE).unwrap();
    drop(ledger);
    let mut ledger = killed.open(START);
    assert_eq!(ledger.recover(ISSUE, at(101)).unwrap(), 0);
    assert_eq!(
        rows(ledger.as_mut())[0],
        "a@example.org accepted 1 accepted; the sender ended before it wrote down the reply"
    );
}

#[test]
fn a_tally_that_cannot_be_read_stops_the_recovery() {
    let killed = Killed::new(CourierKind::Smtp);
    std::fs::remove_file(killed.tally()).unwrap();
    std::fs::create_dir(killed.tally()).unwrap();
    let mut ledger = killed.open(START);
    let before = rows(ledger.as_mut());
    let error = ledger.recover(ISSUE, at(99)).unwrap_err();
    assert_eq!(
        format!("{error:#}"),
        format!("cannot read the transmit log `{}`: Is a directory (os error 21)", killed.tally().display())
    );
    assert_eq!(rows(ledger.as_mut()), before);
}
