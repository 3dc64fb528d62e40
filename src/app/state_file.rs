//! Knows where files lie that can be made again: beside the ledger.

use std::path::PathBuf;

use crate::config::{LedgerSettings, Newsletter};

/// Returns the path of the file `name`.
pub(crate) fn path(newsletter: &Newsletter, name: &str) -> PathBuf {
    match &newsletter.settings.ledger {
        LedgerSettings::File(path) => path.with_file_name(name),
        LedgerSettings::Shared(_) => newsletter.root.join(".newsletter").join(name),
    }
}
