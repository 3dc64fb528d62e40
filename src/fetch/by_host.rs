//! Does work for many addresses at a time: several hosts together, each host one address after the other.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::thread;

use url::Url;

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
    let mut results = thread::scope(|scope| {
        // If no thread can be started, this one does the work.
        let start = |_| thread::Builder::new().spawn_scoped(scope, run).ok();
        let working: Vec<_> = (0..workers).filter_map(start).collect();
        let mine = if working.is_empty() { run() } else { Vec::new() };
        let join = |worker: thread::ScopedJoinHandle<'_, _>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        working.into_iter().flat_map(join).chain(mine).collect::<Vec<_>>()
    });
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
