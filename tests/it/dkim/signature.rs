//! The signature itself.

use std::fs;
use std::process::Command;

use newsletter::message::dkim::{Algorithm, DkimKey, DkimSigner};
use tempfile::TempDir;

use super::dkimpy;

/// A message with everything canonicalization has to cope with: folded headers, runs of spaces, empty lines at the end.
const MESSAGE: &str = "Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nFrom: Ada Example <ada@example.org>\r\nTo: bo@example.net\r\n\
    Subject: Zeit  und\r\n Ordnung\r\nMessage-ID: <1.x@example.org>\r\nList-Id: Test <test.example.org>\r\n\
    List-Unsubscribe: <https://example.org/u/x>,\r\n <mailto:leave@example.org>\r\n\
    List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n\
    Two  spaces, one\ttab \r\n\r\n.dot\r\n\r\n\r\n";

fn signed(pem: &str) -> (Vec<u8>, String) {
    let key = DkimKey::from_pem(pem.as_bytes()).unwrap();
    let record = key.record().unwrap();
    let mut message = MESSAGE.as_bytes().to_vec();
    DkimSigner::new("example.org", "nl2026", key).sign(&mut message, 1_795_341_600);
    (message, record)
}

#[test]
#[ignore = "needs dkimpy; ./check runs it"]
fn dkimpy_verifies_both_kinds_of_key_and_notices_a_changed_byte() {
    for algorithm in [Algorithm::Rsa, Algorithm::Ed25519] {
        let (message, record) = signed(&DkimKey::generate(algorithm).unwrap());
        assert_eq!(dkimpy(&message, &record), "good", "{algorithm:?}");
        for (from, to) in [("Two", "Tow"), ("One-Click", "Two-Click"), ("Zeit", "Seit")] {
            let changed = String::from_utf8(message.clone()).unwrap().replace(from, to);
            assert_eq!(dkimpy(changed.as_bytes(), &record), "bad", "{from}");
        }
        let second_from = [b"From: Eve <eve@example.org>\r\n".as_slice(), &message].concat();
        assert_eq!(dkimpy(&second_from, &record), "bad", "a second From is sealed out");
    }
}

#[test]
#[ignore = "needs OpenDKIM; ./check runs it"]
fn opendkim_verifies_an_rsa_signature() {
    let folder = TempDir::new().unwrap();
    let (message, record) = signed(&DkimKey::generate(Algorithm::Rsa).unwrap());
    let path = |name: &str| folder.path().join(name);
    fs::write(path("message.eml"), message).unwrap();
    fs::write(path("keys"), format!("nl2026._domainkey.example.org {record}\n")).unwrap();
    fs::write(path("opendkim.conf"), format!("Mode v\nTestPublicKeys {}\nSyslog no\n", path("keys").display()))
        .unwrap();
    let output = Command::new("opendkim")
        .arg("-x")
        .arg(path("opendkim.conf"))
        .arg("-t")
        .arg(path("message.eml"))
        .arg("-v")
        .output()
        .expect("opendkim (`./check` installs it)");
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("verification (s=nl2026, d=example.org, 2048-bit key) succeeded"), "{said}");
}

#[test]
fn signing_again_gives_the_same_bytes() {
    for algorithm in [Algorithm::Rsa, Algorithm::Ed25519] {
        let pem = DkimKey::generate(algorithm).unwrap();
        assert_eq!(signed(&pem), signed(&pem));
    }
}

#[test]
#[ignore = "needs openssl and dkimpy; ./check runs it"]
fn a_pkcs1_key_signs_too() {
    let output = Command::new("openssl").args(["genrsa", "-traditional", "2048"]).output().expect("openssl");
    let pem = String::from_utf8(output.stdout).unwrap();
    assert!(pem.starts_with("-----BEGIN RSA PRIVATE KEY-----"), "{pem}");
    let (message, record) = signed(&pem);
    assert_eq!(dkimpy(&message, &record), "good");
}
