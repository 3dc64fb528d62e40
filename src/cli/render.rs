//! `newsletter render ISSUE`: one part of an issue, or one subscriber's whole message, as it would be sent.

use std::collections::BTreeMap;
use std::fs;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Context;
use chrono::NaiveTime;
use clap::Args;

use super::sent::is_sent;
use super::{Exit, Failure, Global, keys};
use crate::letter;
use crate::load::{self, LoadedIssue, Newsletter};
use crate::message::{FrozenLetter, Keys, PlanId, Reading, Stamp};
use crate::model::{EmailAddress, Subscriber};
use crate::templates;

/// Arguments of `render`.
#[derive(Debug, Args)]
pub struct Options {
    /// Number, slug, file, `latest` or `next`
    issue: String,
    #[command(flatten)]
    part: PartOptions,
    /// Render it for this subscriber; without, for somebody the list does not name
    #[arg(long = "as", value_name = "ADDRESS")]
    reader: Option<String>,
    /// Write to FILE instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
struct PartOptions {
    /// The HTML part (the default)
    #[arg(long)]
    html: bool,
    /// The text part
    #[arg(long)]
    text: bool,
    /// The whole message
    #[arg(long)]
    eml: bool,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let loaded = newsletter.issue(&options.issue, &global.directory, is_sent(&newsletter))?;
    let reader = reader(options.reader.as_deref(), &newsletter)?;
    // Only the whole message has a signature to show: reading a part needs no key for it.
    let dkim = if options.part.eml { keys::signer(&newsletter)? } else { None };
    let keys = Keys { tokens: keys::token_key(&newsletter)?, dkim };
    let message = message(&newsletter, &loaded, &reader, &keys)?;
    let part = if options.part.eml {
        message
    } else {
        let reading = Reading::of(message)?;
        if options.part.text { reading.text.into_bytes() } else { reading.html.into_bytes() }
    };
    if let Some(path) = &options.output {
        fs::write(path, part).with_context(|| format!("cannot write `{}`", path.display()))?;
        return Ok(Exit::Done);
    }
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(&part)?;
    // The last line's end belongs to the boundary of the message (RFC 2046 5.1.1); the prompt belongs below it.
    if stdout.is_terminal() && !part.ends_with(b"\n") {
        writeln!(stdout)?;
    }
    Ok(Exit::Done)
}

/// The message `reader` would get if it were sent at midnight (UTC) of the issue's date. Its parts are read back from it, so what
/// is rendered is what is in the message.
fn message(newsletter: &Newsletter, loaded: &LoadedIssue, reader: &Subscriber, keys: &Keys) -> anyhow::Result<Vec<u8>> {
    let css = load::style_sheet(&newsletter.root, "letter.css", templates::letter::CSS)?;
    let letter = letter::render(&loaded.issue, &newsletter.publication, &css)?;
    let stamp = Stamp { plan: PlanId([0; 16]), date: loaded.issue.date.and_time(NaiveTime::MIN).and_utc() };
    let frozen = FrozenLetter::freeze(&letter, &newsletter.publication, &stamp)?;
    let mut bytes = Vec::new();
    frozen.compose(reader, keys, &mut bytes);
    Ok(bytes)
}

/// The subscriber with this address; a stranger's address is taken as it is, so that a letter can be tried on anybody.
fn reader(address: Option<&str>, newsletter: &Newsletter) -> anyhow::Result<Subscriber> {
    let Some(written) = address else {
        let address = EmailAddress::parse("reader@example.com").expect("an address");
        return Ok(Subscriber { address, fields: BTreeMap::new() });
    };
    let address = EmailAddress::parse(written)
        .map_err(|error| Failure::new(Exit::Usage, format!("`{written}` is not an address: {error}")))?;
    let key = address.key();
    let listed = load::audience(newsletter).and_then(|audience| audience.find(&key)).ok().flatten();
    Ok(listed.unwrap_or(Subscriber { address, fields: BTreeMap::new() }))
}
