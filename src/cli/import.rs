//! `newsletter import FILE...`: past issues that another program sent.

use std::io::Write;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use serde_json::json;

use super::exit::Exit;
use super::global::Global;
use super::output;
use crate::app::import::{GivenDates, ImportOutcome, ImportedIssue, Interval, import};
use crate::config::Newsletter;
use crate::diagnostic;
use crate::issue::LeftOut;

/// Arguments of `import`.
#[derive(Debug, Args)]
pub struct Options {
    /// Past issues: Markdown files, a zip of them such as Buttondown's, or the JSON of curated.co
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Date of an issue that does not say its own; with --every that of the first one
    #[arg(long, value_name = "DATE")]
    date: Option<NaiveDate>,
    /// Time between two issues that do not say their dates, in the order of their numbers: week, "2 weeks", month
    #[arg(long, value_name = "TIME", requires = "date")]
    every: Option<Interval>,
    /// Show what would be written, and write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let files: Vec<PathBuf> = options.files.iter().map(|file| global.directory.join(file)).collect();
    let given = options.date.map(|first| GivenDates { first, every: options.every });
    let imported = import(&newsletter, &files, given, options.dry_run)?;
    if global.json {
        let issues = imported.iter().map(|issue| {
            let (outcome, file) = match &issue.outcome {
                ImportOutcome::Written(file) => ("written", Some(file)),
                ImportOutcome::Exists(file) => ("exists", Some(file)),
                ImportOutcome::NoDate => ("no_date", None),
                ImportOutcome::NeverSent => ("never_sent", None),
                ImportOutcome::Wrong(_) => ("wrong", None),
            };
            json!({
                "source": issue.source,
                "issue": issue.number.map(output::issue_in_json),
                "outcome": outcome,
                "file": file,
                "links": issue.links,
                "lines_left_out": issue.left_out.iter().map(|(line, _)| line).collect::<Vec<_>>(),
            })
        });
        let data = json!({ "dry_run": options.dry_run, "issues": issues.collect::<Vec<_>>() });
        writeln!(std::io::stdout().lock(), "{data:#}")?;
    } else {
        for issue in &imported {
            print(issue, options.dry_run, global);
        }
    }
    let is_complete =
        imported.iter().all(|issue| issue.left_out.is_empty() && matches!(issue.outcome, ImportOutcome::Written(_)));
    Ok(if is_complete { Exit::Done } else { Exit::Incomplete })
}

fn print(issue: &ImportedIssue, is_dry_run: bool, global: &Global) {
    let source = issue.source.display();
    match &issue.outcome {
        ImportOutcome::Written(file) => {
            let would = if is_dry_run { "would write" } else { "wrote" };
            let links = if issue.links == 1 { "1 link".to_owned() } else { format!("{} links", issue.links) };
            output::note(global, &format!("{source}: {would} {} with {links}\n", file.display()));
        }
        ImportOutcome::Exists(file) => {
            output::always(&format!("warning: {source}: {} is there already and stays as it is\n", file.display()));
        }
        ImportOutcome::NoDate => output::always(&format!(
            "warning: {source}: it does not say its date; give it with `--date 2026-11-24`, or add `date: 2026-11-24` between two \
             lines of `---` at its top\n"
        )),
        ImportOutcome::NeverSent => output::always(&format!("warning: {source}: it was never sent; not imported\n")),
        ImportOutcome::Wrong(problems) => {
            output::always(&diagnostic::draw(&problems.0, global.colour_of_stderr()));
            output::always(&format!("warning: {source}: not imported\n"));
        }
    }
    for (line, what) in &issue.left_out {
        let what = match what {
            LeftOut::Html => "HTML was left out",
            LeftOut::Link => "a link to no web address was left out",
            LeftOut::Picture => "a picture was left out",
        };
        output::always(&format!("warning: {source}:{line}: {what}\n"));
    }
}
