//! Readers: who they are by their tokens, and mail to one of them.

mod bounce;
mod count;
mod keys;
mod mailer;

pub(crate) use bounce::keep_bounce;
pub(crate) use count::subscriber_count;
pub(crate) use keys::ReaderKeys;
pub(crate) use mailer::{Doors, Mailer, Sending};
