//! Creates the DKIM key of a newsletter, finds the record to publish, and verifies the signatures of a message.

mod dns_record;
mod new_key;
mod verify;

pub(crate) use dns_record::{DnsRecord, published_record};
pub(crate) use new_key::create_key;
pub(crate) use verify::{KeySource, Verdict, VerifiedSignature, verify};
