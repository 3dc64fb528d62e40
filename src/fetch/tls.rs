//! Configures TLS for requests to web servers.

use std::error::Error;
use std::io;
use std::sync::Arc;

use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// Uses the machine's own certificate authorities and the program's one cryptography library.
pub fn tls_config() -> TlsConfig {
    let authorities = rustls_native_certs::load_native_certs().certs;
    let authorities: Vec<_> = authorities.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
    TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .root_certs(RootCerts::new_with_certs(&authorities))
        .build()
}

/// Returns the error of TLS that is behind an error of a connection, if there is one.
pub(super) fn error_of_tls(error: &io::Error) -> Option<&rustls::Error> {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    inner.or_else(|| error.source()?.downcast_ref())
}
