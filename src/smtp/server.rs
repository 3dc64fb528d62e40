//! Describes a server and its connection settings, and logs the conversation.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::reply::Reply;
use super::server_facts::ServerFacts;
use crate::secret::Secret;

/// A mail server and its connection settings. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Server {
    /// Host name, or an IP address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// The protection of the connection.
    pub tls: Tls,
    /// The login; `None` to send without one.
    pub credentials: Option<Credentials>,
    /// The name sent in EHLO.
    pub hello: String,
    /// A PEM file of certificate authorities to trust besides the machine's own.
    pub ca_file: Option<PathBuf>,
    /// Whether commands may be pipelined if it offers PIPELINING.
    pub pipelining: bool,
    /// The time each step may take.
    pub deadlines: Deadlines,
    /// The facts learned about it in this run. Clones of this server share them.
    pub facts: ServerFacts,
    /// Receives the lines of the conversation; discards them by default.
    pub log: ConversationLog,
}

impl Server {
    /// A server without credentials, with the deadlines of RFC 5321, greeted as `localhost`.
    pub fn new(host: impl Into<String>, port: u16, tls: Tls) -> Self {
        Self {
            host: host.into(),
            port,
            tls,
            credentials: None,
            hello: String::from("localhost"),
            ca_file: None,
            pipelining: true,
            deadlines: Deadlines::default(),
            facts: ServerFacts::default(),
            log: ConversationLog::default(),
        }
    }
}

/// `host:port`, as errors name it.
impl fmt::Display for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(formatter, "[{}]:{}", self.host, self.port)
        } else {
            write!(formatter, "{}:{}", self.host, self.port)
        }
    }
}

/// The protection of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte (RFC 8314).
    Implicit,
    /// STARTTLS (RFC 3207), required: nothing is sent to a server that does not offer it.
    StartTls,
    /// None: only to a loopback address.
    None,
}

/// The login at the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user.
    pub user: String,
    /// The password; for [`Mechanism::XOAuth2`] the access token.
    pub password: Secret,
    /// The mechanism; if `None`, the best one that the server offers.
    pub mechanism: Option<Mechanism>,
}

/// An authentication mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// PLAIN (RFC 4616).
    Plain,
    /// LOGIN (an expired Internet draft, still the only one some servers offer).
    Login,
    /// XOAUTH2 (Google's and Microsoft's; the password is an access token). Never chosen unless
    /// configured.
    XOAuth2,
}

impl Mechanism {
    /// The name as in EHLO.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::XOAuth2 => "XOAUTH2",
        }
    }
}

/// The time limits of the steps. A step ends when its reply is complete; receiving a part does not
/// extend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// Name lookup and TCP connection, all addresses together.
    pub connect: Duration,
    /// The time before the next address is tried in parallel (RFC 8305 5).
    pub stagger: Duration,
    /// The greeting.
    pub greeting: Duration,
    /// The greeting, or with implicit TLS the handshake before it, of a server that has not greeted
    /// yet in this run: a silent server usually speaks another protocol and waits for the client.
    pub first_greeting: Duration,
    /// Each reply to pipelined commands, until the server has shown that it supports them.
    pub pipelined: Duration,
    /// Each of EHLO, STARTTLS, the TLS handshake, AUTH, RSET, MAIL and RCPT.
    pub command: Duration,
    /// The reply to DATA.
    pub data: Duration,
    /// Each block of up to 64 KiB written.
    pub block: Duration,
    /// The reply to the final dot. Too short a limit leads to duplicates.
    pub dot: Duration,
    /// The reply to QUIT: a courtesy.
    pub quit: Duration,
}

/// RFC 5321 4.5.3.2, RFC 8305 8, and 30 seconds to connect.
impl Default for Deadlines {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            stagger: Duration::from_millis(250),
            greeting: Duration::from_mins(5),
            first_greeting: Duration::from_secs(20),
            pipelined: Duration::from_secs(20),
            command: Duration::from_mins(5),
            data: Duration::from_mins(2),
            block: Duration::from_mins(3),
            dot: Duration::from_mins(10),
            quit: Duration::from_secs(2),
        }
    }
}

/// One line of the conversation, without credentials and message bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLine<'a> {
    /// A line from the client.
    Client(&'a str),
    /// A reply from the server.
    Server(&'a str),
    /// An event.
    Event(&'a str),
}

/// `>` for the client, `<` for the server, `*` for an event.
impl fmt::Display for LogLine<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(line) => write!(formatter, "> {line}"),
            Self::Server(line) => write!(formatter, "< {line}"),
            Self::Event(line) => write!(formatter, "* {line}"),
        }
    }
}

/// Receives the lines of a conversation; by default, they are dropped.
#[derive(Clone, Default)]
pub struct ConversationLog(Option<Arc<Listener>>);

type Listener = dyn Fn(LogLine<'_>) + Send + Sync;

impl ConversationLog {
    /// Calls `listener` with every line.
    pub fn new(listener: impl Fn(LogLine<'_>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    pub(super) fn client(&self, line: &str) {
        if let Some(listener) = &self.0 {
            listener(LogLine::Client(line));
        }
    }

    /// Returns each line with its code.
    pub(super) fn server(&self, reply: &Reply) {
        if let Some(listener) = &self.0 {
            match reply.lines.as_slice() {
                [_] => listener(LogLine::Server(&reply.to_string())),
                lines => lines.iter().for_each(|line| listener(LogLine::Server(&format!("{} {line}", reply.code)))),
            }
        }
    }

    pub(super) fn event(&self, event: fmt::Arguments<'_>) {
        if let Some(listener) = &self.0 {
            listener(LogLine::Event(&event.to_string()));
        }
    }
}

impl fmt::Debug for ConversationLog {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ConversationLog")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_with_colons_stands_in_brackets() {
        let named = |host| Server::new(host, 25, Tls::None).to_string();
        assert_eq!([named("::1"), named("127.0.0.1")], ["[::1]:25", "127.0.0.1:25"]);
    }

    #[test]
    fn what_is_shown_of_a_server_for_debugging_has_no_password() {
        let credentials = Credentials { user: String::from("ada"), password: Secret::new("hunter2"), mechanism: None };
        let server = Server { credentials: Some(credentials), ..Server::new("mail.example.org", 465, Tls::Implicit) };
        assert_eq!(
            format!("{server:?}"),
            "Server { host: \"mail.example.org\", port: 465, tls: Implicit, \
             credentials: Some(Credentials { user: \"ada\", password: Secret(***), mechanism: None }), \
             hello: \"localhost\", ca_file: None, pipelining: true, \
             deadlines: Deadlines { connect: 30s, stagger: 250ms, greeting: 300s, first_greeting: 20s, pipelined: 20s, command: 300s, data: 120s, block: 180s, dot: 600s, quit: 2s }, \
             facts: ServerFacts(SharedFacts { bits: 0, per_connection: 0, address: Mutex { data: None, poisoned: false, .. } }), \
             log: ConversationLog }"
        );
    }
}
