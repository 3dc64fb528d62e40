//! Looks at folders again and again, where the system sends no events.
//!
//! A file is known by its size, time and identity: to read 20 MB of pictures five times a second, as the poller of
//! `notify` does, takes a sixth of a processor.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;
use std::{fs, io};

use notify::{Event, EventKind};

/// The interval between two looks.
const INTERVAL: Duration = Duration::from_millis(200);

/// Watches folders until it is dropped.
pub(super) struct FolderPoller {
    folders: Arc<Mutex<Folders>>,
}

/// The watched folders, each as it was when last looked at; `None` for one that is gone.
type Folders = BTreeMap<PathBuf, Option<Entries>>;

/// What a folder has, by path.
type Entries = BTreeMap<PathBuf, FileState>;

/// Differs for two versions of a file, unless both are of one size, were written into one place, and within the few
/// milliseconds that the system's clock of files takes for a step.
#[derive(Debug, PartialEq, Eq)]
struct FileState {
    size: u64,
    inode: u64,
    /// In seconds and nanoseconds.
    modified: (i64, i64),
}

impl FolderPoller {
    /// Reports to `changes`.
    ///
    /// Errors when no thread can be started.
    pub(super) fn new(changes: Sender<notify::Result<Event>>) -> io::Result<Self> {
        let folders = Arc::new(Mutex::new(Folders::new()));
        let watched = Arc::downgrade(&folders);
        thread::Builder::new().name("poller".to_owned()).spawn(move || poll(&watched, &changes))?;
        Ok(Self { folders })
    }

    /// Watches `folder`, without the folders in it.
    pub(super) fn watch(&self, folder: &Path) {
        lock(&self.folders).insert(folder.to_owned(), entries(folder).ok());
    }

    /// Watches `folder` no longer.
    pub(super) fn unwatch(&self, folder: &Path) {
        lock(&self.folders).remove(folder);
    }
}

fn lock(folders: &Mutex<Folders>) -> MutexGuard<'_, Folders> {
    folders.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns when nobody watches or listens any more.
fn poll(watched: &Weak<Mutex<Folders>>, changes: &Sender<notify::Result<Event>>) {
    loop {
        thread::sleep(INTERVAL);
        let Some(folders) = watched.upgrade() else { return };
        for (folder, known) in &mut *lock(&folders) {
            let found = entries(folder).ok();
            if *known == found {
                continue;
            }
            let mut event = Event::new(EventKind::Any);
            // A folder that is gone is named, as the system names it.
            if found.is_none() {
                event = event.add_path(folder.clone());
            }
            *known = found;
            if changes.send(Ok(event)).is_err() {
                return;
            }
        }
    }
}

fn entries(folder: &Path) -> io::Result<Entries> {
    let state = |entry: io::Result<fs::DirEntry>| {
        let path = entry.ok()?.path();
        // A link is what it leads to. What vanishes meanwhile is not there.
        let file = fs::metadata(&path).ok()?;
        let state = FileState { size: file.size(), inode: file.ino(), modified: (file.mtime(), file.mtime_nsec()) };
        Some((path, state))
    };
    Ok(fs::read_dir(folder)?.filter_map(state).collect())
}
