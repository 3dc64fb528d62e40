//! Whom to believe on the web.

use std::sync::Arc;

use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// TLS by this program's one cryptography library, with this machine's own authorities.
pub fn trusted() -> TlsConfig {
    let authorities = rustls_native_certs::load_native_certs().certs;
    let authorities: Vec<_> = authorities.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
    TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .root_certs(RootCerts::new_with_certs(&authorities))
        .build()
}
