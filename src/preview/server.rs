//! Answers requests. There is no file root: every answer is rendered, embedded, or a picture some letter names.

use std::convert::Infallible;
use std::fs;
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
use serde::Serialize;
use tokio::sync::watch;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::WatchStream;

use super::comparison;
use super::door::Door;
use super::frame::Frame;
use super::page;
use super::route::{Part, Route, other_name};
use super::studio::Studio;
use super::view::{Scheme, View};
use crate::model::IssueNumber;
use crate::simulate;
use crate::templates::preview::{SCRIPT, STYLE};
use crate::templates::preview_compare::Earlier;

/// What the pages themselves may load: their own style sheet, script and frame.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What a letter in its frame may load: what a mail client would. Scripts it has none, and none would run.
const FRAME_POLICY: &str = "default-src 'none'; img-src 'self' https: data:; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'self'";

/// The same for a letter that stands alone, which then has no origin either.
const BARE_POLICY: &str = "default-src 'none'; img-src 'self' https: data:; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox";

/// What everything else may load.
const NOTHING_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The header with which a page shows that it is ours. Another site's page cannot send it without asking first, and is
/// told no.
const TOKEN: &str = "x-newsletter-token";

/// How many subscribers a search answers.
const SUGGESTIONS: usize = 20;

/// What every request can reach.
#[derive(Clone)]
pub(super) struct Site {
    /// What the preview knows.
    pub(super) studio: Arc<Studio>,
    /// Names this run of the server.
    pub(super) boot: Arc<str>,
    /// What a page shows to be one of ours.
    pub(super) token: Arc<str>,
    /// The generation to show.
    pub(super) generation: watch::Receiver<u64>,
}

/// The preview's one service, behind `door`.
pub(super) fn router(site: Site, door: Door) -> Router {
    Router::new().fallback(answer).with_state(site).layer(middleware::from_fn_with_state(door, guard))
}

async fn guard(State(door): State<Door>, request: Request, next: Next) -> Response {
    // Any answer, a refusal too, says as little as possible to whoever embeds it.
    let mut response = match door.admit(request.method(), request.headers()) {
        // `GET http://other.example/42` is for a proxy.
        Ok(()) if request.uri().authority().is_none() => next.run(request).await,
        Ok(()) => not_found(),
        Err(status) => plain(status, "the preview answers its own pages only\n"),
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

/// Answers on a thread of its own: rendering takes milliseconds, a long list of subscribers seconds, and neither must hold
/// up the others. A panic costs one answer.
async fn answer(State(site): State<Site>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let answered = tokio::task::spawn_blocking(move || match method {
        Method::POST => act(&site, &uri, &headers),
        _ => respond(&site, &method, &uri),
    })
    .await;
    answered.unwrap_or_else(|_| {
        plain(StatusCode::INTERNAL_SERVER_ERROR, "this is a bug in newsletter; its last words are in the terminal\n")
    })
}

/// Answers a POST, which the door lets in from our own pages only.
fn act(site: &Site, uri: &Uri, headers: &HeaderMap) -> Response {
    let (number, errand) = match Route::parse(uri.path()) {
        Some(Route::Test(number)) => (number, Studio::send_test as fn(&Studio, IssueNumber) -> _),
        Some(Route::Links(number)) => (number, Studio::ask_links as _),
        _ => return plain(StatusCode::METHOD_NOT_ALLOWED, "nothing is done here\n"),
    };
    let token = headers.get(TOKEN).map_or(&b""[..], HeaderValue::as_bytes);
    if verify_slices_are_equal(token, site.token.as_bytes()).is_err() {
        return plain(StatusCode::FORBIDDEN, "this page is of an earlier preview; load it again\n");
    }
    match errand(&site.studio, number) {
        Ok(said) => plain(StatusCode::OK, said),
        Err(reason) => plain(StatusCode::CONFLICT, reason),
    }
}

fn respond(site: &Site, method: &Method, uri: &Uri) -> Response {
    let query = uri.query().unwrap_or_default();
    let Some(route) = Route::parse(uri.path()) else { return elsewhere(&site.studio, uri.path(), query) };
    let view = View::parse(query);
    match route {
        Route::Issues => html(StatusCode::OK, PAGE_POLICY, page::issues(site).into_string()),
        Route::Studio(number, tab) => {
            let shown = site.studio.issue(number);
            let status = if shown.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
            let page = page::studio(site, number, tab, &view, shown);
            html(status, PAGE_POLICY, page.into_string())
        }
        Route::Clients(number) => {
            let shown = site.studio.issue(number);
            let status = if shown.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
            let page = page::clients(site, number, &view, shown);
            html(status, PAGE_POLICY, page.into_string())
        }
        Route::Compare(number) => {
            let shown = site.studio.issue(number);
            let status = if shown.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
            html(status, PAGE_POLICY, comparison::compare(site, number, &view, shown).into_string())
        }
        Route::Test(_) | Route::Links(_) => plain(StatusCode::METHOD_NOT_ALLOWED, "there is a button for that\n"),
        Route::Frame(number) => frame(&site.studio, number, &view),
        Route::Part(number, part) => bare_part(&site.studio, number, part, &view),
        Route::Image => image(&site.studio, uri.path()),
        Route::Subscribers => subscribers(&site.studio, query),
        Route::Events if method == Method::HEAD => {
            reply(StatusCode::OK, "text/event-stream", NOTHING_POLICY, Body::empty())
        }
        Route::Events => events(site),
        Route::Style => reply(StatusCode::OK, "text/css; charset=utf-8", NOTHING_POLICY, STYLE),
        Route::Script => reply(StatusCode::OK, "text/javascript; charset=utf-8", NOTHING_POLICY, SCRIPT),
    }
}

/// Sends whoever names an issue otherwise, `/042` or `/what-survives-a-retry`, to its own address.
fn elsewhere(studio: &Studio, path: &str, query: &str) -> Response {
    let Some((word, rest)) = other_name(path) else { return not_found() };
    let Some(number) = studio.named(word) else { return not_found() };
    let mark = if query.is_empty() { "" } else { "?" };
    let Ok(address) = HeaderValue::try_from(format!("/{number}{rest}{mark}{query}")) else { return not_found() };
    // Not for good: a slug can become another issue's.
    let mut response = plain(StatusCode::TEMPORARY_REDIRECT, "");
    response.headers_mut().insert(header::LOCATION, address);
    response
}

/// The letter for the frame: empty while there has been none.
fn frame(studio: &Studio, number: IssueNumber, view: &View) -> Response {
    let Some(rendered) = studio.issue(number).and_then(|shown| shown.letter) else {
        return html(
            StatusCode::OK,
            FRAME_POLICY,
            "<!DOCTYPE html><html lang=\"en\"><head><title>No mail yet</title></head></html>".to_owned(),
        );
    };
    let (reader, _) = page::reader(studio, view.reader.as_ref());
    let reading = match view.version {
        None => rendered.message(&reader).map(Some),
        Some(earlier) => studio.earlier(number, earlier, &reader),
    };
    match reading {
        Ok(None) => plain(StatusCode::NOT_FOUND, "there is no such letter\n"),
        Ok(Some(reading)) => {
            let mut own_images = rendered.image_addresses();
            if view.version == Some(Earlier::Previous) {
                let previous = studio.before(number).and_then(|previous| studio.issue(previous)?.letter);
                own_images.extend(previous.iter().flat_map(|rendered| rendered.image_addresses()));
            }
            let frame = Frame { scheme: view.scheme_of_client(), images: view.images, own_images: &own_images };
            let letter = match view.client {
                Some(client) => simulate::letter(&reading.html, client, view.scheme == Scheme::Dark),
                None => reading.html,
            };
            html(StatusCode::OK, FRAME_POLICY, frame.of(&letter))
        }
        Err(error) => plain(StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}\n")),
    }
}

/// The exact bytes of a part, as the reader gets them.
fn bare_part(studio: &Studio, number: IssueNumber, part: Part, view: &View) -> Response {
    let Some(rendered) = studio.issue(number).and_then(|shown| shown.letter) else { return not_found() };
    let (reader, _) = page::reader(studio, view.reader.as_ref());
    let reading = match rendered.message(&reader) {
        Ok(reading) => reading,
        Err(error) => return plain(StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}\n")),
    };
    match part {
        Part::Html => html(StatusCode::OK, BARE_POLICY, reading.html),
        Part::Text => plain(StatusCode::OK, reading.text),
        Part::Message => {
            let mut response = reply(StatusCode::OK, "message/rfc822", NOTHING_POLICY, reading.bytes);
            let name = format!("attachment; filename=\"{number}.eml\"");
            let name = HeaderValue::try_from(name).expect("digits and ASCII letters");
            response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
            response
        }
    }
}

fn image(studio: &Studio, address: &str) -> Response {
    let Some(path) = studio.image(address) else { return not_found() };
    let kind = match path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("gif") => "image/gif",
        _ => return not_found(),
    };
    match fs::read(path) {
        Ok(bytes) => reply(StatusCode::OK, kind, NOTHING_POLICY, bytes),
        Err(_) => not_found(),
    }
}

/// A subscriber as the page's field suggests them.
#[derive(Serialize)]
struct Suggestion {
    address: String,
    name: Option<String>,
}

fn subscribers(studio: &Studio, query: &str) -> Response {
    let wanted = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "q");
    let wanted = wanted.map(|(_, value)| value).unwrap_or_default();
    let found = studio.readers().map(|readers| readers.like(&wanted, SUGGESTIONS)).unwrap_or_default();
    let suggestions: Vec<Suggestion> = found
        .iter()
        .map(|subscriber| Suggestion {
            address: subscriber.address.to_string(),
            name: subscriber.name().map(str::to_owned),
        })
        .collect();
    let json = serde_json::to_string(&suggestions).expect("strings always serialise");
    reply(StatusCode::OK, "application/json", NOTHING_POLICY, json)
}

/// The generation, now and whenever it changes.
fn events(site: &Site) -> Response {
    let boot = Arc::clone(&site.boot);
    let news = WatchStream::new(site.generation.clone()).map(move |generation| {
        let data = format!("{{\"boot\":\"{boot}\",\"generation\":{generation}}}");
        Ok::<_, Infallible>(Event::default().id(generation.to_string()).retry(Duration::from_millis(500)).data(data))
    });
    let mut response = Sse::new(news).keep_alive(KeepAlive::default()).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(NOTHING_POLICY));
    response
}

fn html(status: StatusCode, policy: &'static str, page: String) -> Response {
    reply(status, "text/html; charset=utf-8", policy, page)
}

fn plain(status: StatusCode, text: impl Into<Body>) -> Response {
    reply(status, "text/plain; charset=utf-8", NOTHING_POLICY, text)
}

fn not_found() -> Response {
    plain(StatusCode::NOT_FOUND, "not found\n")
}

fn reply(status: StatusCode, kind: &'static str, policy: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}
