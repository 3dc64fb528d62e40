//! Lists every setting with its type, its default and a sentence about it.

use super::mailbox::MAILBOX;
use super::serve::SERVE;
use super::setting::Unset::{Derived, Off, Required, Value};
use super::setting::{TableReference, setting};
use super::smtp::SMTP;
use super::topic::TOPIC;

pub(super) const TABLES: &[TableReference] = &[
    TableReference {
        header: "[newsletter]",
        about: "What readers see of the newsletter.",
        settings: &[
            setting("name", "text", Required, "The name of the newsletter."),
            setting("description", "text", Value("\"\""), "A sentence or two for the web pages."),
            setting(
                "from",
                "mailbox",
                Required,
                "The sender: `\"Ada Example <ada@example.org>\"`, or an address alone.",
            ),
            setting("reply_to", "address", Derived("the address of `from`"), "Where replies go."),
            setting(
                "envelope_sender",
                "address",
                Derived("the address of `from`"),
                "Where bounces go. `\"bounces+{token}@example.org\"` is an address of its own for every reader: a bounce tells \
                 whom it is about, whatever it says. The server has to deliver all of them.",
            ),
            setting(
                "subject",
                "text",
                Value("\"{newsletter} #{number}: {title}\""),
                "The pattern of subject lines. Fields: `{newsletter}`, `{number}`, `{title}`, `{date}`, and \
                 `{subscriber.COLUMN|fallback}` for a column of the subscriber list.",
            ),
            setting("site", "http(s) URL", Required, "Where the web archive is published."),
            setting(
                "subscribe",
                "URL",
                Derived("the form of `[serve]`, if there is one"),
                "Where to subscribe, for letters and web pages: a page or a `mailto:` link.",
            ),
            setting("address", "text", Required, "The postal address in every letter."),
            setting(
                "reason",
                "text",
                Derived("`\"because you subscribed at HOST\"`"),
                "Why the reader gets the letter, in the footer.",
            ),
            setting("language", "language tag", Value("\"en\""), "The language of the letters: `\"de-AT\"`."),
            setting("direction", "`\"ltr\"` or `\"rtl\"`", Derived("by language"), "The direction of the text."),
            setting(
                "list_id",
                "text",
                Derived("from `name` and `from`"),
                "The list in `List-Id`, like a domain: `\"weekly.example.org\"`. Do not change it after the first mail.",
            ),
            setting(
                "sender_id",
                "text",
                Derived("from `name`"),
                "The sender in `Feedback-ID`: 5 to 15 letters, digits or hyphens. Do not change it after the first mail.",
            ),
        ],
    },
    TableReference {
        header: "[theme]",
        about: "The look of letters and pages. For anything else, write a [style sheet](publish.md#style).",
        settings: &[
            setting(
                "accent",
                "colour",
                Value("\"#0b5c8f\""),
                "The colour of links and lines. It is adjusted until it is readable on light and dark backgrounds.",
            ),
            setting(
                "flag",
                "colour",
                Derived("`accent`"),
                "The colour of the plates with the name of the newsletter and the titles of sections. It stays as it is; \
                 the words on it are white or dark.",
            ),
            setting(
                "pairing",
                "`\"serif\"` or `\"sans\"`",
                Value("\"serif\""),
                "The typeface of what is read in letters. Small print is always without serifs.",
            ),
            setting(
                "ornament",
                "`\"auto\"`, `\"always\"` or `\"none\"`",
                Value("\"auto\""),
                "Pictures that are drawn from the name, the colour of the flag and the number of the issue: a band above the \
                 letter, small pictures in the archive, and cards for other sites. With `\"auto\"` an issue with a picture \
                 of its own, or with less than 400 bytes of text, has no band. `build` publishes them under `ornament/`.",
            ),
            setting(
                "logo",
                "https URL, or a file in `issues/img/`",
                Off,
                "A small square picture beside the name, with a ground of its own: `\"img/logo.png\"`.",
            ),
            setting(
                "logo_alt",
                "text",
                Value("\"\""),
                "What the logo shows, for readers who do not see it, if the name beside it does not say so.",
            ),
        ],
    },
    TableReference {
        header: "[images]",
        about: "",
        settings: &[setting(
            "base_url",
            "https URL",
            Derived("`img/` below `site`"),
            "Where the pictures of `issues/img/` are on the web.",
        )],
    },
    TableReference {
        header: "[subscribers]",
        about: "The subscriber list: see [Subscribers](subscribers.md).",
        settings: &[
            setting(
                "file",
                "path",
                Value("\"subscribers.csv\""),
                "The list; `\"\"` if all subscribers are in the ledger.",
            ),
            setting(
                "status",
                "text",
                Derived("found by its heading"),
                "The heading of the column that says who gets mail.",
            ),
            setting(
                "subscribed",
                "list of texts",
                Derived("the words that are known"),
                "The values of `status` that mean that a subscriber gets mail. All others mean that they do not.",
            ),
            setting("fields", "list of texts", Value("[]"), "Columns that say nothing about who gets mail."),
        ],
    },
    TableReference {
        header: "[unsubscribe]",
        about: "How readers unsubscribe. At least one of `url` and `mailto` is required; set both if you can.",
        settings: &[
            setting(
                "url",
                "https URL",
                Off,
                "The unsubscribe page, with `{token}` once. A `POST` to it unsubscribes without asking again (RFC 8058).",
            ),
            setting(
                "mailto",
                "address",
                Off,
                "An address that takes unsubscribe requests by mail. `\"leave+{token}@example.org\"` is one of its own for \
                 every reader: some mail programs send nothing but the address.",
            ),
            setting(
                "secret",
                "secret",
                Value("{ file = \".newsletter/unsubscribe.key\" }"),
                "The key of the tokens. The file is created when it is first needed. Without it, links already mailed \
                 stop working.",
            ),
        ],
    },
    TOPIC,
    SERVE,
    TableReference {
        header: "[send]",
        about: "How `newsletter send` works: see [Send](send.md).",
        settings: &[
            setting(
                "courier",
                "`\"outbox\"`, `\"smtp\"` or `\"sendmail\"`",
                Value("\"outbox\""),
                "What carries the messages: a folder of `.eml` files, the server of `[smtp]`, or a program.",
            ),
            setting("outbox", "path", Value("\"outbox\""), "The folder of the courier `outbox`."),
            setting(
                "sendmail",
                "path or name",
                Value("\"/usr/sbin/sendmail\""),
                "The program of the courier `sendmail`. A name without a folder is searched for in `PATH`.",
            ),
            setting("test_to", "list of addresses", Value("[]"), "The recipients of `send --test`."),
            setting(
                "retry",
                "list of durations",
                Value("[\"5s\", \"30s\", \"5m\", \"30m\", \"2h\"]"),
                "Waits after temporary refusals. The last one applies to all later refusals.",
            ),
            setting(
                "wait",
                "duration",
                Value("\"1m\""),
                "How long a run waits when only deferred recipients are left, or a limit is used up.",
            ),
            setting("give_up", "duration", Value("\"48h\""), "How long deferred recipients are retried."),
            setting(
                "hold",
                "duration",
                Value("\"0s\""),
                "How long a first send counts down before the first message. Ctrl-C cancels.",
            ),
            setting(
                "canary",
                "number",
                Off,
                "How many recipients get a first send before the others, who follow if at most one in ten was not \
                 accepted.",
            ),
        ],
    },
    SMTP,
    TableReference {
        header: "[dkim]",
        about: "Signs messages, for mail servers that do not: see [Arriving](arriving.md).",
        settings: &[
            setting(
                "domain",
                "domain",
                Derived("the domain of `from`"),
                "The domain that signs. It must belong to the same organization as that of `from`.",
            ),
            setting("selector", "text", Required, "Which key of the domain signs: `\"nl2026\"`."),
            setting("key", "secret", Required, "The private key: PEM, RSA or Ed25519."),
        ],
    },
    TableReference {
        header: "[ledger]",
        about: "The record of which subscriber got which issue. Back it up.",
        settings: &[
            setting("path", "path", Value("\".newsletter/ledger.sqlite3\""), "The file of the ledger."),
            setting(
                "claim",
                "`\"git\"`",
                Off,
                "Claims an issue in the git repository before it is mailed: see [Continuous \
                 integration](servers.md#continuous-integration).",
            ),
            setting("remote", "text", Value("\"origin\""), "The remote of the claims, by name or URL."),
            setting(
                "url",
                "text or secret",
                Off,
                "A PostgreSQL database instead of a file, `\"postgres://user@host/database\"`: see [Several \
                 machines](servers.md#several-machines).",
            ),
            setting("password", "secret", Off, "The password of the database."),
            setting("ca_file", "path", Off, "Certificate authorities (PEM) to trust besides those of this machine."),
            setting(
                "lease",
                "duration",
                Value("\"30s\""),
                "How long a sender that has gone silent keeps its recipients; at most 24 days.",
            ),
        ],
    },
    TableReference {
        header: "[[feed]]",
        about: "Feeds of other sites, in which [`gather`](gathering.md#feeds) finds links. Write `[[feed]]` above each.",
        settings: &[
            setting("url", "http(s) URL", Required, "The address of the feed."),
            setting("section", "text", Off, "The section its links are meant for."),
            setting(
                "mine",
                "`true` or `false`",
                Value("false"),
                "Whether its words are your own: they become the notes of its links.",
            ),
        ],
    },
    TableReference {
        header: "[build]",
        about: "",
        settings: &[
            setting(
                "folder",
                "path",
                Value("\"public\""),
                "Where `build` writes the web archive: a folder of its own, without the newsletter or other files in it.",
            ),
            setting(
                "feed_items",
                "number, 1 to 1000",
                Value("20"),
                "How many issues the feeds of the archive contain. Formerly `items` of `[feed]`.",
            ),
        ],
    },
    TableReference {
        header: "[check]",
        about: "Any [rule](rules.md) of `newsletter check` is a key here, with the level `\"off\"`, `\"warn\"` or `\"error\"`.",
        settings: &[setting(
            "spam_limit",
            "number, 0 to 100",
            Value("2.0"),
            "The SpamAssassin score above which `check --spam` reports a message.",
        )],
    },
    TableReference {
        header: "[fetch]",
        about: "Pages that [`add`](gathering.md) and feeds that `gather` reads.",
        settings: &[setting(
            "allow_hosts",
            "list of texts",
            Value("[]"),
            "Hosts with ports of your own network from which pages may be read, and nothing else: `[\"wiki.local:8080\"]`.",
        )],
    },
    MAILBOX,
    TableReference {
        header: "[preview]",
        about: "",
        settings: &[
            setting("port", "number", Value("4242"), "The port of the preview. If it is taken, the next free one."),
            setting(
                "editor",
                "URL pattern",
                Off,
                "What a click on a finding opens: `\"vscode://file/{path}:{line}:{column}\"`. Without it, a click copies \
                 the place.",
            ),
        ],
    },
];
