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
mod words;

use std::ffi::OsString;

use clap::{Args, Subcommand};

use super::exit::Exit;
use super::global::Global;

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

/// Returns the command line with a minus sign in place of the hyphen before tags that are to be removed: to the parser of
/// the command line `-old` would be options.
pub(super) fn with_minus_signs(arguments: Vec<OsString>) -> Vec<OsString> {
    let mut words = arguments.iter().map(|argument| argument.to_str().unwrap_or_default());
    let is_tag = words.any(|word| word == "subscribers") && words.next() == Some("tag");
    let with_minus_sign = |argument: OsString| {
        let name = argument.to_str().and_then(|word| word.strip_prefix('-'));
        match name.filter(|name| {
            is_tag && name.len() > 1 && !name.starts_with('-') && !name.chars().all(|letter| letter == 'v')
        }) {
            Some(name) => format!("{}{name}", words::MINUS).into(),
            None => argument,
        }
    };
    arguments.into_iter().map(with_minus_sign).collect()
}
