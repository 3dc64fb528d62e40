//! `newsletter subscribers tag ADDRESS +TAG -TAG...`: the writer's notes about a reader.

use clap::Args;

use super::words::{MINUS, address, tag};
use crate::app::failure::Failure;
use crate::app::subscribers::{self, TagChange};
use crate::cli::exit::Exit;
use crate::cli::global::Global;
use crate::cli::output;
use crate::config::Newsletter;

/// Arguments of `subscribers tag`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The address of a subscriber
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// Tags to add, with `+` before them, and to remove, with `-`
    #[arg(value_name = "+TAG|-TAG", required = true)]
    changes: Vec<String>,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let address = address(&options.address)?;
    let mut change = TagChange::default();
    for word in &options.changes {
        let wrong =
            || Failure::usage(format!("`{word}` is no change: write `+tag` to add a tag, `-tag` to remove one"));
        let (set, name) = match (word.strip_prefix('+'), word.strip_prefix(['-', MINUS])) {
            (Some(name), _) => (&mut change.add, name),
            (_, Some(name)) => (&mut change.remove, name),
            _ => return Err(wrong().into()),
        };
        set.insert(tag(name).map_err(|_| wrong())?);
    }
    let newsletter = Newsletter::open(&global.directory)?;
    let tags = subscribers::tag(&newsletter, &address, &change)?;
    let told = if tags.is_empty() { "no tags".to_owned() } else { tags.into_iter().collect::<Vec<_>>().join(", ") };
    output::note(global, &format!("{address}: {told}\n"));
    Ok(Exit::Done)
}
