//! Builds the page of the links of an issue, and reads what its buttons ask for.

use axum::http::Uri;
use maud::Markup;

use super::action_log::ActionOutcome;
use super::issue_cache::LatestLetter;
use super::pages::{location, missing_issue};
use super::route::Action;
use super::server_state::ServerState;
use super::services::{WaitingLink, WaitingLinks};
use super::workspace::Workspace;
use crate::inbox::LinkChange;
use crate::model::{Issue, IssueNumber, Link, Section, SectionStyle};
use crate::templates::preview::issue_page::IssuePage;
use crate::templates::preview::layout::ServerInfo;
use crate::templates::preview::links::{LinkRow, LinksPage, PlacedRow, links_page};

/// The page of the links that wait for an issue, are in it, and were dropped.
pub(super) fn links(
    state: &ServerState,
    server: &ServerInfo,
    number: IssueNumber,
    shown: Option<LatestLetter>,
) -> Markup {
    let shown = shown.unwrap_or_else(|| missing_issue(number));
    let (waiting, problem) = match state.workspace.waiting_links(number) {
        Ok(waiting) => (waiting, None),
        Err(reason) => (WaitingLinks::default(), Some(reason)),
    };
    let page = LinksPage {
        location: location(state, number, IssuePage::Links, &shown),
        links: waiting.links.into_iter().map(row).collect(),
        sections: waiting.sections,
        lead: waiting.lead,
        refusal: waiting.refusal,
        problem,
        placed: shown.letter.as_ref().map_or_else(Vec::new, |letter| placed(&letter.loaded.issue)),
        dropped: waiting.dropped,
        can_undo: waiting.can_undo,
        digest: waiting.digest,
    };
    links_page(server, &page)
}

/// The links of `issue`, in its order.
fn placed(issue: &Issue) -> Vec<PlacedRow> {
    let of_section = |section: &Section| {
        let place = match (&section.heading, section.style) {
            (_, SectionStyle::Lead) => "Lead".to_owned(),
            (Some(heading), _) => heading.plain(),
            (None, _) => String::new(),
        };
        let row = |link: &Link| PlacedRow {
            url: link.url.clone(),
            title: link.plain_title(),
            source: link.source.clone(),
            place: if link.sponsored { "Sponsored".to_owned() } else { place.clone() },
            about: link.reading_time.map(|minutes| format!("{minutes} min")),
        };
        section.links().map(row).collect::<Vec<_>>()
    };
    issue.sections.iter().flat_map(of_section).collect()
}

fn row(link: WaitingLink) -> LinkRow {
    let mut about = Vec::new();
    about.extend(link.age.map(|days| match days {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }));
    about.extend((link.feeds > 1).then(|| format!("in {} feeds", link.feeds)));
    LinkRow {
        host: link.host,
        line: link.line,
        title: link.title.unwrap_or_else(|| link.url.clone()),
        url: link.url,
        about,
        known: link.known.map(|(issue, line)| (format!("issue {issue}"), line)),
        note: link.note,
        section: link.section,
        is_later: link.is_later,
    }
}

/// Does what a button of the page asks for: `?line=3&section=0&drawn=…`.
pub(super) fn change(workspace: &Workspace, number: IssueNumber, action: Action, uri: &Uri) -> ActionOutcome {
    let query = uri.query().unwrap_or_default();
    let value = |wanted: &str| {
        let found = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let change = match (action, value("line").parse(), value("section").parse()) {
        (Action::PutLink, Ok(line), Ok(section)) => LinkChange::Put { line, section },
        (Action::LeadLink, Ok(line), _) => LinkChange::Lead { line },
        (Action::WaitLink, Ok(line), _) => LinkChange::Wait { line, later: value("later") == "yes" },
        (Action::DropLink, Ok(line), _) => LinkChange::Drop { line },
        _ => return ActionOutcome::failed("the page asked for nothing that can be done; reload it"),
    };
    workspace.change_link(number, change, &value("drawn"))
}
