//! Examines the files of pictures, each once until it changes.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use crate::fs::regular_file;
use crate::pictures::{Examination, examine};

/// The pictures in `issues/img`, as far as they were asked for.
#[derive(Debug)]
pub struct ExaminedPictures {
    folder: PathBuf,
    known: Mutex<HashMap<String, Known>>,
}

/// An examination, and the file it is of.
#[derive(Debug)]
struct Known {
    size: u64,
    changed: Option<SystemTime>,
    examination: Examination,
}

impl ExaminedPictures {
    /// Creates it for the pictures in `folder`.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, known: Mutex::default() }
    }

    /// Returns what is in the file `name`; `None` if it cannot be read.
    pub fn examine(&self, name: &str) -> Option<Examination> {
        let path = self.folder.join(name);
        let file = path.metadata().ok()?;
        let (size, changed) = (file.len(), file.modified().ok());
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known().get(name).filter(|known| (known.size, known.changed) == (size, changed)) {
            return Some(known.examination.clone());
        }
        let examination = match regular_file::read(&path, regular_file::MAX_PICTURE) {
            Ok(bytes) => examine(&bytes),
            Err(_) if size > regular_file::MAX_PICTURE => Examination { bytes: size, ..Examination::default() },
            Err(_) => return None,
        };
        known().insert(name.to_owned(), Known { size, changed, examination: examination.clone() });
        Some(examination)
    }
}
