//! Readers: who they are by their tokens, and mail to one of them.

mod bounce;
mod count;
mod doors;
mod keys;
mod latest;
mod leave_link;
mod letters;
mod mail_hosts;
mod mail_text;
mod mailer;
mod network;

pub(crate) use bounce::keep_bounce;
pub(crate) use count::subscriber_count;
pub(crate) use doors::Doors;
pub(crate) use keys::ReaderKeys;
pub(crate) use letters::{letter_problems, sample_mail, sample_message};
pub(crate) use mail_hosts::MailHosts;
pub(crate) use mailer::{Mailer, Sending};
pub(crate) use network::{evidence, network};
