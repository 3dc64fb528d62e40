//! `newsletter completions SHELL`: a completion script on stdout.

use clap::{Args, Command};
use clap_complete::Shell;

use super::exit::Exit;

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct Options {
    /// Shell to generate the script for
    shell: Shell,
}

pub(super) fn run(options: &Options, command: &mut Command) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, command, "newsletter", &mut script);
    std::io::Write::write_all(&mut std::io::stdout().lock(), &script)?;
    Ok(Exit::Done)
}
