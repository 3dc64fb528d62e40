//! Builds responses.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::model::EmailAddress;

/// Of answers that programs read.
pub(super) const TEXT: &str = "text/plain; charset=utf-8";

/// Returns a page.
pub(super) fn page(status: StatusCode, page: maud::Markup) -> Response {
    plain(status, "text/html; charset=utf-8", page.into_string())
}

/// Returns `body` of the type `kind`.
pub(super) fn plain(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// Returns `response` with a header.
pub(super) fn with(mut response: Response, name: header::HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

/// Returns what somebody who was forwarded a letter may see of its reader's address: `m•••@example.org`.
pub(super) fn masked(address: &EmailAddress) -> String {
    let first: String = address.local().chars().take(1).collect();
    format!("{first}•••@{}", address.domain())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_by_its_first_letter() {
        assert_eq!(masked(&EmailAddress::parse("mina@example.org").unwrap()), "m•••@example.org");
    }
}
