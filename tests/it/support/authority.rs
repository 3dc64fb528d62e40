//! A certificate authority of the test's own, and one server certificate for this machine's names.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The files of an authority that a client can be told to trust with `SSL_CERT_FILE`.
pub(crate) struct Authority {
    /// The authority's own certificate, PEM.
    pub(crate) certificate: PathBuf,
    /// The certificate of `localhost` and `127.0.0.1` it signed, PEM.
    pub(crate) server_certificate: PathBuf,
    /// The key of that certificate, PEM.
    pub(crate) server_key: PathBuf,
}

impl Authority {
    /// Makes one in `folder`.
    pub(crate) fn new(folder: &Path) -> Self {
        let authority = Self {
            certificate: folder.join("authority.pem"),
            server_certificate: folder.join("server.pem"),
            server_key: folder.join("server.key"),
        };
        let authority_key = folder.join("authority.key");
        let extensions = folder.join("server.ext");
        let request = folder.join("server.csr");
        fs::write(
            &extensions,
            "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=critical,CA:false\nextendedKeyUsage=serverAuth\n",
        )
        .unwrap();
        let [root, server, key] =
            [&authority.certificate, &authority.server_certificate, &authority.server_key].map(|path| path.as_os_str());
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        openssl(
            Command::new("openssl")
                .args(["req", "-x509", "-days", "2", "-subj", "/CN=newsletter test authority"])
                .args(curve)
                .arg("-keyout")
                .arg(&authority_key)
                .arg("-out")
                .arg(root),
        );
        openssl(
            Command::new("openssl")
                .args(["req", "-new", "-subj", "/CN=localhost"])
                .args(curve)
                .arg("-keyout")
                .arg(key)
                .arg("-out")
                .arg(&request),
        );
        openssl(
            Command::new("openssl")
                .args(["x509", "-req", "-days", "2", "-set_serial", "1", "-in"])
                .arg(&request)
                .arg("-CA")
                .arg(root)
                .arg("-CAkey")
                .arg(&authority_key)
                .arg("-extfile")
                .arg(&extensions)
                .arg("-out")
                .arg(server),
        );
        authority
    }
}

fn openssl(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().expect("openssl is missing; run ./check");
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
}
