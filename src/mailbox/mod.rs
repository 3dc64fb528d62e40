//! The newsletter's mailbox: where its messages lie, and what reports about a reader add up to.
//!
//! [`sources`] reads messages and files them away. Everything else is a function of its arguments: which tokens a message
//! carries, whether an address is to be given up, whether too many are reported dead at once.

mod breaker;
mod rules;
pub mod sources;
mod tokens;

pub use breaker::{Breaker, HeldIssue, MailedAt};
pub use rules::{MailedIssue, bounce_class, is_unreachable};
pub use tokens::{confirm_id, confirm_tokens, in_address, in_text, tokens};
