//! Keeps the record of a delivery when a run ends, even if its ledger file was removed during the run.

use super::issue::IssueToSend;
use super::observer::{Notice, SavedLedger, SendObserver};
use super::sent_marker;
use crate::app::failure::{Failure, one_line};
use crate::ledger::{Ledger, RescuedLedger};

/// Writes the sent marker, and saves the ledger when its file was removed or replaced during the run.
///
/// Errors when the ledger is lost, or the marker cannot be written.
pub(super) fn keep(
    issue: &IssueToSend,
    ledger: &mut dyn Ledger,
    observer: &mut dyn SendObserver,
) -> anyhow::Result<()> {
    let rescued = ledger.rescue();
    // The marker counts the recipients that have the issue, even if the ledger is lost.
    let marked = sent_marker::write(issue, ledger);
    match rescued {
        Ok(None) => marked,
        Ok(Some(rescued)) => {
            observer.notify(Notice::LedgerSaved(saved(&rescued, issue)));
            if let Err(error) = marked {
                observer.notify(Notice::Warning(one_line(&error)));
            }
            Ok(())
        }
        Err(error) => {
            let message = format!("the ledger was lost during the delivery: {}", one_line(&error));
            let path = sent_marker::shown_path(issue);
            Err(Failure::stopped(message)
                .hint("restore it from a backup before the next send")
                .hint(match marked {
                    Ok(()) => format!("until then `{path}` keeps this issue from being sent again: commit it"),
                    Err(_) => "without it, a new `send` mails this issue to all subscribers again".to_owned(),
                })
                .into())
        }
    }
}

fn saved(rescued: &RescuedLedger, issue: &IssueToSend) -> SavedLedger {
    let root = &issue.newsletter.root;
    let [saved, place] =
        [&rescued.saved, &rescued.place].map(|path| path.strip_prefix(root).unwrap_or(path).display().to_string());
    SavedLedger { loss: rescued.loss.to_string(), place, saved }
}
