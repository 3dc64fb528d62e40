//! `newsletter dkim keygen`: a key, and what to do with it.

use std::io::{ErrorKind, Write};

use anyhow::Context;
use chrono::Datelike;
use clap::Args;
use serde_json::json;

use super::publish::Publication;
use crate::cli::{Exit, Failure, Global, clock, talk};
use crate::load::{self, Newsletter};
use crate::message::dkim::{Algorithm, DkimKey};

/// Arguments of `dkim keygen`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Ed25519 instead of RSA: short, and not verified by every receiver
    #[arg(long)]
    ed25519: bool,
    /// The key's name in DNS; `nl` and the year when left out
    #[arg(long, value_name = "NAME", value_parser = load::parse_selector)]
    selector: Option<String>,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let selector = options.selector.clone().unwrap_or_else(|| format!("nl{}", clock::now().year()));
    let file = format!(".newsletter/dkim-{selector}.pem");
    let pem = DkimKey::generate(if options.ed25519 { Algorithm::Ed25519 } else { Algorithm::Rsa })?;
    load::write_secret(&newsletter.root.join(&file), pem.as_bytes()).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => anyhow::Error::new(
            Failure::new(Exit::NotStarted, format!("`{file}` is there already; no key is ever written over"))
                .hint("`newsletter dkim keygen --selector NAME` makes another one, beside it"),
        ),
        _ => anyhow::Error::new(error).context(format!("cannot write `{file}`")),
    })?;
    let key = DkimKey::from_pem(pem.as_bytes()).context("the key just made cannot be read")?;
    let configured = newsletter.settings.dkim.as_ref().map(|dkim| dkim.domain.as_str());
    let domain = configured.unwrap_or_else(|| newsletter.publication.from.address.domain());
    let record = Publication::new(&key, &selector, domain)?;
    if global.json {
        let mut printed = record.to_json();
        printed["selector"] = json!(selector);
        printed["file"] = json!(file);
        writeln!(anstream::stdout(), "{printed:#}")?;
        return Ok(Exit::Done);
    }
    write!(anstream::stdout(), "[dkim]\nselector = \"{selector}\"\nkey      = {{ file = \"{file}\" }}\n\n{record}")?;
    if !global.quiet {
        talk::tell(&format!(
            "The key is in {file}: keep it, and keep it out of git.\n\
             Publish the record, put the table into newsletter.toml, then: newsletter doctor\n"
        ));
    }
    Ok(Exit::Done)
}
