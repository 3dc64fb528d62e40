//! Holds the newsletter in its folder: each issue, read and rendered on demand, and its last good letter
//! while the file has errors.
//!
//! The workspace keeps no files open. [`Workspace::refresh`] is called after each change; everything else
//! reads the state it left. No file that an author can write makes it fail: errors become diagnostics.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::action_log::Actions;
use super::archive_preview::ArchivePreview;
use super::issue_cache::{CachedIssue, IssueSummary, LatestLetter, catch_panic, diagnostics};
use super::rendered_letter::RenderedLetter;
use super::services::{DeliveryProgress, PreviewServices};
use super::snapshot::FolderSnapshot;
use super::subscribers::Subscribers;
use super::watched_paths::watched_folders;
use crate::app::check::issue_checker::IssueChecker;
use crate::app::check::style_sheets::check_style_sheets;
use crate::app::gather::SITTING_FILES;
use crate::check::FetchedLinks;
use crate::config::Newsletter;
use crate::diagnostic::{Diagnostic, Severity};
use crate::issue;
use crate::issue::{ExaminedPictures, IssueFile};
use crate::message::dkim::DkimSigner;
use crate::message::{MessageKeys, TokenKey};
use crate::model::IssueNumber;

/// The most issues to render unasked when they are saved together, as by `git checkout`.
const MAX_RENDERED_UNASKED: usize = 8;

/// The key of the unsubscribe tokens in a preview. They look like real ones but are not valid, so a preview needs no
/// secret, and a click on its unsubscribe link has no effect.
const SAMPLE_KEY: &[u8] = b"the preview's own key opens nothing";

/// The newsletter of a preview.
pub(super) struct Workspace {
    root: PathBuf,
    pub(super) keys: Arc<MessageKeys>,
    pub(super) services: Box<dyn PreviewServices>,
    /// What its buttons have done.
    pub(super) actions: Actions,
    pictures: Arc<ExaminedPictures>,
    state: Mutex<WorkspaceState>,
}

/// The result of reading changed files again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reload {
    /// The changed files, relative to the newsletter's folder.
    pub paths: Vec<PathBuf>,
    /// The time it took to read and render the issues that depend on them.
    pub took: Duration,
    /// The problems of the newsletter and those issues.
    pub problems: Vec<Diagnostic>,
}

/// An archive, or the reasons why there is none.
pub(super) type BuiltArchive = Result<Arc<ArchivePreview>, Vec<Diagnostic>>;

pub(super) struct WorkspaceState {
    snapshot: FolderSnapshot,
    keys: Arc<MessageKeys>,
    pub(super) newsletter: Option<Arc<Newsletter>>,
    newsletter_problems: Vec<Diagnostic>,
    folder_problems: Vec<Diagnostic>,
    subscriber_list: Option<Arc<Subscribers>>,
    pub(super) issues: BTreeMap<IssueNumber, CachedIssue>,
    /// The findings of the last check, with its generation and issue.
    pub(super) checked: Option<(u64, IssueNumber, Vec<Diagnostic>)>,
    /// The archive that was looked at last, with its generation.
    pub(super) archive: Option<(u64, IssueNumber, BuiltArchive)>,
    /// The number of links that wait, with its generation.
    pub(super) waiting: Option<((u64, IssueNumber), usize)>,
    /// The answers of all link checks since the start.
    pub(super) link_results: Arc<FetchedLinks>,
    pub(super) generation: u64,
}

impl Workspace {
    /// Reads the newsletter in the folder `root`, which may have errors.
    pub(super) fn open(root: PathBuf, dkim: Option<DkimSigner>, services: Box<dyn PreviewServices>) -> Self {
        let keys = Arc::new(MessageKeys { tokens: TokenKey::new(SAMPLE_KEY), dkim });
        let state = WorkspaceState {
            keys: Arc::clone(&keys),
            snapshot: FolderSnapshot::default(),
            newsletter: None,
            newsletter_problems: Vec::new(),
            folder_problems: Vec::new(),
            subscriber_list: None,
            issues: BTreeMap::new(),
            checked: None,
            archive: None,
            waiting: None,
            link_results: Arc::default(),
            generation: 0,
        };
        let pictures = Arc::new(ExaminedPictures::new(issue::pictures_folder(&root)));
        let state = Mutex::new(state);
        let workspace = Self { root, keys, services, actions: Actions::default(), pictures, state };
        workspace.refresh();
        // The path of the subscriber list is known only after the configuration has been read.
        workspace.refresh();
        workspace
    }

    /// The folders to watch, which depend on the configuration.
    pub(super) fn watched_folders(&self) -> Vec<PathBuf> {
        watched_folders(&self.root, self.state().subscribers_path())
    }

    /// Reads the folder again. Returns `None` if no file has changed.
    pub(super) fn refresh(&self) -> Option<Reload> {
        let started = Instant::now();
        let mut state = self.state();
        let folder = FolderSnapshot::read(&self.root, state.subscribers_path());
        let changed = folder.changed_since(&state.snapshot);
        if changed.is_empty() {
            return None;
        }
        state.snapshot = folder;
        state.generation += 1;
        let to_render = state.invalidate(&self.root, &changed);
        let mut problems: Vec<Diagnostic> = state.general_problems().cloned().collect();
        for number in to_render {
            problems.extend(state.latest(number).into_iter().flat_map(|shown| shown.problems));
        }
        let relative = |path: PathBuf| path.strip_prefix(&self.root).map_or(path.clone(), Path::to_owned);
        Some(Reload { paths: changed.into_iter().map(relative).collect(), took: started.elapsed(), problems })
    }

    /// The number of changes so far.
    pub(super) fn generation(&self) -> u64 {
        self.state().generation
    }

    /// The newsletter with its last valid configuration.
    pub(super) fn newsletter(&self) -> Option<Arc<Newsletter>> {
        self.state().newsletter.clone()
    }

    /// The problems of the newsletter as a whole.
    pub(super) fn problems(&self) -> Vec<Diagnostic> {
        self.state().general_problems().cloned().collect()
    }

    /// All issues, newest first.
    pub(super) fn issues(&self) -> Vec<IssueSummary> {
        let mut state = self.state();
        let newsletter = state.newsletter.clone();
        let existing = state.issues.values_mut().rev().filter(|issue| issue.exists);
        existing.map(|issue| issue.summary(newsletter.as_deref())).collect()
    }

    /// The issue, or `None` if it has never existed. Its problems include those of the configuration, which keep it from
    /// being rendered as it will be sent.
    pub(super) fn issue(&self, number: IssueNumber) -> Option<LatestLetter> {
        let mut state = self.state();
        let mut shown = state.latest(number)?;
        let general: Vec<Diagnostic> = state.general_problems().cloned().collect();
        shown.problems.splice(0..0, general);
        Some(shown)
    }

    /// The findings of the rules of `check`; none while the file has errors.
    pub(super) fn check_findings(&self, number: IssueNumber) -> Vec<Diagnostic> {
        let mut state = self.state();
        let generation = state.generation;
        if let Some((of, issue, found)) = &state.checked
            && (*of, *issue) == (generation, number)
        {
            return found.clone();
        }
        let Some(newsletter) = state.newsletter.clone() else { return Vec::new() };
        let existing = state.issues.values_mut().filter(|issue| issue.exists);
        let issues: Vec<_> = existing.filter_map(|issue| issue.load(Some(&newsletter)).ok()).collect();
        let Some(loaded) = issues.iter().find(|loaded| loaded.issue.number == number) else { return Vec::new() };
        let link_results = Arc::clone(&state.link_results);
        // Rendering must not wait for the check.
        drop(state);
        let found = catch_panic(|| {
            let checker = IssueChecker::of_loaded(&newsletter, &issues, self.services.now());
            let mut checker = checker.map_err(|problems| problems.0)?;
            checker.fetched = Some(&link_results);
            checker.pictures = Arc::clone(&self.pictures);
            Ok([checker.check(loaded), check_style_sheets(&newsletter)].concat())
        });
        let found = found.unwrap_or_else(|problems| problems);
        self.state().checked = Some((generation, number, found.clone()));
        found
    }

    /// The newsletter's folder, absolute.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The progress of every delivery in the ledger.
    ///
    /// Errors when the ledger cannot be read.
    pub(super) fn deliveries(&self) -> anyhow::Result<BTreeMap<IssueNumber, DeliveryProgress>> {
        self.services.deliveries()
    }

    /// Whether a delivery of the issue has begun: a send writes a marker beside its file.
    pub(super) fn has_begun(&self, number: IssueNumber) -> bool {
        let marker = format!("{}.sent", number.file_stem());
        self.state().snapshot.contains(&self.root.join(issue::ISSUES_FOLDER).join(marker))
    }

    /// The issue with the next lower number.
    pub(super) fn previous_issue(&self, number: IssueNumber) -> Option<IssueNumber> {
        let state = self.state();
        let mut before = state.issues.range(..number).rev();
        before.find(|(_, issue)| issue.exists).map(|(number, _)| *number)
    }

    /// The issue with this slug, or this number with leading zeros.
    pub(super) fn find_issue(&self, word: &str) -> Option<IssueNumber> {
        let state = self.state();
        let number: Option<IssueNumber> = word.parse().ok();
        let mut existing = state.issues.iter().filter(|(_, issue)| issue.exists);
        existing.find(|(own, issue)| Some(**own) == number || issue.slug() == word).map(|(number, _)| *number)
    }

    /// The subscribers; `None` if the list cannot be read.
    pub(super) fn subscriber_list(&self) -> Option<Arc<Subscribers>> {
        let mut state = self.state();
        if state.subscriber_list.is_none() {
            let newsletter = state.newsletter.clone()?;
            state.subscriber_list = catch_panic(|| Ok(Subscribers::open(&newsletter))).ok()?.map(Arc::new);
        }
        state.subscriber_list.clone()
    }

    /// The file behind `/img/NAME`, if a letter rendered so far contains that picture.
    pub(super) fn image_path(&self, address: &str) -> Option<PathBuf> {
        let state = self.state();
        let letters = state.issues.values().filter_map(CachedIssue::last_letter);
        let name = letters.flat_map(RenderedLetter::local_images).find(|image| image.address == address)?.file.clone();
        Some(self.root.join("issues/img").join(name))
    }

    /// Draws the band of a letter at this path of the preview.
    pub(super) fn band(&self, address: &str) -> Option<Vec<u8>> {
        self.state().issues.values().filter_map(CachedIssue::last_letter).find_map(|letter| letter.band(address))
    }

    pub(super) fn state(&self) -> MutexGuard<'_, WorkspaceState> {
        // Panics of the renderer are caught before they reach the lock. After any other the state is still consistent,
        // since every field is assigned in one step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WorkspaceState {
    fn subscribers_path(&self) -> Option<&Path> {
        self.newsletter.as_ref()?.settings.subscribers.as_deref()
    }

    fn general_problems(&self) -> impl Iterator<Item = &Diagnostic> {
        self.newsletter_problems.iter().chain(&self.folder_problems)
    }

    /// Discards what depends on the `changed` files. Returns the issues to render now: those that were rendered before, and
    /// those just saved, unless there are more than [`MAX_RENDERED_UNASKED`].
    fn invalidate(&mut self, root: &Path, changed: &[PathBuf]) -> Vec<IssueNumber> {
        let mut affects_all = false;
        let mut written = Vec::new();
        for path in changed {
            let issue = path.parent().filter(|parent| *parent == root.join("issues")).and_then(|_| IssueFile::at(path));
            if Some(path.as_path()) == self.subscribers_path() {
                self.subscriber_list = None;
            } else if let Some(file) = issue {
                written.push(file.number);
            } else if path.extension().is_some_and(|extension| extension == "sent") {
                // A send began or ended: the pages reload, the letters are unchanged.
            } else if SITTING_FILES.iter().any(|file| *path == root.join(file)) {
                // So do they when links come and go that wait.
            } else {
                affects_all = true;
            }
        }
        if changed.contains(&root.join("newsletter.toml")) {
            self.reload_newsletter(root);
        }
        self.update_issues(root);
        let mut to_render = Vec::new();
        for (number, issue) in &mut self.issues {
            let is_written = written.contains(number);
            if affects_all || is_written {
                issue.invalidate(is_written);
                if issue.has_letter() || (is_written && written.len() <= MAX_RENDERED_UNASKED) {
                    to_render.push(*number);
                }
            }
        }
        to_render
    }

    fn reload_newsletter(&mut self, root: &Path) {
        self.subscriber_list = None;
        let opened = catch_panic(|| {
            let newsletter = Newsletter::open(root).map_err(diagnostics)?;
            // Without a configuration of its own, the folder may be inside that of another newsletter.
            let is_own = newsletter.root == root;
            is_own
                .then_some(newsletter)
                .ok_or_else(|| vec![Diagnostic::new(Severity::Error, "`newsletter.toml` is missing", None)])
        });
        match opened {
            Ok(newsletter) => {
                self.newsletter = Some(Arc::new(newsletter));
                self.newsletter_problems.clear();
            }
            Err(problems) => self.newsletter_problems = problems,
        }
    }

    fn update_issues(&mut self, root: &Path) {
        self.folder_problems = issue::issue_files(root).err().map_or_else(Vec::new, |problems| problems.0);
        for issue in self.issues.values_mut() {
            issue.exists = self.snapshot.contains(&issue.file.path);
        }
        for file in self.snapshot.issue_files(root) {
            match self.issues.get_mut(&file.number) {
                Some(issue) if issue.exists => {}
                Some(issue) => issue.move_to(file),
                None => {
                    self.issues.insert(file.number, CachedIssue::new(file));
                }
            }
        }
        // A deleted issue that was never rendered has no letter to keep.
        self.issues.retain(|_, issue| issue.exists || issue.has_letter());
    }

    fn latest(&mut self, number: IssueNumber) -> Option<LatestLetter> {
        let newsletter = self.newsletter.clone();
        Some(self.issues.get_mut(&number)?.latest(newsletter.as_deref(), &self.keys))
    }
}
