//! The tally: one byte a row in a file beside the ledger, written around its final dot without a sync.
//!
//! Rows are leased: moved to [`State::Dot`](super::State) many at once, with one sync, before the first of them is sent. So
//! after a death up to a hundred rows are in that state, and the tally says which of them had really begun. A byte that was
//! written is in the page cache: it outlives the process, however that ends, but not the machine.
//!
//! | the machine since then | a leased row whose byte says | the dot | the row becomes |
//! |---|---|---|---|
//! | is up | nothing | did not go out | planned |
//! | is up | begun | may have gone out | in doubt: one for each open connection |
//! | is up | accepted | was answered | accepted |
//! | is up | not taken | was answered, or did not go out after all | planned, due now |
//! | was restarted, or nobody knows | accepted | was answered: it is written after the answer only | accepted |
//! | was restarted, or nobody knows | anything else | may have gone out | in doubt |
//!
//! Why that is safe, death by death:
//! - *Before the first lease of a run*: its tally was made before, all zero, synced and in its place. No row is leased.
//! - *Between a lease and a byte*: the byte says nothing, and it is written before the dot is.
//! - *Between a byte and a settlement*: the byte decides. Once the settlement is in the ledger, nobody asks the tally.
//! - *Between a recovery and the tally of the next run*: no row is leased any more; the old tally is asked about none.
//! - *A byte cannot be written*: then the dot is not written either.
//! - *A ledger restored, copied or moved*: the head of a tally names plan, machine start and run; the run is counted in the
//!   ledger before its tally is made. One that is missing or of another run is not asked: every leased row is in doubt.
//! - *A row is leased twice in a run*: only one that was not accepted and not in doubt; what its byte says still holds.
//!
//! A disk that is pulled out and put back while the machine is up can lose bytes; nothing here can see that.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::message::PlanId;

/// How a tally begins.
const MAGIC: [u8; 8] = *b"NWSLTLY1";

/// Bytes before the first row's.
const HEAD: usize = 64;

/// Zeros written at once.
const BLOCK: usize = 64 * 1024;

/// Names one start of the machine: what a process wrote before it was killed is in memory until the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MachineStart(pub [u8; 16]);

/// What the byte of a row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// Its final dot is about to be written.
    Begun = b'b' as isize,
    /// The server has accepted it.
    Accepted = b'a' as isize,
    /// The server has answered anything else, or the dot did not go out after all.
    NotTaken = b'n' as isize,
}

/// Whose tally it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) plan: PlanId,
    /// `None` where the machine does not tell its starts apart.
    pub(super) machine: Option<MachineStart>,
    /// Which run of the plan, from 1.
    pub(super) run: u32,
    /// Whether a message carried twice is there once.
    pub(super) repeatable: bool,
}

/// What is known of a leased row whose sender died.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Its dot did not go out, or it does no harm that it did.
    ToBeSent,
    /// The server has it.
    Accepted,
    /// Nobody knows.
    InDoubt,
}

/// The tally of a run, open for its workers.
#[derive(Debug)]
pub struct Tally {
    file: File,
    path: PathBuf,
}

impl Tally {
    /// Makes the tally of a run over `rows` rows in the place of an older one, whole and synced.
    pub(super) fn make(path: &Path, head: Head, rows: u64) -> anyhow::Result<Self> {
        let made = || -> io::Result<File> {
            let draft = path.with_added_extension("new");
            let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
            file.write_all(&head.to_bytes())?;
            // Written and not only made long: no room on the disk is found out here, and not at a dot.
            let zeros = vec![0; BLOCK];
            let mut left = usize::try_from(rows).unwrap_or(usize::MAX);
            while left > 0 {
                let some = left.min(BLOCK);
                file.write_all(&zeros[..some])?;
                left -= some;
            }
            file.sync_all()?;
            fs::rename(&draft, path)?;
            File::open(path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new(".")))?
                .sync_all()?;
            Ok(file)
        };
        let file = made().with_context(|| format!("cannot make the tally `{}`", path.display()))?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// Writes down what is known of row `seq`, where the death of this process cannot reach it. Any thread may, for the rows
    /// it has in hand.
    ///
    /// Errors when it cannot be written: then nobody may write a dot on the strength of it.
    pub fn note(&self, seq: u32, note: Note) -> anyhow::Result<()> {
        let written = self.file.write_all_at(&[note as u8], (HEAD - 1) as u64 + u64::from(seq));
        written.with_context(|| format!("cannot write to the tally `{}`", self.path.display()))
    }
}

/// A tally that a dead sender left behind.
#[derive(Debug)]
pub(super) struct Remains {
    head: Head,
    bytes: Vec<u8>,
    trusted: bool,
}

impl Remains {
    /// What the tally at `path` knows of run number `run` of `plan`, read at this start of the machine; `None` when there is
    /// none, or it is another run's.
    ///
    /// Errors when it cannot be read: what it knows would be lost.
    pub(super) fn read(
        path: &Path,
        plan: PlanId,
        run: u32,
        machine: Option<MachineStart>,
    ) -> anyhow::Result<Option<Self>> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("cannot read the tally `{}`", path.display())),
        };
        let head = Head::read(&bytes).filter(|head| head.plan == plan && head.run == run);
        Ok(head.map(|head| Self { head, bytes, trusted: machine.is_some() && head.machine == machine }))
    }

    /// What became of the leased row `seq`.
    pub(super) fn of(&self, seq: u32) -> Found {
        if self.head.repeatable {
            return Found::ToBeSent;
        }
        let byte = self.bytes.get(HEAD - 1 + seq as usize).copied();
        match byte {
            Some(byte) if byte == Note::Accepted as u8 => Found::Accepted,
            Some(byte) if self.trusted && (byte == 0 || byte == Note::NotTaken as u8) => Found::ToBeSent,
            _ => Found::InDoubt,
        }
    }
}

impl Head {
    fn to_bytes(self) -> [u8; HEAD] {
        let mut bytes = [0; HEAD];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..24].copy_from_slice(&self.plan.0);
        bytes[24..40].copy_from_slice(&self.machine.map_or([0; 16], |machine| machine.0));
        bytes[40..44].copy_from_slice(&self.run.to_le_bytes());
        bytes[44] = u8::from(self.repeatable);
        bytes
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.first_chunk::<HEAD>()?;
        let sixteen = |at: usize| <[u8; 16]>::try_from(&bytes[at..at + 16]).expect("sixteen bytes");
        let machine = Some(sixteen(24)).filter(|machine| *machine != [0; 16]).map(MachineStart);
        let run = u32::from_le_bytes(bytes[40..44].try_into().expect("four bytes"));
        (bytes[..8] == MAGIC).then_some(Self { plan: PlanId(sixteen(8)), machine, run, repeatable: bytes[44] == 1 })
    }
}

/// Where the tally of `issue` is: beside the ledger at `ledger`, `ledger.sqlite3.042.tally`.
pub(super) fn path(ledger: &Path, issue: crate::model::IssueNumber) -> PathBuf {
    ledger.with_added_extension(format!("{:03}.tally", issue.0))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::model::IssueNumber;

    const PLAN: PlanId = PlanId([7; 16]);
    const START: Option<MachineStart> = Some(MachineStart([1; 16]));
    const LATER: Option<MachineStart> = Some(MachineStart([2; 16]));

    fn head(repeatable: bool) -> Head {
        Head { plan: PLAN, machine: START, run: 3, repeatable }
    }

    /// A folder with the tally of five rows: nothing, begun, accepted, not taken, begun and not taken after all.
    fn left_behind(head: Head) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = path(&folder.path().join("ledger.sqlite3"), IssueNumber(7));
        let tally = Tally::make(&path, head, 5).unwrap();
        for (seq, note) in [
            (2, Note::Begun),
            (3, Note::Begun),
            (3, Note::Accepted),
            (4, Note::NotTaken),
            (5, Note::Begun),
            (5, Note::NotTaken),
        ] {
            tally.note(seq, note).unwrap();
        }
        (folder, path)
    }

    fn found(path: &Path, machine: Option<MachineStart>) -> Vec<Found> {
        let remains = Remains::read(path, PLAN, 3, machine).unwrap().unwrap();
        (1..=6).map(|seq| remains.of(seq)).collect()
    }

    #[test]
    fn while_the_machine_is_up_a_dead_sender_leaves_only_the_begun_in_doubt() {
        use Found::{Accepted, InDoubt, ToBeSent};
        let (_folder, path) = left_behind(head(false));
        assert_eq!(found(&path, START), [ToBeSent, InDoubt, Accepted, ToBeSent, ToBeSent, InDoubt]);
    }

    #[test]
    fn after_a_restart_only_an_answer_is_believed() {
        use Found::{Accepted, InDoubt};
        let (_folder, path) = left_behind(head(false));
        let believed = [InDoubt, InDoubt, Accepted, InDoubt, InDoubt, InDoubt];
        assert_eq!(found(&path, LATER), believed);
        assert_eq!(found(&path, None), believed);
        let (_folder, path) = left_behind(Head { machine: None, ..head(false) });
        assert_eq!(found(&path, None), believed, "two machines that do not tell are not the same");
    }

    #[test]
    fn what_may_be_carried_twice_is_carried_again() {
        let (_folder, path) = left_behind(head(true));
        assert_eq!(found(&path, LATER), [Found::ToBeSent; 6]);
    }

    #[test]
    fn the_tally_of_another_plan_or_run_and_what_is_none_are_not_asked() {
        let (_folder, path) = left_behind(head(false));
        assert!(Remains::read(&path, PlanId([8; 16]), 3, START).unwrap().is_none());
        assert!(Remains::read(&path, PLAN, 4, START).unwrap().is_none());
        for damaged in [&b""[..], b"NWSLTLY1", &[0; 200]] {
            fs::write(&path, damaged).unwrap();
            assert!(Remains::read(&path, PLAN, 3, START).unwrap().is_none());
        }
        fs::remove_file(&path).unwrap();
        assert!(Remains::read(&path, PLAN, 3, START).unwrap().is_none());
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
}
