//! Records which keys a loader reads, so that a test can hold documents to them.

use std::cell::RefCell;

thread_local! {
    static KEYS: RefCell<Vec<(String, &'static str)>> = const { RefCell::new(Vec::new()) };
}

/// Records that the keys `read` belong to the table with the header `table`.
pub(super) fn record(table: &str, read: &[&'static str]) {
    KEYS.with_borrow_mut(|keys| keys.extend(read.iter().map(|&key| (table.to_owned(), key))));
}

/// Returns the keys that are read while `load` runs, each with the header of its table.
pub(crate) fn recorded_keys(load: impl FnOnce()) -> Vec<(String, &'static str)> {
    KEYS.take();
    load();
    KEYS.take()
}
