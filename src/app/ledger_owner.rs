//! Checks that the ledger belongs to this newsletter, and changes the owner after a change of the list identifier.

use chrono::DateTime;

use super::failure::Failure;
use crate::config::{LedgerSettings, Newsletter};
use crate::ledger::{Ledger, LedgerOwner};

/// Records this newsletter as the owner of a `ledger` that has none, or has only known the name of an example.
///
/// Errors when another newsletter owns it, unless this one `is_renamed`.
pub(crate) fn settle(newsletter: &Newsletter, ledger: &mut dyn Ledger, is_renamed: bool) -> anyhow::Result<()> {
    match LedgerOwner::adopt(ledger, &newsletter.publication.list_id)? {
        LedgerOwner::Other(theirs) if is_unused_example(ledger, &theirs) => {
            ledger.change_identity(&newsletter.publication.list_id)
        }
        LedgerOwner::Other(theirs) if !is_renamed => Err(refusal(newsletter, &theirs).into()),
        LedgerOwner::ThisNewsletter | LedgerOwner::Other(_) => Ok(()),
    }
}

/// Errors when another newsletter owns `ledger`.
pub(crate) fn check(newsletter: &Newsletter, ledger: &mut dyn Ledger) -> anyhow::Result<()> {
    match LedgerOwner::of(ledger, &newsletter.publication.list_id)? {
        LedgerOwner::ThisNewsletter => Ok(()),
        LedgerOwner::Other(theirs) if is_unused_example(ledger, &theirs) => Ok(()),
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

/// The end of the list identifiers that the starter settings make.
const EXAMPLE: &str = ".letter.example";

/// Returns whether `ledger` belongs to `theirs`, the example of the starter settings, and nothing made with that name
/// has left it: no mail with links in it, and no digest of an erased reader. Readers are often imported before the
/// newsletter has its name.
fn is_unused_example(ledger: &mut dyn Ledger, theirs: &str) -> bool {
    theirs.ends_with(EXAMPLE) && is_unused(ledger).unwrap_or(false)
}

fn is_unused(ledger: &mut dyn Ledger) -> anyhow::Result<bool> {
    if ledger.has_mailed()? || !ledger.erased()?.is_empty() {
        return Ok(false);
    }
    let mut is_unused = true;
    ledger.read_readers(&mut |records| {
        is_unused = records.confirmations_sent(DateTime::UNIX_EPOCH)?.is_empty();
        Ok(())
    })?;
    Ok(is_unused)
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
