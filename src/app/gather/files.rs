//! Puts the links of exported files into the inbox.

use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::NaiveDate;
use url::Url;

use super::dropped::DroppedLinks;
use super::inbox_file;
use super::known::KnownPages;
use crate::app::failure::Failure;
use crate::config::Newsletter;
use crate::fs::regular_file;
use crate::inbox::{self, ExportedLink, InboxEntry};
use crate::issue::web_url;
use crate::page::address::without_tracking;
use crate::page::charset;

/// Which links of the files are taken.
#[derive(Debug, Default)]
pub(crate) struct GatherOptions<'a> {
    /// Those saved on this day or later.
    pub(crate) since: Option<NaiveDate>,
    /// Those with this tag.
    pub(crate) tag: Option<&'a str>,
    /// Whether nothing is written.
    pub(crate) dry_run: bool,
}

/// The links of one file.
#[derive(Debug)]
pub(crate) struct GatheredFile {
    /// The file, as it was named.
    pub(crate) path: PathBuf,
    /// Links that went into the inbox.
    pub(crate) added: Vec<InboxEntry>,
    /// Links that are in an issue, in the inbox or in an earlier file already.
    pub(crate) known: usize,
    /// Links that were dropped.
    pub(crate) dropped: usize,
    /// Links that `since` and `tag` leave out.
    pub(crate) left_out: usize,
    /// Addresses that cannot be linked, with the reason.
    pub(crate) not_understood: Vec<String>,
}

/// Puts the links of `files` into the inbox.
///
/// Errors before anything is written when a file cannot be read or is in no known format.
pub(crate) fn gather_files(
    newsletter: &Newsletter,
    files: &[PathBuf],
    options: &GatherOptions<'_>,
) -> anyhow::Result<Vec<GatheredFile>> {
    let mut exports = Vec::new();
    for path in files {
        exports.push((path, read(path)?));
    }
    let old = inbox_file::read(newsletter)?;
    let mut known = KnownPages::of(newsletter, &inbox::read(&old).entries)?;
    let dropped = DroppedLinks::read(newsletter)?;
    let mut text = old.clone();
    let mut gathered = Vec::new();
    for (path, links) in exports {
        let file = sorted(path, links, &mut known, &dropped, options);
        text = inbox::append_all(&text, &file.added);
        gathered.push(file);
    }
    if text != old && !options.dry_run {
        inbox_file::write(newsletter, &text)?;
    }
    Ok(gathered)
}

fn read(path: &Path) -> anyhow::Result<Vec<ExportedLink>> {
    let shown = path.display();
    let bytes = regular_file::read(path, regular_file::MAX_TEXT).with_context(|| format!("cannot read `{shown}`"))?;
    let text = charset::decode(&bytes, None);
    inbox::read_export(&text).ok_or_else(|| {
        Failure::content(format!("`{shown}` has no links in a format that is known"))
            .hint("known are bookmarks as HTML, tables with a column `url`, JSON with `url`, and lists of links")
            .into()
    })
}

/// Sorts the links of a file into those that are new and the others.
fn sorted(
    path: &Path,
    links: Vec<ExportedLink>,
    known: &mut KnownPages,
    dropped: &DroppedLinks,
    options: &GatherOptions<'_>,
) -> GatheredFile {
    let mut file = GatheredFile {
        path: path.to_owned(),
        added: Vec::new(),
        known: 0,
        dropped: 0,
        left_out: 0,
        not_understood: Vec::new(),
    };
    for ExportedLink { mut entry, saved } in links {
        let has_tag = options
            .tag
            .is_none_or(|tag| entry.tags.iter().any(|own| own.eq_ignore_ascii_case(tag.trim_start_matches('#'))));
        // A link without a day may be a new one.
        let is_late = options.since.is_none_or(|since| saved.is_none_or(|saved| saved >= since));
        if !has_tag || !is_late {
            file.left_out += 1;
            continue;
        }
        let url: Url = match web_url(&entry.url) {
            Ok(url) => url,
            Err(reason) => {
                file.not_understood.push(reason);
                continue;
            }
        };
        entry.url = without_tracking(&url).unwrap_or(url).into();
        if known.place(&entry.url).is_some() {
            file.known += 1;
            continue;
        }
        if dropped.has(&entry.url) {
            file.dropped += 1;
            continue;
        }
        known.record_new(&entry.url);
        file.added.push(entry);
    }
    file
}
