//! Reads returned mail: says of the bytes of a message what they report, and about whom. Pure.
//!
//! [`read`] knows delivery reports (RFC 3461, 3464, 6522), complaints (RFC 5965), the reports in words of servers and
//! gateways that send none, automatic replies (RFC 3834), and the word with which a reader leaves. Whether a report is
//! believed is decided where the ledger is known: a report names addresses, and its [`Evidence`] may prove that it is
//! about a message of ours.
//!
//! The phrases of servers stand in `phrases.txt`.

mod addresses;
mod class;
mod classify;
mod delivery_status;
mod embedded;
mod evidence;
mod feedback;
mod fields;
mod mail;
mod phrases;
mod pieces;
mod prose;
mod report;
mod reports;
mod request;
mod sender;
mod topics;

pub use class::{Class, StatusCode};
pub use classify::refusal_class;
pub use evidence::Evidence;
pub use feedback::Complaint;
pub use mail::{Mail, MailKind, read};
pub use pieces::Unreadable;
pub use report::Report;
pub use request::Request;
