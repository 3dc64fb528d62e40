//! Sends messages by SMTP: one recipient and one round trip per message, without ever guessing what
//! was accepted. Independent of newsletters: addresses are text, messages are bytes.
//!
//! The protocol is pure, with the I/O around it:
//!
//! | file | contents | I/O |
//! |---|---|---|
//! | `reply`, `reply_reader` | bytes to replies, within limits | |
//! | `redaction` | hides passwords that a server repeats | |
//! | `capabilities` | the extensions of the EHLO reply | |
//! | `command` | the command lines, and the characters they allow | |
//! | `content` | a message in pieces, of which many messages share some | |
//! | `body`, `findings` | line ends and dots of a message | |
//! | `auth` | the authentication mechanisms | |
//! | `opening`, `client_line` | greeting, EHLO, STARTTLS, AUTH as a state machine | |
//! | `session`, `step`, `outcome` | the mail transactions as a state machine, one at a time | |
//! | `chunks` | the same, several at a time (BDAT) | |
//! | `server_facts` | what was learned about a server in this run | |
//! | `outgoing` | bytes waiting to be sent; the position of the final dot | |
//! | `socket`, `stream` | bytes with deadlines, plain or TLS | yes |
//! | `race` | connects to the first address that responds | yes |
//! | `tls` | certificate authorities, and the reasons a certificate is rejected | yes |
//! | `wire` | bytes to and from a server, for SMTP and other protocols | yes |
//! | `opener` | the opening on a stream | yes |
//! | `channel` | a state machine on a stream, with its deadlines | yes |
//! | `connection`, `chunked_connection` | the interface: one message at a time, several at a time | yes |
//!
//! Guarantees:
//! - [`FinalReply::Accepted`] and [`TransactionResult::Accepted`] only for a complete 2xx reply to the end of that very message.
//! - [`Lost::after_dot`] is false only if the final dot did not reach the socket: then the message
//!   was not accepted. For several messages in flight, [`ChunkedConnection::in_doubt`] returns their number.
//! - No step outlives its deadline, regardless of what the server sends.
//! - No credentials outside TLS or a loopback address; none in errors, logs or `Debug`.
//!
//! Retries, the number of connections and the meaning of a refusal for a subscriber are decided by
//! the callers. SMTPUTF8 and 8BITMIME are left out: messages of 7-bit lines do not need them.

mod auth;
mod body;
mod capabilities;
mod channel;
mod chunked_connection;
mod chunks;
mod client_line;
mod command;
mod connection;
mod content;
mod failure;
mod findings;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod opener;
mod opening;
mod outcome;
mod outgoing;
mod race;
mod redaction;
mod reply;
mod reply_reader;
mod server;
mod server_facts;
mod session;
mod socket;
mod step;
mod stream;
mod tls;
pub(crate) mod wire;

pub(crate) use auth::{bearer_response, plain_response};
pub use capabilities::{Capabilities, Extension};
pub use chunked_connection::ChunkedConnection;
pub use command::Envelope;
pub use connection::Connection;
pub use content::{Content, SharedPieces};
pub use failure::{LossKind, Lost, OpenError, Phase, Refusal};
pub use outcome::{FinalReply, GoAhead, TransactionResult};
pub use reply::{EnhancedCode, Reply};
pub use server::{ConversationLog, Credentials, Deadlines, LogLine, Mechanism, Server, Tls};
pub use server_facts::{Fact, ServerFacts};
pub use socket::StopHandle;
pub use tls::tls_client;
