//! Builds responses, each with the content policy of what it is.

use std::path::Path;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use super::picture::{self, PictureError};

/// For the pages: their own style sheet, script and frame.
pub(super) const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// For a letter in a frame: what a mail client loads, and no scripts.
pub(super) const FRAME_POLICY: &str = "default-src 'none'; img-src 'self' https: data:; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'self'";

/// For a letter in a window of its own: as in a frame, and sandboxed so that it has no origin.
pub(super) const STANDALONE_POLICY: &str = "default-src 'none'; img-src 'self' https: data:; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox";

/// For everything else: nothing.
pub(super) const NOTHING_POLICY: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// For a page of the archive in a frame: as for a letter, and the archive's own style sheet.
pub(super) const ARCHIVE_POLICY: &str = "default-src 'none'; img-src 'self' https: data:; \
    style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

pub(super) fn html(status: StatusCode, policy: &'static str, page: String) -> Response {
    reply(status, "text/html; charset=utf-8", policy, page)
}

pub(super) fn plain(status: StatusCode, text: impl Into<Body>) -> Response {
    reply(status, "text/plain; charset=utf-8", NOTHING_POLICY, text)
}

pub(super) fn not_found() -> Response {
    plain(StatusCode::NOT_FOUND, "not found\n")
}

pub(super) fn reply(status: StatusCode, kind: &'static str, policy: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

/// The picture at `path`, streamed.
pub(super) fn picture_file(path: &Path) -> Response {
    let Some(kind) = picture::content_type(path) else { return not_found() };
    match picture::body(path) {
        Ok(picture) => reply(StatusCode::OK, kind, NOTHING_POLICY, picture),
        Err(PictureError::Missing) => not_found(),
        Err(PictureError::TooLarge) => {
            let most = picture::MAX_SIZE >> 20;
            plain(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("the picture is larger than {most} MB, too large for a letter\n"),
            )
        }
    }
}
