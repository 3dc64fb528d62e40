//! Carries messages: over SMTP, through a sendmail program, into a folder.

mod courier;
mod courier_error;
mod deliver_whole;
mod outbox;
mod sendmail;
mod smtp_test_mail;

pub use courier::Courier;
pub use courier_error::CourierError;
pub(in crate::delivery) use deliver_whole::DeliverWhole;
pub use outbox::Outbox;
pub use sendmail::Sendmail;
