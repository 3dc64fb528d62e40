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

use super::folder::{Folder, watched_folders};
use super::rendered::Rendered;
use crate::diagnostic::{Diagnostic, Severity};
use crate::load::{self, Audience, IssueFile, LoadedIssue, Newsletter, Problems};
use crate::message::Keys;
use crate::model::IssueNumber;

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
    /// Its file.
    pub(super) file: IssueFile,
    /// The issue, or what is wrong with it.
    pub(super) loaded: Result<Arc<LoadedIssue>, Vec<Diagnostic>>,
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
    keys: Arc<Keys>,
    newsletter: Option<Arc<Newsletter>>,
    newsletter_problems: Vec<Diagnostic>,
    folder_problems: Vec<Diagnostic>,
    audience: Option<Arc<Audience>>,
    issues: BTreeMap<IssueNumber, Entry>,
    generation: u64,
}

/// An issue and how far it has been taken.
struct Entry {
    file: IssueFile,
    exists: bool,
    loaded: Option<Result<Arc<LoadedIssue>, Vec<Diagnostic>>>,
    rendered: Option<Result<Arc<Rendered>, Vec<Diagnostic>>>,
    good: Option<Arc<Rendered>>,
}

impl Studio {
    /// The newsletter in the folder `root`, broken or not.
    pub(super) fn open(root: PathBuf, keys: Keys) -> Self {
        let state = State {
            keys: Arc::new(keys),
            folder: Folder::default(),
            newsletter: None,
            newsletter_problems: Vec::new(),
            folder_problems: Vec::new(),
            audience: None,
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
        let concerned = state.take_in(&self.root, &changed);
        let mut problems: Vec<Diagnostic> = state.general_problems().cloned().collect();
        for number in concerned {
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
        existing.map(|entry| Listed { file: entry.file.clone(), loaded: entry.load(newsletter.as_deref()) }).collect()
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
    pub(super) fn audience(&self) -> Option<Arc<Audience>> {
        let newsletter = {
            let state = self.state();
            if state.audience.is_some() {
                return state.audience.clone();
            }
            state.newsletter.clone()?
        };
        // A long list takes a while; whoever else asks in the meantime is not kept waiting.
        let audience = Arc::new(contained(|| load::audience(&newsletter).map_err(|problems| problems.0)).ok()?);
        self.state().audience = Some(Arc::clone(&audience));
        Some(audience)
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

    /// Forgets what `changed` makes untrue. Answers the issues it concerns that somebody may be looking at.
    fn take_in(&mut self, root: &Path, changed: &[PathBuf]) -> Vec<IssueNumber> {
        let mut everything = false;
        let mut concerned = Vec::new();
        for path in changed {
            let issue = path.parent().filter(|parent| *parent == root.join("issues")).and_then(|_| IssueFile::at(path));
            if Some(path.as_path()) == self.subscribers() {
                self.audience = None;
            } else if let Some(file) = issue {
                concerned.push(file.number);
            } else {
                everything = true;
            }
        }
        if changed.contains(&root.join("newsletter.toml")) {
            self.open_newsletter(root);
        }
        self.find_issues(root);
        for (number, entry) in &mut self.issues {
            if everything || concerned.contains(number) {
                entry.loaded = None;
                entry.rendered = None;
                if entry.good.is_some() && !concerned.contains(number) {
                    concerned.push(*number);
                }
            }
        }
        concerned
    }

    fn open_newsletter(&mut self, root: &Path) {
        self.audience = None;
        let opened = contained(|| Newsletter::open(root).map_err(problems));
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
        let problems = entry.render(newsletter.as_deref(), &self.keys).err().unwrap_or_default();
        Some(Shown { letter: entry.good.clone(), problems })
    }
}

impl Entry {
    fn new(file: IssueFile) -> Self {
        Self { file, exists: true, loaded: None, rendered: None, good: None }
    }

    fn load(&mut self, newsletter: Option<&Newsletter>) -> Result<Arc<LoadedIssue>, Vec<Diagnostic>> {
        // Without a configuration nothing can be read, and what is wrong with that is said already.
        let Some(newsletter) = newsletter else { return Err(Vec::new()) };
        let file = &self.file;
        let read = || contained(|| LoadedIssue::read(newsletter, file).map(Arc::new).map_err(|problems| problems.0));
        self.loaded.get_or_insert_with(read).clone()
    }

    fn render(&mut self, newsletter: Option<&Newsletter>, keys: &Arc<Keys>) -> Result<Arc<Rendered>, Vec<Diagnostic>> {
        if !self.exists {
            let message = format!("issue {} has no file any more", self.file.number);
            return Err(vec![Diagnostic::new(Severity::Error, message, None)]);
        }
        if let Some(rendered) = &self.rendered {
            return rendered.clone();
        }
        let rendered = self.load(newsletter).and_then(|loaded| {
            let newsletter = newsletter.ok_or_else(Vec::new)?;
            contained(|| Rendered::new(newsletter, loaded, Arc::clone(keys)).map(Arc::new).map_err(problems))
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
