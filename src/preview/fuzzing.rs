//! Fuzzes the parsing of requests to the preview; see [`crate::fuzzing`].

#![expect(clippy::missing_panics_doc, reason = "a panic is how a target says that a promise is broken")]

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::origin_guard::OriginGuard;
use super::route::Route;

/// A request: method, path and headers, one line each. It is accepted only under the preview's own host name, and a POST
/// only from its own pages; any path can be parsed.
pub fn request(data: &[u8]) {
    let mut lines = data.split(|&byte| byte == b'\n');
    let (method, path) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let Ok(method) = Method::from_bytes(method) else { return };
    let mut headers = HeaderMap::new();
    for line in lines.take(64) {
        let Some(colon) = line.iter().position(|&byte| byte == b':') else { continue };
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(&line[..colon]), HeaderValue::from_bytes(line[colon + 1..].trim_ascii()))
        {
            headers.append(name, value);
        }
    }
    if OriginGuard::new(4242).check(&method, &headers).is_ok() {
        let own = |host: &HeaderValue| host == "127.0.0.1:4242" || host == "localhost:4242";
        assert!(headers.get_all("host").iter().all(own) && headers.get_all("host").iter().count() == 1);
        let from_here = |origin: &HeaderValue| origin == "http://127.0.0.1:4242" || origin == "http://localhost:4242";
        assert!(headers.get_all("origin").iter().all(from_here), "{headers:?}");
        assert!(method != Method::POST || headers.contains_key("origin"), "{headers:?}");
        assert!([Method::GET, Method::HEAD, Method::POST].contains(&method));
    }
    let _ = Route::parse(&String::from_utf8_lossy(path));
}
