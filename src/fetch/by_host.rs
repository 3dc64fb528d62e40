//! Does work for many addresses at a time: several hosts together, each host one address after the other.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use url::Url;

use crate::parallel::in_threads;

/// Hosts at the same time.
const MAX_IN_FLIGHT: usize = 16;

/// Returns the result of `work` for each of `urls`, in their order.
pub fn by_host<T: Send>(urls: &[&Url], work: &(dyn Fn(usize) -> T + Sync)) -> Vec<T> {
    let mut hosts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, url) in urls.iter().enumerate() {
        hosts.entry(url.host_str().unwrap_or_default()).or_default().push(index);
    }
    let mut queue: Vec<Vec<usize>> = hosts.into_values().collect();
    // Taken from the end: the longest first, which takes as long as all others together.
    queue.sort_by_key(Vec::len);
    let workers = MAX_IN_FLIGHT.min(queue.len());
    let queue = Mutex::new(queue);
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let run = || {
        let mut done = Vec::new();
        while let Some(indices) = next() {
            done.extend(indices.into_iter().map(|index| (index, work(index))));
        }
        done
    };
    let mut results = in_threads(workers, run);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
