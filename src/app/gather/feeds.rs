//! Puts the new items of feeds into the inbox.

use std::fs;
use std::path::Path;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use super::dropped::DroppedLinks;
use super::inbox_file;
use super::known::KnownPages;
use super::page_reader::{allowed_hosts, reason};
use crate::app::state_file;
use crate::config::{FeedSource, Newsletter};
use crate::feeds::memory::KnownFeed;
use crate::feeds::{self, Feed, FeedMemory, NotAFeed, ReadFeed};
use crate::fetch::{self, Download, Downloader, Limits, NamedBy, SystemResolver, Validators};
use crate::fs::atomic_file::{self, Access, Durability};
use crate::fs::regular_file;
use crate::inbox::{self, InboxEntry};
use crate::issue::web_url;
use crate::ledger::sent_marker::SentMarker;

/// The file of what was seen, beside the ledger.
const FILE: &str = "feeds.json";

/// What is new before the first issue is sent.
const FIRST_WINDOW: TimeDelta = TimeDelta::days(7);

/// Which items are taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FeedOptions {
    /// Those published at this time or later; without it, since the last issue was sent.
    pub(crate) since: Option<DateTime<Utc>>,
    /// Whether nothing is written.
    pub(crate) dry_run: bool,
    /// The time.
    pub(crate) now: DateTime<Utc>,
}

/// What became of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FeedOutcome {
    /// Its server says that it has not changed.
    Unchanged,
    /// It was read.
    Read,
    /// It was not read: the reason.
    NotRead(String),
    /// It is no feed; the address of one, if it is a page that names one.
    NotAFeed(Option<Url>),
}

/// A feed and what was found in it.
#[derive(Debug, Clone)]
pub(crate) struct GatheredFeed {
    /// Its address in the settings.
    pub(crate) url: Url,
    pub(crate) outcome: FeedOutcome,
    /// Its address now, if it has moved for good.
    pub(crate) moved_to: Option<Url>,
    /// Links that went into the inbox; one that several feeds have counts for the first.
    pub(crate) added: Vec<InboxEntry>,
    /// Items that are linked, dropped or seen already.
    pub(crate) known: usize,
    /// Items that are older than the last issue.
    pub(crate) old: usize,
    /// New items that the next run takes.
    pub(crate) left_out: usize,
    /// Addresses that cannot be linked, with the reason.
    pub(crate) not_understood: Vec<String>,
}

/// Puts the new items of the feeds of `newsletter` into the inbox.
///
/// Errors when a file of the newsletter cannot be read or written.
pub(crate) fn gather_feeds(newsletter: &Newsletter, options: FeedOptions) -> anyhow::Result<Vec<GatheredFeed>> {
    let sources = &newsletter.settings.feeds;
    let path = state_file::path(newsletter, FILE);
    let mut memory = read_memory(newsletter)?;
    let downloads = download_all(newsletter, sources, &memory);
    let mut gathered = Vec::new();
    let mut read_feeds = Vec::new();
    let mut places = Vec::new();
    for (index, (source, download)) in sources.iter().zip(downloads).enumerate() {
        let (feed, known) = understood(source, download, &mut gathered);
        if let Some(feed) = feed {
            let (section, is_mine) = (source.section.as_deref(), source.is_mine);
            read_feeds.push(ReadFeed { url: &source.url, section, is_mine, feed });
            places.push((index, known));
        }
    }
    let old = inbox_file::read(newsletter)?;
    let known = KnownPages::of(newsletter, &inbox::read(&old).entries)?;
    let dropped = DroppedLinks::read(newsletter)?;
    let since = options.since.unwrap_or_else(|| last_sent(newsletter).unwrap_or(options.now - FIRST_WINDOW));
    let is_known = |url: &str| known.place(url).is_some() || dropped.has(url);
    let selection = feeds::select(&read_feeds, &memory, since, &is_known);
    let mut entries = Vec::new();
    for candidate in &selection.candidates {
        let feed = &mut gathered[places[candidate.feeds[0]].0];
        match web_url(candidate.url.as_str()) {
            Ok(url) => {
                let entry = InboxEntry {
                    url: url.into(),
                    title: candidate.title.clone(),
                    note: candidate.note.clone(),
                    section: candidate.section.clone(),
                    ..InboxEntry::default()
                };
                feed.added.push(entry.clone());
                entries.push(entry);
            }
            Err(reason) => feed.not_understood.push(reason),
        }
    }
    for (place, (index, _)) in places.iter().enumerate() {
        let feed = &mut gathered[*index];
        feed.known = selection.known[place];
        feed.old = selection.old[place];
        feed.left_out = selection.left_out[place].len();
    }
    if options.dry_run {
        return Ok(gathered);
    }
    if !entries.is_empty() {
        inbox_file::write(newsletter, &inbox::append_all(&old, &entries))?;
    }
    // What was seen is recorded when the links are in the inbox, and not before.
    let now = options.now.timestamp();
    for (place, (read, (_, known))) in read_feeds.iter().zip(places).enumerate() {
        let left_out = &selection.left_out[place];
        // What was left out comes with the next request.
        memory.record_feed(read.url, if left_out.is_empty() { known } else { known.without_validators() }, now);
        for item in &read.feed.items {
            if !left_out.contains(&crate::page::address::normalize(item.url.as_str())) {
                memory.record_item(read.url, item, now);
            }
        }
    }
    for feed in gathered.iter().filter(|feed| feed.outcome == FeedOutcome::Unchanged) {
        memory.record_unchanged(&feed.url, now);
    }
    write_memory(&path, memory, now)?;
    Ok(gathered)
}

/// Appends what became of a feed to `gathered`, and returns its content and what is to be remembered of it.
fn understood(
    source: &FeedSource,
    download: Result<Download, String>,
    gathered: &mut Vec<GatheredFeed>,
) -> (Option<Feed>, KnownFeed) {
    let mut own = GatheredFeed {
        url: source.url.clone(),
        outcome: FeedOutcome::Unchanged,
        moved_to: None,
        added: Vec::new(),
        known: 0,
        old: 0,
        left_out: 0,
        not_understood: Vec::new(),
    };
    let mut known = KnownFeed::default();
    let mut content = None;
    own.outcome = match download {
        Err(reason) => FeedOutcome::NotRead(reason),
        Ok(download) => {
            own.moved_to = Some(download.permanent_address(&source.url)).filter(|url| *url != source.url);
            match download.status {
                304 => FeedOutcome::Unchanged,
                200..=299 => match feeds::read(&download.bytes, download.content_type.as_deref(), &download.url) {
                    Ok(feed) => {
                        // The rest of a feed that was cut comes with the next request.
                        if !download.is_cut {
                            known.etag = download.validators.etag;
                            known.last_modified = download.validators.last_modified;
                        }
                        content = Some(feed);
                        FeedOutcome::Read
                    }
                    Err(NotAFeed { feed_of_page }) => FeedOutcome::NotAFeed(feed_of_page),
                },
                status => FeedOutcome::NotRead(status.to_string()),
            }
        }
    };
    gathered.push(own);
    (content, known)
}

/// Downloads the feeds: one at a time from each host, several hosts at a time.
fn download_all(newsletter: &Newsletter, sources: &[FeedSource], memory: &FeedMemory) -> Vec<Result<Download, String>> {
    let (allowed, names) = (allowed_hosts(newsletter), SystemResolver);
    let downloader = Downloader::new(&names, fetch::tls_config(), &allowed);
    let urls: Vec<&Url> = sources.iter().map(|source| &source.url).collect();
    fetch::by_host(&urls, &|index| {
        let known = memory
            .feed(urls[index])
            .map(|known| Validators { etag: known.etag.clone(), last_modified: known.last_modified.clone() });
        let download = downloader.get(urls[index], NamedBy::Person, Limits::FEED, &known.unwrap_or_default());
        download.map_err(|outcome| reason(&outcome).0)
    })
}

/// Returns when the last issue was sent.
fn last_sent(newsletter: &Newsletter) -> Option<DateTime<Utc>> {
    SentMarker::all(&newsletter.root).iter().filter_map(|(_, marker)| marker.summary().2).max()
}

/// Reads what was seen in feeds; nothing if that is not known.
///
/// Errors when the file cannot be read.
pub(super) fn read_memory(newsletter: &Newsletter) -> anyhow::Result<FeedMemory> {
    let path = state_file::path(newsletter, FILE);
    match regular_file::read(&path, regular_file::MAX_TEXT) {
        Ok(bytes) => Ok(FeedMemory::from_json(&bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(FeedMemory::default()),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    }
}

fn write_memory(path: &Path, memory: FeedMemory, now: i64) -> anyhow::Result<()> {
    // Not synced: without it, items are recognized by the inbox and the issues.
    fs::create_dir_all(atomic_file::folder_of(path))
        .and_then(|()| atomic_file::replace(path, Access::Shared, Durability::None, memory.into_json(now).as_bytes()))
        .with_context(|| format!("cannot write `{}`", path.display()))
}
