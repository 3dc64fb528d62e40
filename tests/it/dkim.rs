//! Tests DKIM: signatures verified by two programs that are not ours, dkimpy and opendkim, and mail
//! signed as it is sent.

#![expect(clippy::needless_raw_string_hashes, reason = "snapbox writes expectations with them")]

mod command;
mod sending;
mod signature;

use std::fs;
use std::process::Command;

use tempfile::TempDir;

/// Verifies a message offline: prints `good` when dkimpy finds the signature valid for the record given.
const DKIMPY: &str = r"
import sys, dkim
message = open(sys.argv[1], 'rb').read()
record = sys.argv[2].encode()
print('good' if dkim.verify(message, dnsfunc=lambda name, timeout=5: record) else 'bad')
";

/// `good` when dkimpy finds the signature of `message` valid for this DNS record, else `bad`.
fn dkimpy(message: &[u8], record: &str) -> String {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("message.eml");
    fs::write(&path, message).unwrap();
    let output = Command::new("/usr/bin/python3").args(["-c", DKIMPY]).arg(&path).arg(record).output();
    let output = output.expect("python3 with dkimpy (`./check` installs python3-dkim)");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
