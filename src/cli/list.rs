//! `newsletter list`: every issue of the newsletter and how it stands.

use std::io::Write;

use serde_json::{Value, json};

use super::condition::Condition;
use super::table::aligned;
use super::{Exit, Global, ledger, talk, wording};
use crate::delivery::ledger::{Counts, State, Summary};
use crate::diagnostic;
use crate::load::{self, IssueFile, LoadedIssue, Newsletter, Problems};

/// One issue: its file, and its delivery when it has one.
struct Line<'a> {
    file: &'a IssueFile,
    loaded: Result<LoadedIssue, Problems>,
    delivery: Option<(&'a Summary, Condition)>,
}

pub(super) fn run(global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let files = load::issues(&newsletter.root)?;
    let (summaries, senders) = match ledger::open_to_read(&newsletter)? {
        Some(mut ledger) => (ledger.summaries()?, ledger.senders()?),
        None => (Vec::new(), Vec::new()),
    };
    let lines: Vec<_> = files
        .iter()
        .rev()
        .map(|file| {
            let summary = summaries.iter().find(|summary| summary.issue == file.number);
            let delivery = summary.map(|summary| (summary, Condition::of(summary, &senders)));
            Line { file, loaded: LoadedIssue::read(&newsletter, file), delivery }
        })
        .collect();
    let mut stdout = std::io::stdout().lock();
    if global.json {
        let issues: Vec<_> = lines.iter().map(Line::in_json).collect();
        writeln!(stdout, "{:#}", json!(issues))?;
        return Ok(Exit::Done);
    }
    if lines.is_empty() {
        talk::tell("no issues yet; `newsletter new` makes the first\n");
        return Ok(Exit::Done);
    }
    let mut table = vec![["No", "Date", "State", "Sent", "Links", "Title"].map(str::to_owned)];
    table.extend(lines.iter().map(Line::cells));
    for line in aligned(&table) {
        writeln!(stdout, "{line}")?;
    }
    Ok(Exit::Done)
}

impl Line<'_> {
    fn state(&self) -> &'static str {
        match (&self.delivery, &self.loaded) {
            (Some((_, condition)), _) => condition.name(),
            (None, Err(_)) => "broken",
            (None, Ok(loaded)) if loaded.issue.draft => "draft",
            (None, Ok(_)) => "ready",
        }
    }

    fn cells(&self) -> [String; 6] {
        let none = || "-".to_owned();
        let sent = self.delivery.as_ref().map_or_else(none, |(summary, _)| {
            let counts = &summary.counts;
            format!("{}/{}", wording::count(counts.of(State::Accepted)), wording::count(counts.total()))
        });
        let (date, links, title) = match &self.loaded {
            Ok(LoadedIssue { issue, .. }) => {
                (issue.date.to_string(), issue.links().count().to_string(), issue.title.clone())
            }
            Err(problems) => {
                let errors = diagnostic::errors(&problems.0);
                let noun = if errors == 1 { "error" } else { "errors" };
                (none(), none(), format!("{errors} {noun}   <- newsletter check {}", self.file.number))
            }
        };
        [self.file.number.to_string(), date, self.state().to_owned(), sent, links, title]
    }

    fn in_json(&self) -> Value {
        let issue = self.loaded.as_ref().ok().map(|loaded| &loaded.issue);
        let counts = self.delivery.as_ref().map(|(summary, _)| &summary.counts);
        json!({
            "issue": self.file.number.0,
            "slug": issue.map_or(&self.file.slug, |issue| &issue.slug),
            "title": issue.map(|issue| &issue.title),
            "date": issue.map(|issue| issue.date.to_string()),
            "links": issue.map(|issue| issue.links().count()),
            "state": self.state(),
            "sent": counts.map(|counts| counts.of(State::Accepted)),
            "total": counts.map(Counts::total),
        })
    }
}
