//! `newsletter subscribers list`: the readers in the ledger.

use std::io::Write;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::words::tag;
use crate::app::subscribers::{self, ListedReader, ReaderState};
use crate::cli::exit::Exit;
use crate::cli::global::Global;
use crate::cli::output;
use crate::config::Newsletter;

/// Arguments of `subscribers list`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Only readers in this state
    #[arg(long, value_enum)]
    state: Option<State>,
    /// Only readers with this tag
    #[arg(long, value_name = "TAG", value_parser = tag)]
    tag: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum State {
    /// Get mail
    Active,
    /// Have not confirmed yet
    Pending,
    /// Get no mail
    Suppressed,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let mut stdout = std::io::stdout().lock();
    let mut shown = 0_u64;
    subscribers::list(&newsletter, &mut |reader| {
        if !is_wanted(options, &reader) {
            return Ok(());
        }
        let ListedReader { address, state, since, source, topics, tags } = &reader;
        if global.json {
            let start = if shown == 0 { "[\n" } else { ",\n" };
            let entry = json!({
                "address": address, "state": state.name(), "since": since.to_rfc3339(), "source": source,
                "topics": topics, "tags": tags,
            });
            write!(stdout, "{start}{entry}")?;
        } else {
            let tags = tags.iter().flat_map(|tag| ["  +", tag]).collect::<String>();
            writeln!(stdout, "{}  {:13}  {address}{tags}", since.format("%F"), state.name())?;
        }
        shown += 1;
        Ok(())
    })?;
    if global.json {
        writeln!(stdout, "{}", if shown == 0 { "[]" } else { "\n]" })?;
    } else if shown == 0 {
        output::note(global, "no such reader in the ledger\n");
    }
    Ok(Exit::Done)
}

fn is_wanted(options: &Options, reader: &ListedReader) -> bool {
    let state = match reader.state {
        ReaderState::Active => State::Active,
        ReaderState::Pending => State::Pending,
        ReaderState::Suppressed(_) => State::Suppressed,
    };
    options.state.is_none_or(|wanted| wanted == state)
        && options.tag.as_ref().is_none_or(|tag| reader.tags.contains(tag))
}
