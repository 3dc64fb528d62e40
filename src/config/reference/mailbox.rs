//! Documents `[mailbox]`.

use super::kinds::{HOST, MECHANISM, PATH, PORT, TLS};
use crate::schema::Unset::{Derived, Off};
use crate::schema::{Kind, TableFields, field};

/// Where returned mail comes in.
pub(super) const MAILBOX: TableFields = TableFields {
    header: "[mailbox]",
    about: "Where [returned mail](returned-mail.md) comes in: a Maildir, or a mailbox at a server.",
    fields: &[
        field("maildir", Kind::named("folder"), Off, "The Maildir that `newsletter mailbox` reads."),
        field("imap", HOST, Off, "The server with the mailbox, in place of `maildir`."),
        field("port", PORT, Derived("993 or 143, by `tls`"), "Its port."),
        field(
            "tls",
            TLS,
            Derived("by `port`, else `\"implicit\"`"),
            "How the connection is protected. `\"none\"` is accepted for this machine only.",
        ),
        field("ca_file", PATH, Off, "Certificate authorities (PEM) to trust besides those of this machine."),
        field("user", Kind::LINE, Off, "The user to log in as; required with `imap`."),
        field("password", Kind::Secret, Off, "The password of `user`; with `\"xoauth2\"` an access token."),
        field("mechanism", MECHANISM, Derived("the best that the server offers"), "How to log in."),
        field("folder", Kind::LINE, Derived("`\"INBOX\"`"), "The folder of which unread messages are read."),
        field(
            "done",
            Kind::LINE,
            Derived("`\"Newsletter\"`"),
            "The folder that understood messages are moved to. It is made if it is missing; nothing is deleted.",
        ),
    ],
};
