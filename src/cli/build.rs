//! `newsletter build`: the web archive and the feeds into the `public` folder.

use std::fmt::Write as _;
use std::io::Write;

use anyhow::Context;

use super::{Exit, Global};
use crate::archive::{self, Folder, Page, Report, Source};
use crate::load::{LoadedIssue, Newsletter, Problems, issues, style_sheet};
use crate::model::Issue;
use crate::templates::web;

/// Prints each path it changed on stdout, and a sentence on stderr.
pub(super) fn run(global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let issues = read_issues(&newsletter)?;
    let css = style_sheet(&newsletter.root, "web.css", web::CSS)?;
    let source = Source {
        publication: &newsletter.publication,
        issues: &issues,
        css: &css,
        feed_items: newsletter.settings.feed_items,
    };
    let mut pages = archive::pages(&source)?;
    for name in source.pictures() {
        let path = newsletter.root.join("issues/img").join(name);
        let bytes = std::fs::read(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
        pages.push(Page { path: format!("img/{name}"), bytes });
    }
    let public = &newsletter.settings.public;
    let shown = public.strip_prefix(&newsletter.root).unwrap_or(public);
    let report = Folder::open(public.clone(), shown.to_owned())?.write(&pages)?;

    let mut stdout = std::io::stdout().lock();
    for (what, paths) in [("wrote", &report.written), ("removed", &report.removed)] {
        for path in paths {
            writeln!(stdout, "{what} {}", shown.join(path).display())?;
        }
    }
    if !global.quiet {
        // stderr may be closed; the files are there all the same.
        let _ = writeln!(anstream::stderr(), "{}", summary(&issues, &report));
    }
    Ok(Exit::Done)
}

/// Every issue there is. An archive with a hole in it helps nobody, so one bad issue stops the build.
fn read_issues(newsletter: &Newsletter) -> Result<Vec<Issue>, Problems> {
    let mut read = Vec::new();
    let mut problems = Vec::new();
    for file in issues(&newsletter.root)? {
        match LoadedIssue::read(newsletter, &file) {
            Ok(loaded) => read.push(loaded.issue),
            Err(found) => problems.extend(found.0),
        }
    }
    if problems.is_empty() { Ok(read) } else { Err(Problems(problems)) }
}

fn summary(issues: &[Issue], report: &Report) -> String {
    let drafts: Vec<String> = issues.iter().filter(|issue| issue.draft).map(|issue| issue.number.to_string()).collect();
    let count = issues.len() - drafts.len();
    let noun = if count == 1 { "issue" } else { "issues" };
    let Report { written, unchanged, removed } = report;
    let mut summary = format!("{count} {noun}: {} files written, {unchanged} unchanged", written.len());
    if !removed.is_empty() {
        let _ = write!(summary, ", {} removed", removed.len());
    }
    if !drafts.is_empty() {
        let _ = write!(summary, "; left out as drafts: {}", drafts.join(", "));
    }
    summary
}
