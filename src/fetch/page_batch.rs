//! Fetches many pages politely: a few at a time, one per host, within a time limit.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use url::Url;

use super::cache::Cache;
use super::fetcher::Fetcher;
use super::result::{FetchOutcome, FetchResult};
use crate::parallel::in_threads;

/// Requests in flight at the same time.
const MAX_IN_FLIGHT: usize = 8;

/// The time after which no new request starts.
const TIME_LIMIT: Duration = Duration::from_mins(2);

/// The options of a batch.
#[derive(Debug, Clone, Copy)]
pub struct PageBatch {
    /// The start: seconds since 1970.
    pub now: i64,
    /// Whether cached results count.
    pub use_cache: bool,
}

/// The results of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageBatchResult {
    /// The results by the address that was requested.
    pub results: BTreeMap<String, FetchResult>,
    /// The number of results that came from the cache.
    pub from_cache: usize,
}

impl PageBatch {
    /// Fetches every page of `addresses` without a fresh result in `cache`, and stores the new results there.
    pub fn fetch(self, addresses: &[Url], fetcher: &Fetcher<'_>, cache: &mut Cache) -> PageBatchResult {
        let mut batch = PageBatchResult::default();
        let mut open: Vec<&Url> = Vec::new();
        for address in addresses {
            let known = cache.get(address.as_str(), self.now).filter(|_| self.use_cache);
            match known {
                Some(result) => drop(batch.results.insert(address.to_string(), result.clone())),
                None => open.push(address),
            }
        }
        batch.from_cache = batch.results.len();
        for (address, result) in self.fetch_all(open, fetcher) {
            if result.outcome != FetchOutcome::NotFetched {
                cache.insert(address.as_str(), result.clone());
            }
            batch.results.insert(address.to_string(), result);
        }
        batch
    }

    fn fetch_all<'u>(self, open: Vec<&'u Url>, fetcher: &Fetcher<'_>) -> Vec<(&'u Url, FetchResult)> {
        let start = Instant::now();
        let workers = MAX_IN_FLIGHT.min(open.len());
        // Neighbouring links often lead to one host, which gets one request at a time.
        let queue = Mutex::new(interleave_hosts(open).into_iter());
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = || {
            let mut results = Vec::new();
            while let Some(address) = next() {
                let late = start.elapsed() > TIME_LIMIT;
                let not_fetched = || FetchResult {
                    fetched_at: self.now,
                    redirects: Vec::new(),
                    outcome: FetchOutcome::NotFetched,
                    https_works: false,
                };
                let result = if late { not_fetched() } else { fetcher.fetch(address, self.now) };
                results.push((address, result));
            }
            results
        };
        in_threads(workers, work)
    }
}

/// Sorts the first address of each host to the front, then the second of each.
fn interleave_hosts(addresses: Vec<&Url>) -> Vec<&Url> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut numbered: Vec<(usize, &Url)> = Vec::with_capacity(addresses.len());
    for address in addresses {
        let count = seen.entry(address.host_str().unwrap_or_default()).or_default();
        numbered.push((*count, address));
        *count += 1;
    }
    // A stable sort keeps the order of the issue otherwise.
    numbered.sort_by_key(|(position, _)| *position);
    numbered.into_iter().map(|(_, address)| address).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_take_turns() {
        let addresses = ["https://a.example/1", "https://a.example/2", "https://b.example/1", "https://a.example/3"]
            .map(|address| Url::parse(address).unwrap());
        let order: Vec<&str> = interleave_hosts(addresses.iter().collect()).into_iter().map(Url::as_str).collect();
        assert_eq!(order, ["https://a.example/1", "https://b.example/1", "https://a.example/2", "https://a.example/3"]);
    }
}
