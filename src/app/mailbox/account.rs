//! Makes the mailbox of the settings ready: fetches the password, and connects to nothing.

use crate::app::failure::{Failure, FailureKind};
use crate::app::relays::{mechanism, tls};
use crate::config::{ImapSettings, Newsletter};
use crate::imap::{Account, ImapError};
use crate::mailbox::sources::MOST_BYTES;
use crate::smtp::{Credentials, Server};

/// Returns the mailbox of `imap`, with its password.
///
/// Errors as [`crate::config::SecretSource::resolve`] does.
pub(super) fn account(newsletter: &Newsletter, imap: &ImapSettings) -> anyhow::Result<Account> {
    let mut server = Server::new(&imap.host, imap.port, tls(imap.tls));
    server.ca_file.clone_from(&imap.ca_file);
    server.credentials = Some(Credentials {
        user: imap.user.clone(),
        password: imap.password.resolve(&newsletter.root)?,
        mechanism: imap.mechanism.as_deref().and_then(mechanism),
    });
    // One byte more than is read of a message, so that a larger one is recognized as such.
    let most_bytes = usize::try_from(MOST_BYTES)? + 1;
    Ok(Account { server, folder: imap.folder.clone(), done: imap.done.clone(), most_bytes })
}

/// Returns an error of the server with what to do about it. What may pass stopped the command part-way.
pub(super) fn explained(error: anyhow::Error) -> anyhow::Error {
    let Some(imap) = error.downcast_ref::<ImapError>() else { return error };
    let kind = if imap.may_pass() { FailureKind::Stopped } else { FailureKind::Content };
    let failure = Failure::new(kind, imap.to_string());
    imap.help().into_iter().fold(failure, Failure::hint).into()
}
