//! Turns a letter and a subscriber into the finished bytes of one message. Pure: time and identity are arguments, in a
//! [`DeliveryStamp`].
//!
//! lettre builds the MIME structure and the headers once per issue. The bytes are then cut where subscribers differ, so
//! that a message costs a copy and a few short encodings.

mod base64;
mod composer;
mod digest;
pub mod dkim;
mod frozen;
mod header;
mod message_keys;
mod mime;
mod notice;
mod parsed_message;
mod quoted_printable;
mod segment;
mod signing;
mod stamp;
#[cfg(test)]
mod tests;
mod token;

pub use composer::{Composer, MessagePieces};
pub(crate) use digest::ValuesDigest;
pub use frozen::FrozenLetter;
pub use message_keys::MessageKeys;
pub use notice::{NoticeHeaders, notice_message};
pub use parsed_message::ParsedMessage;
pub use stamp::{DeliveryStamp, MessageTags, PlanId};
pub use token::TokenKey;
