//! `newsletter subscribers export`: everybody in the ledger, as CSV.

use std::fs::OpenOptions;
use std::io::{BufWriter, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use crate::app::failure::Failure;
use crate::app::subscribers;
use crate::cli::exit::Exit;
use crate::cli::global::Global;
use crate::cli::output;
use crate::config::Newsletter;
use crate::format;

/// Arguments of `subscribers export`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Write to FILE, readable by its owner only, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let count = match &options.output {
        None => {
            let mut stdout = BufWriter::new(std::io::stdout().lock());
            let count = subscribers::export(&newsletter, &mut stdout)?;
            stdout.flush()?;
            count
        }
        Some(file) => {
            let path = global.directory.join(file);
            let shown = file.display();
            let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
            let opened = match opened {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    return Err(Failure::not_started(format!("`{shown}` exists already")).into());
                }
                opened => opened.with_context(|| format!("cannot write `{shown}`"))?,
            };
            let mut file = BufWriter::new(opened);
            let count = subscribers::export(&newsletter, &mut file)?;
            file.into_inner()?.sync_all()?;
            count
        }
    };
    let readers = if count == 1 { "reader" } else { "readers" };
    output::note(global, &format!("exported {} {readers}\n", format::count(count)));
    Ok(Exit::Done)
}
