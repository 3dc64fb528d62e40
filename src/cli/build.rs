//! `newsletter build`: the web archive and the feeds into the `public` folder.

use std::fmt::Write as _;
use std::io::Write;

use super::exit::Exit;
use super::global::Global;
use super::output;
use crate::app::build::{BuiltArchive, build_archive};
use crate::config::Newsletter;

/// Prints each path it changed on stdout, and a sentence on stderr.
pub(super) fn run(global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    output::warn_about_stray_files(global, &newsletter)?;
    let built = build_archive(&newsletter)?;
    let mut stdout = std::io::stdout().lock();
    for (what, paths) in [("wrote", &built.report.written), ("removed", &built.report.removed)] {
        for path in paths {
            writeln!(stdout, "{what} {}", built.folder.join(path).display())?;
        }
    }
    output::note(global, &format!("{}\n", summary(&built)));
    Ok(Exit::Done)
}

fn summary(built: &BuiltArchive) -> String {
    let BuiltArchive { report, published, drafts, .. } = built;
    let noun = if *published == 1 { "issue" } else { "issues" };
    let (written, unchanged, removed) = (report.written.len(), report.unchanged, report.removed.len());
    let mut summary = format!("{published} {noun}: {written} files written, {unchanged} unchanged");
    if removed > 0 {
        let _ = write!(summary, ", {removed} removed");
    }
    if !drafts.is_empty() {
        let drafts: Vec<String> = drafts.iter().map(ToString::to_string).collect();
        let _ = write!(summary, "; left out as drafts: {}", drafts.join(", "));
    }
    summary
}
