//! `newsletter render ISSUE`: one part of an issue, or one subscriber's whole message, as it would be sent.

use std::fs;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::exit::Exit;
use super::global::Global;
use crate::app::render::{Part, render};
use crate::config::Newsletter;

/// Arguments of `render`.
#[derive(Debug, Args)]
pub struct Options {
    /// Number, slug, file, `latest` or `next`; `confirm` or `welcome` for the letters to one reader
    issue: String,
    #[command(flatten)]
    part: PartOptions,
    /// Render for this subscriber instead of a sample reader
    #[arg(long = "as", value_name = "ADDRESS")]
    reader: Option<String>,
    /// Write to FILE instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
struct PartOptions {
    /// Print the HTML part (default)
    #[arg(long)]
    html: bool,
    /// Print the text part
    #[arg(long)]
    text: bool,
    /// Print the complete message
    #[arg(long)]
    eml: bool,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let part = match &options.part {
        PartOptions { eml: true, .. } => Part::Message,
        PartOptions { text: true, .. } => Part::Text,
        PartOptions { .. } => Part::Html,
    };
    let part = render(&newsletter, &options.issue, &global.directory, options.reader.as_deref(), part)?;
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
