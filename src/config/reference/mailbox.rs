//! Documents `[mailbox]`.

use super::setting::Unset::{Derived, Off};
use super::setting::{TableReference, setting};

/// Where returned mail comes in.
pub(super) const MAILBOX: TableReference = TableReference {
    header: "[mailbox]",
    about: "Where [returned mail](returned-mail.md) comes in: a Maildir, or a mailbox at a server.",
    settings: &[
        setting("maildir", "folder", Off, "The Maildir that `newsletter mailbox` reads."),
        setting("imap", "host name", Off, "The server with the mailbox, in place of `maildir`."),
        setting("port", "number", Derived("993 or 143, by `tls`"), "Its port."),
        setting(
            "tls",
            "`\"implicit\"`, `\"starttls\"` or `\"none\"`",
            Derived("by `port`, else `\"implicit\"`"),
            "How the connection is protected. `\"none\"` is accepted for this machine only.",
        ),
        setting("ca_file", "path", Off, "Certificate authorities (PEM) to trust besides those of this machine."),
        setting("user", "text", Off, "The user to log in as; required with `imap`."),
        setting("password", "secret", Off, "The password of `user`; with `\"xoauth2\"` an access token."),
        setting(
            "mechanism",
            "`\"plain\"`, `\"login\"` or `\"xoauth2\"`",
            Derived("the best that the server offers"),
            "How to log in.",
        ),
        setting("folder", "text", Derived("`\"INBOX\"`"), "The folder of which unread messages are read."),
        setting(
            "done",
            "text",
            Derived("`\"Newsletter\"`"),
            "The folder that understood messages are moved to. It is made if it is missing; nothing is deleted.",
        ),
    ],
};
