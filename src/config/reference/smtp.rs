//! Documents `[smtp]`.

use super::setting::Unset::{Derived, Off, Required, Value};
use super::setting::{TableReference, setting};

/// A mail server.
pub(super) const SMTP: TableReference = TableReference {
    header: "[smtp]",
    about: "The mail server. For several servers write `[[smtp]]` above each: see [Several \
            servers](servers.md#several-mail-servers).",
    settings: &[
        setting("host", "host name", Required, "The server. An IP address is accepted with `tls = \"none\"`."),
        setting("port", "number", Derived("465, 587 or 25, by `tls`"), "The port."),
        setting(
            "tls",
            "`\"implicit\"`, `\"starttls\"` or `\"none\"`",
            Derived("by `port`, else `\"implicit\"`"),
            "How the connection is protected. `\"none\"` is accepted for this machine only.",
        ),
        setting("user", "text", Off, "The user to log in as, with a `password`."),
        setting("password", "secret", Off, "The password of `user`."),
        setting(
            "mechanism",
            "`\"plain\"`, `\"login\"` or `\"xoauth2\"`",
            Derived("the best that the server offers"),
            "How to log in.",
        ),
        setting("ca_file", "path", Off, "Certificate authorities (PEM) to trust besides those of this machine."),
        setting("hello", "host name", Derived("the name of this machine"), "The name in `EHLO`."),
        setting("connections", "number, 1 to 64", Value("4"), "Simultaneous connections."),
        setting(
            "per_connection",
            "number",
            Value("100"),
            "Messages per connection. After that many, or after ten minutes, it is closed and a new one opened.",
        ),
        setting(
            "max_in_flight",
            "number, 1 to 16",
            Value("1"),
            "Messages in flight at once on a connection, for a distant server that offers CHUNKING. That many are \
             in doubt if the connection breaks. Formerly `in_flight`.",
        ),
        setting(
            "pipelining",
            "`true` or `false`",
            Value("true"),
            "`false` for a server that offers PIPELINING but does not support it.",
        ),
        setting(
            "rate",
            "rate, or list of rates",
            Off,
            "The most messages per second, minute, hour or day: `\"10/s\"`, or several limits that all apply: `[\"14/s\", \
             \"50000/d\"]`. Limits per second and minute are spread evenly; those per hour and day count the \
             messages of the last 60 minutes or 24 hours, earlier runs included.",
        ),
        setting(
            "warm_up",
            "list of numbers",
            Value("[]"),
            "The most messages on the first day (UTC) that the server is used, the second, and so on: `[50, 100, \
             200]`. After the last, only `rate` limits.",
        ),
        setting(
            "weight",
            "number, 1 to 1000",
            Derived("as much as it can"),
            "The share of the messages that this server takes, in `[[smtp]]` only.",
        ),
    ],
};
