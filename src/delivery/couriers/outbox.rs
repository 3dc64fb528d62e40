//! Delivers into an outbox: a folder with one `.eml` file per subscriber, to inspect, to experiment
//! with, or to be sent by another program.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::courier_error::CourierError;
use super::deliver_whole::DeliverWhole;
use crate::delivery::outcome::Outcome;
use crate::delivery::stop::Stop;
use crate::fs::atomic_file::{self, Access, Durability, Writers};
use crate::ledger::{Reply, Row};

/// The longest part of a file name taken from an address: file systems allow names of 255 bytes.
const LONGEST_NAME: usize = 200;

/// A folder of `.eml` files. A row always has the same file, so a message written twice exists
/// once.
#[derive(Debug, Clone)]
pub struct Outbox {
    folder: PathBuf,
    /// Whether a file begins with `Return-Path`: another program cannot know a sender that every reader has their own of.
    names_senders: bool,
}

impl Outbox {
    /// The outbox in `folder`, which is created with the first message.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, names_senders: false }
    }

    /// The same, with the envelope sender in each file.
    #[must_use]
    pub fn naming_senders(self, names_senders: bool) -> Self {
        Self { names_senders, ..self }
    }

    /// The folder of the files.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes `message` for row `seq`, completely or not at all, and returns the file's name. After a power cut the file may be
    /// missing until `sync` has been called.
    pub fn write(&self, seq: u32, address: &str, message: &[u8]) -> io::Result<String> {
        self.write_file(file_name(&format!("{seq:05}"), address), Writers::One, &[message])
    }

    /// Writes a message outside of any run.
    pub(super) fn deliver_test_mail(&self, address: &str, message: &[u8]) -> Result<Outcome, CourierError> {
        self.result(
            self.write_file(file_name("test", address), Writers::Several, &[message])
                .and_then(|name| self.sync().map(|()| name)),
        )
    }

    fn write_file(&self, name: String, writers: Writers, pieces: &[&[u8]]) -> io::Result<String> {
        // Private, because a letter names its subscriber and contains their unsubscribe link.
        // `sync` makes the names of all files of a batch durable at once.
        let path = self.folder.join(&name);
        let write = || {
            atomic_file::replace_with(&path, Access::Private, writers, Durability::Content, |file| {
                pieces.iter().try_for_each(|piece| file.write_all(piece))
            })
        };
        match write() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                atomic_file::create_private_folder(&self.folder)?;
                write()?
            }
            written => written?,
        };
        Ok(name)
    }

    /// Makes the names of all files written so far durable; their contents already are.
    pub(super) fn sync(&self) -> io::Result<()> {
        atomic_file::sync_folder(&self.folder)
    }

    fn result(&self, written: io::Result<String>) -> Result<Outcome, CourierError> {
        match written {
            Ok(name) => Ok(Outcome::Accepted(Reply::without_code(format!("written to {name}")))),
            Err(error) => Err(CourierError(format!("cannot write to the outbox `{}`: {error}", self.folder.display()))),
        }
    }
}

impl DeliverWhole for Outbox {
    fn deliver(&self, row: &Row, sender: &str, message: &[u8], _stop: &Stop) -> Result<Outcome, CourierError> {
        let address = row.subscriber.address.to_string();
        if !self.names_senders {
            return self.result(self.write(row.seq, &address, message));
        }
        let name = file_name(&format!("{:05}", row.seq), &address);
        let path = format!("Return-Path: <{sender}>\r\n");
        self.result(self.write_file(name, Writers::One, &[path.as_bytes(), message]))
    }
}

/// Returns a name of `first` and the address, with the characters replaced that are not safe in a
/// file name.
fn file_name(first: &str, address: &str) -> String {
    let safe = |character: char| character.is_ascii_alphanumeric() || "@.+-_".contains(character);
    let address: String =
        address.chars().map(|character| if safe(character) { character } else { '_' }).take(LONGEST_NAME).collect();
    format!("{first}-{address}.eml")
}

#[cfg(test)]
mod tests {
    use std::fs;

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
