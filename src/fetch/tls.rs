//! Configures TLS for requests to web servers.

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
