//! Describes the scripted SMTP server: its offers and its behaviour towards every message.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::smtp_server_verdict::{self as verdict, Action, Point};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// What the server offers and how it behaves. By default: PIPELINING, SIZE without a limit, no TLS, no AUTH, everything
/// accepted.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct Script {
    pub(super) ehlo: bool,
    pub(super) pipelining: bool,
    pub(super) chunking: Chunking,
    pub(super) size: Option<u64>,
    pub(super) tls: ServerTls,
    pub(super) tls_on_the_first: usize,
    pub(super) injection: &'static str,
    pub(super) auth: Option<Auth>,
    pub(super) greeting: Greeting,
    pub(super) greetings_held_after: Option<usize>,
    pub(super) most_connections: Option<usize>,
    pub(super) messages_per_connection: Option<usize>,
    pub(super) enough: &'static str,
    pub(super) reads: Reads,
    pub(super) asks_again: Option<&'static str>,
    pub(super) refuses_plain: Option<&'static str>,
    pub(super) hang_up_after: Option<usize>,
    pub(super) hold_verdicts: bool,
    pub(super) grant_anyway: bool,
    pub(super) well: bool,
    pub(super) words: &'static str,
    pub(super) journal: Option<PathBuf>,
}

/// What the server makes of CHUNKING (RFC 3030).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chunking {
    /// It offers none.
    No,
    /// It offers it; a refused message ends its transaction.
    Yes,
    /// It offers it; a refused message leaves its transaction open until RSET.
    Sticky,
    /// It offers it and does not know BDAT.
    Pretended,
    /// It offers it and refuses BDAT with 503.
    Refused,
}

/// What the server reads of commands that come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reads {
    /// All of them, one after the other.
    All,
    /// Those up to its next answer; what came behind is thrown away.
    UpToItsAnswer,
    /// None: it answers no more.
    Nothing,
    /// None: it says this (nothing when it is empty) and closes.
    AndCloses(&'static str),
    /// All of them as one command, which it does not know, and answers no more.
    AllAsOne,
}

/// How connections are protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerTls {
    /// Not at all.
    None,
    /// TLS from the first byte.
    Implicit(Certificate),
    /// STARTTLS is offered.
    StartTls(Certificate),
}

/// The certificates in `tests/fixtures/tls`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certificate {
    /// For `localhost`, by the authority of the tests.
    Good,
    /// The same, but until 2021-02-03 only.
    Expired,
    /// For `mail.example.org` and `smtp.example.org`.
    WrongName,
    /// For `localhost`, by itself.
    SelfSigned,
    /// The same, but an authority's: what `openssl req -x509` makes when it is told nothing else.
    AuthoritysOwn,
}

/// Who may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Auth {
    /// The mechanisms offered, as in EHLO.
    pub(crate) mechanisms: &'static str,
    /// The one user.
    pub(crate) user: &'static str,
    /// The user's password or token.
    pub(crate) password: &'static str,
    /// What everybody is answered, right or wrong.
    pub(crate) answer: Option<&'static str>,
}

/// How the server begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Greeting {
    /// With this line.
    Line(&'static str),
    /// With this line, and closes.
    Close(&'static str),
    /// Not at all, and closes.
    Nothing,
    /// Not at all.
    Stall,
    /// A byte every ten milliseconds, without an end.
    Drip,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            ehlo: true,
            pipelining: true,
            chunking: Chunking::No,
            size: Some(0),
            tls: ServerTls::None,
            tls_on_the_first: usize::MAX,
            injection: "",
            auth: None,
            greeting: Greeting::Line("220 localhost ESMTP scripted"),
            greetings_held_after: None,
            most_connections: None,
            messages_per_connection: None,
            enough: "421 4.7.0 enough messages on this connection",
            reads: Reads::All,
            asks_again: None,
            refuses_plain: None,
            hang_up_after: None,
            hold_verdicts: false,
            grant_anyway: false,
            well: false,
            words: "",
            journal: None,
        }
    }
}

impl Script {
    /// Whether EHLO is known; HELO always is.
    pub(crate) fn ehlo(self, ehlo: bool) -> Self {
        Self { ehlo, ..self }
    }

    /// Whether PIPELINING is offered.
    pub(crate) fn pipelining(self, pipelining: bool) -> Self {
        Self { pipelining, ..self }
    }

    /// Whether CHUNKING is offered, and understood.
    pub(crate) fn chunking(self, chunking: Chunking) -> Self {
        Self { chunking, ..self }
    }

    /// The SIZE offered, in bytes; `None` offers none.
    pub(crate) fn size(self, size: Option<u64>) -> Self {
        Self { size, ..self }
    }

    /// How connections are protected.
    pub(crate) fn tls(self, tls: ServerTls) -> Self {
        Self { tls, ..self }
    }

    /// Offers STARTTLS on so many connections and on none after them.
    pub(crate) fn tls_on_the_first(self, tls_on_the_first: usize) -> Self {
        Self { tls_on_the_first, ..self }
    }

    /// Sends `injection` in clear, in the same segment as the go-ahead for STARTTLS.
    pub(crate) fn injection(self, injection: &'static str) -> Self {
        Self { injection, ..self }
    }

    /// Who may send; without it everybody.
    pub(crate) fn auth(self, auth: Auth) -> Self {
        Self { auth: Some(auth), ..self }
    }

    /// How the server begins.
    pub(crate) fn greeting(self, greeting: Greeting) -> Self {
        Self { greeting, ..self }
    }

    /// Greets connections after so many only once the test says so ([`super::SmtpServer::go_on`]).
    pub(crate) fn greetings_held_after(self, connections: usize) -> Self {
        Self { greetings_held_after: Some(connections), ..self }
    }

    /// Greets connections beyond this many at once with 421.
    pub(crate) fn most_connections(self, most: usize) -> Self {
        Self { most_connections: Some(most), ..self }
    }

    /// What [`Self::messages_per_connection`] answers in place of 421.
    pub(crate) fn enough(self, enough: &'static str) -> Self {
        Self { enough, ..self }
    }

    /// What is read of commands that come together.
    pub(crate) fn reads(self, reads: Reads) -> Self {
        Self { reads, ..self }
    }

    /// Asks for the response of PLAIN with this line, although it came with the command.
    pub(crate) fn asks_again(self, line: &'static str) -> Self {
        Self { asks_again: Some(line), ..self }
    }

    /// Answers PLAIN with this line, although it is offered.
    pub(crate) fn refuses_plain(self, line: &'static str) -> Self {
        Self { refuses_plain: Some(line), ..self }
    }

    /// Replies 421 to the MAIL that follows this many messages.
    pub(crate) fn messages_per_connection(self, most: usize) -> Self {
        Self { messages_per_connection: Some(most), ..self }
    }

    /// Closes the connection without a word right behind the verdict on this many messages.
    pub(crate) fn hang_up_after(self, messages: usize) -> Self {
        Self { hang_up_after: Some(messages), ..self }
    }

    /// Gives no verdict on a message before the DATA of the next has arrived: only a client that sends both together
    /// gets on.
    pub(crate) fn hold_verdicts(self) -> Self {
        Self { hold_verdicts: true, ..self }
    }

    /// Answers DATA with 354 even when the recipient was refused.
    pub(crate) fn grant_anyway(self) -> Self {
        Self { grant_anyway: true, ..self }
    }

    /// Accepts everybody, whatever their local parts say.
    pub(crate) fn well(self) -> Self {
        Self { well: true, ..self }
    }

    /// Says this in every scripted answer, in the place of `as scripted`.
    pub(crate) fn words(self, words: &'static str) -> Self {
        Self { words, ..self }
    }

    /// What `address` asks for, if it asks for anything.
    pub(super) fn action(&self, address: &str) -> Option<(Point, Action)> {
        let (point, action) = verdict::of(address).filter(|_| !self.well)?;
        Some(match action {
            Action::Answer(line) if !self.words.is_empty() => {
                (point, Action::Answer(line.replace("as scripted", self.words)))
            }
            action => (point, action),
        })
    }

    /// Keeps a synced journal of what was accepted in this file; see [`super::SmtpServer`].
    pub(crate) fn journal(self, path: impl AsRef<Path>) -> Self {
        Self { journal: Some(path.as_ref().to_owned()), ..self }
    }
}

impl Certificate {
    /// The file of the authority that signed [`Self::Good`]: what a client has to trust.
    pub(crate) fn authority() -> PathBuf {
        fixture("ca.pem")
    }

    /// Its own file.
    pub(crate) fn file(self) -> PathBuf {
        fixture(match self {
            Self::Good => "good.pem",
            Self::Expired => "expired.pem",
            Self::WrongName => "wrong-name.pem",
            Self::SelfSigned => "self-signed.pem",
            Self::AuthoritysOwn => "authoritys-own.pem",
        })
    }

    pub(super) fn config(self) -> Arc<ServerConfig> {
        let certificate = CertificateDer::from_pem_file(self.file()).unwrap();
        let key = PrivateKeyDer::from_pem_file(self.file().with_extension("key")).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap())
    }
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls").join(name)
}
