//! `newsletter dkim verify FILE`: the verdict on each signature of a message.

use std::fs;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use serde_json::{Value, json};

use crate::app::dkim::{KeySource, Verdict, VerifiedSignature, verify};
use crate::app::failure::Failure;
use crate::cli::exit::Exit;
use crate::cli::global::Global;

/// Arguments of `dkim verify`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Message to verify; `-` for stdin
    file: PathBuf,
    /// The public key's TXT record, instead of a DNS lookup
    #[arg(long, value_name = "TXT")]
    record: Option<String>,
    /// Use this name server instead of the system's
    #[arg(long, value_name = "ADDRESS:PORT", conflicts_with = "record")]
    resolver: Option<SocketAddr>,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let message = read(&options.file).with_context(|| format!("cannot read `{}`", options.file.display()))?;
    let source = options.record.as_deref().map_or(KeySource::Dns(options.resolver), KeySource::Record);
    let verified = verify(&message, source)?;
    if verified.is_empty() {
        let message = format!("`{}` has no DKIM signature", options.file.display());
        return Err(Failure::content(message).into());
    }
    let mut stdout = anstream::stdout().lock();
    if global.json {
        writeln!(stdout, "{:#}", verified.iter().map(in_json).collect::<Value>())?;
    } else {
        for one in &verified {
            let shown = described(one);
            match &one.verdict {
                Verdict::Good => writeln!(stdout, "good     {shown}")?,
                Verdict::Bad(error) => writeln!(stdout, "bad      {shown}: {error}")?,
                Verdict::Unknown(reason) => writeln!(stdout, "unknown  {shown}: {reason}")?,
            }
        }
    }
    Ok(if verified.iter().any(|one| matches!(one.verdict, Verdict::Bad(_))) {
        Exit::Content
    } else if verified.iter().any(|one| matches!(one.verdict, Verdict::Unknown(_))) {
        Exit::Unexpected
    } else {
        Exit::Done
    })
}

fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    if file != Path::new("-") {
        return fs::read(file);
    }
    let mut message = Vec::new();
    std::io::stdin().lock().read_to_end(&mut message)?;
    Ok(message)
}

/// Returns `rsa-sha256 by nl2026._domainkey.example.org`.
fn described(verified: &VerifiedSignature) -> String {
    let signature = verified.signature.as_ref();
    signature.map_or_else(
        || "a signature".to_owned(),
        |signature| format!("{} by {}", signature.algorithm.tag(), signature.record_name()),
    )
}

fn in_json(verified: &VerifiedSignature) -> Value {
    let signature = verified.signature.as_ref();
    let (word, reason) = match &verified.verdict {
        Verdict::Good => ("good", None),
        Verdict::Bad(error) => ("bad", Some(error.to_string())),
        Verdict::Unknown(reason) => ("unknown", Some(reason.clone())),
    };
    json!({
        "domain": signature.map(|signature| signature.domain.as_str()),
        "selector": signature.map(|signature| signature.selector.as_str()),
        "algorithm": signature.map(|signature| signature.algorithm.tag()),
        "verdict": word,
        "reason": reason,
    })
}
