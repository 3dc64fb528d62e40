//! Finds the file behind every name that a file of the library imports or writes out, and the
//! circles this makes.
//!
//! An arrow runs from a file to the file that defines what it names. `mod x;` and a re-export of what
//! lies below are not arrows: a folder's `mod.rs` may hand out what its files define.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::module_tree::{Module, Segments, modules};

/// Re-exports that lead to re-exports, at most.
const DEEPEST: usize = 16;

/// The library's modules and who names whom.
pub(super) struct House {
    modules: BTreeMap<Segments, Module>,
}

/// `from` names `name`, which `to` defines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Arrow {
    pub(super) from: PathBuf,
    pub(super) to: PathBuf,
    pub(super) name: String,
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    Module(Segments),
    /// The item of this name, defined in this module.
    Item(Segments, String),
    Elsewhere,
}

impl House {
    /// Reads the files of the library below `root`.
    pub(super) fn read(root: &Path) -> Self {
        Self { modules: modules(root) }
    }

    /// Every arrow between two files.
    pub(super) fn arrows(&self) -> BTreeSet<Arrow> {
        let mut arrows = BTreeSet::new();
        for (path, module) in &self.modules {
            for named in self.named_by(path, module) {
                let Target::Item(to, name) = self.resolve(path, &named, 0) else { continue };
                let other = &self.modules[&to];
                if other.file != module.file {
                    arrows.insert(Arrow { from: module.file.clone(), to: other.file.clone(), name });
                }
            }
        }
        arrows
    }

    /// The modules that each file names on the way to what it uses, by the path as written: a name may be a re-export there.
    pub(super) fn modules_named(&self) -> BTreeSet<(PathBuf, PathBuf)> {
        let mut named = BTreeSet::new();
        for (path, module) in &self.modules {
            for written in self.named_by(path, module) {
                if let Some(to) = self.module_of(path, &written) {
                    named.insert((module.file.clone(), self.modules[&to].file.clone()));
                }
            }
        }
        named
    }

    /// The paths of a module that may be arrows.
    fn named_by(&self, path: &Segments, module: &Module) -> Vec<Segments> {
        let mut named = Vec::new();
        let mut handed_on = BTreeSet::new();
        for import in &module.imports {
            let is_below = match self.resolve(path, &import.path, 0) {
                Target::Item(to, _) | Target::Module(to) => to.len() > path.len() && to.starts_with(path),
                Target::Elsewhere => false,
            };
            if import.is_public && is_below {
                handed_on.extend(&import.name);
            } else if !self.is_module(path, &import.path) {
                // A module is no item: what is named in it comes with the paths that lead through it.
                named.push(import.path.clone());
            }
        }
        // A single name stands for an import or for an item of this file, unless it is used here and handed on as well.
        let is_arrow = |written: &&Segments| written.len() > 1 || handed_on.contains(&written[0]);
        named.extend(module.paths.iter().filter(is_arrow).cloned());
        named
    }

    /// The last module on the way of a path, without following re-exports of items.
    fn module_of(&self, from: &Segments, written: &Segments) -> Option<Segments> {
        let (mut at, rest) = self.start(from, written)?;
        for segment in rest {
            let child = [at.as_slice(), std::slice::from_ref(segment)].concat();
            if !self.modules.contains_key(&child) {
                break;
            }
            at = child;
        }
        Some(at)
    }

    /// Whether every segment of a path is a module: `rules`, and not the function `rules::rules`.
    fn is_module(&self, from: &Segments, written: &Segments) -> bool {
        let Some((mut at, rest)) = self.start(from, written) else { return false };
        rest.iter().all(|segment| {
            at.push(segment.clone());
            self.modules.contains_key(&at)
        })
    }

    /// Where a path starts and what is left of it; none for another crate's.
    fn start<'a>(&self, from: &Segments, written: &'a [String]) -> Option<(Segments, &'a [String])> {
        let mut at = from.clone();
        let mut rest = written;
        match rest.first()?.as_str() {
            "crate" => at.clear(),
            "self" => {}
            "super" => drop(at.pop()),
            first => {
                if let Some(import) = self.modules[from].imports.iter().find(|one| one.name.as_deref() == Some(first)) {
                    let is_itself = import.path.first().map(String::as_str) == Some(first);
                    return match self.resolve(from, &import.path, 1) {
                        Target::Module(at) if !is_itself => Some((at, &rest[1..])),
                        _ => None,
                    };
                }
                return self.modules[from].children.contains(first).then_some((at, rest));
            }
        }
        rest = &rest[1..];
        while rest.first().is_some_and(|segment| segment == "super") {
            at.pop();
            rest = &rest[1..];
        }
        Some((at, rest))
    }

    fn resolve(&self, from: &Segments, written: &[String], depth: usize) -> Target {
        let Some(first) = written.first().filter(|_| depth < DEEPEST) else { return Target::Elsewhere };
        if ["crate", "self", "super"].contains(&first.as_str()) {
            return match self.start(from, written) {
                Some((at, rest)) => self.look_up(&at, rest, depth),
                None => Target::Elsewhere,
            };
        }
        let module = &self.modules[from];
        let is_itself = |path: &Segments| path.first() == Some(first);
        if let Some(import) = module.imports.iter().find(|one| one.name.as_ref() == Some(first))
            && !is_itself(&import.path)
        {
            return match self.resolve(from, &import.path, depth + 1) {
                Target::Module(at) => self.look_up(&at, &written[1..], depth + 1),
                other => other,
            };
        }
        self.look_up(from, written, depth)
    }

    /// What `rest` names in the module at `at`.
    fn look_up(&self, at: &Segments, rest: &[String], depth: usize) -> Target {
        let Some(first) = rest.first() else { return Target::Module(at.clone()) };
        if depth >= DEEPEST {
            return Target::Elsewhere;
        }
        let module = &self.modules[at];
        let child = [at.as_slice(), std::slice::from_ref(first)].concat();
        let is_module = module.children.contains(first);
        if is_module && rest.len() > 1 {
            return self.look_up(&child, &rest[1..], depth + 1);
        }
        if module.items.contains(first) {
            return Target::Item(at.clone(), first.clone());
        }
        if let Some(import) = module.imports.iter().find(|one| one.name.as_ref() == Some(first))
            && import.path.first() != Some(first)
        {
            return match self.resolve(at, &import.path, depth + 1) {
                Target::Module(at) => self.look_up(&at, &rest[1..], depth + 1),
                other => other,
            };
        }
        // `use conn::conn` in the file that declares `mod conn`.
        if let Some(import) = module.imports.iter().find(|one| one.name.as_ref() == Some(first)) {
            let found = self.look_up(at, &import.path, depth + 1);
            if found != Target::Elsewhere {
                return found;
            }
        }
        if is_module {
            return Target::Module(child);
        }
        for import in module.imports.iter().filter(|import| import.name.is_none()) {
            if let Target::Module(other) = self.resolve(at, &import.path, depth + 1)
                && other != *at
            {
                let found = self.look_up(&other, rest, depth + 1);
                if found != Target::Elsewhere {
                    return found;
                }
            }
        }
        Target::Elsewhere
    }
}

/// The circles that `arrows` make between the places of a folder: its files, and its folders as one place each, with the file
/// of the same name.
pub(super) fn circles_in(folder: &Path, arrows: &BTreeSet<Arrow>) -> Vec<BTreeSet<PathBuf>> {
    let place = |file: &Path| {
        let first = file.strip_prefix(folder).ok()?.components().next()?;
        Some(folder.join(first).with_extension(""))
    };
    let pairs = arrows.iter().filter_map(|arrow| Some((place(&arrow.from)?, place(&arrow.to)?)));
    circles(pairs.filter(|(from, to)| from != to))
}

/// The groups of places that lead to each other.
pub(super) fn circles(arrows: impl IntoIterator<Item = (PathBuf, PathBuf)>) -> Vec<BTreeSet<PathBuf>> {
    let mut leads_to: BTreeMap<PathBuf, BTreeSet<PathBuf>> = BTreeMap::new();
    for (from, to) in arrows {
        leads_to.entry(from).or_default().insert(to);
    }
    let reached: BTreeMap<_, _> = leads_to.keys().map(|from| (from, reachable(from, &leads_to))).collect();
    let mut found: Vec<BTreeSet<PathBuf>> = Vec::new();
    for (from, others) in &reached {
        if others.contains(*from) && !found.iter().any(|circle| circle.contains(*from)) {
            let is_back = |to: &&PathBuf| reached.get(to).is_some_and(|back| back.contains(*from));
            found.push(others.iter().filter(is_back).cloned().collect());
        }
    }
    found
}

fn reachable(from: &Path, leads_to: &BTreeMap<PathBuf, BTreeSet<PathBuf>>) -> BTreeSet<PathBuf> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from];
    while let Some(place) = next.pop() {
        for to in leads_to.get(place).into_iter().flatten() {
            if reached.insert(to.clone()) {
                next.push(to);
            }
        }
    }
    reached
}
