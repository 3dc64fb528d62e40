//! Documents `[smtp]`.

use super::kinds::{HOST, MECHANISM, PATH, PORT, RATE, TLS};
use crate::schema::Unset::{Derived, Off, Required, Value};
use crate::schema::{Kind, TableFields, field};

/// A mail server.
pub(super) const SMTP: TableFields = TableFields {
    header: "[smtp]",
    about: "The mail server. For several servers write `[[smtp]]` above each: see [Several \
            servers](servers.md#several-mail-servers).",
    fields: &[
        field("host", HOST, Required, "The server. An IP address is accepted with `tls = \"none\"`."),
        field("port", PORT, Derived("465, 587 or 25, by `tls`"), "The port."),
        field(
            "tls",
            TLS,
            Derived("by `port`, else `\"implicit\"`"),
            "How the connection is protected. `\"none\"` is accepted for this machine only.",
        ),
        field("user", Kind::LINE, Off, "The user to log in as, with a `password`."),
        field("password", Kind::Secret, Off, "The password of `user`."),
        field("mechanism", MECHANISM, Derived("the best that the server offers"), "How to log in."),
        field("ca_file", PATH, Off, "Certificate authorities (PEM) to trust besides those of this machine."),
        field("hello", HOST, Derived("the name of this machine"), "The name in `EHLO`."),
        field("connections", Kind::Integer(1, 64), Value("4"), "Simultaneous connections."),
        field(
            "per_connection",
            Kind::NUMBER,
            Value("100"),
            "Messages per connection. After that many, or after ten minutes, it is closed and a new one opened.",
        ),
        field(
            "max_in_flight",
            Kind::Integer(1, 16),
            Value("1"),
            "Messages in flight at once on a connection, for a distant server that offers CHUNKING. That many are \
             in doubt if the connection breaks. Formerly `in_flight`.",
        ),
        field(
            "pipelining",
            Kind::Flag,
            Value("true"),
            "`false` for a server that offers PIPELINING but does not support it.",
        ),
        field(
            "rate",
            Kind::Either(&RATE, &Kind::List(&RATE)),
            Off,
            "The most messages per second, minute, hour or day: `\"10/s\"`, or several limits that all apply: `[\"14/s\", \
             \"50000/d\"]`. Limits per second and minute are spread evenly; those per hour and day count the \
             messages of the last 60 minutes or 24 hours, earlier runs included.",
        ),
        field(
            "warm_up",
            Kind::List(&Kind::NUMBER),
            Value("[]"),
            "The most messages on the first day (UTC) that the server is used, the second, and so on: `[50, 100, \
             200]`. After the last, only `rate` limits.",
        ),
        field(
            "weight",
            Kind::Integer(1, 1000),
            Derived("as much as it can"),
            "The share of the messages that this server takes, in `[[smtp]]` only.",
        ),
    ],
};
