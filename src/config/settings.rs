//! Defines the settings that readers do not see. Those that they see are in `model::Publication`.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::editor::EditorAddress;
use crate::diagnostic::Severity;
use crate::model::{EmailAddress, Mailbox};

/// How the newsletter is sent, previewed and checked. Every path is absolute.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The pattern of subject lines: `{newsletter} #{number}: {title}`.
    pub subject: String,
    /// The subscriber list; `None` when all subscribers are in the ledger.
    pub subscribers: Option<PathBuf>,
    /// The meaning of its columns, as far as the configuration says so.
    pub list: ListSettings,
    /// Where the ledger is.
    pub ledger: LedgerSettings,
    /// Where an issue is claimed before it is sent, if anywhere.
    pub claim: Option<GitClaim>,
    /// The key of the unsubscribe tokens. A missing file at the default place is made on first need.
    pub token_key: SecretSource,
    /// Where bounces and requests come in, if the configuration says so.
    pub mailbox: Option<MailboxSettings>,
    /// The courier of the messages.
    pub courier: CourierSettings,
    /// The mail servers of `[smtp]` or `[[smtp]]`; none when there is neither.
    pub smtp: Vec<SmtpSettings>,
    /// How messages are signed, when there is a `[dkim]` table.
    pub dkim: Option<DkimSettings>,
    /// How a delivery proceeds.
    pub send: SendSettings,
    /// The web server for readers.
    pub serve: ServeSettings,
    /// The preview's first choice of port.
    pub preview_port: u16,
    /// How the preview opens a place in an editor; it copies the place when there is none.
    pub preview_editor: Option<EditorAddress>,
    /// Hosts and ports of this network from which `add` may read pages.
    pub allow_hosts: Vec<(String, u16)>,
    /// The feeds of other sites in which links are found.
    pub feeds: Vec<FeedSource>,
    /// How many issues the feeds carry.
    pub feed_items: usize,
    /// Where the web archive is written.
    pub archive_folder: PathBuf,
    /// The most points `SpamAssassin` may give a message.
    pub spam_limit: f64,
    /// Severities of check rules that differ from their defaults, by rule name; `None` switches a rule off.
    pub checks: BTreeMap<String, Option<Severity>>,
}

/// A feed of another site in which links are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedSource {
    /// Its address.
    pub url: Url,
    /// The section its links are meant for.
    pub section: Option<String>,
    /// Whether its words are the curator's own, and become the notes of its links.
    pub is_mine: bool,
}

/// The meaning of columns of the subscriber list whose headings do not say it. Columns are named by their headings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListSettings {
    /// The column that says who gets mail.
    pub status: Option<String>,
    /// Its values that mean that they do; without any, the words that are known.
    pub subscribed: Vec<String>,
    /// Columns that say nothing about who gets mail, even if they look like it.
    pub fields: Vec<String>,
}

/// Where the ledger is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerSettings {
    /// In a SQLite file of this machine's own.
    File(PathBuf),
    /// In a PostgreSQL database that several machines share.
    Shared(SharedLedger),
}

/// Issues are claimed in the git repository the newsletter lives in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitClaim {
    /// The remote, by its name or its URL.
    pub remote: String,
}

/// A ledger that several machines share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedLedger {
    /// `postgres://user@host/database`.
    pub url: DatabaseUrl,
    /// The password, when it is not in the URL.
    pub password: Option<SecretSource>,
    /// A file of certificate authorities (PEM) to trust besides the machine's own.
    pub ca_file: Option<PathBuf>,
    /// How long a sender that says nothing keeps what it holds.
    pub lease: Duration,
}

/// The URL of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// As it is in the configuration; there is no password in it.
    Plain(String),
    /// Kept as a secret.
    Secret(SecretSource),
}

/// The courier of the messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CourierSettings {
    /// A folder of `.eml` files.
    Outbox(PathBuf),
    /// The servers of `[smtp]`.
    Smtp,
    /// A sendmail-compatible program.
    Sendmail(PathBuf),
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpSettings {
    /// Host name; an IP address only with [`Tls::None`].
    pub host: String,
    /// Port: 465 for implicit TLS, 587 for STARTTLS, 25 without, unless configured.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// A file of certificate authorities (PEM) to trust besides the machine's own.
    pub ca_file: Option<PathBuf>,
    /// The user to authenticate as; then there is a password.
    pub user: Option<String>,
    /// Where its password comes from.
    pub password: Option<SecretSource>,
    /// `plain`, `login` or `xoauth2`, when not the best the server offers.
    pub mechanism: Option<String>,
    /// The name in EHLO; the machine's own name by default.
    pub hello: Option<String>,
    /// Connections at once, 1 to 64.
    pub connections: usize,
    /// At most this many messages, all of it at once.
    pub rates: Vec<Rate>,
    /// How many messages on the first day it is used, the second, ...; after the last as many as `rates` allow.
    pub warm_up: Vec<u32>,
    /// Its share of the messages where there are several servers: 3 gets three times as many as 1.
    pub weight: Option<u32>,
    /// Messages before a connection is closed and opened anew.
    pub per_connection: u32,
    /// Messages in flight at once on a connection, 1 to 16, if the server offers CHUNKING.
    pub max_in_flight: usize,
    /// Whether commands are said together where the server offers PIPELINING.
    pub pipelining: bool,
}

/// Where bounces and requests of readers come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailboxSettings {
    /// A Maildir of this machine.
    Maildir(PathBuf),
    /// A folder of a mailbox at a server.
    Imap(ImapSettings),
}

/// A mailbox at a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImapSettings {
    /// Host name; an IP address only with [`Tls::None`].
    pub host: String,
    /// Port: 993 for implicit TLS, otherwise 143, unless configured.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// A file of certificate authorities (PEM) to trust besides the machine's own.
    pub ca_file: Option<PathBuf>,
    /// The user to authenticate as.
    pub user: String,
    /// Where its password comes from.
    pub password: SecretSource,
    /// `plain`, `login` or `xoauth2`, when not the best the server offers.
    pub mechanism: Option<String>,
    /// The folder that is read.
    pub folder: String,
    /// The folder for what was understood.
    pub done: String,
}

/// How the connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte (port 465).
    Implicit,
    /// STARTTLS, required.
    StartTls,
    /// None: only to a loopback address.
    None,
}

/// A number of messages in a span of time: `10/s`, `500/h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Messages, at least one.
    pub messages: u32,
    /// In this time.
    pub per: Duration,
}

/// How a delivery proceeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendSettings {
    /// The recipients of a test mail when `--test` names no address.
    pub test_to: Vec<EmailAddress>,
    /// How long to wait after the first, second, ... temporary refusal; the last holds for all later ones.
    pub retry: Vec<Duration>,
    /// How long a run waits for deferred subscribers when nothing else is left to do.
    pub wait: Duration,
    /// When a deferred subscriber is given up, from the start of the delivery.
    pub give_up: Duration,
    /// How long a first send counts down before the first message, so that it can be called off.
    pub hold: Duration,
    /// How many get a first send before the rest does, if those were not refused.
    pub canary: Option<u32>,
}

/// The web server for readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServeSettings {
    /// Whether there is a `[serve]` table.
    pub is_configured: bool,
    /// Where its pages are: an absolute URL that ends in `/`; none without a URL to unsubscribe.
    pub url: Option<String>,
    /// Where it listens.
    pub listen: SocketAddr,
    /// The reverse proxies whose `X-Forwarded-For` is believed.
    pub proxies: Vec<IpAddr>,
    /// The websites whose forms may sign up.
    pub origins: Vec<String>,
    /// Whether it serves the web archive too.
    pub archive: bool,
    /// The sender of confirmation mails, when not that of the letters.
    pub from: Option<Mailbox>,
    /// The most confirmation mails altogether.
    pub confirm_rate: Rate,
    /// How long a sign-up waits for its confirmation.
    pub pending: Duration,
    /// Whether who confirmed gets the newest issue in place of a welcome.
    pub welcomes_with_latest: bool,
    /// How much of an IP address is kept as evidence.
    pub evidence_ip: EvidenceIp,
    /// How many years evidence about somebody who left is kept.
    pub keep_evidence_years: u32,
    /// Where its numbers are, on loopback.
    pub metrics: Option<SocketAddr>,
    /// How many daily backups of the ledger are kept.
    pub backups: u32,
}

/// How much of the IP address of a sign-up is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceIp {
    /// The network: `/24` of IPv4, `/56` of IPv6.
    Network,
    /// All of it.
    Full,
    /// Nothing.
    None,
}

/// How messages are signed (RFC 6376).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DkimSettings {
    /// The domain that signs, in A-labels; that of the sender unless configured.
    pub domain: String,
    /// Which of its keys: the public one is published at `SELECTOR._domainkey.DOMAIN`.
    pub selector: String,
    /// Where the private key comes from: PEM.
    pub key: SecretSource,
}

/// Where a secret comes from; never the value itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// An environment variable.
    Env(String),
    /// A file only its owner can read; one line end at its end is dropped.
    File(PathBuf),
    /// A command's first line of output; all of it where a secret has several lines.
    Command(Vec<String>),
}

impl fmt::Display for SecretSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(formatter, "the environment variable `{name}`"),
            Self::File(path) => write!(formatter, "`{}`", path.display()),
            // What it is given may say too much.
            Self::Command(argv) => {
                write!(formatter, "the command `{}`", argv.first().map_or("", String::as_str))
            }
        }
    }
}
