//! Builds the page that shows the web archive, and responds with the files of the archive.

use axum::http::StatusCode;
use axum::response::Response;
use maud::Markup;

use super::archive_preview::{ArchivePreview, Shown, split_path};
use super::issue_cache::LatestLetter;
use super::pages::{draw, location, missing_issue};
use super::responses::{ARCHIVE_POLICY, FRAME_POLICY, NOTHING_POLICY, html, not_found, picture_file, plain, reply};
use super::server_state::ServerState;
use super::view::{ShownScheme, View};
use super::workspace::Workspace;
use crate::model::IssueNumber;
use crate::templates::preview::archive::{ArchivePage, ArchivePart, archive_page};
use crate::templates::preview::issue_page::IssuePage;
use crate::templates::preview::layout::ServerInfo;

/// The page of the archive.
pub(super) fn archive(
    state: &ServerState,
    server: &ServerInfo,
    number: IssueNumber,
    view: &View,
    shown: Option<LatestLetter>,
) -> Markup {
    let mut shown = shown.unwrap_or_else(|| missing_issue(number));
    let archive = match state.workspace.archive(number) {
        Ok(archive) => Some(archive),
        Err(problems) => {
            // A problem of the issue itself is listed already.
            let known = shown.problems.clone();
            shown.problems.extend(problems.into_iter().filter(|problem| !known.contains(problem)));
            None
        }
    };
    let address = |archive: &ArchivePreview, part: ArchivePart| match part {
        ArchivePart::Home => Some(archive.home(view.scheme)),
        ArchivePart::Issue => Some(archive.issue(view.scheme)),
        ArchivePart::Topic => archive.topic(view.scheme),
        ArchivePart::Feed => Some(format!("/{number}/feed{}", scheme_query(view.scheme))),
        ArchivePart::Card => Some(format!("/{number}/card{}", scheme_query(view.scheme))),
    };
    let parts: Vec<(ArchivePart, String)> = archive
        .iter()
        .flat_map(|archive| ArchivePart::ALL.map(|part| (part, address(archive, part))))
        .filter_map(|(part, address)| Some((part, address?)))
        .collect();
    let wanted = view.part.filter(|part| parts.iter().any(|(there, _)| there == part));
    let page = ArchivePage {
        location: location(state, number, IssuePage::Archive, &shown),
        shown: wanted.unwrap_or(ArchivePart::Home),
        parts,
        is_draft: archive.as_ref().is_some_and(|archive| archive.is_draft),
        left_out: archive.as_ref().map(|archive| archive.left_out.clone()).unwrap_or_default(),
        problems: draw(&shown.problems),
    };
    archive_page(server, &page)
}

fn scheme_query(scheme: ShownScheme) -> &'static str {
    if scheme == ShownScheme::Light { "" } else { "?scheme=dark" }
}

/// A file of the archive; `path` is that of the request.
pub(super) fn file(workspace: &Workspace, number: IssueNumber, path: &str) -> Response {
    let prefix = format!("/{number}/site/");
    let Some((scheme, path)) = path.strip_prefix(&prefix).and_then(split_path) else { return not_found() };
    let Ok(archive) = workspace.archive(number) else { return not_found() };
    match archive.file(&path, scheme) {
        None => not_found(),
        Some(Shown::Page(page)) => html(StatusCode::OK, ARCHIVE_POLICY, page),
        Some(Shown::Style(css)) => reply(StatusCode::OK, "text/css; charset=utf-8", NOTHING_POLICY, css),
        Some(Shown::Png(bytes)) => reply(StatusCode::OK, "image/png", NOTHING_POLICY, bytes),
        Some(Shown::Text(bytes)) => plain(StatusCode::OK, bytes),
        Some(Shown::Picture(name)) => picture_file(&workspace.root().join("issues/img").join(name)),
    }
}

/// The feed as a feed reader shows it.
pub(super) fn feed(workspace: &Workspace, number: IssueNumber, view: &View) -> Response {
    document(workspace, number, |archive| archive.feed(view.scheme))
}

/// A link to the issue's page as other sites show it.
pub(super) fn card(workspace: &Workspace, number: IssueNumber, view: &View) -> Response {
    document(workspace, number, |archive| archive.card(view.scheme))
}

fn document(
    workspace: &Workspace,
    number: IssueNumber,
    build: impl FnOnce(&ArchivePreview) -> Option<String>,
) -> Response {
    let document = workspace.archive(number).ok().and_then(|archive| build(&archive));
    document.map_or_else(not_found, |document| html(StatusCode::OK, FRAME_POLICY, document))
}
