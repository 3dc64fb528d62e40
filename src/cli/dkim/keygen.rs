//! `newsletter dkim keygen`: a key, and what to do with it.

use std::io::Write;

use chrono::Datelike;
use clap::Args;
use serde_json::json;

use super::dns;
use crate::app::clock;
use crate::app::dkim::create_key;
use crate::cli::exit::Exit;
use crate::cli::global::Global;
use crate::cli::output;
use crate::config::{self, Newsletter};

/// Arguments of `dkim keygen`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Use Ed25519 instead of RSA: shorter, but not verified by every receiver
    #[arg(long)]
    ed25519: bool,
    /// Selector of the key in DNS; defaults to `nl` and the year
    #[arg(long, value_name = "NAME", value_parser = config::parse_selector)]
    selector: Option<String>,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let selector = options.selector.clone().unwrap_or_else(|| format!("nl{}", clock::now().year()));
    let key = create_key(&newsletter, &selector, options.ed25519)?;
    let file = &key.file;
    if global.json {
        let mut printed = dns::to_json(&key.record);
        printed["selector"] = json!(key.selector);
        printed["file"] = json!(file);
        writeln!(anstream::stdout(), "{printed:#}")?;
        return Ok(Exit::Done);
    }
    let record = dns::text(&key.record);
    let selector = &key.selector;
    write!(anstream::stdout(), "[dkim]\nselector = \"{selector}\"\nkey      = {{ file = \"{file}\" }}\n\n{record}")?;
    let next = format!(
        "The key is in {file}: keep it safe and out of git.\n\
         Publish the record, add the table to newsletter.toml, then run: newsletter doctor\n"
    );
    output::note(global, &next);
    Ok(Exit::Done)
}
