//! Knows where a page was linked before: in issues and in the inbox.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::config::Newsletter;
use crate::diagnostic::Problems;
use crate::inbox::{INBOX_FILE, InboxEntry};
use crate::issue::issue_files;
use crate::model::IssueNumber;
use crate::page::address::normalize;

/// An earlier place of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownPlace {
    /// The issue; none for the inbox.
    pub(crate) issue: Option<IssueNumber>,
    /// The file, relative to the newsletter's folder.
    pub(crate) file: PathBuf,
    /// The line, from 1; 0 for a link that the same command adds.
    pub(crate) line: usize,
}

/// The pages that are linked already.
#[derive(Debug, Default)]
pub(super) struct KnownPages(HashMap<String, KnownPlace>);

impl KnownPages {
    /// Reads the issues, of which broken ones are left out, and takes the links of the inbox.
    ///
    /// Errors when the folder of the issues cannot be read.
    pub(super) fn of(newsletter: &Newsletter, inbox: &[InboxEntry]) -> Result<Self, Problems> {
        let mut known = HashMap::new();
        for entry in inbox {
            let place = KnownPlace { issue: None, file: INBOX_FILE.into(), line: entry.line };
            known.entry(normalize(&entry.url)).or_insert(place);
        }
        // A later issue is the better hint.
        for file in issue_files(&newsletter.root)? {
            let Some(loaded) = newsletter.read_issue(&file).ok().or_else(|| newsletter.read_issue_partially(&file))
            else {
                continue;
            };
            for (link, places) in loaded.issue.links().zip(&loaded.places.links) {
                let Some(url) = &link.url else { continue };
                let before = &loaded.source.text[..places.url.start.min(loaded.source.text.len())];
                let line = before.matches('\n').count() + 1;
                let place = KnownPlace { issue: Some(loaded.issue.number), file: loaded.source.path.clone(), line };
                known.insert(normalize(url), place);
            }
        }
        Ok(Self(known))
    }

    /// Returns where the page at `url` is linked.
    pub(super) fn place(&self, url: &str) -> Option<&KnownPlace> {
        self.0.get(&normalize(url))
    }

    /// Records a link that this command adds: named again, it is known.
    pub(super) fn record_new(&mut self, url: &str) {
        let place = KnownPlace { issue: None, file: INBOX_FILE.into(), line: 0 };
        self.0.entry(normalize(url)).or_insert(place);
    }
}
