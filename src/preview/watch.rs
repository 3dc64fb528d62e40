//! Reports when files were saved: collects file system events until a burst of them is over.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::poller::FolderPoller;

/// A save is complete after this long without an event: an editor truncates, writes and renames within microseconds.
const SETTLE_TIME: Duration = Duration::from_millis(15);

/// The longest a burst of events may delay a report.
const MAX_DELAY: Duration = Duration::from_millis(60);

/// Watches folders for changes.
pub(super) struct FolderWatch {
    source: EventSource,
    sender: Sender<notify::Result<Event>>,
    events: Receiver<notify::Result<Event>>,
    watched: BTreeSet<PathBuf>,
}

/// What sees changes.
enum EventSource {
    System(RecommendedWatcher),
    Poller(FolderPoller),
}

impl FolderWatch {
    /// Uses the events of the system, or polls where there are none: on some network and container file systems, or when
    /// the user has run out of inotify instances.
    ///
    /// Errors when polling fails too.
    pub(super) fn new() -> notify::Result<Self> {
        let (sender, events) = channel();
        match RecommendedWatcher::new(sender.clone(), notify::Config::default()) {
            Ok(watcher) => Ok(Self { source: EventSource::System(watcher), sender, events, watched: BTreeSet::new() }),
            Err(_) => Self::polling(),
        }
    }

    /// Polls.
    fn polling() -> notify::Result<Self> {
        let (sender, events) = channel();
        let source = EventSource::Poller(FolderPoller::new(sender.clone())?);
        Ok(Self { source, sender, events, watched: BTreeSet::new() })
    }

    /// Watches `folders` and no others. Those that do not exist are tried again at the next call. Returns whether a folder
    /// was added.
    ///
    /// Errors when polling fails too.
    pub(super) fn watch_only(&mut self, folders: &[PathBuf]) -> notify::Result<bool> {
        let gone: Vec<PathBuf> = self.watched.iter().filter(|folder| !folders.contains(folder)).cloned().collect();
        for folder in gone {
            self.forget(&folder);
        }
        let mut is_new = false;
        for folder in folders {
            if self.watched.contains(folder) || !folder.is_dir() {
                continue;
            }
            let is_watched = match &mut self.source {
                EventSource::System(watcher) => watcher.watch(folder, RecursiveMode::NonRecursive).is_ok(),
                EventSource::Poller(poller) => {
                    poller.watch(folder);
                    true
                }
            };
            if is_watched {
                is_new |= self.watched.insert(folder.clone());
            } else if folder.is_dir() {
                // Out of inotify watches: poll from now on.
                self.source = EventSource::Poller(FolderPoller::new(self.sender.clone())?);
                self.watched.clear();
                return self.watch_only(folders);
            }
        }
        Ok(is_new)
    }

    /// Waits for a burst of events to end. Returns `false` if there can be no more events.
    pub(super) fn wait(&mut self) -> bool {
        let first = loop {
            match self.events.recv() {
                Ok(event) if self.is_change(&event) => break Instant::now(),
                Ok(_) => {}
                Err(_) => return false,
            }
        };
        let mut quiet_since = first;
        loop {
            let left = SETTLE_TIME.saturating_sub(quiet_since.elapsed()).min(MAX_DELAY.saturating_sub(first.elapsed()));
            if left.is_zero() {
                return true;
            }
            match self.events.recv_timeout(left) {
                Ok(event) => {
                    if self.is_change(&event) {
                        quiet_since = Instant::now();
                    }
                }
                Err(RecvTimeoutError::Timeout) => return true,
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    /// Whether a file may have changed. Reading one is an event too, also when we do it.
    fn is_change(&mut self, event: &notify::Result<Event>) -> bool {
        let Ok(event) = event else { return true };
        // A deleted folder loses its watch, and may exist again already.
        for path in &event.paths {
            if self.watched.contains(path) && !matches!(event.kind, EventKind::Access(_)) {
                self.forget(path);
            }
        }
        match event.kind {
            EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
            _ => true,
        }
    }

    fn forget(&mut self, folder: &Path) {
        match &mut self.source {
            EventSource::System(watcher) => {
                // Fails for a deleted folder, whose watch is gone anyway.
                let _ = watcher.unwatch(folder);
            }
            EventSource::Poller(poller) => poller.unwatch(folder),
        }
        self.watched.remove(folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn assert_saves_are_reported(mut watch: FolderWatch) {
        let folder = tempfile::TempDir::new().unwrap();
        let issues = folder.path().join("issues");
        let folders = [folder.path().to_owned(), issues.clone()];
        let mut heard = |change: &dyn Fn()| {
            watch.watch_only(&folders).unwrap();
            change();
            let (deadline, mut is_heard) = (Duration::from_secs(20), false);
            // To the first change, and then to the end of its burst.
            while let Ok(event) = watch.events.recv_timeout(if is_heard { 4 * SETTLE_TIME } else { deadline }) {
                is_heard |= watch.is_change(&event);
            }
            assert!(is_heard);
        };
        heard(&|| fs::create_dir(&issues).unwrap());
        heard(&|| fs::write(issues.join("1.toml"), "one").unwrap());
        heard(&|| {
            fs::write(issues.join("1.toml~"), "two").unwrap();
            fs::rename(issues.join("1.toml~"), issues.join("1.toml")).unwrap();
        });
        heard(&|| fs::remove_dir_all(&issues).unwrap());
        heard(&|| fs::create_dir(&issues).unwrap());
        heard(&|| fs::write(issues.join("1.toml"), "three").unwrap());
    }

    #[test]
    fn every_way_to_save_is_reported() {
        assert_saves_are_reported(FolderWatch::new().unwrap());
    }

    #[test]
    fn every_way_to_save_is_reported_by_polling() {
        assert_saves_are_reported(FolderWatch::polling().unwrap());
    }

    #[test]
    fn reading_a_file_is_not_a_save() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("1.toml");
        fs::write(&file, "one").unwrap();
        let mut watch = FolderWatch::new().unwrap();
        watch.watch_only(&[folder.path().to_owned()]).unwrap();
        fs::read(&file).unwrap();
        fs::metadata(&file).unwrap();
        let heard: Vec<_> = std::iter::from_fn(|| watch.events.recv_timeout(SETTLE_TIME).ok()).collect();
        assert!(!heard.iter().any(|event| watch.is_change(event)), "{heard:?}");
    }
}
