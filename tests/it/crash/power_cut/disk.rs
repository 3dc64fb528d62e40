//! Models a disk: its content for programs, and its content after a power cut.
//!
//! Names behave as on ext4: they change in order, by one journal, and a sync of a file or folder that has changed its name or
//! size commits all that came before it. What is in a file is another matter: only its own sync keeps it, and without one each
//! sector of each write is there or not, on its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::recording::Event;
use crate::crash::experiment::Random;

/// What a disk writes at once, or not at all.
const SECTOR: usize = 512;

/// Whether the disk does what a sync asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syncs {
    Kept,
    Ignored,
}

/// What becomes of what was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    Everything,
    Nothing,
    Some,
}

/// A disk with the files below one folder; paths are relative to it.
pub(super) struct Disk {
    syncs: Syncs,
    files: Vec<File>,
    /// Which file each name stands for, as programs see it.
    names: BTreeMap<PathBuf, usize>,
    /// The same as it was last committed, and what has changed since.
    committed: BTreeMap<PathBuf, usize>,
    uncommitted: Vec<NameChange>,
    /// Syncs that have begun: the thread, the file and how many of its changes were there to be synced.
    syncing: Vec<(u32, PathBuf, usize)>,
}

#[derive(Default)]
struct File {
    synced: Vec<u8>,
    unsynced: Vec<Change>,
}

enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Resize(usize),
}

enum NameChange {
    Made(PathBuf, usize),
    Renamed(PathBuf, PathBuf),
    Removed(PathBuf),
}

impl Disk {
    /// A disk on which `files` have been for long.
    pub(super) fn holding(files: BTreeMap<PathBuf, Vec<u8>>, syncs: Syncs) -> Self {
        let mut disk = Self {
            syncs,
            files: Vec::new(),
            names: BTreeMap::new(),
            committed: BTreeMap::new(),
            uncommitted: Vec::new(),
            syncing: Vec::new(),
        };
        for (path, synced) in files {
            disk.names.insert(path, disk.files.len());
            disk.files.push(File { synced, unsynced: Vec::new() });
        }
        disk.committed = disk.names.clone();
        disk
    }

    /// Does what a program had done.
    pub(super) fn apply(&mut self, event: &Event) {
        match event {
            Event::Opened { path, create, truncate } => {
                if *create && !self.names.contains_key(path) {
                    self.files.push(File::default());
                    self.rename(NameChange::Made(path.clone(), self.files.len() - 1));
                }
                if *truncate {
                    self.change(path, Change::Resize(0));
                }
            }
            Event::Wrote { path, offset, bytes } => {
                self.change(path, Change::Write { offset: *offset, bytes: bytes.clone() });
            }
            Event::Resized { path, length } => self.change(path, Change::Resize(*length)),
            Event::Linked { from, to } => self.rename(NameChange::Made(to.clone(), self.names[from])),
            Event::Renamed { from, to } => self.rename(NameChange::Renamed(from.clone(), to.clone())),
            Event::Removed { path } => self.rename(NameChange::Removed(path.clone())),
            Event::SyncBegan { thread, path } => {
                let changes = self.names.get(path).map_or(0, |&file| self.files[file].unsynced.len());
                self.syncing.push((*thread, path.clone(), changes));
            }
            Event::Synced { thread } => {
                let at = self.syncing.iter().position(|(syncing, ..)| syncing == thread).expect("a sync begins first");
                let (_, path, changes) = self.syncing.remove(at);
                self.sync(&path, changes);
            }
            Event::Dot(_) => {}
        }
    }

    fn change(&mut self, path: &Path, change: Change) {
        // What is written to a file without a name nobody will read again.
        if let Some(&file) = self.names.get(path) {
            self.files[file].unsynced.push(change);
        }
    }

    fn rename(&mut self, change: NameChange) {
        change.apply(&mut self.names);
        self.uncommitted.push(change);
    }

    fn sync(&mut self, path: &Path, changes: usize) {
        if self.syncs == Syncs::Ignored {
            return;
        }
        let Some(&file) = self.names.get(path) else { return self.commit() };
        let named_anew = self.uncommitted.iter().any(|change| change.concerns(path));
        let File { synced, unsynced } = &mut self.files[file];
        let size = synced.len();
        for change in unsynced.drain(..changes.min(unsynced.len())) {
            change.apply(synced, |_| true);
        }
        if named_anew || synced.len() != size {
            self.commit();
        }
    }

    fn commit(&mut self) {
        for change in self.uncommitted.drain(..) {
            change.apply(&mut self.committed);
        }
    }

    /// What is on the disk when the power is back.
    pub(super) fn after_a_cut(self, loss: Loss, random: &mut Random) -> BTreeMap<PathBuf, Vec<u8>> {
        let Self { files, committed: mut names, uncommitted, .. } = self;
        let kept = match loss {
            Loss::Everything => 0,
            Loss::Nothing => uncommitted.len(),
            Loss::Some => random.below(uncommitted.len() + 1),
        };
        for change in &uncommitted[..kept] {
            change.apply(&mut names);
        }
        let contents: Vec<_> = files.into_iter().map(|file| file.after_a_cut(loss, random)).collect();
        names.into_iter().map(|(path, file)| (path, contents[file].clone())).collect()
    }
}

impl File {
    fn after_a_cut(self, loss: Loss, random: &mut Random) -> Vec<u8> {
        let mut content = self.synced;
        for change in self.unsynced {
            change.apply(&mut content, |_| match loss {
                Loss::Everything => false,
                Loss::Nothing => true,
                Loss::Some => random.coin(),
            });
        }
        content
    }
}

impl Change {
    /// Changes `content`, but only in those sectors (counted from the beginning of the file) that `reach` the disk.
    fn apply(&self, content: &mut Vec<u8>, mut reaches: impl FnMut(usize) -> bool) {
        match self {
            Self::Resize(length) => {
                if reaches(0) {
                    content.resize(*length, 0);
                }
            }
            Self::Write { offset, bytes } => {
                let mut at = *offset;
                let end = offset + bytes.len();
                while at < end {
                    let next = end.min((at / SECTOR + 1) * SECTOR);
                    if reaches(at / SECTOR) {
                        content.resize(content.len().max(next), 0);
                        content[at..next].copy_from_slice(&bytes[at - offset..next - offset]);
                    }
                    at = next;
                }
            }
        }
    }
}

impl NameChange {
    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self {
            Self::Made(path, file) => drop(names.insert(path.clone(), *file)),
            Self::Renamed(from, to) => {
                if let Some(file) = names.remove(from) {
                    names.insert(to.clone(), file);
                }
            }
            Self::Removed(path) => drop(names.remove(path)),
        }
    }

    fn concerns(&self, path: &Path) -> bool {
        match self {
            Self::Made(made, _) => made == path,
            Self::Renamed(_, to) => to == path,
            Self::Removed(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrote(path: &str, bytes: &[u8]) -> Event {
        Event::Wrote { path: path.into(), offset: 0, bytes: bytes.to_vec() }
    }

    fn synced(path: &str) -> [Event; 2] {
        [Event::SyncBegan { thread: 1, path: path.into() }, Event::Synced { thread: 1 }]
    }

    fn made(path: &str) -> Event {
        Event::Opened { path: path.into(), create: true, truncate: false }
    }

    /// What is left of `events` by the worst cut.
    fn left(events: impl IntoIterator<Item = Event>) -> Vec<(String, String)> {
        let before = BTreeMap::from([(PathBuf::from("old"), b"old".to_vec())]);
        let mut disk = Disk::holding(before, Syncs::Kept);
        events.into_iter().for_each(|event| disk.apply(&event));
        let files = disk.after_a_cut(Loss::Everything, &mut Random::from_seed(1));
        let text =
            |(path, content): (PathBuf, Vec<u8>)| (path.display().to_string(), String::from_utf8(content).unwrap());
        files.into_iter().map(text).collect()
    }

    #[test]
    fn unsynced_writes_are_gone() {
        assert_eq!(left([wrote("old", b"new"), made("a")]), [("old".to_owned(), "old".to_owned())]);
    }

    #[test]
    fn a_sync_keeps_what_was_written_before_it_began() {
        let [began, ended] = synced("old");
        let events = [wrote("old", b"mid"), began, wrote("old", b"new"), ended];
        assert_eq!(left(events), [("old".to_owned(), "mid".to_owned())]);
    }

    #[test]
    fn the_sync_of_a_new_file_keeps_its_name_and_those_made_before_it() {
        let events = [made("a"), made("b"), wrote("b", b"b")].into_iter().chain(synced("b")).chain([made("c")]);
        let names: Vec<_> = left(events).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "b", "old"]);
    }

    #[test]
    fn a_file_that_was_renamed_unsynced_has_its_old_name_and_nothing_in_it() {
        let events = [made("a")]
            .into_iter()
            .chain(synced("a"))
            .chain([wrote("a", b"a"), Event::Renamed { from: "a".into(), to: "old".into() }]);
        let left = left(events);
        assert_eq!(left, [("a".to_owned(), String::new()), ("old".to_owned(), "old".to_owned())]);
    }
}
