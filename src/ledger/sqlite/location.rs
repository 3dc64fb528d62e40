//! Creates the ledger file, readable by its owner only, and refuses network file systems.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::fs::atomic_file;

/// Creates the folder of the ledger if it is missing, and refuses one on a network file system.
pub(super) fn make_folder(path: &Path) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        atomic_file::create_private_folder(folder)
            .with_context(|| format!("cannot create the folder of the ledger `{}`", folder.display()))?;
    }
    refuse_network(path)
}

/// Creates the ledger file and its folder if they are missing.
pub(super) fn make(path: &Path) -> anyhow::Result<()> {
    make_folder(path)?;
    // SQLite gives its `-wal` and `-shm` files the mode of the database.
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(error).with_context(|| format!("cannot create the ledger `{}`", path.display()))
        }
        _ => Ok(()),
    }
}

/// Refuses a ledger on a network file system, where locks and syncs cannot be relied on
/// (<https://sqlite.org/howtocorrupt.html> 2.1).
pub(super) fn refuse_network(path: &Path) -> anyhow::Result<()> {
    let folder = atomic_file::folder_of(path);
    #[cfg(target_os = "linux")]
    {
        let file_system = rustix::fs::statfs(folder)
            .map_err(std::io::Error::from)
            .with_context(|| format!("cannot examine `{}`", folder.display()))?;
        // Magic numbers are 32 bits wide; the field's type differs from machine to machine.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "32 bits are kept on purpose")]
        if let Some(name) = network_file_system(file_system.f_type as u32) {
            bail!(
                "the ledger `{}` is on a network file system ({name}), where locks and syncs are unreliable; set `path` under `[ledger]` to a local disk",
                path.display()
            );
        }
    }
    let _ = folder;
    Ok(())
}

/// The path of the file that SQLite keeps beside `path` under the same name and `suffix`.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The name of the network file system with this magic number (statfs(2), Linux `magic.h`).
fn network_file_system(magic: u32) -> Option<&'static str> {
    Some(match magic {
        0x6969 => "NFS",
        0x517b => "SMB",
        0xff53_4d42 => "CIFS",
        0xfe53_4d42 => "SMB2",
        0x5346_414f | 0x6b41_4653 => "AFS",
        0x0102_1997 => "9P",
        0x00c3_6400 => "Ceph",
        0x7375_7245 => "Coda",
        0x564c => "NCP",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_known_by_their_magic_numbers() {
        let local = [0xef53, 0x9123_683e, 0x0102_1994, 0x794c_7630, 0x5846_5342, 0x6573_5546];
        assert!(local.into_iter().all(|magic| network_file_system(magic).is_none()));
        let network = [
            0x6969,
            0x517b,
            0xff53_4d42,
            0xfe53_4d42,
            0x5346_414f,
            0x6b41_4653,
            0x0102_1997,
            0x00c3_6400,
            0x7375_7245,
            0x564c,
        ];
        let names = ["NFS", "SMB", "CIFS", "SMB2", "AFS", "AFS", "9P", "Ceph", "Coda", "NCP"];
        assert_eq!(network.map(network_file_system), names.map(Some));
    }

    #[test]
    fn a_ledger_that_cannot_be_made_is_said_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("l".repeat(300));
        let error = format!("{:#}", make(&path).unwrap_err()).replace(path.to_str().unwrap(), "LEDGER");
        assert_eq!(error, "cannot create the ledger `LEDGER`: File name too long (os error 36)");
    }
}
