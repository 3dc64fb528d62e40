//! What the preview knows: the newsletter in its folder, every issue read and rendered when somebody looks at it, and the
//! last good letter of each for as long as it is broken.
//!
//! It keeps no files open, draws nothing and listens nowhere; `refresh` after a change and the readers in between are
//! all there is. Nothing an author can write makes it fail: what cannot be shown becomes diagnostics.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::NaiveDate;

use super::folder::{Folder, watched_folders};
use super::readers::Readers;
use super::rendered::Rendered;
use crate::diagnostic::{Diagnostic, Severity};
use crate::load::{self, IssueFile, LoadedIssue, Newsletter, Problems};
use crate::model::IssueNumber;

/// How many issues written at once are looked at unasked.
const A_FEW: usize = 8;

/// The newsletter as the preview shows it.
pub(super) struct Studio {
    root: PathBuf,
    state: Mutex<State>,
}

/// What a change came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The files that changed, relative to the newsletter's folder.
    pub paths: Vec<PathBuf>,
    /// How long it took to read and render what they concern.
    pub took: Duration,
    /// What is wrong with that now.
    pub problems: Vec<Diagnostic>,
}

/// An issue as a list shows it.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    /// Its number.
    pub(super) number: IssueNumber,
    /// Its title; while it cannot be read, the last one it had, or its file's name.
    pub(super) title: String,
    /// What a list says besides, or the first thing wrong with it.
    pub(super) facts: Result<ListedFacts, Option<Diagnostic>>,
}

/// What a list says of an issue besides its title.
#[derive(Debug, Clone, Copy)]
pub(super) struct ListedFacts {
    /// The day on its cover.
    pub(super) date: NaiveDate,
    /// Whether it is a draft.
    pub(super) draft: bool,
    /// How many links it has.
    pub(super) links: usize,
}

/// An issue as its page shows it.
pub(super) struct Shown {
    /// The last good letter, when there has been one.
    pub(super) letter: Option<Arc<Rendered>>,
    /// Why it is not the present one; empty when it is.
    pub(super) problems: Vec<Diagnostic>,
}

struct State {
    folder: Folder,
    newsletter: Option<Arc<Newsletter>>,
    newsletter_problems: Vec<Diagnostic>,
    folder_problems: Vec<Diagnostic>,
    readers: Option<Arc<Readers>>,
    issues: BTreeMap<IssueNumber, Entry>,
    generation: u64,
}

/// An issue and how far it has been taken.
struct Entry {
    file: IssueFile,
    exists: bool,
    /// For lists. It does not depend on the configuration, which can change without five hundred issues being read again.
    listed: Option<Listed>,
    loaded: Option<Result<Arc<LoadedIssue>, Vec<Diagnostic>>>,
    rendered: Option<Result<Arc<Rendered>, Vec<Diagnostic>>>,
    good: Option<Arc<Rendered>>,
}

impl Studio {
    /// The newsletter in the folder `root`, broken or not.
    pub(super) fn open(root: PathBuf) -> Self {
        let state = State {
            folder: Folder::default(),
            newsletter: None,
            newsletter_problems: Vec::new(),
            folder_problems: Vec::new(),
            readers: None,
            issues: BTreeMap::new(),
            generation: 0,
        };
        let studio = Self { root, state: Mutex::new(state) };
        studio.refresh();
        // Only the configuration tells where the list of subscribers is.
        studio.refresh();
        studio
    }

    /// The folders to watch, now.
    pub(super) fn watched_folders(&self) -> Vec<PathBuf> {
        watched_folders(&self.root, self.state().subscribers())
    }

    /// Reads the folder again. Answers what changed; `None` when nothing did.
    pub(super) fn refresh(&self) -> Option<Change> {
        let started = Instant::now();
        let mut state = self.state();
        let folder = Folder::read(&self.root, state.subscribers());
        let changed = folder.changed_since(&state.folder);
        if changed.is_empty() {
            return None;
        }
        state.folder = folder;
        state.generation += 1;
        let to_look_at = state.take_in(&self.root, &changed);
        let mut problems: Vec<Diagnostic> = state.general_problems().cloned().collect();
        for number in to_look_at {
            problems.extend(state.look(number).into_iter().flat_map(|shown| shown.problems));
        }
        let relative = |path: PathBuf| path.strip_prefix(&self.root).map_or(path.clone(), Path::to_owned);
        Some(Change { paths: changed.into_iter().map(relative).collect(), took: started.elapsed(), problems })
    }

    /// How often something has changed.
    pub(super) fn generation(&self) -> u64 {
        self.state().generation
    }

    /// The newsletter as its configuration last made sense.
    pub(super) fn newsletter(&self) -> Option<Arc<Newsletter>> {
        self.state().newsletter.clone()
    }

    /// What is wrong with the newsletter as a whole.
    pub(super) fn problems(&self) -> Vec<Diagnostic> {
        self.state().general_problems().cloned().collect()
    }

    /// Every issue, newest first.
    pub(super) fn issues(&self) -> Vec<Listed> {
        let mut state = self.state();
        let newsletter = state.newsletter.clone();
        let existing = state.issues.values_mut().rev().filter(|entry| entry.exists);
        existing.map(|entry| entry.listed(newsletter.as_deref())).collect()
    }

    /// One issue; `None` when there has never been one of this number. Problems of the configuration are its problems
    /// too, since it cannot be rendered as it will be sent.
    pub(super) fn issue(&self, number: IssueNumber) -> Option<Shown> {
        let mut state = self.state();
        let mut shown = state.look(number)?;
        let general: Vec<Diagnostic> = state.general_problems().cloned().collect();
        shown.problems.splice(0..0, general);
        Some(shown)
    }

    /// The subscribers, when the list can be read.
    pub(super) fn readers(&self) -> Option<Arc<Readers>> {
        let mut state = self.state();
        if state.readers.is_none() {
            let newsletter = state.newsletter.clone()?;
            state.readers = contained(|| Ok(Readers::open(&newsletter))).ok()?.map(Arc::new);
        }
        state.readers.clone()
    }

    /// The file behind `/img/NAME`, when a letter that has been shown has it among its pictures.
    pub(super) fn image(&self, address: &str) -> Option<PathBuf> {
        let state = self.state();
        let letters = state.issues.values().filter_map(|entry| entry.good.as_deref());
        let name = letters.flat_map(Rendered::own_images).find(|image| image.address == address)?.file.clone();
        Some(self.root.join("issues/img").join(name))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Panics of the renderer are caught below the lock; should one come from elsewhere, the state is still whole,
        // since every field is assigned in one step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn subscribers(&self) -> Option<&Path> {
        Some(&self.newsletter.as_ref()?.settings.subscribers)
    }

    fn general_problems(&self) -> impl Iterator<Item = &Diagnostic> {
        self.newsletter_problems.iter().chain(&self.folder_problems)
    }

    /// Forgets what `changed` makes untrue. Answers the issues to look at now: those somebody has looked at before, and
    /// those just written, unless they are many, as after a `git checkout`.
    fn take_in(&mut self, root: &Path, changed: &[PathBuf]) -> Vec<IssueNumber> {
        let mut everything = false;
        let mut written = Vec::new();
        for path in changed {
            let issue = path.parent().filter(|parent| *parent == root.join("issues")).and_then(|_| IssueFile::at(path));
            if Some(path.as_path()) == self.subscribers() {
                self.readers = None;
            } else if let Some(file) = issue {
                written.push(file.number);
            } else {
                everything = true;
            }
        }
        if changed.contains(&root.join("newsletter.toml")) {
            self.open_newsletter(root);
        }
        self.find_issues(root);
        let mut to_look_at = Vec::new();
        for (number, entry) in &mut self.issues {
            let is_written = written.contains(number);
            if !everything && !is_written {
                continue;
            }
            // What was wrong may have been the configuration, or a missing picture.
            if is_written || entry.listed.as_ref().is_some_and(|listed| listed.facts.is_err()) {
                entry.listed = None;
            }
            entry.loaded = None;
            entry.rendered = None;
            if entry.good.is_some() || (is_written && written.len() <= A_FEW) {
                to_look_at.push(*number);
            }
        }
        to_look_at
    }

    fn open_newsletter(&mut self, root: &Path) {
        self.readers = None;
        let opened = contained(|| {
            let newsletter = Newsletter::open(root).map_err(problems)?;
            // Without a configuration of its own, a folder inside another newsletter would pass for that one.
            let is_own = newsletter.root == root;
            is_own
                .then_some(newsletter)
                .ok_or_else(|| vec![Diagnostic::new(Severity::Error, "`newsletter.toml` is gone", None)])
        });
        match opened {
            Ok(newsletter) => {
                self.newsletter = Some(Arc::new(newsletter));
                self.newsletter_problems.clear();
            }
            Err(problems) => self.newsletter_problems = problems,
        }
    }

    fn find_issues(&mut self, root: &Path) {
        self.folder_problems = load::issues(root).err().map_or_else(Vec::new, |problems| problems.0);
        for entry in self.issues.values_mut() {
            entry.exists = self.folder.has(&entry.file.path);
        }
        for file in self.folder.issue_files(root) {
            match self.issues.get_mut(&file.number) {
                Some(entry) if entry.exists => {}
                Some(entry) => {
                    let good = entry.good.take();
                    *entry = Entry { good, ..Entry::new(file) };
                }
                None => {
                    self.issues.insert(file.number, Entry::new(file));
                }
            }
        }
        // An issue that is gone and was never looked at has nothing to show.
        self.issues.retain(|_, entry| entry.exists || entry.good.is_some());
    }

    fn look(&mut self, number: IssueNumber) -> Option<Shown> {
        let newsletter = self.newsletter.clone();
        let entry = self.issues.get_mut(&number)?;
        let problems = entry.render(newsletter.as_deref()).err().unwrap_or_default();
        Some(Shown { letter: entry.good.clone(), problems })
    }
}

impl Entry {
    fn new(file: IssueFile) -> Self {
        Self { file, exists: true, listed: None, loaded: None, rendered: None, good: None }
    }

    fn listed(&mut self, newsletter: Option<&Newsletter>) -> Listed {
        if let Some(listed) = &self.listed {
            return listed.clone();
        }
        let loaded = self.load(newsletter);
        let title = match (&loaded, &self.good) {
            (Ok(loaded), _) => loaded.issue.title.clone(),
            (Err(_), Some(good)) => good.loaded.issue.title.clone(),
            (Err(_), None) => self.file.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        };
        let facts = loaded.map(|loaded| {
            let issue = &loaded.issue;
            ListedFacts { date: issue.date, draft: issue.draft, links: issue.links().count() }
        });
        let facts = facts.map_err(|problems| problems.into_iter().next());
        self.listed.insert(Listed { number: self.file.number, title, facts }).clone()
    }

    fn load(&mut self, newsletter: Option<&Newsletter>) -> Result<Arc<LoadedIssue>, Vec<Diagnostic>> {
        // Without a configuration nothing can be read, and what is wrong with that is said already.
        let Some(newsletter) = newsletter else { return Err(Vec::new()) };
        let file = &self.file;
        let read = || contained(|| LoadedIssue::read(newsletter, file).map(Arc::new).map_err(|problems| problems.0));
        self.loaded.get_or_insert_with(read).clone()
    }

    fn render(&mut self, newsletter: Option<&Newsletter>) -> Result<Arc<Rendered>, Vec<Diagnostic>> {
        if !self.exists {
            let message = format!("issue {} has no file any more", self.file.number);
            return Err(vec![Diagnostic::new(Severity::Error, message, None)]);
        }
        if let Some(rendered) = &self.rendered {
            return rendered.clone();
        }
        let rendered = self.load(newsletter).and_then(|loaded| {
            let newsletter = newsletter.ok_or_else(Vec::new)?;
            contained(|| Rendered::new(newsletter, loaded).map(Arc::new).map_err(problems))
        });
        if let Ok(good) = &rendered {
            self.good = Some(Arc::clone(good));
        }
        self.rendered.insert(rendered).clone()
    }
}

/// Everything wrong, as diagnostics.
fn problems(error: anyhow::Error) -> Vec<Diagnostic> {
    match error.downcast::<Problems>() {
        Ok(Problems(problems)) => problems,
        Err(error) => vec![Diagnostic::new(Severity::Error, format!("{error:#}"), None)],
    }
}

/// Runs `work`; a panic in it is a bug of ours, not a reason to end somebody's preview.
fn contained<T>(work: impl FnOnce() -> Result<T, Vec<Diagnostic>>) -> Result<T, Vec<Diagnostic>> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let message = "this is a bug in newsletter: it stumbled over this file; its last words are in the terminal";
        Err(vec![Diagnostic::new(Severity::Error, message, None).help("undo the last change to go on")])
    })
}
