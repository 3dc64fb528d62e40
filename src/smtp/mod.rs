//! The SMTP client: one recipient a message, one round trip a message, and never a guess about what was accepted.
//! Knows nothing of newsletters; addresses and messages come in as text and bytes.
//!
//! The protocol is pure, its I/O is around it:
//!
//! | file | what it knows | I/O |
//! |---|---|---|
//! | `reply`, `reply_reader` | bytes to replies, within limits | |
//! | `capabilities` | what EHLO said | |
//! | `command` | the command lines, and what may stand in them | |
//! | `body` | line ends and dots of a message | |
//! | `auth` | which mechanism, and its bytes | |
//! | `opening` | greeting, EHLO, STARTTLS, AUTH as a state machine | |
//! | `session`, `answer` | the mail transactions as a state machine, one at a time | |
//! | `chunks` | the same, several at a time (BDAT) | |
//! | `outgoing` | what is said and not yet sent; where the final dot is | |
//! | `socket`, `stream` | bytes with deadlines, plain or TLS | yes |
//! | `tls` | whom to trust, and why a certificate is not | yes |
//! | `opener` | the opening on a stream | yes |
//! | `channel` | a state machine on a stream, with its deadlines | yes |
//! | `connection`, `pipeline` | what the rest of the program uses: one message at a time, several at a time | yes |
//!
//! What it promises:
//! - [`Verdict::Accepted`] and [`Answer::Accepted`] only for a complete 2xx reply to the end of that very message.
//! - [`Lost::after_dot`] is false only when the final dot did not reach the socket: then the message is nobody's. Of
//!   several messages under way [`Pipeline::in_doubt`] says as much.
//! - No step outlives its deadline, whatever the server sends or does not send.
//! - No credentials outside TLS or a loopback address; none in errors, logs or `Debug`.
//!
//! Not here: when to retry, how many connections, what a refusal means for a subscriber. Left out: SMTPUTF8 and
//! 8BITMIME, which messages made of 7-bit lines do not need.

mod answer;
mod auth;
mod body;
mod capabilities;
mod channel;
mod chunks;
mod command;
mod connection;
mod failure;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod opener;
mod opening;
mod outgoing;
mod pipeline;
mod reply;
mod reply_reader;
mod server;
mod session;
mod socket;
mod stream;
mod tls;

pub use answer::{Answer, GoAhead, Verdict};
pub use capabilities::{Capabilities, Extension};
pub use command::Envelope;
pub use connection::Connection;
pub use failure::{LossKind, Lost, OpenError, Phase, Refusal};
pub use pipeline::Pipeline;
pub use reply::{EnhancedCode, Reply};
pub use server::{ConversationLog, Credentials, Deadlines, LogLine, Mechanism, Server, Tls};
pub use socket::StopHandle;
pub use tls::tls_client;
