//! Lists every setting with its type, its default and a sentence about it.

use super::kinds::{ADDRESS, COLOUR, DURATION, HTTPS_URL, LANGUAGE, LINES, PATH, PORT, SENDER, WEB_URL};
use super::mailbox::MAILBOX;
use super::serve::SERVE;
use super::smtp::SMTP;
use super::topic::TOPIC;
use crate::schema::Unset::{Derived, Off, Required, Value};
use crate::schema::{Kind, TableFields, field};

pub(super) const TABLES: &[TableFields] = &[
    TableFields {
        header: "[newsletter]",
        about: "What readers see of the newsletter.",
        fields: &[
            field("name", Kind::LINE, Required, "The name of the newsletter."),
            field("description", Kind::ANY_TEXT, Value("\"\""), "A sentence or two for the web pages."),
            field("from", SENDER, Required, "The sender: `\"Ada Example <ada@example.org>\"`, or an address alone."),
            field("reply_to", ADDRESS, Derived("the address of `from`"), "Where replies go."),
            field(
                "envelope_sender",
                ADDRESS,
                Derived("the address of `from`"),
                "Where bounces go. `\"bounces+{token}@example.org\"` is an address of its own for every reader: a bounce tells \
                 whom it is about, whatever it says. The server has to deliver all of them.",
            ),
            field(
                "subject",
                Kind::LINE,
                Value("\"{newsletter} #{number}: {title}\""),
                "The pattern of subject lines. Fields: `{newsletter}`, `{number}`, `{title}`, `{date}`, and \
                 `{subscriber.COLUMN|fallback}` for a column of the subscriber list.",
            ),
            field("site", WEB_URL, Required, "Where the web archive is published."),
            field(
                "subscribe",
                Kind::named("URL"),
                Derived("the form of `[serve]`, if there is one"),
                "Where to subscribe, for letters and web pages: a page or a `mailto:` link.",
            ),
            field("address", Kind::LINE, Required, "The postal address in every letter."),
            field(
                "reason",
                Kind::LINE,
                Derived("`\"because you subscribed at HOST\"`"),
                "Why the reader gets the letter, in the footer.",
            ),
            field("language", LANGUAGE, Value("\"en\""), "The language of the letters: `\"de-AT\"`."),
            field("direction", Kind::OneOf(&["ltr", "rtl"]), Derived("by language"), "The direction of the text."),
            field(
                "list_id",
                Kind::LINE,
                Derived("from `name` and `from`"),
                "The list in `List-Id`, like a domain: `\"weekly.example.org\"`. Do not change it after the first mail.",
            ),
            field(
                "sender_id",
                Kind::LINE,
                Derived("from `name`"),
                "The sender in `Feedback-ID`: 5 to 15 letters, digits or hyphens. Do not change it after the first mail.",
            ),
        ],
    },
    TableFields {
        header: "[theme]",
        about: "The look of letters and pages. For anything else, write a [style sheet](publish.md#style).",
        fields: &[
            field(
                "accent",
                COLOUR,
                Value("\"#0b5c8f\""),
                "The colour of links and lines. It is adjusted until it is readable on light and dark backgrounds.",
            ),
            field(
                "flag",
                COLOUR,
                Derived("`accent`"),
                "The colour of the plates with the name of the newsletter and the titles of sections. It stays as it is; \
                 the words on it are white or dark.",
            ),
            field(
                "pairing",
                Kind::OneOf(&["serif", "sans"]),
                Value("\"serif\""),
                "The typeface of what is read in letters. Small print is always without serifs.",
            ),
            field(
                "ornament",
                Kind::OneOf(&["auto", "always", "none"]),
                Value("\"auto\""),
                "Pictures that are drawn from the name, the colour of the flag and the number of the issue: a band above the \
                 letter, small pictures in the archive, and cards for other sites. With `\"auto\"` an issue with a picture \
                 of its own, or with less than 400 bytes of text, has no band. `build` publishes them under `ornament/`.",
            ),
            field(
                "logo",
                Kind::named("https URL, or a file in `issues/img/`"),
                Off,
                "A small square picture beside the name, with a ground of its own: `\"img/logo.png\"`.",
            ),
            field(
                "logo_alt",
                Kind::ANY_TEXT,
                Value("\"\""),
                "What the logo shows, for readers who do not see it, if the name beside it does not say so.",
            ),
        ],
    },
    TableFields {
        header: "[images]",
        about: "",
        fields: &[field(
            "base_url",
            HTTPS_URL,
            Derived("`img/` below `site`"),
            "Where the pictures of `issues/img/` are on the web.",
        )],
    },
    TableFields {
        header: "[subscribers]",
        about: "The subscriber list: see [Subscribers](subscribers.md).",
        fields: &[
            field(
                "file",
                Kind::formed("path", ""),
                Value("\"subscribers.csv\""),
                "The list; `\"\"` if all subscribers are in the ledger.",
            ),
            field(
                "status",
                Kind::LINE,
                Derived("found by its heading"),
                "The heading of the column that says who gets mail.",
            ),
            field(
                "subscribed",
                LINES,
                Derived("the words that are known"),
                "The values of `status` that mean that a subscriber gets mail. All others mean that they do not.",
            ),
            field("fields", LINES, Value("[]"), "Columns that say nothing about who gets mail."),
        ],
    },
    TableFields {
        header: "[unsubscribe]",
        about: "How readers unsubscribe. At least one of `url` and `mailto` is required; set both if you can.",
        fields: &[
            field(
                "url",
                Kind::formed("https URL", r"^\s*[Hh][Tt][Tt][Pp][Ss]://.*\{token\}"),
                Off,
                "The unsubscribe page, with `{token}` once. A `POST` to it unsubscribes without asking again (RFC 8058).",
            ),
            field(
                "mailto",
                ADDRESS,
                Off,
                "An address that takes unsubscribe requests by mail. `\"leave+{token}@example.org\"` is one of its own for \
                 every reader: some mail programs send nothing but the address.",
            ),
            field(
                "secret",
                Kind::Secret,
                Value("{ file = \".newsletter/unsubscribe.key\" }"),
                "The key of the tokens. The file is created when it is first needed. Without it, links already mailed \
                 stop working.",
            ),
        ],
    },
    TOPIC,
    SERVE,
    TableFields {
        header: "[send]",
        about: "How `newsletter send` works: see [Send](send.md).",
        fields: &[
            field(
                "courier",
                Kind::OneOf(&["outbox", "smtp", "sendmail"]),
                Value("\"outbox\""),
                "What carries the messages: a folder of `.eml` files, the server of `[smtp]`, or a program.",
            ),
            field("outbox", PATH, Value("\"outbox\""), "The folder of the courier `outbox`."),
            field(
                "sendmail",
                Kind::named("path or name"),
                Value("\"/usr/sbin/sendmail\""),
                "The program of the courier `sendmail`. A name without a folder is searched for in `PATH`.",
            ),
            field("test_to", Kind::List(&ADDRESS), Value("[]"), "The recipients of `send --test`."),
            field(
                "retry",
                Kind::List(&DURATION),
                Value("[\"5s\", \"30s\", \"5m\", \"30m\", \"2h\"]"),
                "Waits after temporary refusals. The last one applies to all later refusals.",
            ),
            field(
                "wait",
                DURATION,
                Value("\"1m\""),
                "How long a run waits when only deferred recipients are left, or a limit is used up.",
            ),
            field("give_up", DURATION, Value("\"48h\""), "How long deferred recipients are retried."),
            field(
                "hold",
                DURATION,
                Value("\"0s\""),
                "How long a first send counts down before the first message. Ctrl-C cancels.",
            ),
            field(
                "canary",
                Kind::Integer(1, 1_000_000),
                Off,
                "How many recipients get a first send before the others, who follow if at most one in ten was not \
                 accepted.",
            ),
        ],
    },
    SMTP,
    TableFields {
        header: "[dkim]",
        about: "Signs messages, for mail servers that do not: see [Arriving](arriving.md).",
        fields: &[
            field(
                "domain",
                Kind::named("domain"),
                Derived("the domain of `from`"),
                "The domain that signs. It must belong to the same organization as that of `from`.",
            ),
            field("selector", Kind::LINE, Required, "Which key of the domain signs: `\"nl2026\"`."),
            field("key", Kind::Secret, Required, "The private key: PEM, RSA or Ed25519."),
        ],
    },
    TableFields {
        header: "[ledger]",
        about: "The record of which subscriber got which issue. Back it up.",
        fields: &[
            field("path", PATH, Value("\".newsletter/ledger.sqlite3\""), "The file of the ledger."),
            field(
                "claim",
                Kind::OneOf(&["git"]),
                Off,
                "Claims an issue in the git repository before it is mailed: see [Continuous \
                 integration](servers.md#continuous-integration).",
            ),
            field("remote", Kind::LINE, Value("\"origin\""), "The remote of the claims, by name or URL."),
            field(
                "url",
                Kind::Either(&Kind::LINE, &Kind::Secret),
                Off,
                "A PostgreSQL database instead of a file, `\"postgres://user@host/database\"`: see [Several \
                 machines](servers.md#several-machines).",
            ),
            field("password", Kind::Secret, Off, "The password of the database."),
            field("ca_file", PATH, Off, "Certificate authorities (PEM) to trust besides those of this machine."),
            field(
                "lease",
                DURATION,
                Value("\"30s\""),
                "How long a sender that has gone silent keeps its recipients; at most 24 days.",
            ),
        ],
    },
    TableFields {
        header: "[[feed]]",
        about: "Feeds of other sites, in which [`gather`](gathering.md#feeds) finds links. Write `[[feed]]` above each.",
        fields: &[
            field("url", WEB_URL, Required, "The address of the feed."),
            field("section", Kind::LINE, Off, "The section its links are meant for."),
            field(
                "mine",
                Kind::Flag,
                Value("false"),
                "Whether its words are your own: they become the notes of its links.",
            ),
        ],
    },
    TableFields {
        header: "[build]",
        about: "",
        fields: &[
            field(
                "folder",
                PATH,
                Value("\"public\""),
                "Where `build` writes the web archive: a folder of its own, without the newsletter or other files in it.",
            ),
            field(
                "feed_items",
                Kind::Integer(1, 1000),
                Value("20"),
                "How many issues the feeds of the archive contain. Formerly `items` of `[feed]`.",
            ),
        ],
    },
    TableFields {
        header: "[check]",
        about: "Any [rule](rules.md) of `newsletter check` is a key here, with the level `\"off\"`, `\"warn\"` or `\"error\"`.",
        fields: &[field(
            "spam_limit",
            Kind::Decimal(0, 100),
            Value("2.0"),
            "The SpamAssassin score above which `check --spam` reports a message.",
        )],
    },
    TableFields {
        header: "[fetch]",
        about: "Pages that [`add`](gathering.md) and feeds that `gather` reads.",
        fields: &[field(
            "allow_hosts",
            LINES,
            Value("[]"),
            "Hosts with ports of your own network from which pages may be read, and nothing else: `[\"wiki.local:8080\"]`.",
        )],
    },
    MAILBOX,
    TableFields {
        header: "[preview]",
        about: "",
        fields: &[
            field("port", PORT, Value("4242"), "The port of the preview. If it is taken, the next free one."),
            field(
                "editor",
                Kind::named("URL pattern"),
                Off,
                "What a click on a finding opens: `\"vscode://file/{path}:{line}:{column}\"`. Without it, a click copies \
                 the place.",
            ),
        ],
    },
];
