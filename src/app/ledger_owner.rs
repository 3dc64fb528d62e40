//! Checks that the ledger belongs to this newsletter, and changes the owner after a change of the list identifier.

use super::failure::Failure;
use crate::config::{LedgerSettings, Newsletter};
use crate::ledger::{Ledger, LedgerOwner};

/// Records this newsletter as the owner of a `ledger` that has none.
///
/// Errors when another newsletter owns it, unless this one `is_renamed`.
pub(crate) fn settle(newsletter: &Newsletter, ledger: &mut dyn Ledger, is_renamed: bool) -> anyhow::Result<()> {
    match LedgerOwner::adopt(ledger, &newsletter.publication.list_id)? {
        LedgerOwner::Other(theirs) if !is_renamed => Err(refusal(newsletter, &theirs).into()),
        LedgerOwner::ThisNewsletter | LedgerOwner::Other(_) => Ok(()),
    }
}

/// Errors when another newsletter owns `ledger`.
pub(crate) fn check(newsletter: &Newsletter, ledger: &mut dyn Ledger) -> anyhow::Result<()> {
    match LedgerOwner::of(ledger, &newsletter.publication.list_id)? {
        LedgerOwner::ThisNewsletter => Ok(()),
        LedgerOwner::Other(theirs) => Err(refusal(newsletter, &theirs).into()),
    }
}

/// Makes this newsletter the owner and returns the previous one, if there was another.
pub(crate) fn take_over(newsletter: &Newsletter, ledger: &mut dyn Ledger) -> anyhow::Result<Option<String>> {
    let ours = &newsletter.publication.list_id;
    let LedgerOwner::Other(theirs) = LedgerOwner::of(ledger, ours)? else { return Ok(None) };
    ledger.change_identity(ours)?;
    Ok(Some(theirs))
}

fn refusal(newsletter: &Newsletter, theirs: &str) -> Failure {
    let ours = &newsletter.publication.list_id;
    let (shown, other) = match &newsletter.settings.ledger {
        LedgerSettings::File(path) => {
            let shown = path.strip_prefix(&newsletter.root).unwrap_or(path).display();
            (format!("the ledger `{shown}`"), "set another `path` under `[ledger]`")
        }
        LedgerSettings::Shared(_) => ("the ledger in the database".to_owned(), "set another `url` under `[ledger]`"),
    };
    let message = format!("{shown} belongs to the newsletter `{theirs}`, not to `{ours}`");
    Failure::not_started(message)
        .hint(format!("each newsletter needs a ledger of its own: {other}"))
        .hint(format!("if this is the same newsletter under a new name, set `list_id = \"{theirs}\"` under `[newsletter]`"))
        .hint("to change its `list_id` for good: `newsletter send N --allow-new-key`; the unsubscribe links in earlier mail will then stop working")
}
