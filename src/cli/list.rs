//! `newsletter list`: every issue of the newsletter with its status.

use std::io::Write;

use serde_json::{Value, json};

use super::exit::Exit;
use super::global::Global;
use super::output;
use super::table::aligned;
use crate::app::status;
use crate::app::status::{DeliveryOverview, ListedIssue};
use crate::config::Newsletter;
use crate::diagnostic;
use crate::format;
use crate::issue::LoadedIssue;

pub(super) fn run(global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let issues = status::list(&newsletter)?;
    output::warn_about_stray_files(global, &newsletter)?;
    let mut stdout = std::io::stdout().lock();
    if global.json {
        let issues: Vec<_> = issues.iter().map(in_json).collect();
        writeln!(stdout, "{:#}", json!(issues))?;
        return Ok(Exit::Done);
    }
    if issues.is_empty() {
        output::note(global, "no issues yet; `newsletter new` creates the first\n");
        return Ok(Exit::Done);
    }
    let mut table = vec![["No", "Date", "State", "Sent", "Links", "Title"].map(str::to_owned)];
    table.extend(issues.iter().map(cells));
    for line in aligned(&table) {
        writeln!(stdout, "{line}")?;
    }
    Ok(Exit::Done)
}

fn state(issue: &ListedIssue) -> &'static str {
    match (&issue.delivery, &issue.loaded) {
        (Some(delivery), _) => delivery.status.name(),
        (None, Err(_)) => "broken",
        (None, Ok(loaded)) if loaded.issue.draft => "draft",
        (None, Ok(_)) if issue.check_errors > 0 => "errors",
        (None, Ok(_)) => "ready",
    }
}

fn cells(listed: &ListedIssue) -> [String; 6] {
    let none = || "-".to_owned();
    let sent = listed.delivery.as_ref().map_or_else(none, |delivery| {
        format!("{}/{}", format::count(delivery.mailed()), format::count(delivery.counts.total()))
    });
    let number = listed.file.number;
    let (date, links, title) = match &listed.loaded {
        Ok(LoadedIssue { issue, .. }) => {
            let hint = if listed.check_errors > 0 { format!("   <- newsletter check {number}") } else { String::new() };
            (issue.date.to_string(), issue.links().count().to_string(), format!("{}{hint}", issue.title))
        }
        Err(problems) => {
            let errors = diagnostic::errors(&problems.0);
            let noun = if errors == 1 { "error" } else { "errors" };
            (none(), none(), format!("{errors} {noun}   <- newsletter check {number}"))
        }
    };
    [number.to_string(), date, state(listed).to_owned(), sent, links, title]
}

fn in_json(listed: &ListedIssue) -> Value {
    let issue = listed.loaded.as_ref().ok().map(|loaded| &loaded.issue);
    let delivery = listed.delivery.as_ref();
    json!({
        "issue": output::issue_in_json(listed.file.number),
        "slug": issue.map_or(&listed.file.slug, |issue| &issue.slug),
        "title": issue.map(|issue| &issue.title),
        "date": issue.map(|issue| issue.date.to_string()),
        "links": issue.map(|issue| issue.links().count()),
        "state": state(listed),
        "sent": delivery.map(DeliveryOverview::mailed),
        "rehearsed": delivery.and_then(DeliveryOverview::rehearsed),
        "total": delivery.map(|delivery| delivery.counts.total()),
    })
}
