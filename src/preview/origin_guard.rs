//! Rejects requests that do not come from the preview's own pages. The server listens on loopback only,
//! but any web page open in the same browser can send requests to it, under any name that resolves to
//! 127.0.0.1 (DNS rebinding, as in CVE-2025-24010). So `Host` and `Origin` must be the preview's own.

use axum::http::{HeaderMap, Method, StatusCode, header};

/// The host names under which a preview may be reached.
#[derive(Debug, Clone)]
pub(super) struct OriginGuard {
    names: [String; 2],
}

impl OriginGuard {
    /// The guard of a preview on `port` of 127.0.0.1.
    pub(super) fn new(port: u16) -> Self {
        Self { names: [format!("127.0.0.1:{port}"), format!("localhost:{port}")] }
    }

    /// Accepts a request.
    ///
    /// Errors with the status to reject it with.
    pub(super) fn check(&self, method: &Method, headers: &HeaderMap) -> Result<(), StatusCode> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let host = hosts.next().ok_or(StatusCode::FORBIDDEN)?.to_str().map_err(|_| StatusCode::FORBIDDEN)?;
        if hosts.next().is_some() || !self.is_own(host) {
            return Err(StatusCode::FORBIDDEN);
        }
        // A browser sends `Origin` with every POST, so a request without it is not from one of our pages.
        if method == Method::POST && !headers.contains_key(header::ORIGIN) {
            return Err(StatusCode::FORBIDDEN);
        }
        for origin in headers.get_all(header::ORIGIN) {
            let own = origin
                .to_str()
                .is_ok_and(|origin| origin.strip_prefix("http://").is_some_and(|name| self.is_own(name)));
            if !own {
                return Err(StatusCode::FORBIDDEN);
            }
        }
        if ![Method::GET, Method::HEAD, Method::POST].contains(method) {
            return Err(StatusCode::METHOD_NOT_ALLOWED);
        }
        Ok(())
    }

    fn is_own(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_previews_own_host_names_are_accepted() {
        let forbidden = Err(StatusCode::FORBIDDEN);
        let cases: [(&[(&str, &str)], _); 13] = [
            (&[("host", "127.0.0.1:4242")], Ok(())),
            (&[("host", "localhost:4242")], Ok(())),
            (&[("host", "localhost:4242"), ("origin", "http://localhost:4242")], Ok(())),
            (&[], forbidden),
            (&[("host", "127.0.0.1")], forbidden),
            (&[("host", "127.0.0.1:4243")], forbidden),
            (&[("host", "LOCALHOST:4242")], forbidden),
            (&[("host", "127.0.0.1:4242.evil.example")], forbidden),
            (&[("host", "evil.example:4242")], forbidden),
            (&[("host", "127.0.0.1:4242"), ("host", "evil.example")], forbidden),
            (&[("host", "127.0.0.1:4242"), ("origin", "null")], forbidden),
            (&[("host", "127.0.0.1:4242"), ("origin", "https://127.0.0.1:4242")], forbidden),
            (&[("host", "127.0.0.1:4242"), ("origin", "http://evil.example")], forbidden),
        ];
        for (pairs, expected) in cases {
            let mut headers = HeaderMap::new();
            for &(name, value) in pairs {
                headers.append(header::HeaderName::from_static(name), value.parse().unwrap());
            }
            assert_eq!(OriginGuard::new(4242).check(&Method::GET, &headers), expected, "{pairs:?}");
        }
    }

    #[test]
    fn only_the_previews_own_pages_can_post() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "127.0.0.1:4242".parse().unwrap());
        assert_eq!(OriginGuard::new(4242).check(&Method::POST, &headers), Err(StatusCode::FORBIDDEN));
        headers.insert(header::ORIGIN, "http://127.0.0.1:4242".parse().unwrap());
        for (method, expected) in [
            (Method::HEAD, Ok(())),
            (Method::POST, Ok(())),
            (Method::OPTIONS, Err(StatusCode::METHOD_NOT_ALLOWED)),
            (Method::CONNECT, Err(StatusCode::METHOD_NOT_ALLOWED)),
        ] {
            assert_eq!(OriginGuard::new(4242).check(&method, &headers), expected, "{method}");
        }
    }
}
