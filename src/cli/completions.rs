//! `newsletter completions SHELL`: a completion script on stdout.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Arguments, Exit};

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct Options {
    /// Shell to write completions for
    shell: Shell,
}

pub(super) fn run(options: &Options) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), "newsletter", &mut script);
    std::io::Write::write_all(&mut std::io::stdout().lock(), &script)?;
    Ok(Exit::Done)
}
