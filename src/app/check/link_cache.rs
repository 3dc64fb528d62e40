//! Keeps the links of every issue in a file beside the ledger, so that checking one issue does not read all the others.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;

use crate::app::state_file;
use crate::check::IssueLinks;
use crate::config::Newsletter;
use crate::diagnostic::SourceFile;
use crate::fs::atomic_file::{self, Access, Durability};
use crate::fs::regular_file;
use crate::issue::{IssueFile, LoadedIssue};
use crate::parallel::on_all_cores;

/// The file, beside the ledger: one entry on each line, so that they can be read on all cores.
const FILE: &str = "issue-links.jsonl";

/// The links of all issues that can be read, each with the digest of what they were read from.
pub(super) struct LinkCache {
    path: PathBuf,
    entries: Vec<(String, IssueLinks)>,
    /// Whether the file at `path` has these entries.
    is_written: bool,
}

impl LinkCache {
    /// Reads the issues in `files` that are new or changed; `loaded` are read already.
    pub(super) fn read(newsletter: &Newsletter, files: &[IssueFile], loaded: &[&LoadedIssue]) -> Self {
        let path = state_file::path(newsletter, FILE);
        let mut kept = kept_entries(&path);
        let digest = IssueDigest::of(newsletter);
        let loaded: HashMap<_, _> = loaded.iter().map(|loaded| (loaded.issue.number, *loaded)).collect();
        let digests = on_all_cores(files, |file| match loaded.get(&file.number) {
            Some(loaded) => Some(digest.with(&loaded.source)),
            None => Some(digest.with(&*SourceFile::read(&newsletter.root, &file.path, regular_file::MAX_TEXT).ok()?)),
        });
        let known: Vec<_> = digests.into_iter().map(|digest| kept.remove_entry(&digest?)).collect();
        let unknown = files.iter().zip(&known).filter(|(_, known)| known.is_none());
        let unknown: Vec<&IssueFile> = unknown.map(|(file, _)| file).collect();
        let new = on_all_cores(&unknown, |file| {
            let entry = |loaded: &LoadedIssue| (digest.with(&loaded.source), IssueLinks::of(loaded));
            match loaded.get(&file.number) {
                Some(loaded) => Some(entry(loaded)),
                None => newsletter.read_issue(file).ok().as_ref().map(entry),
            }
        });
        let is_written = kept.is_empty() && new.iter().all(Option::is_none);
        let mut new = new.into_iter();
        let entries = known.into_iter().filter_map(|known| known.or_else(|| new.next().flatten())).collect();
        Self { path, entries, is_written }
    }

    /// Returns the links, issue by issue.
    pub(super) fn links(&self) -> Vec<&IssueLinks> {
        self.entries.iter().map(|(_, links)| links).collect()
    }

    /// Writes the file if anything is new. Where there is no ledger yet, nothing is written.
    pub(super) fn write(&self) {
        if self.is_written || !atomic_file::folder_of(&self.path).is_dir() {
            return;
        }
        let mut text = Vec::new();
        for entry in &self.entries {
            serde_json::to_writer(&mut text, entry).expect("an entry is always JSON");
            text.push(b'\n');
        }
        // Not synced, and no error: what is not kept is read again.
        let _ = atomic_file::replace(&self.path, Access::Shared, Durability::None, &text);
    }
}

/// The digest of everything that the links of an issue are read from.
struct IssueDigest(digest::Context);

impl IssueDigest {
    /// Begins with what the issues of `newsletter` share. Another version of this program may read them otherwise.
    fn of(newsletter: &Newsletter) -> Self {
        let mut begun = Self(digest::Context::new(&digest::SHA256));
        begun.add(env!("CARGO_PKG_VERSION").as_bytes());
        begun.add(newsletter.source.text.as_bytes());
        begun
    }

    /// Adds a value. Its length keeps two neighbours from running together.
    fn add(&mut self, value: &[u8]) {
        self.0.update(&(value.len() as u64).to_be_bytes());
        self.0.update(value);
    }

    /// Returns the SHA-256 of the issue in `source`, in lower-case hex.
    fn with(&self, source: &SourceFile) -> String {
        let mut whole = Self(self.0.clone());
        whole.add(source.path.as_os_str().as_encoded_bytes());
        whole.add(source.text.as_bytes());
        HEXLOWER.encode(whole.0.finish().as_ref())
    }
}

/// Returns the entries of the file at `path`. What is missing or damaged is left out: the issues can be read again.
fn kept_entries(path: &Path) -> HashMap<String, IssueLinks> {
    let bytes = regular_file::read(path, regular_file::MAX_TEXT).unwrap_or_default();
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let entries = on_all_cores(&lines, |line| serde_json::from_slice::<(String, IssueLinks)>(line).ok());
    entries.into_iter().flatten().collect()
}
