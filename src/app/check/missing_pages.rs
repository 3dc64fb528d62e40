//! Reports sent issues without a file: letters link to pages that the web archive no longer has.

use crate::config::Newsletter;
use crate::diagnostic::{Diagnostic, Severity};
use crate::ledger::sent_marker::SentMarker;
use crate::model::IssueNumber;

/// Returns a warning for each page that letters link to while its issue is not among `numbers`.
pub(super) fn missing_pages(newsletter: &Newsletter, numbers: &[IssueNumber]) -> Vec<Diagnostic> {
    let mut markers = SentMarker::all(&newsletter.root);
    markers.sort_by_key(|(number, _)| *number);
    markers.retain(|(number, _)| !numbers.contains(number));
    let missing = markers.iter().flat_map(|(number, marker)| {
        let shown = SentMarker::path(newsletter.root.as_path(), *number);
        let shown = shown.strip_prefix(&newsletter.root).unwrap_or(&shown).display().to_string();
        marker.pages().iter().map(move |folder| {
            let page = newsletter.publication.page(&format!("{folder}/"));
            let message = format!("letters link to `{page}`, but there is no issue {number}");
            let help = format!(
                "restore its file under the number it was sent with; to give up the page, remove it from `pages` in `{shown}`"
            );
            Diagnostic::new(Severity::Warning, message, None).help(help)
        })
    });
    missing.collect()
}
