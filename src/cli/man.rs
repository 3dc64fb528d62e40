//! `newsletter man DIR`: a manual page for every command, for packagers.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Command};

use super::exit::Exit;

/// Arguments of `man`.
#[derive(Debug, Args)]
pub struct Options {
    /// Folder to write the pages to
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn run(options: &Options, command: Command) -> anyhow::Result<Exit> {
    fs::create_dir_all(&options.folder).with_context(|| format!("cannot make `{}`", options.folder.display()))?;
    clap_mangen::generate_to(command, &options.folder)
        .with_context(|| format!("cannot write manual pages to `{}`", options.folder.display()))?;
    Ok(Exit::Done)
}
