//! `newsletter gather FILE...`: the links of exported files into `links.md`.

use std::io::Write;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use serde_json::json;

use super::exit::Exit;
use super::global::Global;
use super::output;
use crate::app::gather::{GatherOptions, GatheredFile, gather_files};
use crate::config::Newsletter;
use crate::inbox::INBOX_FILE;

/// Arguments of `gather`.
#[derive(Debug, Args)]
pub struct Options {
    /// Files that other programs exported: bookmarks as HTML, CSV, JSON, OPML, Markdown lists
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Take only links saved on DATE or later
    #[arg(long, value_name = "DATE")]
    since: Option<NaiveDate>,
    /// Take only links with this tag
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// Show what would be added, and write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let files: Vec<PathBuf> = options.files.iter().map(|file| global.directory.join(file)).collect();
    let wanted = GatherOptions { since: options.since, tag: options.tag.as_deref(), dry_run: options.dry_run };
    let gathered = gather_files(&newsletter, &files, &wanted)?;
    if global.json {
        let files = gathered.iter().map(|file| {
            json!({
                "file": file.path,
                "added": file.added.iter().map(|entry| json!({ "url": entry.url, "title": entry.title })).collect::<Vec<_>>(),
                "known": file.known,
                "left_out": file.left_out,
                "not_understood": file.not_understood,
            })
        });
        let data = json!({ "dry_run": options.dry_run, "files": files.collect::<Vec<_>>() });
        writeln!(std::io::stdout().lock(), "{data:#}")?;
    } else {
        for file in &gathered {
            print(file, options.dry_run, global);
        }
    }
    let is_complete = gathered.iter().all(|file| file.not_understood.is_empty());
    Ok(if is_complete { Exit::Done } else { Exit::Incomplete })
}

fn print(file: &GatheredFile, is_dry_run: bool, global: &Global) {
    for reason in &file.not_understood {
        output::always(&format!("warning: {}: {reason}\n", file.path.display()));
    }
    let would = if is_dry_run { "would add" } else { "added" };
    let links = |count: usize| if count == 1 { "1 link".to_owned() } else { format!("{count} links") };
    let known = if file.known > 0 { format!("; {} known already", file.known) } else { String::new() };
    let left_out = if file.left_out > 0 { format!("; {} left out", file.left_out) } else { String::new() };
    let added = format!("{would} {} to {INBOX_FILE}", links(file.added.len()));
    output::note(global, &format!("{}: {added}{known}{left_out}\n", file.path.display()));
}
