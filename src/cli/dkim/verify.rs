//! `newsletter dkim verify FILE`: is this message what was signed?

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use serde_json::{Value, json};

use crate::cli::{Exit, Failure, Global, clock};
use crate::doctor::dns::{self, Answer};
use crate::message::dkim::{Flaw, Signature};

/// Arguments of `dkim verify`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The message; `-` for stdin
    file: PathBuf,
    /// The public key's TXT record, instead of asking DNS
    #[arg(long, value_name = "TXT")]
    record: Option<String>,
    /// Ask this name server instead of the machine's
    #[arg(long, value_name = "ADDRESS:PORT", conflicts_with = "record")]
    resolver: Option<SocketAddr>,
}

/// What is to be said about a signature.
enum Verdict {
    Good,
    Bad(Flaw),
    /// The key could not be asked for: why.
    Unknown(String),
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let message = read(&options.file).with_context(|| format!("cannot read `{}`", options.file.display()))?;
    let signatures = Signature::all_of(&message);
    if signatures.is_empty() {
        let message = format!("`{}` has no DKIM signature", options.file.display());
        return Err(Failure::new(Exit::Content, message).into());
    }
    let answers = match &options.record {
        Some(_) => BTreeMap::new(),
        None => dns::ask(signatures.iter().flatten().map(Signature::record_name).collect(), options.resolver)?,
    };
    let now = clock::now().timestamp();
    let judged: Vec<_> = signatures
        .into_iter()
        .map(|signature| match signature {
            Err(flaw) => (None, Verdict::Bad(flaw)),
            Ok(signature) => {
                let given = options.record.clone().map(|record| Answer::Texts(vec![record]));
                let answer = given.or_else(|| answers.get(&signature.record_name()).cloned());
                let verdict = judge(&signature, answer, now);
                (Some(signature), verdict)
            }
        })
        .collect();
    let mut stdout = anstream::stdout().lock();
    if global.json {
        let all: Vec<_> = judged.iter().map(|(signature, verdict)| in_json(signature.as_ref(), verdict)).collect();
        writeln!(stdout, "{:#}", Value::from(all))?;
    } else {
        for (signature, verdict) in &judged {
            let shown = signature.as_ref().map_or_else(|| "a signature".to_owned(), described);
            match verdict {
                Verdict::Good => writeln!(stdout, "good     {shown}")?,
                Verdict::Bad(flaw) => writeln!(stdout, "bad      {shown}: {flaw}")?,
                Verdict::Unknown(reason) => writeln!(stdout, "unknown  {shown}: {reason}")?,
            }
        }
    }
    Ok(if judged.iter().any(|(_, verdict)| matches!(verdict, Verdict::Bad(_))) {
        Exit::Content
    } else if judged.iter().any(|(_, verdict)| matches!(verdict, Verdict::Unknown(_))) {
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

fn judge(signature: &Signature, answer: Option<Answer>, now: i64) -> Verdict {
    match answer {
        Some(Answer::Texts(records)) => match signature.verify(&records, now) {
            Ok(()) => Verdict::Good,
            Err(flaw) => Verdict::Bad(flaw),
        },
        Some(Answer::Failed(reason)) => Verdict::Unknown(reason),
        None => Verdict::Bad(Flaw::NoRecord),
    }
}

/// `rsa-sha256 by nl2026._domainkey.example.org`.
fn described(signature: &Signature) -> String {
    format!("{} by {}", signature.algorithm.tag(), signature.record_name())
}

fn in_json(signature: Option<&Signature>, verdict: &Verdict) -> Value {
    let (word, reason) = match verdict {
        Verdict::Good => ("good", None),
        Verdict::Bad(flaw) => ("bad", Some(flaw.to_string())),
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
