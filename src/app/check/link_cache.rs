//! Keeps the links of every issue in a file beside the ledger, so that checking one issue does not read all the others.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::app::state_file;
use crate::check::IssueLinks;
use crate::config::Newsletter;
use crate::diagnostic::SourceFile;
use crate::fs::atomic_file::{self, Access, Durability};
use crate::fs::regular_file;
use crate::issue::{IssueFile, LoadedIssue};
use crate::message::ValuesDigest;
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
        let digest = shared_digest(newsletter);
        let loaded: HashMap<_, _> = loaded.iter().map(|loaded| (loaded.issue.number, *loaded)).collect();
        // The digest of each issue that can be read, and its links if they are not kept.
        let found = on_all_cores(files, |file| {
            let entry = |source: &SourceFile, read: &dyn Fn() -> Option<IssueLinks>| {
                let digest = digest_of(digest.clone(), source);
                let new = if kept.contains_key(&digest) { None } else { Some(read()?) };
                Some((digest, new))
            };
            if let Some(loaded) = loaded.get(&file.number) {
                return entry(&loaded.source, &|| Some(IssueLinks::of(loaded)));
            }
            let source = SourceFile::read(&newsletter.root, &file.path, regular_file::MAX_TEXT).ok()?;
            let read = || newsletter.parse_issue(file, &source.path, &source.text).ok();
            entry(&source, &|| read().as_ref().map(IssueLinks::of))
        });
        let has_new = found.iter().flatten().any(|(_, new)| new.is_some());
        let entry = |(digest, new): (String, Option<IssueLinks>)| {
            let links = new.or_else(|| kept.remove(&digest))?;
            Some((digest, links))
        };
        let entries = found.into_iter().flatten().filter_map(entry).collect();
        Self { path, entries, is_written: kept.is_empty() && !has_new }
    }

    /// Returns the links, issue by issue.
    pub(super) fn links(&self) -> Vec<&IssueLinks> {
        self.entries.iter().map(|(_, links)| links).collect()
    }

    /// Writes the file if its content would change and the folder of the ledger exists.
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

/// Returns the digest of what the links of every issue of `newsletter` are read with. Another version of this program may
/// read them otherwise.
fn shared_digest(newsletter: &Newsletter) -> ValuesDigest {
    let mut digest = ValuesDigest::new();
    digest.add(env!("CARGO_PKG_VERSION").as_bytes());
    digest.add(newsletter.source.text.as_bytes());
    digest
}

/// Returns the digest of what the links of the issue in `source` are read from, in hex.
fn digest_of(mut shared: ValuesDigest, source: &SourceFile) -> String {
    shared.add(source.path.as_os_str().as_encoded_bytes());
    shared.add(source.text.as_bytes());
    shared.into_hex()
}

/// Returns the entries of the file at `path`. What is missing or damaged is left out: the issues can be read again.
fn kept_entries(path: &Path) -> HashMap<String, IssueLinks> {
    let bytes = regular_file::read(path, regular_file::MAX_TEXT).unwrap_or_default();
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let entries = on_all_cores(&lines, |line| serde_json::from_slice::<(String, IssueLinks)>(line).ok());
    entries.into_iter().flatten().collect()
}
