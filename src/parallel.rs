//! Spreads work over threads.

use std::cell::Cell;
use std::iter;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// The size of a batch in [`read_ahead`], and the number of batches that may wait.
const BATCH: usize = 256;
const WAITING: usize = 2;

thread_local! {
    /// Whether this thread has a share of work that is on all cores.
    static SHARES_WORK: Cell<bool> = const { Cell::new(false) };
}

/// Applies `work` to each of `items` on all cores, and returns the results in their order. Within such work it does so
/// alone: the cores are busy.
pub(crate) fn on_all_cores<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = if SHARES_WORK.get() { 1 } else { thread::available_parallelism().map_or(1, NonZero::get) };
    let threads = cores.min(items.len());
    if threads <= 1 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let share = || {
        let take = || {
            let index = next.fetch_add(1, Ordering::Relaxed);
            items.get(index).map(|item| (index, work(item)))
        };
        SHARES_WORK.set(true);
        let done = iter::from_fn(take).collect();
        SHARES_WORK.set(false);
        done
    };
    let mut done: Vec<(usize, R)> = in_threads(threads, share);
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Runs `share` in `threads` threads at once, this one among them, and returns the results of all. Where the machine starts
/// fewer, they do the work.
pub(crate) fn in_threads<R: Send>(threads: usize, share: impl Fn() -> Vec<R> + Sync) -> Vec<R> {
    thread::scope(|scope| {
        let start = |_| thread::Builder::new().spawn_scoped(scope, &share).ok();
        let others: Vec<_> = (1..threads).map_while(start).collect();
        let mut done = share();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    })
}

/// Returns the result of `work` on `items`, which another thread reads a few hundred ahead. If no thread can be started, each
/// item is read when it is asked for.
pub(crate) fn read_ahead<I: Iterator<Item: Send> + Send, R>(
    items: I,
    work: impl FnOnce(&mut dyn Iterator<Item = I::Item>) -> R,
) -> R {
    let items = Mutex::new(items.fuse());
    let take = |count| items.lock().unwrap_or_else(PoisonError::into_inner).by_ref().take(count).collect::<Vec<_>>();
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(WAITING);
        let read = move || {
            let batches = iter::repeat_with(|| take(BATCH)).take_while(|batch| !batch.is_empty());
            // Sending fails once the receiver is gone.
            batches.map_while(|batch| sender.send(batch).ok()).for_each(drop);
        };
        if thread::Builder::new().spawn_scoped(scope, read).is_ok() {
            work(&mut receiver.into_iter().flatten())
        } else {
            work(&mut iter::from_fn(|| take(1).pop()))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_read_ahead_in_their_order() {
        for length in [0, 1, BATCH, 10_000] {
            assert!(read_ahead(0..length, |items| items.eq(0..length)));
        }
    }

    #[test]
    fn nothing_is_read_that_nobody_waits_for() {
        let read = AtomicUsize::new(0);
        let first = read_ahead(iter::repeat_with(|| read.fetch_add(1, Ordering::Relaxed)), |items| items.next());
        assert_eq!(first, Some(0));
        assert!(read.into_inner() <= (WAITING + 3) * BATCH);
    }

    #[test]
    fn work_within_work_stays_on_its_thread() {
        let inner = || on_all_cores(&[(); 100], |()| thread::current().id());
        let outer = on_all_cores(&[(); 100], |()| (thread::current().id(), inner()));
        assert!(outer.iter().all(|(thread, inner)| inner.iter().all(|other| other == thread)));
        assert!(!SHARES_WORK.get());
    }

    #[test]
    fn results_are_in_the_order_of_their_items() {
        for length in [0, 1, 1000] {
            let items: Vec<usize> = (0..length).collect();
            let doubled: Vec<usize> = items.iter().map(|item| item * 2).collect();
            assert_eq!(on_all_cores(&items, |item| item * 2), doubled);
        }
    }
}
