//! Responds to requests. There is no document root: every response is rendered, embedded in the program,
//! or a picture that a letter contains.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use serde::Serialize;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::WatchStream;

use super::archive_page;
use super::compare_page;
use super::frame::{Frame, LinkTarget};
use super::issue_cache::LatestLetter;
use super::links_page;
use super::origin_guard::OriginGuard;
use super::pages;
use super::responses::{
    FRAME_POLICY, NOTHING_POLICY, PAGE_POLICY, STANDALONE_POLICY, html, not_found, picture_file, plain, reply,
};
use super::route::{Action, MessagePart, Route, issue_alias};
use super::server_state::ServerState;
use super::view::{ShownScheme, View};
use super::workspace::Workspace;
use crate::app::readers::sample_mail;
use crate::clients;
use crate::config::Newsletter;
use crate::diagnostic::{self, Problems};
use crate::model::{IssueNumber, ReaderLetter};
use crate::templates::preview::compare::Baseline;
use crate::templates::preview::layout::{SCRIPT, STYLE, ServerInfo};

/// The header that carries the token. A browser lets no page of another site send it: that takes a preflight request,
/// which [`OriginGuard`] rejects.
const TOKEN: &str = "x-newsletter-token";

/// The most subscribers a search returns.
const MAX_SUGGESTIONS: usize = 20;

/// Handles every request that `origin_guard` accepts.
pub(super) fn router(state: ServerState, origin_guard: OriginGuard) -> Router {
    Router::new().fallback(respond).with_state(state).layer(middleware::from_fn_with_state(origin_guard, guard))
}

async fn guard(State(origin_guard): State<OriginGuard>, request: Request, next: Next) -> Response {
    // Every response, rejections included, reveals as little as possible to a page that embeds it.
    let mut response = match origin_guard.check(request.method(), request.headers()) {
        // `GET http://other.example/42` is a request to a proxy.
        Ok(()) if request.uri().authority().is_none() => next.run(request).await,
        Ok(()) => not_found(),
        Err(status) => plain(status, "the preview accepts requests from its own pages only\n"),
    };
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Responds on a blocking thread, since rendering takes milliseconds and searching a long subscriber list seconds. A panic
/// costs one response.
async fn respond(State(state): State<ServerState>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let response = tokio::task::spawn_blocking(move || match method {
        Method::POST => run_action(&state, &uri, &headers),
        _ => get(&state, &method, &uri),
    })
    .await;
    response.unwrap_or_else(|_| {
        plain(StatusCode::INTERNAL_SERVER_ERROR, "this is a bug in newsletter; see the terminal for details\n")
    })
}

/// Responds to a POST, which [`OriginGuard`] accepts from the preview's own pages only.
fn run_action(state: &ServerState, uri: &Uri, headers: &HeaderMap) -> Response {
    let Some(Route::Action(number, action)) = Route::parse(uri.path()) else {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "method not allowed\n");
    };
    let token = headers.get(TOKEN).map_or(&b""[..], HeaderValue::as_bytes);
    if verify_slices_are_equal(token, state.token.as_bytes()).is_err() {
        return plain(StatusCode::FORBIDDEN, "this page belongs to a previous preview session; reload it\n");
    }
    state.refresher.refresh();
    let outcome = match action {
        Action::SendTest => state.workspace.send_test(number, uri.query() == Some("again")),
        Action::CheckLinks => state.workspace.check_links(number),
        Action::PutLink | Action::LeadLink | Action::WaitLink | Action::DropLink => {
            links_page::change(&state.workspace, number, action, uri)
        }
        Action::UndoLink => state.workspace.undo_link(),
    };
    let status = if outcome.is_failure { StatusCode::CONFLICT } else { StatusCode::OK };
    reply(status, "application/json", NOTHING_POLICY, outcome.to_json())
}

fn get(state: &ServerState, method: &Method, uri: &Uri) -> Response {
    let query = uri.query().unwrap_or_default();
    let route = Route::parse(uri.path());
    // The others are embedded, or read from the disk in any case.
    if !matches!(route, Some(Route::Image | Route::Events | Route::Style | Route::Script)) {
        state.refresher.refresh();
    }
    let Some(route) = route else { return redirect(&state.workspace, uri.path(), query) };
    let view = View::parse(query);
    match route {
        Route::ReaderLetter(letter) => reader_letter(&state.workspace, letter),
        Route::Issues => html(StatusCode::OK, PAGE_POLICY, pages::issues(state).into_string()),
        Route::Issue(number, tab) => {
            issue_page(state, number, |server, shown| pages::issue(state, server, number, tab, &view, shown))
        }
        Route::Clients(number) => {
            issue_page(state, number, |server, shown| pages::clients(state, server, number, &view, shown))
        }
        Route::Compare(number) => {
            issue_page(state, number, |server, shown| compare_page::compare(state, server, number, &view, shown))
        }
        Route::Archive(number) => {
            issue_page(state, number, |server, shown| archive_page::archive(state, server, number, &view, shown))
        }
        Route::Links(number) => {
            issue_page(state, number, |server, shown| links_page::links(state, server, number, shown))
        }
        Route::Checks(number) => {
            issue_page(state, number, |server, shown| pages::checks(state, server, number, &view, shown))
        }
        Route::ArchiveFile(number) => archive_page::file(&state.workspace, number, uri.path()),
        Route::Feed(number) => archive_page::feed(&state.workspace, number, &view),
        Route::Card(number) => archive_page::card(&state.workspace, number, &view),
        Route::Action(..) => plain(StatusCode::METHOD_NOT_ALLOWED, "use the button on the issue's page\n"),
        Route::Frame(number) => frame(&state.workspace, number, &view),
        Route::Part(number, part) => message_part(&state.workspace, number, part, &view),
        Route::Image => image(&state.workspace, uri.path()),
        Route::Subscribers => subscribers(&state.workspace, query),
        Route::Events if method == Method::HEAD => {
            reply(StatusCode::OK, "text/event-stream", NOTHING_POLICY, Body::empty())
        }
        Route::Events => events(state),
        Route::Style => reply(StatusCode::OK, "text/css; charset=utf-8", NOTHING_POLICY, STYLE),
        Route::Script => reply(StatusCode::OK, "text/javascript; charset=utf-8", NOTHING_POLICY, SCRIPT),
    }
}

/// A letter to one reader as its file is now, or what is wrong with that.
fn reader_letter(workspace: &Workspace, letter: ReaderLetter) -> Response {
    let shown = Newsletter::open(workspace.root()).and_then(|newsletter| sample_mail(&newsletter, letter));
    match shown {
        Ok(mail) => html(StatusCode::OK, STANDALONE_POLICY, mail.html),
        Err(error) => plain(
            StatusCode::OK,
            match error.downcast_ref::<Problems>() {
                Some(problems) => diagnostic::draw(&problems.0, false),
                None => format!("{error:#}\n"),
            },
        ),
    }
}

/// A page about an issue, which may not exist yet.
fn issue_page(
    state: &ServerState,
    number: IssueNumber,
    draw: impl FnOnce(&ServerInfo, Option<LatestLetter>) -> Markup,
) -> Response {
    // The generation first: a page must not claim a change that happened after its content was read.
    let server = pages::server_info(state);
    let shown = state.workspace.issue(number);
    let status = if shown.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    html(status, PAGE_POLICY, draw(&server, shown).into_string())
}

/// Redirects an alias of an issue, such as `/042` or `/what-survives-a-retry`, to its canonical path.
fn redirect(workspace: &Workspace, path: &str, query: &str) -> Response {
    // The links that wait are for the next issue.
    let path = if path == "/links" { "/next/links" } else { path };
    let Some((word, rest)) = issue_alias(path) else { return not_found() };
    let Some(number) = workspace.find_issue(word) else { return not_found() };
    let separator = if query.is_empty() { "" } else { "?" };
    let Ok(address) = HeaderValue::try_from(format!("/{number}{rest}{separator}{query}")) else { return not_found() };
    // Temporary, because a slug can move to another issue.
    let mut response = plain(StatusCode::TEMPORARY_REDIRECT, "");
    response.headers_mut().insert(header::LOCATION, address);
    response
}

/// The letter for a frame; an empty document while there is none.
fn frame(workspace: &Workspace, number: IssueNumber, view: &View) -> Response {
    let Some(rendered) = workspace.issue(number).and_then(|shown| shown.letter) else {
        return html(
            StatusCode::OK,
            FRAME_POLICY,
            "<!DOCTYPE html><html lang=\"en\"><head><title>No mail yet</title></head></html>".to_owned(),
        );
    };
    let (reader, _) = pages::subscriber_for(workspace, view.subscriber.as_ref());
    let reading = match view.baseline {
        None => rendered.message(&reader).map(Some),
        Some(baseline) => workspace.baseline(number, baseline, &reader),
    };
    match reading {
        Ok(None) => plain(StatusCode::NOT_FOUND, "no such letter\n"),
        Ok(Some(reading)) => {
            let mut own_images = rendered.image_addresses();
            if view.baseline == Some(Baseline::Previous) {
                let previous = workspace.previous_issue(number).and_then(|previous| workspace.issue(previous)?.letter);
                own_images.extend(previous.iter().flat_map(|rendered| rendered.image_addresses()));
            }
            let frame = Frame {
                scheme: view.effective_scheme(),
                images: view.images,
                local_images: &own_images,
                links: LinkTarget::NewTab,
            };
            let letter = if view.numbered { clients::numbered(&reading.html) } else { reading.html };
            let letter = match view.client {
                Some(client) => clients::rewrite_for(&letter, client, view.scheme == ShownScheme::Dark),
                None => letter,
            };
            html(StatusCode::OK, FRAME_POLICY, frame.render(&letter))
        }
        Err(error) => plain(StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}\n")),
    }
}

/// The exact bytes of a part, as the subscriber receives them.
fn message_part(workspace: &Workspace, number: IssueNumber, part: MessagePart, view: &View) -> Response {
    let Some(rendered) = workspace.issue(number).and_then(|shown| shown.letter) else { return not_found() };
    let (reader, _) = pages::subscriber_for(workspace, view.subscriber.as_ref());
    let reading = match rendered.message(&reader) {
        Ok(reading) => reading,
        Err(error) => return plain(StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}\n")),
    };
    match part {
        MessagePart::Html => html(StatusCode::OK, STANDALONE_POLICY, reading.html),
        MessagePart::Text => plain(StatusCode::OK, reading.text),
        MessagePart::Message => {
            let mut response = reply(StatusCode::OK, "message/rfc822", NOTHING_POLICY, reading.bytes);
            let name = format!("attachment; filename=\"{number}.eml\"");
            let name = HeaderValue::try_from(name).expect("digits and ASCII letters");
            response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
            response
        }
    }
}

fn image(workspace: &Workspace, address: &str) -> Response {
    if let Some(band) = workspace.band(address) {
        return reply(StatusCode::OK, "image/png", NOTHING_POLICY, band);
    }
    workspace.image_path(address).map_or_else(not_found, |path| picture_file(&path))
}

/// A suggestion for the "View as" field.
#[derive(Serialize)]
struct Suggestion {
    address: String,
    name: Option<String>,
}

fn subscribers(workspace: &Workspace, query: &str) -> Response {
    let wanted = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "q");
    let wanted = wanted.map(|(_, value)| value).unwrap_or_default();
    let found =
        workspace.subscriber_list().map(|subscribers| subscribers.search(&wanted, MAX_SUGGESTIONS)).unwrap_or_default();
    let suggestions: Vec<Suggestion> = found
        .iter()
        .map(|subscriber| Suggestion {
            address: subscriber.address.to_string(),
            name: subscriber.name().map(str::to_owned),
        })
        .collect();
    let json = serde_json::to_string(&suggestions).expect("strings always serialize");
    reply(StatusCode::OK, "application/json", NOTHING_POLICY, json)
}

/// Streams the current generation and every later one.
fn events(state: &ServerState) -> Response {
    let instance_id = Arc::clone(&state.instance_id);
    let generations = WatchStream::new(state.generation.clone()).map(move |generation| {
        let data = format!("{{\"instance\":\"{instance_id}\",\"generation\":{generation}}}");
        Ok::<_, Infallible>(Event::default().id(generation.to_string()).retry(Duration::from_millis(500)).data(data))
    });
    let mut response = Sse::new(generations).keep_alive(KeepAlive::default()).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(NOTHING_POLICY));
    response
}
