//! `newsletter fill ISSUE`: facts that are missing in the links of an issue.

use std::io::Write;

use clap::Args;
use serde_json::{Value, json};

use super::exit::Exit;
use super::global::Global;
use super::output;
use crate::app::gather::{FillOptions, FillOutcome, FillReport, FilledLink, fill};
use crate::config::Newsletter;
use crate::issue::{FactValue, MissingFact};

/// Arguments of `fill`.
#[derive(Debug, Args)]
pub struct Options {
    /// The issue: its number, its file, or `next`
    #[arg(value_name = "ISSUE")]
    issue: String,
    /// Add the pictures of the pages too: scaled down, in `issues/img/`
    #[arg(long)]
    image: bool,
    /// Show what would be added, and write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let wanted = FillOptions { has_image: options.image, dry_run: options.dry_run };
    let report = fill(&newsletter, &options.issue, &global.directory, wanted)?;
    if global.json {
        writeln!(std::io::stdout().lock(), "{:#}", to_json(&report, options.dry_run))?;
    } else {
        for link in &report.links {
            print(link, &report, options.dry_run, global);
        }
        if report.links.is_empty() {
            output::note(global, &format!("{}: nothing is missing\n", report.file.display()));
        }
    }
    let is_whole = |link: &FilledLink| {
        link.no_picture.is_none() && matches!(link.outcome, FillOutcome::Filled(_) | FillOutcome::NothingFound)
    };
    let is_complete = report.links.iter().all(is_whole);
    Ok(if is_complete { Exit::Done } else { Exit::Incomplete })
}

fn print(
    FilledLink { link, no_picture, outcome }: &FilledLink,
    report: &FillReport,
    is_dry_run: bool,
    global: &Global,
) {
    let place = format!("{}:{}", report.file.display(), link.line);
    match outcome {
        FillOutcome::Filled(facts) => {
            let would = if is_dry_run { "would add" } else { "added" };
            let keys: Vec<String> = facts.iter().map(|(fact, _)| format!("`{}`", fact.key())).collect();
            output::note(global, &format!("{place}: {would} {} of {}\n", keys.join(", "), link.url));
        }
        FillOutcome::NothingFound => {}
        FillOutcome::NotRead(reason) => {
            output::always(&format!("warning: {place}: {} was not read: {}\n", link.url, reason.0));
        }
        FillOutcome::NoPlace(facts) => {
            let lines: Vec<String> = facts.iter().map(|fact| format!("  {}", line(fact))).collect();
            output::always(&format!(
                "warning: {place}: the link is written in a way into which no line can be inserted. Add this:\n{}\n",
                lines.join("\n")
            ));
        }
    }
    if let Some(reason) = no_picture {
        output::always(&format!("warning: {place}: {} has no picture: {reason}\n", link.url));
    }
}

fn line((fact, value): &(MissingFact, FactValue)) -> String {
    match value {
        FactValue::Text(text) => format!("{} = {}", fact.key(), toml::Value::String(text.clone())),
        FactValue::Number(number) => format!("{} = {number}", fact.key()),
    }
}

fn to_json(report: &FillReport, is_dry_run: bool) -> Value {
    let links = report.links.iter().map(|FilledLink { link, no_picture, outcome }| {
        let facts = |facts: &[(MissingFact, FactValue)]| -> Value {
            let value = |value: &FactValue| match value {
                FactValue::Text(text) => Value::from(text.as_str()),
                FactValue::Number(number) => Value::from(*number),
            };
            facts
                .iter()
                .map(|(fact, own)| (fact.key().to_owned(), value(own)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        let (name, facts, reason) = match outcome {
            FillOutcome::Filled(added) => ("filled", facts(added), None),
            FillOutcome::NothingFound => ("nothing_found", json!({}), None),
            FillOutcome::NotRead(reason) => ("not_read", json!({}), Some(&reason.0)),
            FillOutcome::NoPlace(found) => ("no_place", facts(found), None),
        };
        json!({ "url": link.url, "line": link.line, "outcome": name, "facts": facts, "reason": reason, "no_picture": no_picture })
    });
    json!({
        "file": report.file,
        "dry_run": is_dry_run,
        "links": links.collect::<Vec<_>>(),
        "complete": report.complete,
    })
}
