//! `newsletter subscribers`: readers brought in, listed, added, shown, tagged, exported, erased, counted.

mod add;
mod erase;
mod export;
mod import;
mod list;
mod report;
mod rows_progress;
mod show;
mod tag;

use clap::{Args, Subcommand};

use super::exit::Exit;
use super::global::Global;
use crate::app::failure::Failure;
use crate::model::EmailAddress;

/// Arguments of `subscribers`.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Bring readers in from exports of other services, or of this program
    Import(import::Options),
    /// List the readers in the ledger
    List(list::Options),
    /// Ask addresses to confirm, or add them with the words in which they agreed
    Add(add::Options),
    /// Show everything that is kept about a reader
    Show(show::Options),
    /// Add and remove tags of a reader
    Tag(tag::Options),
    /// Write all readers, with evidence and suppressions, as CSV
    Export(export::Options),
    /// Remove everything that is kept about a reader
    Erase(erase::Options),
    /// Count who came and who left, by week and by issue
    Report,
}

impl Options {
    /// Whether its result can be printed as JSON.
    pub(super) fn has_json(&self) -> bool {
        !matches!(self.command, Command::Add(_) | Command::Tag(_) | Command::Export(_))
    }
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    match &options.command {
        Command::Import(options) => import::run(options, global),
        Command::List(options) => list::run(options, global),
        Command::Add(options) => add::run(options, global),
        Command::Show(options) => show::run(options, global),
        Command::Tag(options) => tag::run(options, global),
        Command::Export(options) => export::run(options, global),
        Command::Erase(options) => erase::run(options, global),
        Command::Report => report::run(global),
    }
}

/// Reads an address of the command line.
fn address(word: &str) -> Result<EmailAddress, Failure> {
    EmailAddress::parse(word).map_err(|error| Failure::usage(format!("`{word}` is not an address: {error}")))
}

/// Reads a tag of the command line.
fn tag(word: &str) -> Result<String, String> {
    let tag = word.trim();
    if tag.is_empty() || tag.chars().any(char::is_control) {
        return Err("a tag is a word or a few words".to_owned());
    }
    Ok(tag.to_owned())
}
