//! Chooses the items of feeds that are new.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use super::item::{Feed, FeedItem};
use super::memory::FeedMemory;
use crate::page::address::{normalize, without_tracking};

/// The most new items of one feed.
const MOST: usize = 50;

/// How long before the last reading an item may be dated and still be new: drafts are published with the day they were
/// begun.
const GRACE: TimeDelta = TimeDelta::days(3);

/// A feed that was read now.
#[derive(Debug, Clone)]
pub struct ReadFeed<'a> {
    /// Its address in the settings.
    pub url: &'a Url,
    /// The section its items are meant for.
    pub section: Option<&'a str>,
    /// Whether its words are the curator's own.
    pub is_mine: bool,
    /// What it has.
    pub feed: Feed,
}

/// A new item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The address, without tracking parameters.
    pub url: Url,
    /// The title.
    pub title: Option<String>,
    /// The words of a feed of the curator's own.
    pub note: Option<String>,
    /// The section it is meant for.
    pub section: Option<String>,
    /// When it was published.
    pub date: Option<DateTime<Utc>>,
    /// The feeds that have it: their places among those that were read.
    pub feeds: Vec<usize>,
}

/// What was chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// The new items: those that most feeds have first, then the latest.
    pub candidates: Vec<Candidate>,
    /// The normalized addresses of items of each feed that are new and were left out.
    pub left_out: Vec<Vec<String>>,
    /// The numbers of items of each feed that are linked, dropped or seen already.
    pub known: Vec<usize>,
    /// The numbers of items of each feed that are older than the last issue.
    pub old: Vec<usize>,
}

/// Chooses the new items of `feeds`: those since `since` that are not in `memory` and that `is_known` does not know.
pub fn select(
    feeds: &[ReadFeed<'_>],
    memory: &FeedMemory,
    since: DateTime<Utc>,
    is_known: &dyn Fn(&str) -> bool,
) -> Selection {
    let count = || vec![0; feeds.len()];
    let mut selection =
        Selection { candidates: Vec::new(), left_out: vec![Vec::new(); feeds.len()], known: count(), old: count() };
    let mut places: HashMap<String, usize> = HashMap::new();
    for (index, read) in feeds.iter().enumerate() {
        let last = memory.feed(read.url).and_then(|known| DateTime::from_timestamp(known.read_at, 0));
        let since = last.map_or(since, |last| since.min(last - GRACE));
        let mut fresh: Vec<&FeedItem> = Vec::new();
        for item in &read.feed.items {
            if memory.has_seen(read.url, item) || is_known(item.url.as_str()) {
                selection.known[index] += 1;
            } else if item.date.is_some_and(|date| date < since) {
                selection.old[index] += 1;
            } else {
                fresh.push(item);
            }
        }
        // The latest first; those without a date stand where the feed has them, which is at the top.
        fresh.sort_by_key(|item| std::cmp::Reverse(item.date.unwrap_or(DateTime::<Utc>::MAX_UTC)));
        let mut taken = 0;
        for item in fresh {
            let key = normalize(item.url.as_str());
            if let Some(&place) = places.get(&key) {
                let candidate = &mut selection.candidates[place];
                if candidate.feeds.contains(&index) {
                    continue;
                }
                candidate.feeds.push(index);
                candidate.note = candidate.note.take().or_else(|| note(read, item));
                candidate.title = candidate.title.take().or_else(|| item.title.clone());
                candidate.section = candidate.section.take().or_else(|| read.section.map(str::to_owned));
                candidate.date = candidate.date.into_iter().chain(item.date).min();
                continue;
            }
            if taken == MOST {
                selection.left_out[index].push(key);
                continue;
            }
            taken += 1;
            places.insert(key, selection.candidates.len());
            selection.candidates.push(Candidate {
                url: without_tracking(&item.url).unwrap_or_else(|| item.url.clone()),
                title: item.title.clone(),
                note: note(read, item),
                section: read.section.map(str::to_owned),
                date: item.date,
                feeds: vec![index],
            });
        }
    }
    selection.candidates.sort_by_key(|candidate| {
        (
            std::cmp::Reverse(candidate.feeds.len()),
            std::cmp::Reverse(candidate.date.unwrap_or(DateTime::<Utc>::MIN_UTC)),
        )
    });
    selection
}

fn note(read: &ReadFeed<'_>, item: &FeedItem) -> Option<String> {
    item.words.clone().filter(|_| read.is_mine)
}
