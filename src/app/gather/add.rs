//! Adds links to an issue or to the inbox.

use std::path::{Path, PathBuf};

use anyhow::Context;
use url::Url;

use super::add_options::{AddOptions, Place, WantedPicture};
use super::inbox_file;
use super::known::{KnownPages, KnownPlace};
use super::page_reader::{NotRead, ReadPage, allowed_hosts, read_page};
use super::picture::{NewPictures, pinned_picture};
use super::target::{file_to_write, no_section, no_such_section, write};
use crate::config::Newsletter;
use crate::fetch::{self, Downloader, NamedBy, SystemResolver};
use crate::fs::regular_file;
use crate::inbox::{self, INBOX_FILE, InboxEntry};
use crate::issue::{IssueFile, LoadedIssue, NewImage, NewLink, SpliceError, insert_link, web_url};
use crate::model::IssueNumber;
use crate::page::address::{normalize, without_tracking};
use crate::page::kind::of_address;
use crate::page::text::printable;
use crate::pictures::PinnedPicture;

/// Where links go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Destination {
    Inbox,
    Issue(IssueNumber),
}

/// What became of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was added at this line.
    Added(usize),
    /// It was added at this line, and its page was not read.
    NotRead(usize, NotRead),
    /// It is there already.
    Known(KnownPlace),
    /// It is not an address that can be linked: the reason and what to do.
    NotUnderstood(String),
    /// The file is written so that no block fits into it: the block to insert by hand.
    NoPlace(String),
}

/// A link and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct AddedLink {
    pub(crate) link: NewLink,
    /// The reason for which a picture that was wanted is missing.
    pub(crate) no_picture: Option<String>,
    pub(crate) outcome: Outcome,
}

/// What was added.
#[derive(Debug)]
pub(crate) struct AddReport {
    pub(crate) links: Vec<AddedLink>,
    pub(crate) destination: Destination,
    /// The file, relative to the newsletter's folder.
    pub(crate) file: PathBuf,
}

/// Adds `entries`, which people named.
///
/// Errors when there is no such issue or section, when the issue is sent, and when a file cannot be read or written.
pub(crate) fn add(
    newsletter: &Newsletter,
    directory: &Path,
    entries: &[InboxEntry],
    options: &AddOptions<'_>,
) -> anyhow::Result<AddReport> {
    let target = options.issue.map(|word| file_to_write(newsletter, word, directory)).transpose()?;
    if let Some(file) = &target {
        // Every problem of the file now, and not after the pages were read.
        newsletter.read_issue(file)?;
    }
    let waiting = inbox::read(&inbox_file::read(newsletter)?);
    // A link that waits in the inbox is on its way into an issue.
    let mut known = KnownPages::of(newsletter, if target.is_some() { &[] } else { &waiting.entries })?;
    let allowed = allowed_hosts(newsletter);
    let names = SystemResolver;
    let downloader = Downloader::new(&names, fetch::tls_config(), &allowed);
    let reads_pages = target.is_some();
    let mut found = Vec::new();
    for entry in entries {
        let entry = if reads_pages { with_words_of(&waiting.entries, entry) } else { entry.clone() };
        let prepared = link_of(&entry, options, &mut known, reads_pages, &downloader);
        found.push((entry, prepared));
    }
    // The pages took their time: the file is read as it is now.
    if let Some(file) = target {
        let links = add_to_issue(newsletter, &file, found, options)?;
        let shown = file.path.strip_prefix(&newsletter.root).unwrap_or(&file.path).to_owned();
        return Ok(AddReport { links, destination: Destination::Issue(file.number), file: shown });
    }
    let links = add_to_inbox(newsletter, found, options)?;
    Ok(AddReport { links, destination: Destination::Inbox, file: INBOX_FILE.into() })
}

/// Returns `entry` with the title and the note that it has in the inbox, unless it has its own.
fn with_words_of(waiting: &[InboxEntry], entry: &InboxEntry) -> InboxEntry {
    let key = normalize(&entry.url);
    let mut entry = entry.clone();
    if let Some(own) = waiting.iter().find(|waiting| normalize(&waiting.url) == key) {
        entry.title = entry.title.or_else(|| own.title.clone());
        entry.note = entry.note.or_else(|| own.note.clone());
    }
    entry
}

/// A link that is ready to be written.
struct PreparedLink {
    link: NewLink,
    /// The reason for which its page was not read.
    not_read: Option<NotRead>,
    /// Its picture with the words in its place, or the reason for which it is missing; none where none is wanted.
    picture: Option<Result<(PinnedPicture, String), String>>,
}

type Prepared = Result<PreparedLink, Outcome>;

/// Turns an entry into the link to be written.
fn link_of(
    entry: &InboxEntry,
    options: &AddOptions<'_>,
    known: &mut KnownPages,
    reads_pages: bool,
    downloader: &Downloader<'_>,
) -> Prepared {
    let (mut not_read, mut picture) = (None, None);
    let url = web_url(&entry.url).map_err(Outcome::NotUnderstood)?;
    let url = without_tracking(&url).unwrap_or(url);
    let is_known = |known: &KnownPages, url: &Url| known.place(url.as_str()).cloned().filter(|_| !options.again);
    if let Some(place) = is_known(known, &url) {
        return Err(Outcome::Known(place));
    }
    let title = options.title.or(entry.title.as_deref()).map(printable).filter(|title| !title.is_empty());
    let note = options.note.map(str::to_owned).or_else(|| entry.note.clone());
    let mut link = NewLink { note, author: options.author.map(printable), kind: options.kind, ..NewLink::default() };
    let reads_picture = reads_pages && options.picture == WantedPicture::OfPage;
    // A line of the inbox has no more than the title.
    if reads_pages || title.is_none() {
        let named_by = if options.is_of_strangers { NamedBy::Stranger } else { NamedBy::Person };
        match read_page(&url, named_by, downloader) {
            Ok(page) => {
                if let Some(place) = is_known(known, &page.url) {
                    return Err(Outcome::Known(place));
                }
                picture = reads_picture.then(|| pinned_picture(&page, downloader));
                fill(&mut link, page);
            }
            Err(reason) => {
                // The site alone may tell that it is a video or a PDF.
                link.kind = link.kind.or_else(|| of_address(&url));
                let is_own = options.is_of_strangers && downloader.allows(&url);
                not_read = Some(if is_own { NotRead(OWN_NETWORK.to_owned()) } else { reason });
            }
        }
    }
    if link.url.is_empty() {
        link.url = url.into();
    }
    if let Some(title) = title {
        link.title = title;
    }
    known.record_new(&link.url);
    Ok(PreparedLink { link, not_read, picture })
}

/// Why the page of a link in `links.md` is not read although `allow_hosts` names its host: a feed may have named it.
const OWN_NETWORK: &str = "it is in your own network; `newsletter fill` reads it";

/// Takes over the facts of a page.
fn fill(link: &mut NewLink, page: ReadPage) {
    let ReadPage { url, facts, thread } = page;
    link.url = url.into();
    link.title = facts.title.map(|title| title.value).unwrap_or_default();
    link.author = link.author.take().or_else(|| facts.author.map(|author| author.value));
    link.kind = link.kind.or_else(|| facts.kind.map(|kind| kind.value));
    link.reading_time = facts.reading_time.map(|minutes| minutes.value);
    if let Some(thread) = thread {
        let words = format!("([discussion]({thread}))");
        link.note = Some(link.note.take().map_or_else(|| words.clone(), |note| format!("{note} {words}")));
    }
}

/// Returns a title for a page that was not read: the words of the last part of its address.
fn guessed_title(url: &str) -> String {
    let Ok(url) = Url::parse(url) else { return url.to_owned() };
    let last = url.path_segments().and_then(|mut parts| parts.rfind(|part| !part.is_empty())).unwrap_or_default();
    let stem = last
        .rsplit_once('.')
        .filter(|(stem, ending)| !stem.is_empty() && ending.len() <= 5)
        .map_or(last, |(stem, _)| stem);
    let words: Vec<&str> = stem.split(['-', '_', '+']).filter(|word| !word.is_empty()).collect();
    let title = printable(&words.join(" "));
    if title.is_empty() { url.host_str().unwrap_or_default().to_owned() } else { title }
}

fn add_to_issue(
    newsletter: &Newsletter,
    file: &IssueFile,
    found: Vec<(InboxEntry, Prepared)>,
    options: &AddOptions<'_>,
) -> anyhow::Result<Vec<AddedLink>> {
    let shown = file.path.strip_prefix(&newsletter.root).unwrap_or(&file.path).to_owned();
    let bytes = regular_file::read(&file.path, regular_file::MAX_TEXT)
        .with_context(|| format!("cannot read `{}`", shown.display()))?;
    let mut text = String::from_utf8(bytes).with_context(|| format!("`{}` is not UTF-8", shown.display()))?;
    let mut loaded = newsletter.read_issue(file)?;
    let mut pictures = NewPictures::default();
    let mut added = Vec::new();
    for (entry, prepared) in found {
        let PreparedLink { mut link, not_read, picture } = match prepared {
            Ok(prepared) => prepared,
            Err(outcome) => {
                let link = NewLink { url: entry.url, ..NewLink::default() };
                added.push(AddedLink { link, no_picture: None, outcome });
                continue;
            }
        };
        if link.title.is_empty() {
            link.title = guessed_title(&link.url);
            let reason = not_read.as_ref().map_or("no title", |reason| reason.0.as_str());
            link.comment = Some(format!("not read: {reason}"));
        }
        let no_picture = match picture {
            Some(Ok((picture, alt))) => {
                let path = pictures.put(newsletter, file.number, &link.title, picture);
                link.image = Some(NewImage { path, alt });
                None
            }
            Some(Err(reason)) => Some(reason),
            None => None,
        };
        link.is_lead = options.place == Place::Lead;
        let section = options.place.section().or(entry.section.as_deref());
        let size = |name: &str| pictures.size(name);
        let parse = |text: &str| newsletter.parse_issue_with_pictures(file, &shown, text, &size);
        let read = |text: &str| -> Option<LoadedIssue> { parse(text).ok() };
        let outcome = match insert_link(&text, &loaded, section, &link, &read) {
            Ok(spliced) => {
                text = spliced.text;
                loaded = parse(text.strip_prefix('\u{feff}').unwrap_or(&text))?;
                match not_read {
                    Some(reason) => Outcome::NotRead(spliced.line, reason),
                    None => Outcome::Added(spliced.line),
                }
            }
            Err(SpliceError::NoPlace(block)) => Outcome::NoPlace(block),
            Err(SpliceError::NoSection) => return Err(no_section(file.number)),
            Err(SpliceError::NoSuchSection(titles)) => {
                return Err(no_such_section(section.unwrap_or_default(), &titles));
            }
        };
        if let (Outcome::NoPlace(_), Some(image)) = (&outcome, &link.image) {
            pictures.forget(&image.path);
        }
        added.push(AddedLink { link, no_picture, outcome });
    }
    let is_changed = added.iter().any(|link| matches!(link.outcome, Outcome::Added(_) | Outcome::NotRead(..)));
    if is_changed && !options.dry_run {
        pictures.write(newsletter)?;
        write(&file.path, text.as_bytes())?;
    }
    Ok(added)
}

fn add_to_inbox(
    newsletter: &Newsletter,
    found: Vec<(InboxEntry, Prepared)>,
    options: &AddOptions<'_>,
) -> anyhow::Result<Vec<AddedLink>> {
    let old = inbox_file::read(newsletter)?;
    let mut text = old.clone();
    let mut added = Vec::new();
    for (entry, prepared) in found {
        let PreparedLink { link, not_read, .. } = match prepared {
            Ok(prepared) => prepared,
            Err(outcome) => {
                let link = NewLink { url: entry.url, ..NewLink::default() };
                added.push(AddedLink { link, no_picture: None, outcome });
                continue;
            }
        };
        let new_entry = InboxEntry {
            url: link.url.clone(),
            title: Some(link.title.clone()).filter(|title| !title.is_empty()),
            note: link.note.clone(),
            tags: entry.tags,
            section: options.place.section().map(str::to_owned).or(entry.section),
            line: 0,
        };
        text = inbox::append(&text, &new_entry);
        let place = inbox::read(&text).entries.into_iter().rev().find(|entry| entry.url == link.url);
        let place = place.map_or(0, |entry| entry.line);
        let outcome = match not_read {
            Some(reason) => Outcome::NotRead(place, reason),
            None => Outcome::Added(place),
        };
        added.push(AddedLink { link, no_picture: None, outcome });
    }
    if text != old && !options.dry_run {
        inbox_file::write(newsletter, &text)?;
    }
    Ok(added)
}
