//! Verifies the DKIM signatures of a message (RFC 6376).

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::app::clock;
use crate::doctor::dns;
use crate::doctor::dns::TxtLookup;
use crate::message::dkim::{Signature, SignatureError};

/// The source of the public keys.
#[derive(Debug, Clone, Copy)]
pub(crate) enum KeySource<'a> {
    /// This TXT record.
    Record(&'a str),
    /// DNS: this name server, or those of the system.
    Dns(Option<SocketAddr>),
}

/// The result of verifying a signature.
pub(crate) enum Verdict {
    Good,
    Bad(SignatureError),
    /// The key could not be looked up: the reason.
    Unknown(String),
}

/// A signature of a message with its verdict.
pub(crate) struct VerifiedSignature {
    /// `None` if it cannot be parsed.
    pub(crate) signature: Option<Signature>,
    pub(crate) verdict: Verdict,
}

/// Verifies every signature of `message`; returns none for a message without signatures.
///
/// Errors if the system provides no sockets.
pub(crate) fn verify(message: &[u8], source: KeySource<'_>) -> anyhow::Result<Vec<VerifiedSignature>> {
    let signatures = Signature::parse_all(message);
    let mut records = match source {
        KeySource::Dns(server) if !signatures.is_empty() => {
            let names = signatures.iter().flatten().map(Signature::record_name).collect();
            dns::look_up(names, server, dns::TIMEOUT)?
        }
        KeySource::Dns(_) | KeySource::Record(_) => BTreeMap::new(),
    };
    if let KeySource::Record(record) = source {
        let given = TxtLookup::Records(vec![record.to_owned()]);
        records.extend(signatures.iter().flatten().map(|signature| (signature.record_name(), given.clone())));
    }
    let now = clock::now().timestamp();
    let verified = signatures.into_iter().map(|signature| match signature {
        Err(error) => VerifiedSignature { signature: None, verdict: Verdict::Bad(error) },
        Ok(signature) => {
            let verdict = verdict(&signature, records.get(&signature.record_name()), now);
            VerifiedSignature { signature: Some(signature), verdict }
        }
    });
    Ok(verified.collect())
}

fn verdict(signature: &Signature, lookup: Option<&TxtLookup>, now: i64) -> Verdict {
    match lookup {
        Some(TxtLookup::Records(records)) => {
            signature.verify(records, now).map_or_else(Verdict::Bad, |()| Verdict::Good)
        }
        Some(TxtLookup::Failed(reason)) => Verdict::Unknown(reason.clone()),
        None => Verdict::Bad(SignatureError::NoRecord),
    }
}
