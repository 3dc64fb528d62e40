//! The input of a check: an issue and everything the rules compare it with.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::earlier_links::EarlierLinks;
use super::external_facts::ExternalFacts;
use crate::config::Newsletter;
use crate::diagnostic::SourceFile;
use crate::issue::LoadedIssue;
use crate::pictures::Examination;

/// Returns what is in the file of a picture in `issues/img`, by its name; `None` when it cannot be read.
pub type Examine<'a> = &'a (dyn Fn(&str) -> Option<Examination> + Sync);

/// Returns the columns of the subscriber list whose values letters may show.
pub type FindColumns<'a> = &'a (dyn Fn() -> Option<BTreeSet<String>> + Sync);

/// An issue and everything the rules compare it with.
#[derive(Clone, Copy)]
pub struct CheckInput<'a> {
    /// The newsletter.
    pub newsletter: &'a Newsletter,
    /// The issue.
    pub loaded: &'a LoadedIssue,
    /// The links of all issues; only those of earlier ones count.
    pub earlier_links: &'a EarlierLinks,
    /// The newsletter's own `templates/letter.css`, if it has one.
    pub style_sheet: Option<&'a Arc<SourceFile>>,
    /// The placeholder texts of the template for new issues.
    pub template_texts: &'a BTreeSet<String>,
    /// Examines the file of a picture.
    pub examine: Examine<'a>,
    /// The folders of the web archive that letters of the issue link to, if it was sent: `42-slug`.
    pub sent_pages: &'a BTreeSet<String>,
    /// Returns the columns of the subscriber list; `None` when there is no list or it cannot be read.
    pub columns: FindColumns<'a>,
    /// The time of the check.
    pub now: DateTime<Utc>,
    /// Facts collected from web servers and `SpamAssassin`.
    pub external: ExternalFacts<'a>,
}
