//! Readers: who they are by their tokens, and mail to one of them.

mod count;
mod keys;
mod mailer;

pub(crate) use count::subscriber_count;
pub(crate) use keys::ReaderKeys;
pub(crate) use mailer::{Mailer, Sending};
