//! Counts the subscribers of the ledger.

use crate::app::open_ledger;
use crate::config::Newsletter;

/// Counts the subscribers of the ledger that get mail; none if it cannot be read, which is reported elsewhere.
pub(crate) fn subscriber_count(newsletter: &Newsletter) -> u64 {
    let mut count = 0;
    if let Ok(Some(mut ledger)) = open_ledger::to_read(newsletter) {
        let _ = ledger.subscribers(&mut |_| {
            count += 1;
            Ok(())
        });
    }
    count
}
