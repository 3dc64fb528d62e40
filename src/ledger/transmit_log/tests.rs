//! Tests what the bytes that a sender left mean to the next.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::model::IssueNumber;

const PLAN: PlanId = PlanId([7; 16]);
const START: Option<MachineStart> = Some(MachineStart([1; 16]));
const LATER: Option<MachineStart> = Some(MachineStart([2; 16]));

fn head(repeatable: bool) -> LogHeader {
    LogHeader { plan: PLAN, machine: START, run: 3, repeatable }
}

/// A folder with the transmit log of five rows: nothing, begun, accepted, not taken, begun and not taken after all.
fn left_behind(head: LogHeader) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = path(&folder.path().join("ledger.sqlite3"), IssueNumber(7));
    let log = TransmitLog::create(&path, head, 5).unwrap();
    for (seq, note) in [
        (2, TransmitMark::Begun),
        (3, TransmitMark::Begun),
        (3, TransmitMark::Accepted),
        (4, TransmitMark::NotTaken),
        (5, TransmitMark::Begun),
        (5, TransmitMark::NotTaken),
    ] {
        log.write(seq, note).unwrap();
    }
    (folder, path)
}

fn found(path: &Path, machine: Option<MachineStart>) -> Vec<RowOutcome> {
    let remains = PreviousRun::read(path, PLAN, 3, machine).unwrap().unwrap();
    (1..=6).map(|seq| remains.outcome_of(seq)).collect()
}

#[test]
fn while_the_machine_is_up_a_dead_sender_leaves_only_the_begun_in_doubt() {
    use RowOutcome::{Accepted, InDoubt, ToBeSent};
    let (_folder, path) = left_behind(head(false));
    assert_eq!(found(&path, START), [ToBeSent, InDoubt, Accepted, ToBeSent, ToBeSent, InDoubt]);
}

#[test]
fn after_a_restart_only_an_answer_is_believed() {
    use RowOutcome::{Accepted, InDoubt};
    let (_folder, path) = left_behind(head(false));
    let believed = [InDoubt, InDoubt, Accepted, InDoubt, InDoubt, InDoubt];
    assert_eq!(found(&path, LATER), believed);
    assert_eq!(found(&path, None), believed);
    let (_folder, path) = left_behind(LogHeader { machine: None, ..head(false) });
    assert_eq!(found(&path, None), believed, "two machines that do not tell are not the same");
}

#[test]
fn of_a_copy_only_an_answer_is_believed() {
    use RowOutcome::{Accepted, InDoubt};
    let (_folder, path) = left_behind(head(false));
    let copy = path.with_added_extension("copy");
    fs::copy(&path, &copy).unwrap();
    fs::rename(copy, &path).unwrap();
    assert_eq!(found(&path, START), [InDoubt, InDoubt, Accepted, InDoubt, InDoubt, InDoubt]);
}

#[test]
fn a_log_of_a_version_that_did_not_record_its_inode_is_believed() {
    use RowOutcome::{Accepted, InDoubt, ToBeSent};
    let (_folder, path) = left_behind(head(false));
    let mut bytes = fs::read(&path).unwrap();
    bytes[48..56].fill(0);
    fs::write(&path, bytes).unwrap();
    assert_eq!(found(&path, START), [ToBeSent, InDoubt, Accepted, ToBeSent, ToBeSent, InDoubt]);
}

#[test]
fn deliveries_that_may_repeat_are_repeated() {
    let (_folder, path) = left_behind(head(true));
    assert_eq!(found(&path, LATER), [RowOutcome::ToBeSent; 6]);
}

#[test]
fn a_log_of_another_plan_or_run_and_a_file_that_is_not_a_log_are_ignored() {
    let (_folder, path) = left_behind(head(false));
    assert!(PreviousRun::read(&path, PlanId([8; 16]), 3, START).unwrap().is_none());
    assert!(PreviousRun::read(&path, PLAN, 4, START).unwrap().is_none());
    for damaged in [&b""[..], b"NWSLTLY1", &[0; 200]] {
        fs::write(&path, damaged).unwrap();
        assert!(PreviousRun::read(&path, PLAN, 3, START).unwrap().is_none());
    }
    fs::remove_file(&path).unwrap();
    assert!(PreviousRun::read(&path, PLAN, 3, START).unwrap().is_none());
}

#[test]
fn two_marks_with_one_write_leave_the_marks_between_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = path(&folder.path().join("ledger.sqlite3"), IssueNumber(7));
    let log = TransmitLog::create(&path, head(false), 3000).unwrap();
    log.write(3, TransmitMark::NotTaken).unwrap();
    log.write_accepted_and_begun(5, 2).unwrap();
    log.write_accepted_and_begun(2, 3000).unwrap();
    let bytes = fs::read(&path).unwrap();
    assert_eq!(bytes.len(), 64 + 3000);
    assert_eq!(bytes[64..70], *b"\0an\0a\0");
    assert_eq!(bytes[64 + 2998..], *b"\0b");
}

#[test]
fn it_is_one_byte_a_row_for_the_eyes_of_its_owner_only() {
    let (_folder, path) = left_behind(head(false));
    assert!(path.ends_with("ledger.sqlite3.007.tally"), "{}", path.display());
    let metadata = fs::metadata(&path).unwrap();
    assert_eq!((metadata.len(), metadata.permissions().mode() & 0o777), (69, 0o600));
    assert_eq!(fs::read(&path).unwrap()[64..], *b"\0bann");
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no draft is left");
}
