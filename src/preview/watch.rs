//! Hears of saves: file system events, gathered until a burst is over.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

/// A save is over when nothing has happened for this long: an editor's truncate, write and rename are microseconds apart.
const QUIET: Duration = Duration::from_millis(15);

/// Whoever saves without a pause is answered this often.
const PATIENCE: Duration = Duration::from_millis(60);

/// How often folders are looked through where the system sends no events.
const POLL: Duration = Duration::from_millis(200);

/// Hears of changes in folders.
pub(super) struct Watch {
    watcher: Box<dyn Watcher + Send>,
    sender: Sender<notify::Result<Event>>,
    events: Receiver<notify::Result<Event>>,
    watched: BTreeSet<PathBuf>,
    polls: bool,
}

impl Watch {
    /// Watches by the system's own events, or by looking again and again where it has none to give: some network and
    /// container file systems, or a user out of inotify instances.
    ///
    /// Errors when not even looking works.
    pub(super) fn new() -> notify::Result<Self> {
        let (sender, events) = channel();
        match RecommendedWatcher::new(sender.clone(), notify::Config::default()) {
            Ok(watcher) => {
                Ok(Self { watcher: Box::new(watcher), sender, events, watched: BTreeSet::new(), polls: false })
            }
            Err(_) => Self::polling(),
        }
    }

    /// Watches by looking.
    fn polling() -> notify::Result<Self> {
        let (sender, events) = channel();
        let watcher = Box::new(poller(sender.clone())?);
        Ok(Self { watcher, sender, events, watched: BTreeSet::new(), polls: true })
    }

    /// Watches `folders`, and no others from now on. One that does not exist is tried again next time. Answers whether a
    /// folder is newly watched.
    ///
    /// Errors when not even looking works.
    pub(super) fn only(&mut self, folders: &[PathBuf]) -> notify::Result<bool> {
        let gone: Vec<PathBuf> = self.watched.iter().filter(|folder| !folders.contains(folder)).cloned().collect();
        for folder in gone {
            self.forget(&folder);
        }
        let mut is_new = false;
        for folder in folders {
            if self.watched.contains(folder) || !folder.is_dir() {
                continue;
            }
            match self.watcher.watch(folder, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    is_new |= self.watched.insert(folder.clone());
                }
                // Out of inotify watches: from here on by looking.
                Err(_) if !self.polls && folder.is_dir() => {
                    self.watcher = Box::new(poller(self.sender.clone())?);
                    self.polls = true;
                    self.watched.clear();
                    return self.only(folders);
                }
                Err(_) => {}
            }
        }
        Ok(is_new)
    }

    /// Waits until something happened and the burst it began is over; `false` when nothing will ever happen again.
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
            let left = QUIET.saturating_sub(quiet_since.elapsed()).min(PATIENCE.saturating_sub(first.elapsed()));
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

    /// Whether something may have changed. Our own reading is an event too, and must not be taken for one.
    fn is_change(&mut self, event: &notify::Result<Event>) -> bool {
        let Ok(event) = event else { return true };
        // A folder that went away took its watch with it; it may be back already.
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
        // It fails for a folder that is gone, which is what is wanted.
        let _ = self.watcher.unwatch(folder);
        self.watched.remove(folder);
    }
}

fn poller(sender: Sender<notify::Result<Event>>) -> notify::Result<PollWatcher> {
    PollWatcher::new(sender, notify::Config::default().with_poll_interval(POLL).with_compare_contents(true))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn saves_are_heard(mut watch: Watch) {
        let folder = tempfile::TempDir::new().unwrap();
        let issues = folder.path().join("issues");
        let folders = [folder.path().to_owned(), issues.clone()];
        let mut heard = |change: &dyn Fn()| {
            watch.only(&folders).unwrap();
            change();
            let (deadline, mut is_heard) = (Duration::from_secs(20), false);
            // To the first change, and then to the end of its burst.
            while let Ok(event) = watch.events.recv_timeout(if is_heard { 4 * QUIET } else { deadline }) {
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
    fn every_way_to_save_is_heard() {
        saves_are_heard(Watch::new().unwrap());
    }

    #[test]
    fn every_way_to_save_is_heard_without_events() {
        saves_are_heard(Watch::polling().unwrap());
    }

    #[test]
    fn our_own_reading_is_not_taken_for_a_save() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("1.toml");
        fs::write(&file, "one").unwrap();
        let mut watch = Watch::new().unwrap();
        watch.only(&[folder.path().to_owned()]).unwrap();
        fs::read(&file).unwrap();
        fs::metadata(&file).unwrap();
        let heard: Vec<_> = std::iter::from_fn(|| watch.events.recv_timeout(QUIET).ok()).collect();
        assert!(!heard.iter().any(|event| watch.is_change(event)), "{heard:?}");
    }
}
