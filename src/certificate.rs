//! Says what is wrong with a certificate of a server that was not accepted.

use chrono::DateTime;
use rustls::pki_types::UnixTime;
use rustls::{CertificateError, OtherError};

/// Why a certificate is not accepted: what to do depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateFlaw {
    /// It is too old, or too new.
    Time,
    /// It is for other names.
    Name,
    /// Nobody who is trusted issued it.
    Issuer,
    /// It belongs to an authority.
    Authority,
    /// Anything else.
    Other,
}

/// Returns what is wrong with the certificate of `host`, in words that begin with "its certificate".
pub(crate) fn explain(error: &CertificateError, host: &str) -> (CertificateFlaw, String) {
    match error {
        CertificateError::ExpiredContext { not_after, .. } => {
            (CertificateFlaw::Time, format!("its certificate expired on {}", day(*not_after)))
        }
        CertificateError::NotValidYetContext { not_before, .. } => {
            (CertificateFlaw::Time, format!("its certificate is valid only from {}", day(*not_before)))
        }
        CertificateError::NotValidForNameContext { presented, .. } => {
            (CertificateFlaw::Name, format!("its certificate is for {}, not for `{host}`", names(presented)))
        }
        // The last two: an authority of the same name is trusted, but is a different one.
        CertificateError::UnknownIssuer
        | CertificateError::BadSignature
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => (
            CertificateFlaw::Issuer,
            "its certificate is self-signed or issued by an authority this machine does not trust".to_owned(),
        ),
        // `openssl req -x509` makes such a certificate by default.
        CertificateError::Other(OtherError(other))
            if matches!(other.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity)) =>
        {
            (CertificateFlaw::Authority, "its certificate belongs to an authority, not to a server".to_owned())
        }
        other => (CertificateFlaw::Other, format!("its certificate is not valid: {other}")),
    }
}

/// Returns the names in a certificate, which are given as `DnsName("example.org")`.
fn names(presented: &[String]) -> String {
    let names: Vec<_> = presented.iter().map(|name| format!("`{}`", name.split('"').nth(1).unwrap_or(name))).collect();
    if names.is_empty() { "no name at all".to_owned() } else { names.join(", ") }
}

fn day(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, 0)
        .map_or_else(|| "an unknown day".to_owned(), |time| time.date_naive().to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn days_are_dates() {
        assert_eq!(day(UnixTime::since_unix_epoch(std::time::Duration::from_secs(1_700_000_000))), "2023-11-14");
        assert_eq!(day(UnixTime::since_unix_epoch(std::time::Duration::from_secs(u64::MAX))), "an unknown day");
    }

    #[test]
    fn names_are_listed() {
        assert_eq!(names(&[]), "no name at all");
        assert_eq!(names(&["DnsName(\"a.example\")".to_owned(), "10.0.0.1".to_owned()]), "`a.example`, `10.0.0.1`");
    }

    #[test]
    fn a_certificate_of_an_authority_is_known_by_its_type() {
        let other = |error| CertificateError::Other(OtherError(Arc::new(error)));
        assert_eq!(
            explain(&other(webpki::Error::CaUsedAsEndEntity), "a.example"),
            (CertificateFlaw::Authority, "its certificate belongs to an authority, not to a server".to_owned())
        );
        let (flaw, _) = explain(&other(webpki::Error::PathLenConstraintViolated), "a.example");
        assert_eq!(flaw, CertificateFlaw::Other);
    }
}
