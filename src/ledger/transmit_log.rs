//! Keeps the transmit log: a file beside the ledger with one byte per row, written before and after
//! its transmission without a sync.
//!
//! Rows are marked as [`State::Transmitting`](crate::model::State) many at once, with one sync,
//! before the first of them is sent. So when a process dies, up to a hundred rows are in that
//! state, and the transmit log shows for which of them transmission actually began. A written byte
//! is in the page cache: it outlives the process, even one that is killed, but not the machine.
//!
//! | the machine since then | the byte of a marked row | the final dot | the row becomes |
//! |---|---|---|---|
//! | is up | nothing | did not go out | planned |
//! | is up | begun | may have gone out | in doubt: one for each message in flight |
//! | is up | accepted | was replied to | accepted |
//! | is up | not taken | was replied to, or did not go out after all | planned, due now |
//! | was restarted, or unknown | accepted | was replied to: it is only written after the reply | accepted |
//! | was restarted, or unknown | anything else | may have gone out | in doubt |
//!
//! Why that is safe, wherever the process dies:
//! - *Before the first mark of a run*: its transmit log was created before, all zero, synced and in place. No row is marked.
//! - *Between a mark and a byte*: the byte is zero, and it is written before anything is
//!   transmitted.
//! - *Between a byte and a settlement*: the byte decides. Once the settlement is in the ledger, the byte is not read again.
//! - *Between a recovery and the transmit log of the next run*: no row is marked, so no byte of the
//!   old log is read.
//! - *A byte cannot be written*: then nothing is transmitted either.
//! - *A ledger restored, copied or moved*: the header of a log names plan, machine start and run; the run is counted in the
//!   ledger before its log is created. A log that is missing or of another run is ignored: every marked row is in doubt.
//! - *A log copied with its ledger during a run*: its header has the inode number of the log that the run wrote to. Of a
//!   copy only the acceptances count, as after a restart of the machine.
//! - *A row is marked twice in a run*: only if it was neither accepted nor in doubt, so its byte
//!   still holds.
//! - *Two bytes with one write*: it also writes the bytes between them, which are those of the file. Whatever of it a
//!   killed process has written, a message whose byte is not there was not transmitted.
//!
//! A disk that is disconnected and reconnected while the machine is up can lose bytes; that cannot
//! be detected here.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::Context;

use crate::fs::atomic_file::{self, Access, Durability, Writers};
use crate::message::PlanId;

/// The first bytes of a transmit log. They have the name that the first versions used.
const MAGIC: [u8; 8] = *b"NWSLTLY1";

/// The length of the header; the byte of the first row follows it.
const HEADER_LENGTH: usize = 64;

/// Two rows this far from each other are written one by one.
const MOST_BETWEEN: u32 = 1024;

/// The number of zeros written at once.
const BLOCK: usize = 64 * 1024;

/// Identifies one start of the machine. The page cache keeps the writes of a killed process until
/// the next start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MachineStart(pub [u8; 16]);

/// The byte of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransmitMark {
    /// Its message is about to be transmitted.
    Begun = b'b' as isize,
    /// The server accepted it.
    Accepted = b'a' as isize,
    /// The server replied anything else, or the message was not transmitted after all.
    NotTaken = b'n' as isize,
}

/// The header of a transmit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LogHeader {
    pub(super) plan: PlanId,
    /// `None` if the machine cannot distinguish its starts.
    pub(super) machine: Option<MachineStart>,
    /// The run of the plan, from 1.
    pub(super) run: u32,
    /// Whether a message delivered twice is harmless: a rehearsal.
    pub(super) repeatable: bool,
}

/// The outcome of a marked row after its sender has died, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowOutcome {
    /// It was not transmitted, or transmitting it again is harmless.
    ToBeSent,
    /// The server accepted it.
    Accepted,
    /// Unknown.
    InDoubt,
}

/// The transmit log of a run, open for its workers.
#[derive(Debug)]
pub struct TransmitLog {
    file: File,
    path: PathBuf,
    /// The bytes of the rows in the file.
    marks: Mutex<Vec<u8>>,
}

impl TransmitLog {
    /// Creates the transmit log of a run over `rows` rows in place of an older one, complete and synced.
    pub(super) fn create(path: &Path, head: LogHeader, rows: u64) -> anyhow::Result<Self> {
        let write = |file: &mut File| -> io::Result<()> {
            file.write_all(&head.to_bytes(file.metadata()?.ino()))?;
            // Written, not just extended, so that a full disk is noticed here and not during
            // transmission.
            let zeros = vec![0; BLOCK];
            let mut left = usize::try_from(rows).unwrap_or(usize::MAX);
            while left > 0 {
                let some = left.min(BLOCK);
                file.write_all(&zeros[..some])?;
                left -= some;
            }
            Ok(())
        };
        let file = atomic_file::replace_with(path, Access::Private, Writers::One, Durability::Full, write);
        let file = file.with_context(|| format!("cannot create the transmit log `{}`", path.display()))?;
        let marks = Mutex::new(vec![0; usize::try_from(rows).unwrap_or(usize::MAX)]);
        Ok(Self { file, path: path.to_owned(), marks })
    }

    /// Writes `mark` for row `seq`, so that it outlives this process. Any thread may call it for
    /// its own rows.
    ///
    /// Errors if it cannot be written; then the message must not be transmitted.
    pub fn write(&self, seq: u32, mark: TransmitMark) -> anyhow::Result<()> {
        self.write_together((seq, mark), (seq, mark))
    }

    /// Writes that row `accepted` was accepted and that `begun` is about to be transmitted, with one write if they are
    /// near each other.
    ///
    /// Errors as [`Self::write`] does.
    pub fn write_accepted_and_begun(&self, accepted: u32, begun: u32) -> anyhow::Result<()> {
        if accepted.abs_diff(begun) < MOST_BETWEEN {
            return self.write_together((accepted, TransmitMark::Accepted), (begun, TransmitMark::Begun));
        }
        self.write(accepted, TransmitMark::Accepted)?;
        self.write(begun, TransmitMark::Begun)
    }

    /// Writes the marks of one or two rows, and whatever is between them.
    fn write_together(&self, one: (u32, TransmitMark), other: (u32, TransmitMark)) -> anyhow::Result<()> {
        let place = |seq: u32| seq.saturating_sub(1) as usize;
        let (first, last) = (place(one.0.min(other.0)), place(one.0.max(other.0)));
        let mut all = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() <= last {
            all.resize(last + 1, 0);
        }
        for (seq, mark) in [one, other] {
            all[place(seq)] = mark as u8;
        }
        let written = self.file.write_all_at(&all[first..=last], (HEADER_LENGTH + first) as u64);
        written.with_context(|| format!("cannot write to the transmit log `{}`", self.path.display()))
    }
}

/// The transmit log that a dead sender left behind.
#[derive(Debug)]
pub(super) struct PreviousRun {
    head: LogHeader,
    bytes: Vec<u8>,
    trusted: bool,
}

impl PreviousRun {
    /// Reads the transmit log at `path` of run number `run` of `plan`, at this start of the
    /// machine; `None` if it does not exist or belongs to another run.
    ///
    /// Errors if it cannot be read, because its marks would be lost.
    pub(super) fn read(
        path: &Path,
        plan: PlanId,
        run: u32,
        machine: Option<MachineStart>,
    ) -> anyhow::Result<Option<Self>> {
        let (bytes, inode) = match read(path) {
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read the transmit log `{}`", path.display()));
            }
        };
        let head = LogHeader::read(&bytes).filter(|(head, _)| head.plan == plan && head.run == run);
        Ok(head.map(|(head, written_to)| {
            let is_same_file = written_to.is_none_or(|written_to| written_to == inode);
            Self { head, bytes, trusted: machine.is_some() && head.machine == machine && is_same_file }
        }))
    }

    /// Returns whether the run wrote to an outbox.
    pub(super) fn is_of_rehearsal(&self) -> bool {
        self.head.repeatable
    }

    /// The outcome of the marked row `seq`.
    pub(super) fn outcome_of(&self, seq: u32) -> RowOutcome {
        if self.head.repeatable {
            return RowOutcome::ToBeSent;
        }
        let byte = self.bytes.get(HEADER_LENGTH - 1 + seq as usize).copied();
        match byte {
            Some(byte) if byte == TransmitMark::Accepted as u8 => RowOutcome::Accepted,
            Some(byte) if self.trusted && (byte == 0 || byte == TransmitMark::NotTaken as u8) => RowOutcome::ToBeSent,
            _ => RowOutcome::InDoubt,
        }
    }
}

/// The bytes of the log at `path`, and its inode number.
fn read(path: &Path) -> io::Result<(Vec<u8>, u64)> {
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok((bytes, file.metadata()?.ino()))
}

impl LogHeader {
    /// The header of the log with this inode number.
    fn to_bytes(self, inode: u64) -> [u8; HEADER_LENGTH] {
        let mut bytes = [0; HEADER_LENGTH];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..24].copy_from_slice(&self.plan.0);
        bytes[24..40].copy_from_slice(&self.machine.map_or([0; 16], |machine| machine.0));
        bytes[40..44].copy_from_slice(&self.run.to_le_bytes());
        bytes[44] = u8::from(self.repeatable);
        bytes[48..56].copy_from_slice(&inode.to_le_bytes());
        bytes
    }

    /// The header at the beginning of `bytes`, with the inode number of the log it was written to; earlier versions did not
    /// record that.
    fn read(bytes: &[u8]) -> Option<(Self, Option<u64>)> {
        let bytes = bytes.first_chunk::<HEADER_LENGTH>()?;
        let sixteen = |at: usize| <[u8; 16]>::try_from(&bytes[at..at + 16]).expect("sixteen bytes");
        let machine = Some(sixteen(24)).filter(|machine| *machine != [0; 16]).map(MachineStart);
        let run = u32::from_le_bytes(bytes[40..44].try_into().expect("four bytes"));
        let inode = u64::from_le_bytes(bytes[48..56].try_into().expect("eight bytes"));
        let head = Self { plan: PlanId(sixteen(8)), machine, run, repeatable: bytes[44] == 1 };
        (bytes[..8] == MAGIC).then_some((head, Some(inode).filter(|&inode| inode != 0)))
    }
}

/// The path of the transmit log of `issue`, beside the ledger at `ledger`: `ledger.sqlite3.042.tally`.
pub(super) fn path(ledger: &Path, issue: crate::model::IssueNumber) -> PathBuf {
    ledger.with_added_extension(format!("{}.tally", issue.file_stem()))
}

#[cfg(test)]
mod tests;
