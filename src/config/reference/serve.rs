//! Documents `[serve]`.

use super::setting::Unset::{Derived, Off, Value};
use super::setting::{TableReference, setting};

/// The web server for readers.
pub(super) const SERVE: TableReference = TableReference {
    header: "[serve]",
    about: "The web server for readers, `newsletter serve`: see [Readers by web](readers-by-web.md).",
    settings: &[
        setting(
            "url",
            "URL",
            Derived("the site of `[unsubscribe] url`"),
            "Where readers reach it: `https://letter.example.org/`. The links in letters must lead below it.",
        ),
        setting(
            "listen",
            "IP address and port",
            Value("\"127.0.0.1:8025\""),
            "Where it listens: on loopback behind a reverse proxy. systemd may pass a socket instead.",
        ),
        setting(
            "proxies",
            "list of IP addresses",
            Value("[\"127.0.0.1\"]"),
            "The reverse proxies. The address of a reader is the last one in `X-Forwarded-For` that is not a proxy's.",
        ),
        setting(
            "origins",
            "list of origins",
            Value("[]"),
            "Websites whose own forms may sign readers up, besides the archive at `site`: \
            `[\"https://www.example.org\"]`.",
        ),
        setting("archive", "boolean", Value("false"), "Whether it serves the folder of `[build]` too."),
        setting(
            "from",
            "name and address",
            Derived("the `from` of letters"),
            "The sender of confirmation mails. Another address than that of letters is good practice.",
        ),
        setting(
            "confirm_rate",
            "rate",
            Value("\"60/h\""),
            "The most confirmation mails altogether. The rest wait: a robot that signs up strangers gets no further.",
        ),
        setting("pending", "duration", Value("\"7d\""), "How long a sign-up can be confirmed. Then it is forgotten."),
        setting(
            "welcome",
            "`\"letter\"` or `\"latest\"`",
            Value("\"letter\""),
            "What readers get who confirmed: `letters/welcome.toml` or a few sentences, or the newest issue.",
        ),
        setting(
            "evidence_ip",
            "`\"network\"`, `\"full\"` or `\"none\"`",
            Value("\"network\""),
            "How much of the IP address of a sign-up is kept as evidence of consent.",
        ),
        setting(
            "keep_evidence",
            "years",
            Value("\"3y\""),
            "How long the evidence about a reader is kept after they left.",
        ),
        setting(
            "metrics",
            "IP address and port",
            Off,
            "Where Prometheus reads the numbers of the server, on loopback: `\"127.0.0.1:9025\"`.",
        ),
        setting("backups", "number", Value("14"), "How many daily backups of the ledger are kept."),
    ],
};
