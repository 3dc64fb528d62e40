//! Says how the mailbox is read.

/// How the mailbox is read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct MailboxOptions {
    /// Whether nothing is changed.
    pub(crate) is_dry_run: bool,
    /// Whether dead addresses are believed, however many there are.
    pub(crate) accept_refusals: bool,
}
