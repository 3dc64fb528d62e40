//! Writes files completely or not at all.
//!
//! The content goes to a draft in the same folder, under a hidden name, which then takes the place of the file in
//! one step. A write that fails removes its draft; a process that is killed may leave one behind. A symbolic link
//! at the path is replaced, and what it leads to is not touched. Neither unnamed files nor hard links are needed,
//! so this works on every file system that can rename a file.
//!
//! The rule for durability: what keeps people from getting a message twice, and what opens or signs what was sent,
//! is written with [`Durability::Full`]. Anything cheaper says why at the call.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// The users who may open a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// The owner alone.
    Private,
    /// The users the process's umask allows.
    Shared,
}

/// The processes that may write a file at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writers {
    /// This one, which holds a lock: the draft has a fixed name and replaces the draft of a killed process.
    One,
    /// Any number: each draft has a name of its own.
    Several,
}

/// The part of a write that a power cut can undo once the function has returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// Nothing: content and name are on the disk.
    Full,
    /// The name, until [`sync_folder`] is called: one sync for many files of a folder.
    Content,
    /// Everything; the file may even be incomplete. For files that can be made again.
    None,
}

/// Replaces the file at `path`, which several processes may do, or creates it.
///
/// Errors if the file cannot be written; the old one is then untouched.
pub(crate) fn replace(path: &Path, access: Access, durability: Durability, content: &[u8]) -> io::Result<()> {
    replace_with(path, access, Writers::Several, durability, |file| file.write_all(content)).map(drop)
}

/// Replaces the file at `path` with what `write` puts into it, and returns the new file, still open.
///
/// Errors as [`replace`] does.
pub(crate) fn replace_with(
    path: &Path,
    access: Access,
    writers: Writers,
    durability: Durability,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<File> {
    let draft = draft(path, access, writers, durability, write)?;
    let file = draft.persist(path)?;
    sync_name(path, durability)?;
    Ok(file)
}

/// Creates a file at `path`.
///
/// Errors with [`ErrorKind::AlreadyExists`] if there is one already, also if another process created it meanwhile.
pub(crate) fn create(path: &Path, access: Access, durability: Durability, content: &[u8]) -> io::Result<()> {
    if path.symlink_metadata().is_ok() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let draft = draft(path, access, Writers::Several, durability, |file| file.write_all(content))?;
    draft.persist_noclobber(path)?;
    sync_name(path, durability)
}

fn draft(
    path: &Path,
    access: Access,
    writers: Writers,
    durability: Durability,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<NamedTempFile> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut prefix: String = [".", &name].concat().chars().take(LONGEST_PREFIX).collect();
    let mut builder = Builder::new();
    builder.suffix(".part");
    match writers {
        Writers::One => builder.rand_bytes(0),
        Writers::Several => {
            prefix.push('.');
            &mut builder
        }
    };
    let mut draft = builder.prefix(&prefix).make_in(folder_of(path), |draft| open_draft(draft, access, writers))?;
    write(draft.as_file_mut())?;
    if durability != Durability::None {
        draft.as_file().sync_all()?;
    }
    Ok(draft)
}

fn open_draft(draft: &Path, access: Access, writers: Writers) -> io::Result<File> {
    let mode = match access {
        Access::Private => 0o600,
        Access::Shared => 0o666,
    };
    let open = || OpenOptions::new().read(true).write(true).create_new(true).mode(mode).open(draft);
    match open() {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && writers == Writers::One => {
            fs::remove_file(draft)?;
            open()
        }
        opened => opened,
    }
}

/// The characters of the file's name that the name of its draft repeats. File systems stop at 255 bytes.
const LONGEST_PREFIX: usize = 60;

fn sync_name(path: &Path, durability: Durability) -> io::Result<()> {
    if durability == Durability::Full { sync_folder(folder_of(path)) } else { Ok(()) }
}

/// Makes the names of the files in `folder` durable.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Returns the folder of `path`: `.` for a bare file name.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}

/// Creates `folder` and the folders above it, closed to other users. Folders that exist keep their permissions.
pub(crate) fn create_private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_file_is_replaced_and_no_draft_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for durability in [Durability::Full, Durability::Content, Durability::None] {
            replace(&path, Access::Private, durability, b"first, and longer").unwrap();
            replace(&path, Access::Private, durability, b"second").unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"second");
        }
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[test]
    fn a_write_that_fails_leaves_the_old_file_and_no_draft() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "old").unwrap();
        let error = replace_with(&path, Access::Shared, Writers::Several, Durability::Full, |file| {
            file.write_all(b"half")?;
            Err(io::Error::other("the disk is full"))
        });
        assert_eq!(error.unwrap_err().to_string(), "the disk is full");
        assert_eq!(
            (fs::read_to_string(&path).unwrap(), names(folder.path())),
            ("old".to_owned(), vec!["a".to_owned()])
        );
    }

    #[test]
    fn a_new_file_never_replaces_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        create(&path, Access::Private, Durability::Full, b"first").unwrap();
        let error = create(&path, Access::Private, Durability::Full, b"second").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        let link = folder.path().join("link");
        symlink("nowhere", &link).unwrap();
        let error = create(&link, Access::Private, Durability::None, b"third").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        assert_eq!(
            (fs::read(&path).unwrap(), names(folder.path())),
            (b"first".to_vec(), vec!["a".to_owned(), "link".to_owned()])
        );
    }

    #[test]
    fn of_two_processes_one_creates_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let created = std::thread::scope(|scope| {
            let create = || create(&path, Access::Private, Durability::None, b"a").is_ok();
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(create)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).filter(|created| *created).count()
        });
        assert_eq!((created, names(folder.path())), (1, vec!["a".to_owned()]));
    }

    #[test]
    fn a_private_file_is_closed_to_others_and_a_shared_one_follows_the_umask() {
        let folder = tempfile::tempdir().unwrap();
        let [private, shared, plain] = ["private", "shared", "plain"].map(|name| folder.path().join(name));
        replace(&private, Access::Private, Durability::None, b"").unwrap();
        replace(&shared, Access::Shared, Durability::None, b"").unwrap();
        fs::write(&plain, "").unwrap();
        assert_eq!((mode(&private), mode(&shared)), (0o600, mode(&plain)));
    }

    #[test]
    fn a_symbolic_link_is_replaced_and_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let [target, link] = ["target", "link"].map(|name| folder.path().join(name));
        fs::write(&target, "theirs").unwrap();
        symlink(&target, &link).unwrap();
        replace(&link, Access::Shared, Durability::None, b"ours").unwrap();
        assert_eq!((fs::read(&target).unwrap(), fs::read(&link).unwrap()), (b"theirs".to_vec(), b"ours".to_vec()));
        assert!(!link.is_symlink());
    }

    #[test]
    fn the_only_writer_replaces_the_draft_of_a_killed_process() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".a.part"), "half a letter").unwrap();
        let path = folder.path().join("a");
        let write = |file: &mut File| file.write_all(b"letter");
        replace_with(&path, Access::Private, Writers::One, Durability::Full, write).unwrap();
        assert_eq!((fs::read(&path).unwrap(), mode(&path)), (b"letter".to_vec(), 0o600));
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[test]
    fn a_long_name_has_a_draft_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ä".repeat(127));
        replace(&path, Access::Shared, Durability::None, b"").unwrap();
        assert!(path.exists());
    }
}
