//! Which server to talk to and how: plain data, and the log of the conversation.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::reply::Reply;
use crate::secret::Secret;

/// A mail server and how to talk to it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Server {
    /// Host name, or an IP address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// Whom to authenticate as; nobody when `None`.
    pub credentials: Option<Credentials>,
    /// The name said in EHLO.
    pub hello: String,
    /// A PEM file of certificate authorities to trust besides the machine's own.
    pub ca_file: Option<PathBuf>,
    /// How long each step may take.
    pub deadlines: Deadlines,
    /// Who is told what was said; nobody by default.
    pub log: ConversationLog,
}

impl Server {
    /// A server without credentials, with the deadlines of RFC 5321, that we greet as `localhost`.
    pub fn new(host: impl Into<String>, port: u16, tls: Tls) -> Self {
        Self {
            host: host.into(),
            port,
            tls,
            credentials: None,
            hello: String::from("localhost"),
            ca_file: None,
            deadlines: Deadlines::default(),
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

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte (RFC 8314).
    Implicit,
    /// STARTTLS (RFC 3207), required: nothing is sent to a server that does not offer it.
    StartTls,
    /// None: only to a loopback address.
    None,
}

/// Whom to authenticate as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user.
    pub user: String,
    /// The password; for [`Mechanism::XOAuth2`] the access token.
    pub password: Secret,
    /// The mechanism; the best one the server offers when `None`.
    pub mechanism: Option<Mechanism>,
}

/// How to authenticate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// PLAIN (RFC 4616).
    Plain,
    /// LOGIN (an expired Internet draft, still the only one some servers offer).
    Login,
    /// XOAUTH2 (Google's and Microsoft's; the password is an access token). Never chosen unless asked for.
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

/// How long each step may take. A step is over when its whole reply is there, however slowly it dripped in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// Name lookup and TCP connection, all addresses together.
    pub connect: Duration,
    /// The greeting.
    pub greeting: Duration,
    /// Each of EHLO, STARTTLS, the TLS handshake, AUTH, RSET, MAIL and RCPT.
    pub command: Duration,
    /// The reply to DATA.
    pub data: Duration,
    /// Each block of up to 64 KiB written.
    pub block: Duration,
    /// The reply to the final dot. Cut short, it makes duplicates.
    pub dot: Duration,
    /// The reply to QUIT: a courtesy.
    pub quit: Duration,
}

/// RFC 5321 4.5.3.2, and 30 seconds to connect.
impl Default for Deadlines {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            greeting: Duration::from_mins(5),
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
    /// We said this.
    Client(&'a str),
    /// The server said this.
    Server(&'a str),
    /// This happened.
    Event(&'a str),
}

/// `>` for us, `<` for the server, `*` for what happened.
impl fmt::Display for LogLine<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(line) => write!(formatter, "> {line}"),
            Self::Server(line) => write!(formatter, "< {line}"),
            Self::Event(line) => write!(formatter, "* {line}"),
        }
    }
}

/// Who is told what was said on a connection; nobody by default.
#[derive(Clone, Default)]
pub struct ConversationLog(Option<Arc<Listener>>);

type Listener = dyn Fn(LogLine<'_>) + Send + Sync;

impl ConversationLog {
    /// Tells `listener` every line.
    pub fn new(listener: impl Fn(LogLine<'_>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    pub(super) fn client(&self, line: &str) {
        if let Some(listener) = &self.0 {
            listener(LogLine::Client(line));
        }
    }

    /// Each line with its code.
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
             hello: \"localhost\", ca_file: None, \
             deadlines: Deadlines { connect: 30s, greeting: 300s, command: 300s, data: 120s, block: 180s, dot: 600s, quit: 2s }, \
             log: ConversationLog }"
        );
    }
}
