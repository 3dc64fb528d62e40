//! `newsletter gather [FILE...]`: new items of feeds, or the links of exported files, into `links.md`.

use std::io::Write;
use std::path::PathBuf;

use chrono::{NaiveDate, NaiveTime};
use clap::Args;
use serde_json::{Value, json};

use super::exit::Exit;
use super::global::Global;
use super::output;
use crate::app::clock;
use crate::app::failure::Failure;
use crate::app::gather::{
    DROPPED_FILE, FeedOptions, FeedOutcome, GatherOptions, GatheredFeed, GatheredFile, gather_feeds, gather_files,
};
use crate::config::Newsletter;
use crate::inbox::{INBOX_FILE, InboxEntry};

/// Arguments of `gather`.
#[derive(Debug, Args)]
pub struct Options {
    /// Files that other programs exported: bookmarks as HTML, CSV, JSON, OPML, lists. Without any, the feeds of
    /// `newsletter.toml` are read
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Take only links saved or published on DATE or later
    #[arg(long, value_name = "DATE")]
    since: Option<NaiveDate>,
    /// Take only links with this tag
    #[arg(long, value_name = "TAG", requires = "files")]
    tag: Option<String>,
    /// Show what would be added, and write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    if options.files.is_empty() {
        return from_feeds(&newsletter, options, global);
    }
    let files: Vec<PathBuf> = options.files.iter().map(|file| global.directory.join(file)).collect();
    let wanted = GatherOptions { since: options.since, tag: options.tag.as_deref(), dry_run: options.dry_run };
    let gathered = gather_files(&newsletter, &files, &wanted)?;
    if global.json {
        let files = gathered.iter().map(|file| {
            json!({
                "file": file.path,
                "added": links_in_json(&file.added),
                "known": file.known,
                "dropped": file.dropped,
                "left_out": file.left_out,
                "not_understood": file.not_understood,
            })
        });
        let data = json!({ "dry_run": options.dry_run, "files": files.collect::<Vec<_>>() });
        writeln!(std::io::stdout().lock(), "{data:#}")?;
    } else {
        for file in &gathered {
            print_file(file, options.dry_run, global);
        }
    }
    let is_complete = gathered.iter().all(|file| file.not_understood.is_empty());
    Ok(if is_complete { Exit::Done } else { Exit::Incomplete })
}

fn from_feeds(newsletter: &Newsletter, options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let count = newsletter.settings.feeds.len();
    if count == 0 {
        return Err(Failure::usage("no feed and no file to gather links from")
            .hint("add `[[feed]]` with `url = \"https://example.org/feed.xml\"` to `newsletter.toml`, or name an exported file")
            .into());
    }
    if !global.json {
        output::note(global, &format!("reading {}\n", counted(count, "feed")));
    }
    let since = options.since.map(|day| day.and_time(NaiveTime::MIN).and_utc());
    let wanted = FeedOptions { since, dry_run: options.dry_run, now: clock::now() };
    let gathered = gather_feeds(newsletter, wanted)?;
    if global.json {
        let feeds = gathered.iter().map(feed_in_json);
        let data = json!({ "dry_run": options.dry_run, "feeds": feeds.collect::<Vec<_>>() });
        writeln!(std::io::stdout().lock(), "{data:#}")?;
    } else {
        for feed in &gathered {
            print_feed(feed, options.dry_run, global);
        }
        let added = gathered.iter().map(|feed| feed.added.len()).sum();
        let would = if options.dry_run { "would add" } else { "added" };
        output::note(global, &format!("{would} {} to {INBOX_FILE}\n", counted(added, "link")));
    }
    let is_complete = gathered.iter().all(|feed| {
        feed.not_understood.is_empty() && matches!(feed.outcome, FeedOutcome::Read | FeedOutcome::Unchanged)
    });
    Ok(if is_complete { Exit::Done } else { Exit::Incomplete })
}

fn links_in_json(links: &[InboxEntry]) -> Value {
    links.iter().map(|entry| json!({ "url": entry.url, "title": entry.title })).collect()
}

fn feed_in_json(feed: &GatheredFeed) -> Value {
    let (outcome, reason, feed_of_page) = match &feed.outcome {
        FeedOutcome::Unchanged => ("unchanged", None, None),
        FeedOutcome::Read => ("read", None, None),
        FeedOutcome::NotRead(reason) => ("not_read", Some(reason), None),
        FeedOutcome::NotAFeed(other) => ("not_a_feed", None, other.as_ref()),
    };
    json!({
        "feed": feed.url.as_str(),
        "outcome": outcome,
        "reason": reason,
        "feed_of_page": feed_of_page.map(url::Url::as_str),
        "moved_to": feed.moved_to.as_ref().map(url::Url::as_str),
        "added": links_in_json(&feed.added),
        "known": feed.known,
        "old": feed.old,
        "left_out": feed.left_out,
        "not_understood": feed.not_understood,
    })
}

fn print_feed(feed: &GatheredFeed, is_dry_run: bool, global: &Global) {
    let url = &feed.url;
    for reason in &feed.not_understood {
        output::always(&format!("warning: {url}: {reason}\n"));
    }
    match &feed.outcome {
        FeedOutcome::NotRead(reason) => output::always(&format!("warning: {url} was not read: {reason}\n")),
        FeedOutcome::NotAFeed(None) => output::always(&format!("warning: {url} is not a feed\n")),
        FeedOutcome::NotAFeed(Some(other)) => {
            output::always(&format!("warning: {url} is a page; its feed is {other}\n"));
        }
        FeedOutcome::Unchanged | FeedOutcome::Read => {}
    }
    if let Some(moved) = &feed.moved_to {
        output::always(&format!("warning: {url} has moved; write `url = \"{moved}\"` in newsletter.toml\n"));
    }
    if !feed.added.is_empty() {
        let would = if is_dry_run { "would add" } else { "added" };
        output::note(global, &format!("{url}: {would} {}\n", counted(feed.added.len(), "link")));
    }
    if feed.left_out > 0 {
        let left_out = counted(feed.left_out, "more new item");
        output::note(global, &format!("{url}: {left_out}; run `newsletter gather` again to add them\n"));
    }
}

fn print_file(file: &GatheredFile, is_dry_run: bool, global: &Global) {
    for reason in &file.not_understood {
        output::always(&format!("warning: {}: {reason}\n", file.path.display()));
    }
    let would = if is_dry_run { "would add" } else { "added" };
    let more = |count: usize, words: &str| if count > 0 { format!("; {count} {words}") } else { String::new() };
    let known = more(file.known, "known already");
    let dropped = more(file.dropped, &format!("in {DROPPED_FILE}"));
    let left_out = more(file.left_out, "left out");
    let added = format!("{would} {} to {INBOX_FILE}", counted(file.added.len(), "link"));
    output::note(global, &format!("{}: {added}{known}{dropped}{left_out}\n", file.path.display()));
}

fn counted(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}
