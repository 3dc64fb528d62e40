//! What the preview knows: the newsletter in its folder, every issue read and rendered when somebody looks at it, and the
//! last good letter of each for as long as it is broken.
//!
//! It keeps no files open, draws nothing and listens nowhere; `refresh` after a change and the readers in between are
//! all there is. Nothing an author can write makes it fail: what cannot be shown becomes diagnostics.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::backstage::{Backstage, Delivery};
use super::folder::{Folder, watched_folders};
use super::known_issue::{KnownIssue, Listed, Shown, contained, problems};
use super::readers::Readers;
use super::rendered::Rendered;
use crate::check::{Answers, Case, KnownLinks, Outside};
use crate::diagnostic::{Diagnostic, Severity};
use crate::load::{self, IssueFile, Newsletter};
use crate::message::{Keys, TokenKey};
use crate::model::IssueNumber;

/// How many issues written at once are looked at unasked.
const A_FEW: usize = 8;

/// The key of the unsubscribe tokens a preview shows: they look like real ones and open nothing, so that a preview
/// needs no secret and a click in it unsubscribes nobody.
const SAMPLE_KEY: &[u8] = b"the preview's own key opens nothing";

/// The newsletter as the preview shows it.
pub(super) struct Studio {
    root: PathBuf,
    pub(super) keys: Arc<Keys>,
    pub(super) backstage: Backstage,
    /// Held while a button's errand is run.
    pub(super) errand: Mutex<()>,
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

pub(super) struct State {
    folder: Folder,
    keys: Arc<Keys>,
    newsletter: Option<Arc<Newsletter>>,
    newsletter_problems: Vec<Diagnostic>,
    folder_problems: Vec<Diagnostic>,
    readers: Option<Arc<Readers>>,
    issues: BTreeMap<IssueNumber, KnownIssue>,
    /// What the rules found last: in which generation, in which issue.
    pub(super) checked: Option<(u64, IssueNumber, Vec<Diagnostic>)>,
    /// What pages answered, since somebody had them asked.
    pub(super) answers: Arc<Answers>,
    generation: u64,
}

impl Studio {
    /// The newsletter in the folder `root`, broken or not.
    pub(super) fn open(root: PathBuf, mut backstage: Backstage) -> Self {
        let keys = Arc::new(Keys { tokens: TokenKey::new(SAMPLE_KEY), dkim: backstage.dkim.take() });
        let state = State {
            keys: Arc::clone(&keys),
            folder: Folder::default(),
            newsletter: None,
            newsletter_problems: Vec::new(),
            folder_problems: Vec::new(),
            readers: None,
            issues: BTreeMap::new(),
            checked: None,
            answers: Arc::default(),
            generation: 0,
        };
        let studio = Self { root, keys, backstage, errand: Mutex::new(()), state: Mutex::new(state) };
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
        let existing = state.issues.values_mut().rev().filter(|issue| issue.exists);
        existing.map(|issue| issue.listed(newsletter.as_deref())).collect()
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

    /// What the rules of `check` find in an issue as it is now; nothing while its file is broken.
    pub(super) fn check(&self, number: IssueNumber) -> Vec<Diagnostic> {
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
        let answers = Arc::clone(&state.answers);
        // The mail itself must not wait for what is found in it.
        drop(state);
        let found = contained(|| {
            let style_sheet = load::own_style_sheet(&self.root, "letter.css").map_err(|problems| problems.0)?;
            let known_links = KnownLinks::of(issues.iter().map(|loaded| &**loaded));
            let style_sheet = style_sheet.as_ref();
            let template_words = load::template_words(&self.root).map_err(|problems| problems.0)?;
            let pictures = self.root.join(load::ISSUES_FOLDER).join("img");
            let weigh = |file: &str| Some(std::fs::metadata(pictures.join(file)).ok()?.len());
            let case = Case {
                newsletter: &newsletter,
                loaded,
                known_links: &known_links,
                style_sheet,
                template_words: &template_words,
                weigh: &weigh,
                now: (self.backstage.now)(),
                outside: Outside { answers: Some(&*answers), spam: None },
            };
            case.findings().map_err(problems)
        });
        let found = found.unwrap_or_else(|problems| problems);
        self.state().checked = Some((generation, number, found.clone()));
        found
    }

    /// The newsletter's folder, absolute.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// How far the deliveries are that have begun.
    ///
    /// Errors when the ledger cannot be read.
    pub(super) fn deliveries(&self) -> anyhow::Result<BTreeMap<IssueNumber, Delivery>> {
        (self.backstage.deliveries)()
    }

    /// The newest issue before `number`.
    pub(super) fn before(&self, number: IssueNumber) -> Option<IssueNumber> {
        let state = self.state();
        let mut before = state.issues.range(..number).rev();
        before.find(|(_, issue)| issue.exists).map(|(number, _)| *number)
    }

    /// The issue somebody means who does not write its number as addresses do: `042`, or its slug.
    pub(super) fn named(&self, word: &str) -> Option<IssueNumber> {
        let state = self.state();
        let number = word.parse().ok().map(IssueNumber);
        let mut existing = state.issues.iter().filter(|(_, issue)| issue.exists);
        existing.find(|(own, issue)| Some(**own) == number || issue.slug() == word).map(|(number, _)| *number)
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
        let letters = state.issues.values().filter_map(KnownIssue::letter);
        let name = letters.flat_map(Rendered::own_images).find(|image| image.address == address)?.file.clone();
        Some(self.root.join("issues/img").join(name))
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
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
            } else if path.extension().is_some_and(|extension| extension == "sent") {
                // A send began or ended: the pages ask anew, the letters stay as they are.
            } else {
                everything = true;
            }
        }
        if changed.contains(&root.join("newsletter.toml")) {
            self.open_newsletter(root);
        }
        self.find_issues(root);
        let mut to_look_at = Vec::new();
        for (number, issue) in &mut self.issues {
            let is_written = written.contains(number);
            if everything || is_written {
                issue.forget(is_written);
                if issue.has_been_good() || (is_written && written.len() <= A_FEW) {
                    to_look_at.push(*number);
                }
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
        for issue in self.issues.values_mut() {
            issue.exists = self.folder.has(&issue.file.path);
        }
        for file in self.folder.issue_files(root) {
            match self.issues.get_mut(&file.number) {
                Some(issue) if issue.exists => {}
                Some(issue) => issue.moved_to(file),
                None => {
                    self.issues.insert(file.number, KnownIssue::new(file));
                }
            }
        }
        // An issue that is gone and was never looked at has nothing to show.
        self.issues.retain(|_, issue| issue.exists || issue.has_been_good());
    }

    fn look(&mut self, number: IssueNumber) -> Option<Shown> {
        let newsletter = self.newsletter.clone();
        Some(self.issues.get_mut(&number)?.shown(newsletter.as_deref(), &self.keys))
    }
}
