//! What the command line may say. Each subcommand's own options stand in its file.

use std::path::PathBuf;

use clap::{Args, ColorChoice, Parser, Subcommand};

use super::{check, completions, dkim, doctor, init, ledger, man, new, preview, render, send, status, suppress};

/// Write, check, send and archive a newsletter of curated links
#[derive(Debug, Parser)]
#[command(name = "newsletter", version, propagate_version = true, max_term_width = 100)]
pub struct Arguments {
    /// Options every command has
    #[command(flatten)]
    pub global: Global,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// Options every command has.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Run as if started in DIR
    #[arg(short = 'C', long, value_name = "DIR", global = true, default_value = ".", hide_default_value = true)]
    pub directory: PathBuf,
    /// Say less
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more; twice for the conversation with the mail server, without secrets
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Print data as JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// When to colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_default_value = true)]
    pub color: ColorChoice,
    /// Never ask
    #[arg(long, global = true)]
    pub no_input: bool,
}

impl Global {
    /// Makes `--color` hold for everything printed from here on.
    pub(super) fn apply_colour(&self) {
        match self.color {
            ColorChoice::Auto => {}
            ColorChoice::Always => anstream::ColorChoice::Always.write_global(),
            ColorChoice::Never => anstream::ColorChoice::Never.write_global(),
        }
    }

    /// Whether stderr shows colour: `--color`, `NO_COLOR`, terminal or not.
    pub fn colour_of_stderr(&self) -> bool {
        anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a new newsletter
    Init(init::Options),
    /// Make the next issue
    New(new::Options),
    /// List the issues and how each stands
    List,
    /// Find what is wrong
    Check(check::Options),
    /// Show issues in the browser as readers will get them, and every save at once
    Preview(preview::Options),
    /// Print a part of an issue, or one subscriber's whole message
    Render(render::Options),
    /// Send an issue to every subscriber, once; the same command continues
    Send(send::Options),
    /// Show who got what
    Status(status::Options),
    /// Never mail an address again
    Suppress(suppress::Options),
    /// The ledger's file: where it is, whether it is sound, and what of a damaged one can be saved
    Ledger(ledger::Options),
    /// Write the web archive and the feeds
    Build,
    /// Sign mail: make a key, show what to publish, verify a message
    Dkim(dkim::Options),
    /// Find what keeps mail from arriving: keys, mail server, SPF, DKIM, DMARC, clock, disk
    Doctor(doctor::Options),
    /// Write shell completions to stdout
    Completions(completions::Options),
    /// Write manual pages to a folder
    Man(man::Options),
}
