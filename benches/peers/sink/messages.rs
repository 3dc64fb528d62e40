//! Counts the messages the sink has taken, and keeps and journals them on request.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;

/// Every message of every connection.
pub(crate) struct Messages {
    count: AtomicU64,
    bytes: AtomicU64,
    first_mail: OnceLock<SystemTime>,
    /// Microseconds since 1970.
    last_message: AtomicU64,
    kept: Option<Mutex<Kept>>,
    journal: Option<Mutex<File>>,
    stop: Option<(u64, Sender<()>)>,
}

struct Kept {
    folder: PathBuf,
    written: usize,
    wanted: usize,
}

/// What the sink says when it ends: `messages N`, `bytes N` and, if there was any mail, `first_mail SECONDS` and
/// `last_message SECONDS` since 1970.
pub(crate) struct Report {
    messages: u64,
    bytes: u64,
    first_mail: Option<SystemTime>,
    last_message: u64,
}

impl Messages {
    /// Keeps the first `wanted` messages in the folder `keep` and names every recipient in `journal`.
    ///
    /// Errors when the journal cannot be opened.
    pub(crate) fn new(keep: Option<PathBuf>, wanted: usize, journal: Option<&Path>) -> anyhow::Result<Self> {
        let journal = match journal {
            Some(path) => {
                let file = OpenOptions::new().create(true).append(true).open(path);
                Some(Mutex::new(file.with_context(|| format!("journal `{}`", path.display()))?))
            }
            None => None,
        };
        Ok(Self {
            count: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            first_mail: OnceLock::new(),
            last_message: AtomicU64::new(0),
            kept: keep.map(|folder| Mutex::new(Kept { folder, written: 0, wanted })),
            journal,
            stop: None,
        })
    }

    /// Says so on `end` when `count` messages are there.
    pub(crate) fn stop_after(self, count: u64, end: Sender<()>) -> Self {
        Self { stop: Some((count, end)), ..self }
    }

    /// Whether the bytes of messages are wanted at all.
    pub(crate) fn keeps(&self) -> bool {
        self.kept.is_some()
    }

    /// Notes that a sender has begun to send.
    pub(crate) fn mail_begins(&self) {
        self.first_mail.get_or_init(SystemTime::now);
    }

    /// Records one message of `length` bytes on the wire, before it is acknowledged. `content` is without dot stuffing,
    /// and empty unless [`Self::keeps`].
    ///
    /// Errors when it cannot be kept or journalled; then it must not be acknowledged.
    pub(crate) fn take(&self, recipient: &[u8], content: &[u8], length: u64) -> io::Result<()> {
        if let Some(kept) = &self.kept {
            kept.lock().unwrap_or_else(PoisonError::into_inner).keep(content)?;
        }
        if let Some(journal) = &self.journal {
            let line = [recipient, b"\n"].concat();
            journal.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line)?;
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.last_message.store(u64::try_from(now.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.bytes.fetch_add(length, Ordering::Relaxed);
        let count = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some((wanted, end)) = &self.stop
            && count == *wanted
        {
            let _ = end.send(());
        }
        Ok(())
    }

    /// What was taken so far.
    pub(crate) fn report(&self) -> Report {
        Report {
            messages: self.count.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            first_mail: self.first_mail.get().copied(),
            last_message: self.last_message.load(Ordering::Relaxed),
        }
    }
}

impl Kept {
    fn keep(&mut self, content: &[u8]) -> io::Result<()> {
        if self.written < self.wanted {
            self.written += 1;
            fs::write(self.folder.join(format!("{:04}.eml", self.written)), content)?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "messages {}", self.messages)?;
        writeln!(formatter, "bytes {}", self.bytes)?;
        if let Some(since) = self.first_mail.and_then(|time| time.duration_since(UNIX_EPOCH).ok()) {
            writeln!(formatter, "first_mail {}.{:06}", since.as_secs(), since.subsec_micros())?;
            let (seconds, micros) = (self.last_message / 1_000_000, self.last_message % 1_000_000);
            writeln!(formatter, "last_message {seconds}.{micros:06}")?;
        }
        Ok(())
    }
}
