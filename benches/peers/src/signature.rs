//! The time of one RSA-2048 signature: what no signing sender can do without.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Instant;

use anyhow::anyhow;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;

use crate::statistics::Spread;
use crate::{machine, process};

/// Signatures a core makes for a measurement.
const SIGNATURES: usize = 1000;

/// The time of one signature, in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignatureTime {
    /// While the other cores are idle.
    pub(crate) alone: f64,
    /// While all cores sign.
    pub(crate) among_all: f64,
}

impl SignatureTime {
    /// The mean of two measurements.
    pub(crate) fn mean(self, other: Self) -> Self {
        Self {
            alone: f64::midpoint(self.alone, other.alone),
            among_all: f64::midpoint(self.among_all, other.among_all),
        }
    }
}

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

    /// The time of one signature over a header of usual length.
    pub(crate) fn time(&self) -> anyhow::Result<SignatureTime> {
        let alone = self.median_time()?;
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let times: anyhow::Result<Vec<f64>> = thread::scope(|scope| {
            let signing: Vec<_> = (0..cores).map(|_| scope.spawn(|| self.median_time())).collect();
            signing.into_iter().map(|signing| signing.join().expect("a thread that signs panicked")).collect()
        });
        Ok(SignatureTime { alone, among_all: times?.iter().sum::<f64>() / machine::cores() })
    }

    /// In seconds, on one core.
    fn median_time(&self) -> anyhow::Result<f64> {
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
        Ok(Spread::of(times).map_or(0.0, |spread| spread.median))
    }
}
