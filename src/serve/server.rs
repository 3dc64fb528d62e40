//! Responds to requests.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use axum::{Extension, Router};
use data_encoding::HEXLOWER;

use super::archive;
use super::client::{self, NetworkLimit};
use super::form::Form;
use super::ledger_threads::{Answer, LedgerThreads, Question, Unavailable};
use super::numbers::Numbers;
use super::reply::{TEXT, masked, page, plain, with};
use super::route::{Paths, Route};
use crate::app::clock;
use crate::app::readers::{MailHosts, ReaderKeys};
use crate::config::ServeSettings;
use crate::http::Peer;
use crate::model::{Publication, Token, Word};
use crate::readers::Evidence;
use crate::templates::reader::{self, FormFields, TopicForm};

/// For the pages: their own style sheet and forms.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// The longest body.
const MOST_BYTES: usize = 8 * 1024;

/// How long a body may take.
const BODY_TIME: Duration = Duration::from_secs(10);

/// The name of the cookie of the browser that signed up.
pub(super) const COOKIE: &str = "signup";

/// Takes a line.
pub(super) type Log = Box<dyn Fn(&str) + Send + Sync>;

/// What all requests share.
pub(super) struct Server {
    pub(super) publication: Publication,
    pub(super) settings: ServeSettings,
    /// Where the pages are: `https://letter.example.org/`.
    pub(super) url: String,
    pub(super) paths: Paths,
    pub(super) style: String,
    pub(super) keys: ReaderKeys,
    pub(super) ledger: LedgerThreads,
    /// Whether readers can sign up.
    pub(super) can_subscribe: bool,
    pub(super) archive: Option<std::path::PathBuf>,
    pub(super) mail_hosts: MailHosts,
    pub(super) limit: Mutex<NetworkLimit>,
    pub(super) numbers: Numbers,
    /// Mail that waits, as last counted.
    pub(super) waiting: Arc<AtomicU64>,
    /// Gets a line for each request, without anything about people.
    pub(super) log: Option<Log>,
}

/// Handles every request.
pub(super) fn router(server: Arc<Server>) -> Router {
    Router::new().fallback(respond).with_state(server)
}

/// Handles requests for numbers.
pub(super) fn numbers_router(server: Arc<Server>) -> Router {
    let numbers = |State(server): State<Arc<Server>>| async move {
        let text = server.numbers.text(server.waiting.load(Ordering::Relaxed));
        plain(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", text)
    };
    Router::new().route("/metrics", axum::routing::get(numbers)).with_state(server)
}

async fn respond(State(server): State<Arc<Server>>, Extension(peer): Extension<Peer>, request: Request) -> Response {
    let began = Instant::now();
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let route = server.paths.route(&target);
    let name = route.name();
    let method = parts.method.clone();
    let mut response = server.answer(route, &target, &parts, body, peer.0).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("x-robots-tag"), "noindex"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let (status, took) = (response.status().as_u16(), began.elapsed());
    server.numbers.count(name, status, took);
    if let Some(log) = &server.log {
        // A method is whatever a client writes.
        let known = [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS].contains(&method);
        log(&format!("{} {name} {status} {} ms", if known { method.as_str() } else { "?" }, took.as_millis()));
    }
    response
}

impl Server {
    async fn answer(&self, route: Route, target: &str, parts: &Parts, body: Body, peer: IpAddr) -> Response {
        let allow = route.allow();
        match parts.method {
            Method::GET | Method::HEAD if allow.starts_with("GET") => self.get(route, target, parts).await,
            Method::POST if allow.contains("POST") => {
                // An unsubscribe needs no body, so none can be in its way.
                let body = tokio::time::timeout(BODY_TIME, to_bytes(body, MOST_BYTES)).await;
                match (route, body) {
                    (Route::Unsubscribe(token), _) => self.unsubscribe(token, target, parts).await,
                    (_, Err(_)) => self.sentence(StatusCode::REQUEST_TIMEOUT, Word::NotNow),
                    (_, Ok(Err(_))) => plain(StatusCode::PAYLOAD_TOO_LARGE, TEXT, "the form is too long\n"),
                    (route, Ok(Ok(body))) => {
                        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
                        let kind = kind.unwrap_or_default();
                        let form = Form::read(kind, &body);
                        let client = self.client(&parts.headers, peer);
                        self.post(route, &form, kind.starts_with("application/json"), parts, client).await
                    }
                }
            }
            Method::OPTIONS => with(plain(StatusCode::NO_CONTENT, TEXT, ""), header::ALLOW, allow),
            _ => with(plain(StatusCode::METHOD_NOT_ALLOWED, TEXT, "method not allowed\n"), header::ALLOW, allow),
        }
    }

    async fn get(&self, route: Route, target: &str, parts: &Parts) -> Response {
        let site = self.site();
        match route {
            Route::Subscribe if !self.can_subscribe => self.not_found(),
            Route::Subscribe => self.subscribe_form(StatusCode::OK, FormFields::default()),
            Route::Sent => page(StatusCode::OK, reader::sent(site)),
            Route::TopicsSaved => page(StatusCode::OK, reader::topics_saved(site)),
            Route::Confirmed => page(StatusCode::OK, reader::confirmed(site)),
            Route::NeverAgain => page(StatusCode::OK, reader::never_again(site)),
            Route::Style => {
                let style = plain(StatusCode::OK, "text/css; charset=utf-8", self.style.clone());
                with(style, header::CACHE_CONTROL, "max-age=3600")
            }
            Route::Health => match self.ledger.ask(Question::Health).await {
                Ok(_) => plain(StatusCode::OK, TEXT, "ok\n"),
                Err(Unavailable) => with(
                    plain(StatusCode::SERVICE_UNAVAILABLE, TEXT, "the ledger cannot be written\n"),
                    header::RETRY_AFTER,
                    "60",
                ),
            },
            Route::Unsubscribe(token) => match self.ask_about(token, Question::Owner).await {
                Ok(Answer::Person { address, is_suppressed: false, topics, .. }) => {
                    let action = Paths::topics(target);
                    let topics = topics.as_ref().map(|choices| TopicForm { choices, action: &action });
                    page(StatusCode::OK, reader::leave(site, &masked(&address), topics))
                }
                Ok(Answer::Person { address, can_undo, .. }) => {
                    let undo = can_undo.then(|| Paths::undo(target));
                    page(StatusCode::OK, reader::left(site, Some(&masked(&address)), undo.as_deref()))
                }
                Ok(_) => self.with_form(StatusCode::NOT_FOUND, |fields| reader::unknown_link(site, fields)),
                Err(Unavailable) => self.unavailable(),
            },
            Route::Confirm(token) => {
                let Some(token) = token else { return self.expired() };
                if parts.method == Method::GET && self.has_cookie(&parts.headers, token) {
                    return self.confirm(token).await;
                }
                match self.ledger.ask(Question::Signup(token)).await {
                    Ok(Answer::Person { address, .. }) => {
                        page(StatusCode::OK, reader::confirm(site, &address.to_string()))
                    }
                    Ok(_) => self.expired(),
                    Err(Unavailable) => self.unavailable(),
                }
            }
            Route::NotMe(token) => match self.ask_about(token, Question::Signup).await {
                Ok(Answer::Person { address, .. }) => page(StatusCode::OK, reader::not_me(site, &address.to_string())),
                Ok(_) => self.expired(),
                Err(Unavailable) => self.unavailable(),
            },
            Route::Undo(token) => match self.ask_about(token, Question::Owner).await {
                Ok(Answer::Person { address, is_suppressed: false, .. }) => {
                    page(StatusCode::OK, reader::undone(site, &masked(&address)))
                }
                Ok(Answer::Person { address, can_undo: true, .. }) => {
                    page(StatusCode::OK, reader::left(site, Some(&masked(&address)), Some(target)))
                }
                Ok(Answer::Person { .. }) => page(StatusCode::OK, reader::not_undone(site)),
                Ok(_) => self.with_form(StatusCode::NOT_FOUND, |fields| reader::unknown_link(site, fields)),
                Err(Unavailable) => self.unavailable(),
            },
            Route::Topics(token) => self.topics(token).await,
            Route::Find | Route::Other => match &self.archive {
                Some(folder) => {
                    archive::file(folder, &self.paths.base, target).await.unwrap_or_else(|| self.not_found())
                }
                None => self.not_found(),
            },
        }
    }

    pub(super) async fn ask_about(
        &self,
        token: Option<Token>,
        question: impl Fn(Token) -> Question,
    ) -> Result<Answer, Unavailable> {
        match token {
            Some(token) => self.ledger.ask(question(token)).await,
            None => Ok(Answer::Nobody),
        }
    }

    /// Answers 200 to any token (RFC 8058): what is nobody's has no mail to end. 503 only if it cannot be recorded.
    async fn unsubscribe(&self, token: Option<Token>, target: &str, parts: &Parts) -> Response {
        let by = self.evidence("unsubscribe link", Word::Unsubscribe);
        let site = self.site();
        // The form of the page asks for HTML; mail services do not show the answer to anybody.
        let is_shown =
            parts.headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/html"));
        match self.ask_about(token, |token| Question::Unsubscribe(token, by.clone())).await {
            Err(Unavailable) => self.unavailable(),
            Ok(_) if !is_shown => plain(StatusCode::OK, TEXT, "unsubscribed\n"),
            Ok(Answer::Person { address, can_undo, .. }) => {
                let undo = can_undo.then(|| Paths::undo(target));
                page(StatusCode::OK, reader::left(site, Some(&masked(&address)), undo.as_deref()))
            }
            Ok(_) => page(StatusCode::OK, reader::left(site, None, None)),
        }
    }

    async fn post(&self, route: Route, form: &Form, is_json: bool, parts: &Parts, client: IpAddr) -> Response {
        match route {
            Route::Undo(token) => {
                let by = self.evidence("undo", Word::Undo);
                match self.ask_about(token, |token| Question::Undo(token, by.clone())).await {
                    // The page tells whether it was in time.
                    Ok(_) => see_path(parts.uri.path_and_query().map_or("/", |target| target.as_str())),
                    Err(Unavailable) => self.unavailable(),
                }
            }
            Route::Topics(token) => self.choose(token, form).await,
            Route::Confirm(Some(token)) => self.confirm(token).await,
            Route::NotMe(Some(token)) => {
                let by = self.evidence("confirmation mail", Word::NotMe);
                match self.ledger.ask(Question::NotMe(token, by)).await {
                    // Also the answer to a mail program, which follows no redirect (RFC 8058 3.1).
                    Ok(Answer::Done) => page(StatusCode::OK, reader::never_again(self.site())),
                    Ok(_) => self.expired(),
                    Err(Unavailable) => self.unavailable(),
                }
            }
            Route::Subscribe if self.can_subscribe => self.sign_up(form, is_json, parts, client).await,
            Route::Find if self.can_subscribe => self.find(form, client).await,
            Route::Confirm(None) | Route::NotMe(None) => self.expired(),
            _ => self.not_found(),
        }
    }

    async fn confirm(&self, token: Token) -> Response {
        let by = self.evidence("confirmation mail", Word::Confirm);
        match self.ledger.ask(Question::Confirm(token, by)).await {
            Ok(Answer::Done) => self.see("confirmed"),
            Ok(_) => self.expired(),
            Err(Unavailable) => self.unavailable(),
        }
    }

    fn has_cookie(&self, headers: &HeaderMap, token: Token) -> bool {
        // What a browser fetches in advance, nobody has opened.
        let is_in_advance = ["sec-purpose", "purpose", "x-moz"].iter().any(|name| headers.contains_key(*name));
        let nonce = HEXLOWER.encode(&self.keys.nonce(token).0);
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        !is_in_advance && pairs.any(|(name, value)| name == COOKIE && value == nonce)
    }

    fn client(&self, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
        let values = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        client::address(peer, values.collect::<Vec<_>>().into_iter(), &self.settings.proxies)
    }

    pub(super) fn evidence(&self, how: &str, button: Word) -> Evidence {
        let words = self.publication.words.of(button).to_owned();
        Evidence { how: format!("{how} at {}", self.url), words, network: String::new() }
    }

    pub(super) fn site(&self) -> reader::ReaderSite<'_> {
        reader::ReaderSite { publication: &self.publication, base: &self.paths.base }
    }

    pub(super) fn with_form(&self, status: StatusCode, draw: impl FnOnce(FormFields<'_>) -> maud::Markup) -> Response {
        let at = clock::now().timestamp();
        let stamp = self.keys.form_stamp(at).to_string();
        page(status, draw(FormFields { at, stamp: &stamp, ..FormFields::default() }))
    }

    /// Returns the form to subscribe with what `shown` says, stamped anew.
    pub(super) fn subscribe_form(&self, status: StatusCode, shown: FormFields<'_>) -> Response {
        self.with_form(status, |FormFields { at, stamp, .. }| {
            reader::subscribe(self.site(), FormFields { at, stamp, ..shown })
        })
    }

    fn expired(&self) -> Response {
        self.with_form(StatusCode::GONE, |fields| reader::expired(self.site(), fields))
    }

    fn not_found(&self) -> Response {
        page(StatusCode::NOT_FOUND, reader::no_such_page(self.site()))
    }

    pub(super) fn unavailable(&self) -> Response {
        let page = page(StatusCode::SERVICE_UNAVAILABLE, reader::not_now(self.site()));
        with(page, header::RETRY_AFTER, "60")
    }

    fn sentence(&self, status: StatusCode, word: Word) -> Response {
        page(status, reader::error(self.site(), self.publication.words.of(word)))
    }

    pub(super) fn too_many(&self, wait: i64) -> Response {
        let minutes = (wait + 59).div_euclid(60).to_string();
        let title = self.publication.words.filled(Word::TooMany, &[("minutes", &minutes)]);
        let page = page(StatusCode::TOO_MANY_REQUESTS, reader::error(self.site(), &title));
        with(page, header::RETRY_AFTER, &wait.to_string())
    }

    /// Leads a browser on by GET, so that a reload sends nothing twice.
    pub(super) fn see(&self, page: &str) -> Response {
        see_path(&format!("{}{page}", self.paths.base))
    }
}

pub(super) fn see_path(path: &str) -> Response {
    with(plain(StatusCode::SEE_OTHER, TEXT, ""), header::LOCATION, path)
}
