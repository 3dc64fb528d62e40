//! Signs messages with DKIM and verifies signatures (RFC 6376; RFC 8463 for Ed25519).
//!
//! A message gets one relaxed/relaxed `DKIM-Signature` that lists the headers it covers. Only one key signs: Yahoo does not
//! promise a DMARC pass if one of several signatures has a type it cannot verify.

mod body;
mod canonical;
mod key;
mod record;
mod signer;
mod tags;
mod verify;

pub(super) use body::BodyHash;
pub use key::{Algorithm, DkimKey, KeyError};
pub use record::{KeyRecord, KeyRecordError};
pub use signer::DkimSigner;
pub use verify::{Signature, SignatureError};
