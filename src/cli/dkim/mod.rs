//! `newsletter dkim`: a key made, its public half published, signatures verified.

mod keygen;
mod publish;
mod verify;

use clap::{Args, Subcommand};

use super::{Exit, Global};

/// Arguments of `dkim`.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a key, and show what to configure and what to publish
    Keygen(keygen::Options),
    /// Show the DNS record of the key that signs
    Dns,
    /// Verify the signatures of a message
    Verify(verify::Options),
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    match &options.command {
        Command::Keygen(options) => keygen::run(options, global),
        Command::Dns => publish::run(global),
        Command::Verify(options) => verify::run(options, global),
    }
}
