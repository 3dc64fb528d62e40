//! Refuses to send from a checkout that is deleted after the run, as on a CI machine: the ledger would be deleted
//! with it, and the next run would mail all subscribers again.

use std::path::{Path, PathBuf};

use super::issue::IssueToSend;
use crate::app::failure::Failure;
use crate::app::{ci, open_ledger};
use crate::claim::Git;
use crate::config::{self, CourierSettings, LedgerSettings, Newsletter};

/// Refuses to create a ledger or a key in such a checkout.
///
/// Errors with the files that would be lost, and with hints to keep them.
pub(super) fn refuse(issue: &IssueToSend) -> anyhow::Result<()> {
    let newsletter = &issue.newsletter;
    let is_mail = !matches!(newsletter.settings.courier, CourierSettings::Outbox(_));
    if !is_mail || !ci::is_ci(|name| std::env::var_os(name)) {
        return Ok(());
    }
    let checkout = checkout(&newsletter.root);
    let (mut lost, mut hints) = (Vec::new(), Vec::new());
    if let LedgerSettings::File(path) = &newsletter.settings.ledger
        && newsletter.settings.claim.is_none()
        && is_in(path, &checkout)
        && is_new(newsletter, path)?
    {
        let shown = shown(newsletter, path);
        lost.push(format!("the ledger `{shown}` (the next run would mail all subscribers again)"));
        hints.push("keep the ledger in a PostgreSQL database: set `url` under `[ledger]`".to_owned());
        hints.push(
            "or record in the git repository which issues have been begun: set `claim = \"git\"` under `[ledger]`"
                .to_owned(),
        );
    }
    if let Some(path) = config::missing_token_key(newsletter)
        && is_in(path, &checkout)
    {
        let shown = shown(newsletter, path);
        lost.push(format!("the new key `{shown}` (no unsubscribe link would work afterwards)"));
        let hint = "pass the key to every run as a secret: set `secret = { env = \"NEWSLETTER_UNSUBSCRIBE_SECRET\" }` under `[unsubscribe]`";
        hints.push(hint.to_owned());
    }
    if lost.is_empty() {
        return Ok(());
    }
    let message =
        format!("this is a CI machine: its files are deleted after the run, including {}", lost.join(" and "));
    let failure = hints.into_iter().fold(Failure::not_started(message), Failure::hint);
    let command = issue.command();
    Err(failure.hint(format!("if this machine keeps its files: `CI=false {command}`")).into())
}

/// Whether a ledger at `path` would be new: it does not exist, came with the checkout, or records no mail.
fn is_new(newsletter: &Newsletter, path: &Path) -> anyhow::Result<bool> {
    // The owner of the ledger is checked when it is opened to send.
    let Some(mut ledger) = open_ledger::to_read_renamed(newsletter, true)? else { return Ok(true) };
    Ok(!ledger.has_mailed()? || Git::new(&newsletter.root, "").tracks(path))
}

/// Returns the folder that was checked out: the repository around `root`, or else `root` itself.
fn checkout(root: &Path) -> PathBuf {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let repository = root.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned);
    repository.unwrap_or(root)
}

/// Whether `path`, which may not exist yet, is in `folder` when symbolic links are followed.
fn is_in(path: &Path, folder: &Path) -> bool {
    let there = path.ancestors().find_map(|ancestor| ancestor.canonicalize().ok());
    there.is_some_and(|there| there.starts_with(folder))
}

fn shown(newsletter: &Newsletter, path: &Path) -> String {
    path.strip_prefix(&newsletter.root).unwrap_or(path).display().to_string()
}
