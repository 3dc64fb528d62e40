//! `newsletter subscribers report`: how many came and left, by week and by issue.

use std::io::Write;

use serde_json::json;

use crate::app::subscribers::{self, IssueEffect, ReaderWeek, ReadersReport};
use crate::cli::exit::Exit;
use crate::cli::global::Global;
use crate::cli::output;
use crate::cli::table::{Cell, aligned, heads};
use crate::config::Newsletter;
use crate::format;
use crate::readers::SuppressionReason;

pub(super) fn run(global: &Global) -> anyhow::Result<Exit> {
    let newsletter = Newsletter::open(&global.directory)?;
    let report = subscribers::report(&newsletter)?;
    let mut stdout = anstream::stdout().lock();
    if global.json {
        writeln!(stdout, "{:#}", to_json(&report))?;
        return Ok(Exit::Done);
    }
    let ReadersReport { active, pending, suppressed, weeks, issues } = &report;
    let [active, pending, suppressed] = [active, pending, suppressed].map(|count| format::count(*count));
    writeln!(stdout, "{active} active · {pending} pending · {suppressed} suppressed")?;
    let number = |count: u64| Cell::from(if count == 0 { "·".to_owned() } else { format::count(count) });
    if !weeks.is_empty() {
        let mut table =
            vec![heads(["week of", "came", "confirmed", "bounced", "unsubscribed", "complained", "asked", "not me"])];
        for ReaderWeek { monday, came, confirmed, left } in weeks {
            let [bounced, unsubscribed, complained, asked, not_me] = left.map(number);
            let week = Cell::from(monday.to_string());
            table.push([week, number(*came), number(*confirmed), bounced, unsubscribed, complained, asked, not_me]);
        }
        writeln!(stdout, "\n{}", aligned(&table).join("\n"))?;
    }
    if !issues.is_empty() {
        let mut table =
            vec![heads(["issue", "sent", "reached", "left after it", "dead addresses", "refused by policy"])];
        for IssueEffect { issue, sent, reached, lost, by_policy, dead } in issues {
            let (issue, sent) = (Cell::from(issue.to_string()), Cell::from(sent.format("%F").to_string()));
            table.push([issue, sent, number(*reached), number(*lost), number(*dead), number(*by_policy)]);
        }
        writeln!(stdout, "\n{}", aligned(&table).join("\n"))?;
    }
    Ok(Exit::Done)
}

fn to_json(report: &ReadersReport) -> serde_json::Value {
    let weeks = report.weeks.iter().map(|week| {
        let left: serde_json::Map<_, _> = SuppressionReason::ALL
            .iter()
            .zip(week.left)
            .filter(|(_, count)| *count > 0)
            .map(|(reason, count)| (reason.name().to_owned(), count.into()))
            .collect();
        json!({ "week": week.monday.to_string(), "came": week.came, "confirmed": week.confirmed, "left": left })
    });
    let issues = report.issues.iter().map(|issue| {
        json!({
            "issue": output::issue_in_json(issue.issue),
            "sent": issue.sent.to_rfc3339(),
            "reached": issue.reached,
            "lost": issue.lost,
            "dead": issue.dead,
            "refused_by_policy": issue.by_policy,
        })
    });
    json!({
        "active": report.active,
        "pending": report.pending,
        "suppressed": report.suppressed,
        "weeks": weeks.collect::<Vec<_>>(),
        "issues": issues.collect::<Vec<_>>(),
    })
}
