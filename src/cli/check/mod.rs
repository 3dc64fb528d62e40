//! `newsletter check`: every problem of the configuration, the subscriber list and the issues.

mod github_annotation;
pub(super) mod link_summary;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use super::exit::Exit;
use super::global::Global;
use super::output;
use super::style::{ERROR, GOOD, WARNING};
use crate::app::check::{CheckOptions, CheckReport, FixMode, check_newsletter};
use crate::app::failure::Failure;
use crate::check;
use crate::config::find_root;
use crate::diagnostic;
use github_annotation::annotation;

/// Arguments of `check`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Options {
    /// Issues to check, by default all of them and the subscriber list
    #[arg(value_name = "ISSUE")]
    issues: Vec<String>,
    /// Treat warnings as errors
    #[arg(long)]
    strict: bool,
    /// Print the problems as GitHub workflow annotations
    #[arg(long, conflicts_with = "json")]
    github: bool,
    /// Check links: request every linked page
    #[arg(long)]
    online: bool,
    /// Request pages again even if their results are cached
    #[arg(long, requires = "online")]
    refresh: bool,
    /// Replace addresses in issues that are not sent: without tracking parameters; with `--online` also https and moved pages
    #[arg(long)]
    fix: bool,
    /// With `--fix`: show what would be replaced, and write nothing
    #[arg(short = 'n', long, requires = "fix")]
    dry_run: bool,
    #[arg(long, help = "Score the message with SpamAssassin, which must be installed")]
    spam: bool,
    /// Explain what RULE checks and why; `list` prints all rules
    #[arg(long, value_name = "RULE", conflicts_with_all = ["issues", "strict", "github", "online", "fix", "spam", "json"])]
    explain: Option<String>,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let mut stdout = std::io::stdout().lock();
    if let Some(name) = &options.explain {
        write!(stdout, "{}", explained(name)?)?;
        return Ok(Exit::Done);
    }
    let Options { issues, online, refresh, spam, .. } = options;
    let mode = if options.dry_run { FixMode::Show } else { FixMode::Write };
    let what =
        CheckOptions { issues, online: *online, refresh: *refresh, spam: *spam, fix: options.fix.then_some(mode) };
    let report = check_newsletter(&global.directory, &what, &mut |pages| {
        output::note(global, &format!("Checking {} …\n", link_summary::pages_of(pages)));
    })?;
    let failed = diagnostic::errors(&report.problems) > 0
        || options.strict && report.problems.iter().any(check::is_strict_about);
    if global.json {
        writeln!(stdout, "{:#}", to_json(&report))?;
    } else if options.github {
        let folder = folder(&global.directory)?;
        for problem in diagnostic::shown(&report.problems).diagnostics {
            writeln!(stdout, "{}", annotation(problem, &folder))?;
        }
    } else if failed || !global.quiet {
        let apart = if report.problems.is_empty() { "" } else { "\n" };
        output::always(&format!("{}{apart}", diagnostic::draw(&report.problems, global.colour_of_stderr())));
    }
    if !global.json {
        for issue in &report.fixed {
            for fix in &issue.fixes {
                let verb = if options.dry_run { "would replace" } else { "replaced" };
                let line = format!("{}: {verb} {}\n  by {}\n", issue.file.display(), fix.written, fix.fixed);
                output::note(global, &line);
            }
        }
        let note = report.note.iter().map(|note| format!("note: {note}\n"));
        let links = report.links.iter().map(|results| format!("{}\n", link_summary::summary(results)));
        let summary = format!("{}\n", summary(&report));
        output::note(global, &note.chain(links).chain([summary]).collect::<String>());
    }
    Ok(if failed { Exit::Content } else { Exit::Done })
}

/// Returns the newsletter's folder, relative to the one the command runs in.
fn folder(directory: &Path) -> anyhow::Result<PathBuf> {
    let root = find_root(directory).unwrap_or_default();
    let here = std::env::current_dir()?.canonicalize()?;
    Ok(root.strip_prefix(here).unwrap_or(Path::new("")).to_owned())
}

/// Returns the explanation of a rule, or the list of rules.
fn explained(name: &str) -> Result<String, Failure> {
    if name == "list" {
        return Ok(check::list());
    }
    check::explain(name).map_err(|suggestion| {
        let failure = Failure::usage(format!("there is no rule `{name}`"));
        let failure = suggestion.into_iter().fold(failure, Failure::hint);
        failure.hint("`newsletter check --explain list` lists all rules")
    })
}

fn to_json(report: &CheckReport) -> Value {
    let errors = diagnostic::errors(&report.problems);
    let mut data = json!({
        "checked": report.checked.iter().copied().map(output::issue_in_json).collect::<Vec<_>>(),
        "errors": errors,
        "warnings": report.problems.len() - errors,
        "problems": diagnostic::to_json(&report.problems),
    });
    if let Some(note) = &report.note {
        data["note"] = json!(note);
    }
    let more: usize = diagnostic::shown(&report.problems).more.values().sum();
    if more > 0 {
        data["not_shown"] = more.into();
    }
    if !report.fixed.is_empty() {
        let fixed = report.fixed.iter().map(|issue| {
            let fixes = issue.fixes.iter().map(|fix| json!({ "from": fix.written, "to": fix.fixed }));
            json!({ "file": issue.file, "addresses": fixes.collect::<Vec<_>>() })
        });
        data["fixed"] = fixed.collect();
    }
    if let Some(results) = &report.links {
        data["links"] = link_summary::to_json(results);
    }
    data
}

/// Returns `issue 42: 1 error, 2 warnings`.
fn summary(report: &CheckReport) -> String {
    let what = match (report.checked.as_slice(), report.letters.as_slice()) {
        ([], [letter]) => letter.file().to_owned(),
        ([], []) => "no issues checked".to_owned(),
        ([], letters) => format!("{} letters checked", letters.len()),
        ([one], _) => format!("issue {one}"),
        (several, _) => format!("{} issues checked", several.len()),
    };
    let errors = diagnostic::errors(&report.problems);
    let counts = diagnostic::counts(errors, report.problems.len() - errors);
    let separator =
        if report.checked.len() == 1 || report.letters.len() == 1 || !counts.is_empty() { ": " } else { ", " };
    let (look, counts) = match (errors, counts) {
        (_, counts) if counts.is_empty() => (GOOD, "no problems".to_owned()),
        (0, counts) => (WARNING, counts),
        (_, counts) => (ERROR, counts),
    };
    format!("{what}{separator}{look}{counts}{look:#}")
}
