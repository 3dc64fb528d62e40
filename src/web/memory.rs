//! What earlier rounds were told, kept in a file beside the ledger, so that a check of a whole archive asks little.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::answer::{Answer, Standing};

/// How long it is believed that a page is there: seconds.
const FINE: i64 = 7 * DAY;
/// How long anything else is: somebody is at work on it, one hopes.
const ELSE: i64 = HOUR;
/// When an answer is of no use to anybody any more.
const OLD: i64 = 30 * DAY;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// The form of the file this program writes.
const FORM: u32 = 1;

/// Answers by the address that was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    answers: BTreeMap<String, Answer>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    form: u32,
    answers: BTreeMap<String, Answer>,
}

impl Memory {
    /// Reads the file at `path`. One that is not there, or that another version wrote, or that is no such file, is an empty
    /// memory: whatever it said can be asked again.
    ///
    /// Errors when it is there and the disk does not give it.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", path.display())),
        };
        let written = serde_json::from_slice::<Written>(&bytes).ok().filter(|written| written.form == FORM);
        Ok(Self { answers: written.map(|written| written.answers).unwrap_or_default() })
    }

    /// Writes the file at `path` in one step, without what is old at `now` (seconds since 1970).
    ///
    /// Errors when the disk refuses.
    pub fn write(mut self, path: &Path, now: i64) -> anyhow::Result<()> {
        self.answers.retain(|_, answer| (0..OLD).contains(&(now - answer.asked)));
        let mut text =
            serde_json::to_string_pretty(&Written { form: FORM, answers: self.answers }).context("answers as JSON")?;
        text.push('\n');
        let draft = path.with_extension(format!("{}.tmp", std::process::id()));
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&draft, text))
            .and_then(|()| fs::rename(&draft, path))
            .with_context(|| format!("cannot write `{}`", path.display()))
    }

    /// What is known of `address` and still believed at `now` (seconds since 1970).
    pub fn answer(&self, address: &str, now: i64) -> Option<&Answer> {
        self.answers.get(address).filter(|answer| {
            let believed = if answer.standing() == Standing::Fine { FINE } else { ELSE };
            // An answer from the future is of a clock that was wrong.
            (0..believed).contains(&(now - answer.asked))
        })
    }

    /// Keeps `answer`.
    pub fn remember(&mut self, address: &str, answer: Answer) {
        self.answers.insert(address.to_owned(), answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::answer::{Ending, Hop};

    fn answer(asked: i64, status: u16) -> Answer {
        let hops = vec![Hop { status: 301, to: "https://example.org/b".to_owned() }];
        Answer { asked, hops, ending: Ending::Status(status), with_tls: false }
    }

    #[test]
    fn what_is_fine_is_believed_for_a_week_and_the_rest_for_an_hour() {
        let mut memory = Memory::default();
        memory.remember("fine", answer(1000, 200));
        memory.remember("dead", answer(1000, 404));
        let known = |address, now| memory.answer(address, now).is_some();
        assert_eq!((known("fine", 1000 + FINE - 1), known("fine", 1000 + FINE)), (true, false));
        assert_eq!((known("dead", 1000 + HOUR - 1), known("dead", 1000 + HOUR)), (true, false));
        assert_eq!((known("fine", 999), known("other", 1000)), (false, false));
    }

    #[test]
    fn a_memory_is_read_as_it_was_written_and_forgets_what_is_old() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/links.json");
        let mut memory = Memory::default();
        memory.remember("old", answer(1000, 200));
        memory.remember("new", answer(1000 + OLD, 404));
        memory.write(&path, 1000 + OLD).unwrap();
        let mut expected = Memory::default();
        expected.remember("new", answer(1000 + OLD, 404));
        assert_eq!(Memory::read(&path).unwrap(), expected);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_is_no_memory_is_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("links.json");
        for bytes in [
            &b""[..],
            b"{}",
            b"\xff\xfe",
            b"[1]",
            b"{\"form\":2,\"answers\":{}}",
            b"{\"form\":1,\"answers\":{\"a\":1}}",
        ] {
            fs::write(&path, bytes).unwrap();
            assert_eq!(Memory::read(&path).unwrap(), Memory::default());
        }
        assert!(Memory::read(folder.path()).is_err());
    }
}
