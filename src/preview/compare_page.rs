//! Builds the page that compares the letter of an issue with an earlier one.

use maud::Markup;

use super::changes::changes;
use super::diff::diff;
use super::issue_cache::LatestLetter;
use super::pages::{draw, location, missing_issue, query, subscriber_for};
use super::server_state::ServerState;
use super::view::View;
use super::workspace::Workspace;
use crate::message::ParsedMessage;
use crate::model::IssueNumber;
use crate::templates::preview::compare::{self, Baseline, BaselineChoice, ComparisonResult};
use crate::templates::preview::issue_page::IssuePage;
use crate::templates::preview::layout::ServerInfo;

/// The comparison with the letter that `view` asks for, or else with the first there is: the one sent, the one of the last
/// test mail, the one of the previous issue.
pub(super) fn compare(
    state: &ServerState,
    server: &ServerInfo,
    number: IssueNumber,
    view: &View,
    shown: Option<LatestLetter>,
) -> Markup {
    let workspace = &state.workspace;
    let shown = shown.unwrap_or_else(|| missing_issue(number));
    let (reader, _) = subscriber_for(workspace, view.subscriber.as_ref());
    let now = shown.letter.as_ref().map(|rendered| rendered.message(&reader));
    let letters = Baseline::ALL.map(|baseline| (baseline, workspace.baseline(number, baseline, &reader)));
    let exists =
        |baseline: Baseline| letters.iter().any(|(other, found)| *other == baseline && !matches!(found, Ok(None)));
    let by_default =
        [Baseline::Sent, Baseline::Test, Baseline::Previous].into_iter().find(|&baseline| exists(baseline));
    let chosen = view.baseline.or(by_default).unwrap_or(Baseline::Test);

    let choices = letters.iter().map(|(baseline, found)| BaselineChoice {
        baseline: *baseline,
        name: name(workspace, number, *baseline),
        date: date(*baseline, found),
        exists: exists(*baseline),
        is_chosen: *baseline == chosen,
    });
    let choices = choices.collect();
    let earlier = letters.into_iter().find(|(baseline, _)| *baseline == chosen).map(|(_, found)| found);
    let mut found = Vec::new();
    let comparison = match (now, earlier.unwrap_or(Ok(None))) {
        (_, Ok(None)) => ComparisonResult::NoBaseline,
        (_, Err(error)) | (Some(Err(error)), _) => ComparisonResult::Unreadable(format!("{error:#}")),
        (None, _) => ComparisonResult::NoLetter,
        (Some(Ok(now)), Ok(Some(earlier))) => {
            found = changes(&earlier, &now);
            compare_messages(&earlier, &now)
        }
    };
    let page = compare::ComparePage {
        location: location(state, number, IssuePage::Compare, &shown),
        choices,
        comparison,
        changes: found,
        problems: draw(&shown.problems),
        query: query(&View { client: None, baseline: None, ..view.clone() }),
    };
    compare::compare_page(server, &page)
}

fn compare_messages(earlier: &ParsedMessage, now: &ParsedMessage) -> ComparisonResult {
    let lines = diff(&earlier.text, &now.text);
    match (lines.is_empty(), earlier.html == now.html) {
        (true, true) => ComparisonResult::Identical,
        (true, false) => ComparisonResult::OnlyHtml,
        (false, _) => ComparisonResult::Text(lines),
    }
}

fn name(workspace: &Workspace, number: IssueNumber, baseline: Baseline) -> String {
    match baseline {
        Baseline::Test => "Last test mail".to_owned(),
        Baseline::Sent => "As sent".to_owned(),
        Baseline::Previous => workspace
            .previous_issue(number)
            .map_or_else(|| "Previous issue".to_owned(), |previous| format!("Issue {previous}")),
    }
}

/// The date in the header of a message. That of the issue before is without its time, which is midnight until it was mailed.
fn date(baseline: Baseline, found: &anyhow::Result<Option<ParsedMessage>>) -> Option<String> {
    let reading = found.as_ref().ok()?.as_ref()?;
    let date = reading.headers.iter().find(|(name, _)| name == "Date").map(|(_, value)| value)?;
    let date = chrono::DateTime::parse_from_rfc2822(date).ok()?.to_utc();
    let pattern = if baseline == Baseline::Previous { "%-d %b %Y" } else { "%-d %b %Y, %H:%M UTC" };
    Some(date.format(pattern).to_string())
}
