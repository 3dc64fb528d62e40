//! Configures TLS, and explains rejected certificates so that people can act on them.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{AlertDescription, CertificateError, ClientConfig, ClientConnection, Error, RootCertStore};

use super::failure::{OpenError, WHICH_PORT};
use super::server::Server;
use crate::certificate::{self, CertificateFlaw};
use crate::fs::regular_file;

/// Returns a configuration for TLS 1.2 and 1.3 that trusts the machine's authorities and those of `ca_file`, and checks
/// names.
///
/// Errors, with a message for people, if `ca_file` has no certificates.
pub fn tls_client(ca_file: Option<&Path>) -> Result<ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(config.with_root_certificates(authorities(ca_file)?).with_no_client_auth())
}

/// A TLS client for `server`, ready for the handshake.
///
/// Errors if no certificate can be issued for the host, or if `ca_file` has no certificates.
pub(super) fn client(server: &Server) -> Result<ClientConnection, OpenError> {
    let name = ServerName::try_from(server.host.clone()).map_err(|_| {
        let reason = format!("`{}` is not a valid name for a certificate", server.host);
        failure(server, reason, String::from("use the host name that the provider gives"))
    })?;
    let config = tls_client(server.ca_file.as_deref()).map_err(|reason| {
        let help = String::from("`ca_file` must be a readable file of PEM certificates");
        failure(server, reason, help)
    })?;
    ClientConnection::new(Arc::new(config), name).map_err(|error| explain(server, &error))
}

/// The machine's own certificate authorities, read once: there are some 150, and connections come and go.
fn machine_authorities() -> &'static RootCertStore {
    static AUTHORITIES: OnceLock<RootCertStore> = OnceLock::new();
    AUTHORITIES.get_or_init(|| {
        let mut authorities = RootCertStore::empty();
        // Unreadable ones are left out: if an authority is missing, the handshake fails with a
        // message.
        authorities.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        authorities
    })
}

fn authorities(ca_file: Option<&Path>) -> Result<RootCertStore, String> {
    let mut authorities = machine_authorities().clone();
    if let Some(path) = ca_file {
        let bad = |reason: &dyn std::fmt::Display| format!("the authorities in `{}`: {reason}", path.display());
        let certificates = read_certificates(path).map_err(|reason| bad(&reason))?;
        for certificate in certificates {
            authorities.add(certificate).map_err(|error| bad(&error))?;
        }
    }
    Ok(authorities)
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let pem = regular_file::read(path, regular_file::MAX_TEXT).map_err(|error| error.to_string())?;
    let certificates: Vec<_> =
        CertificateDer::pem_slice_iter(&pem).collect::<Result<_, _>>().map_err(|error| error.to_string())?;
    if certificates.is_empty() { Err(String::from("it contains no certificate")) } else { Ok(certificates) }
}

fn failure(server: &Server, reason: String, help: String) -> OpenError {
    OpenError::Tls { server: server.to_string(), reason, help }
}

/// Describes a failed handshake and what to do about it.
pub(super) fn explain(server: &Server, error: &Error) -> OpenError {
    let (reason, help) = match error {
        Error::InvalidCertificate(certificate) => explain_certificate(server, certificate),
        Error::AlertReceived(AlertDescription::ProtocolVersion) | Error::PeerIncompatible(_) => {
            (String::from("it does not support TLS 1.2 or 1.3"), "update the server; older versions are not safe")
        }
        Error::InvalidMessage(_) => (String::from("its reply is not TLS"), WHICH_PORT),
        _ => (error.to_string(), "the server's log may say more"),
    };
    failure(server, reason, help.to_owned())
}

fn explain_certificate(server: &Server, error: &CertificateError) -> (String, &'static str) {
    let (flaw, reason) = certificate::explain(error, &server.host);
    let help = match flaw {
        CertificateFlaw::Time => "renew the server's certificate, or correct the clock of this machine",
        CertificateFlaw::Name => "set `host` to a name in the certificate",
        CertificateFlaw::Issuer | CertificateFlaw::Other => {
            "if the server is yours, set `ca_file` to the certificate of its authority; verification cannot be turned off"
        }
        CertificateFlaw::Authority => "create a server certificate with `-addext basicConstraints=critical,CA:FALSE`",
    };
    (reason, help)
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::UnixTime;

    use super::super::server::Tls;
    use super::*;

    fn explained(error: &Error) -> String {
        let explained = explain(&Server::new("mail.example.org", 465, Tls::Implicit), error);
        format!("{explained}\n{}", explained.help().unwrap())
    }

    #[test]
    fn a_host_no_certificate_can_be_for_is_named() {
        // A resolver accepts it as an address, but to TLS it is neither an address nor a name.
        let error = client(&Server::new("127.1", 465, Tls::Implicit)).unwrap_err();
        assert_eq!(
            format!("{error}\n{}", error.help().unwrap()),
            "TLS failed with `127.1:465`: `127.1` is not a valid name for a certificate\n\
             use the host name that the provider gives"
        );
    }

    #[test]
    fn what_has_no_words_of_its_own_is_told_in_those_of_tls() {
        assert_eq!(
            explained(&Error::AlertReceived(AlertDescription::HandshakeFailure)),
            "TLS failed with `mail.example.org:465`: received fatal alert: HandshakeFailure\n\
             the server's log may say more"
        );
        assert_eq!(
            explained(&Error::InvalidCertificate(CertificateError::Revoked)),
            "TLS failed with `mail.example.org:465`: its certificate is not valid: Revoked\n\
             if the server is yours, set `ca_file` to the certificate of its authority; verification cannot be turned off"
        );
    }

    #[test]
    fn an_old_version_is_named() {
        assert_eq!(
            explained(&Error::AlertReceived(AlertDescription::ProtocolVersion)),
            "TLS failed with `mail.example.org:465`: it does not support TLS 1.2 or 1.3\n\
             update the server; older versions are not safe"
        );
    }

    #[test]
    fn a_certificate_from_the_future_is_named() {
        let time = |seconds| UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        let context = CertificateError::NotValidYetContext { time: time(0), not_before: time(1_700_000_000) };
        assert_eq!(
            explained(&Error::InvalidCertificate(context)),
            "TLS failed with `mail.example.org:465`: its certificate is valid only from 2023-11-14\n\
             renew the server's certificate, or correct the clock of this machine"
        );
    }
}
