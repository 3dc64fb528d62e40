//! The outbox: a folder with one `.eml` file a subscriber, for looking at, for first steps, for another program to send.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{ByHand, Carried};
use crate::delivery::ledger::Row;
use crate::delivery::outcome::{Outcome, Reply};

/// Longest name of a file we make: file systems stop at 255 bytes.
const LONGEST_NAME: usize = 200;

/// How the reply of an outbox begins.
const WRITTEN: &str = "written to ";

/// A folder of `.eml` files. The same row always has the same file, so a message written twice is there once.
#[derive(Debug, Clone)]
pub struct Outbox {
    folder: PathBuf,
}

impl Outbox {
    /// The outbox in `folder`, which is made with the first message.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Where the files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether `reply` is an outbox's: what it tells of is a file, and nobody's mail.
    pub fn wrote(reply: &Reply) -> bool {
        reply.code == 0 && reply.text.starts_with(WRITTEN)
    }

    /// Writes `message` for row `seq`, whole or not at all, and answers the file's name. After a power cut the file may be
    /// missing until `keep` has been called.
    pub fn write(&self, seq: u32, address: &str, message: &[u8]) -> io::Result<String> {
        self.put(file_name(&format!("{seq:05}"), address), message)
    }

    /// Writes a message that belongs to no delivery.
    pub(super) fn carry_alone(&self, address: &str, message: &[u8]) -> Carried {
        self.carried(self.put(file_name("test", address), message).and_then(|name| self.keep().map(|()| name)))
    }

    fn put(&self, name: String, message: &[u8]) -> io::Result<String> {
        let unfinished = self.folder.join(format!(".{name}.part"));
        let mut file = match File::create(&unfinished) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(&self.folder)?;
                File::create(&unfinished)?
            }
            file => file?,
        };
        file.write_all(message)?;
        file.sync_all()?;
        fs::rename(&unfinished, self.folder.join(&name))?;
        Ok(name)
    }

    /// Makes sure that the names of all files written so far are on the disk, as their contents are.
    pub(super) fn keep(&self) -> io::Result<()> {
        File::open(&self.folder)?.sync_all()
    }

    fn carried(&self, written: io::Result<String>) -> Carried {
        match written {
            Ok(name) => Carried::Outcome(Outcome::Accepted(Reply::words(format!("{WRITTEN}{name}")))),
            Err(error) => Carried::Unable(format!("cannot write to the outbox `{}`: {error}", self.folder.display())),
        }
    }
}

impl ByHand for Outbox {
    fn carry(&self, row: &Row, _sender: &str, message: &[u8]) -> Carried {
        self.carried(self.write(row.seq, &row.subscriber.address.to_string(), message))
    }
}

/// A name that begins with `first` and has as much of the address as is safe in one.
fn file_name(first: &str, address: &str) -> String {
    let safe = |character: char| character.is_ascii_alphanumeric() || "@.+-_".contains(character);
    let address: String =
        address.chars().map(|character| if safe(character) { character } else { '_' }).take(LONGEST_NAME).collect();
    format!("{first}-{address}.eml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_the_folder() {
        assert_eq!(file_name("00007", "ada@example.org"), "00007-ada@example.org.eml");
        assert_eq!(file_name("00007", "../../etc/passwd@example.org"), "00007-.._.._etc_passwd@example.org.eml");
        assert!(file_name("00007", &"a".repeat(254)).len() < 255);
    }

    #[test]
    fn a_message_written_twice_is_there_once_and_whole() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::new(folder.path().join("outbox"));
        outbox.write(1, "ada@example.org", b"first, and longer").unwrap();
        outbox.write(1, "ada@example.org", b"second").unwrap();
        let files: Vec<_> = fs::read_dir(outbox.folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(files, ["00001-ada@example.org.eml"]);
        assert_eq!(fs::read(outbox.folder().join("00001-ada@example.org.eml")).unwrap(), b"second");
    }
}
