//! Documents `[serve]`.

use super::kinds::{DURATION, IP_ADDRESS, ORIGIN, RATE, SENDER, SOCKET};
use crate::schema::Unset::{Derived, Off, Value};
use crate::schema::{Kind, TableFields, field};

/// The web server for readers.
pub(super) const SERVE: TableFields = TableFields {
    header: "[serve]",
    about: "The web server for readers, `newsletter serve`: see [Readers by web](readers-by-web.md).",
    fields: &[
        field(
            "url",
            Kind::formed("URL", r"^\s*[Hh][Tt][Tt][Pp][Ss]?://"),
            Derived("the site of `[unsubscribe] url`"),
            "Where readers reach it: `https://letter.example.org/`. The links in letters must lead below it.",
        ),
        field(
            "listen",
            SOCKET,
            Value("\"127.0.0.1:8025\""),
            "Where it listens: on loopback behind a reverse proxy. systemd may pass a socket instead.",
        ),
        field(
            "proxies",
            Kind::List(&IP_ADDRESS),
            Value("[\"127.0.0.1\"]"),
            "The reverse proxies. The address of a reader is the last one in `X-Forwarded-For` that is not a proxy's.",
        ),
        field(
            "origins",
            Kind::List(&ORIGIN),
            Value("[]"),
            "Websites whose own forms may sign readers up, besides the archive at `site`: \
            `[\"https://www.example.org\"]`.",
        ),
        field("archive", Kind::Flag, Value("false"), "Whether it serves the folder of `[build]` too."),
        field(
            "from",
            SENDER,
            Derived("the `from` of letters"),
            "The sender of confirmation mails. Another address than that of letters is good practice.",
        ),
        field(
            "confirm_rate",
            RATE,
            Value("\"60/h\""),
            "The most confirmation mails altogether. The rest wait: a robot that signs up strangers gets no further.",
        ),
        field("pending", DURATION, Value("\"7d\""), "How long a sign-up can be confirmed. Then it is forgotten."),
        field(
            "welcome",
            Kind::OneOf(&["letter", "latest"]),
            Value("\"letter\""),
            "What readers get who confirmed: `letters/welcome.toml` or a few sentences, or the newest issue.",
        ),
        field(
            "evidence_ip",
            Kind::OneOf(&["network", "full", "none"]),
            Value("\"network\""),
            "How much of the IP address of a sign-up is kept as evidence of consent.",
        ),
        field(
            "keep_evidence",
            Kind::formed("years", r"^\s*[0-9]+y\s*$"),
            Value("\"3y\""),
            "How long the evidence about a reader is kept after they left.",
        ),
        field(
            "metrics",
            SOCKET,
            Off,
            "Where Prometheus reads the numbers of the server, on loopback: `\"127.0.0.1:9025\"`.",
        ),
        field("backups", Kind::Integer(0, 365), Value("14"), "How many daily backups of the ledger are kept."),
    ],
};
