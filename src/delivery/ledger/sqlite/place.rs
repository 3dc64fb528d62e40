//! Where a ledger may be: a local file system, readable by its owner only.

use std::fs::{DirBuilder, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use anyhow::{Context, bail};

/// Makes the folder of the ledger when missing, and refuses one on a network file system.
pub(super) fn make_folder(path: &Path) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.with_context(|| format!("cannot make the ledger's folder `{}`", folder.display()))?;
    }
    refuse_network(path)
}

/// Makes the ledger file and its folder when missing.
pub(super) fn make(path: &Path) -> anyhow::Result<()> {
    make_folder(path)?;
    // SQLite gives its `-wal` and `-shm` files the mode of the database.
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(error).with_context(|| format!("cannot make the ledger `{}`", path.display()))
        }
        _ => Ok(()),
    }
}

/// Refuses a ledger on a network file system, where locks and syncs are promises nobody keeps
/// (<https://sqlite.org/howtocorrupt.html> 2.1).
pub(super) fn refuse_network(path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    #[cfg(target_os = "linux")]
    {
        let file_system = rustix::fs::statfs(folder)
            .map_err(std::io::Error::from)
            .with_context(|| format!("cannot look at `{}`", folder.display()))?;
        // Magic numbers are 32 bits wide; the field's type differs from machine to machine.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "32 bits are kept on purpose")]
        if let Some(name) = network_file_system(file_system.f_type as u32) {
            bail!(
                "the ledger `{}` is on a network file system ({name}), which cannot keep it safe; set `path` under `[ledger]` to a local disk",
                path.display()
            );
        }
    }
    let _ = folder;
    Ok(())
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
        assert_eq!(error, "cannot make the ledger `LEDGER`: File name too long (os error 36)");
    }
}
