//! The time of one RSA-2048 signature: what no signing sender can do without.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::anyhow;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;

use crate::process;
use crate::statistics::Spread;

/// Signatures a measurement takes.
const SIGNATURES: usize = 300;

/// Makes signatures, to be timed.
pub(crate) struct Signature {
    key: KeyPair,
}

impl Signature {
    /// With the key in the file `key`, PKCS#1 as PEM.
    pub(crate) fn new(key: &Path) -> anyhow::Result<Self> {
        let der = key.with_extension("der");
        process::output(
            Command::new("openssl")
                .args(["rsa", "-traditional", "-outform", "DER", "-in"])
                .arg(key)
                .arg("-out")
                .arg(&der),
        )?;
        let key = KeyPair::from_der(&fs::read(der)?).map_err(|error| anyhow!("the benchmark's key: {error}"))?;
        Ok(Self { key })
    }

    /// The median time of one signature over a header of usual length, on one core.
    pub(crate) fn time(&self) -> anyhow::Result<Duration> {
        let message = [b'a'; 1500];
        let mut signature = vec![0; self.key.public_modulus_len()];
        let mut times = Vec::with_capacity(SIGNATURES);
        for _ in 0..SIGNATURES {
            let start = Instant::now();
            self.key
                .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &message, &mut signature)
                .map_err(|_| anyhow!("the benchmark's key does not sign"))?;
            times.push(start.elapsed().as_secs_f64());
        }
        Ok(Duration::from_secs_f64(Spread::of(times).map_or(0.0, |spread| spread.median)))
    }
}
