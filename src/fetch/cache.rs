//! Caches results in a file beside the ledger, so that checking a whole archive sends few requests.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::result::{FetchResult, LinkHealth};
use crate::fs::atomic_file::{self, Access, Durability};
use crate::fs::regular_file;

/// Seconds for which an available page counts as available.
const ALIVE_LIFETIME: i64 = 7 * DAY;
/// Seconds for which any other result counts: the page may be repaired soon.
const FAILED_LIFETIME: i64 = HOUR;
/// Seconds after which a result is deleted from the file.
const KEPT: i64 = 30 * DAY;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// The version of the file's format.
const FORMAT: u32 = 1;

/// Results by the address that was requested.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cache {
    results: BTreeMap<String, FetchResult>,
}

#[derive(Serialize, Deserialize)]
struct CacheFile {
    form: u32,
    answers: BTreeMap<String, FetchResult>,
}

impl Cache {
    /// Reads the file at `path`. A missing or damaged file, or one in another format, is an empty cache: the pages can
    /// be requested again.
    ///
    /// Errors if the file exists and cannot be read.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let bytes = match regular_file::read(path, regular_file::MAX_TEXT) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", path.display())),
        };
        let file = serde_json::from_slice::<CacheFile>(&bytes).ok().filter(|file| file.form == FORMAT);
        Ok(Self { results: file.map(|file| file.answers).unwrap_or_default() })
    }

    /// Replaces the file at `path`, without the results that are out of date at `now` (seconds since 1970).
    ///
    /// Errors if the file cannot be written.
    pub fn write(mut self, path: &Path, now: i64) -> anyhow::Result<()> {
        self.results.retain(|_, result| (0..KEPT).contains(&(now - result.fetched_at)));
        let mut text = serde_json::to_string_pretty(&CacheFile { form: FORMAT, answers: self.results })
            .context("results as JSON")?;
        text.push('\n');
        // Not synced: the pages can be requested again.
        fs::create_dir_all(atomic_file::folder_of(path))
            .and_then(|()| atomic_file::replace(path, Access::Shared, Durability::None, text.as_bytes()))
            .with_context(|| format!("cannot write `{}`", path.display()))
    }

    /// Returns the result for `address` if it still counts at `now` (seconds since 1970).
    pub fn get(&self, address: &str, now: i64) -> Option<&FetchResult> {
        self.results.get(address).filter(|result| {
            let lifetime = if result.health() == LinkHealth::Alive { ALIVE_LIFETIME } else { FAILED_LIFETIME };
            // A result from the future was stored while the clock was wrong.
            (0..lifetime).contains(&(now - result.fetched_at))
        })
    }

    /// Stores `result`.
    pub fn insert(&mut self, address: &str, result: FetchResult) {
        self.results.insert(address.to_owned(), result);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::result::{FetchOutcome, Redirect};

    fn result(fetched_at: i64, status: u16) -> FetchResult {
        let redirects = vec![Redirect { status: 301, to: "https://example.org/b".to_owned() }];
        FetchResult { fetched_at, redirects, outcome: FetchOutcome::Status(status), https_works: false }
    }

    #[test]
    fn an_available_page_counts_for_a_week_and_any_other_result_for_an_hour() {
        let mut cache = Cache::default();
        cache.insert("fine", result(1000, 200));
        cache.insert("dead", result(1000, 404));
        let known = |address, now| cache.get(address, now).is_some();
        assert_eq!((known("fine", 1000 + ALIVE_LIFETIME - 1), known("fine", 1000 + ALIVE_LIFETIME)), (true, false));
        assert_eq!((known("dead", 1000 + HOUR - 1), known("dead", 1000 + HOUR)), (true, false));
        assert_eq!((known("fine", 999), known("other", 1000)), (false, false));
    }

    #[test]
    fn a_cache_is_read_as_it_was_written_and_drops_old_results() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/links.json");
        let mut cache = Cache::default();
        cache.insert("old", result(1000, 200));
        cache.insert("new", result(1000 + KEPT, 404));
        cache.write(&path, 1000 + KEPT).unwrap();
        let mut expected = Cache::default();
        expected.insert("new", result(1000 + KEPT, 404));
        assert_eq!(Cache::read(&path).unwrap(), expected);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_damaged_file_is_an_empty_cache() {
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
            assert_eq!(Cache::read(&path).unwrap(), Cache::default());
        }
        assert!(Cache::read(folder.path()).is_err());
    }
}
