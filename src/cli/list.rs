//! `newsletter list`: every issue of the newsletter with its status.

use std::io::Write;

use anstyle::Style;
use serde_json::{Value, json};

use super::exit::Exit;
use super::global::Global;
use super::output;
use super::style::{COMMAND, ERROR, GOOD, QUIET, RUNNING, WARNING, styled};
use super::table::{Cell, aligned, heads};
use crate::app::delivery_status::DeliveryStatus;
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
    let mut stdout = anstream::stdout().lock();
    if global.json {
        let issues: Vec<_> = issues.iter().map(in_json).collect();
        writeln!(stdout, "{:#}", json!(issues))?;
        return Ok(Exit::Done);
    }
    if issues.is_empty() {
        output::note(global, "no issues yet; `newsletter new` creates the first\n");
        return Ok(Exit::Done);
    }
    let mut table = vec![heads(["No", "Date", "State", "Sent", "Links", "Title"])];
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

/// The look of a state: what wants to be acted on stands out.
fn state_style(issue: &ListedIssue) -> Style {
    match (&issue.delivery, &issue.loaded) {
        (Some(delivery), _) => delivery_style(delivery),
        (None, Err(_)) => ERROR,
        (None, Ok(loaded)) if loaded.issue.draft => QUIET,
        (None, Ok(_)) if issue.check_errors > 0 => ERROR,
        (None, Ok(_)) => GOOD,
    }
}

/// The look of a delivery's state.
pub(super) fn delivery_style(delivery: &DeliveryOverview) -> Style {
    match delivery.status {
        DeliveryStatus::Running => RUNNING,
        DeliveryStatus::Rehearsed => QUIET,
        DeliveryStatus::Partial | DeliveryStatus::Unsettled | DeliveryStatus::InDoubt => WARNING,
        DeliveryStatus::Sent => GOOD,
        DeliveryStatus::NotSent => ERROR,
    }
}

/// Returns `   <- newsletter check 4`, for the end of a line.
pub(super) fn next_command(command: &str) -> String {
    format!("   {}", styled(COMMAND, &format!("<- {command}")))
}

fn cells(listed: &ListedIssue) -> [Cell; 6] {
    let none = || "-".to_owned();
    let sent = listed.delivery.as_ref().map_or_else(none, |delivery| {
        format!("{}/{}", format::count(delivery.mailed()), format::count(delivery.counts.total()))
    });
    let number = listed.file.number;
    let (date, links, title) = match &listed.loaded {
        Ok(LoadedIssue { issue, .. }) => {
            let check = || next_command(&format!("newsletter check {number}"));
            let hint = if listed.check_errors > 0 { check() } else { String::new() };
            let title = Cell::from(issue.title.clone()).followed_by(hint);
            (issue.date.to_string(), issue.links().count().to_string(), title)
        }
        Err(problems) => {
            let errors = diagnostic::errors(&problems.0);
            let noun = if errors == 1 { "error" } else { "errors" };
            let check = next_command(&format!("newsletter check {number}"));
            (none(), none(), Cell::styled(ERROR, format!("{errors} {noun}")).followed_by(check))
        }
    };
    let state = Cell::styled(state_style(listed), state(listed));
    [number.to_string().into(), date.into(), state, sent.into(), links.into(), title]
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
