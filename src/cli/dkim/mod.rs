//! `newsletter dkim`: a key made, its public half published, signatures verified.

mod dns;
mod keygen;
mod verify;

use clap::{Args, Subcommand};

use super::exit::Exit;
use super::global::Global;

/// Arguments of `dkim`.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate a key and show what to configure and publish
    Keygen(keygen::Options),
    /// Show the DNS record of the signing key
    Dns,
    /// Verify the signatures of a message
    Verify(verify::Options),
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    match &options.command {
        Command::Keygen(options) => keygen::run(options, global),
        Command::Dns => dns::run(global),
        Command::Verify(options) => verify::run(options, global),
    }
}
