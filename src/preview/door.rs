//! Who may ask. The server listens on loopback only, but any web page open in the same browser can send requests
//! there, under any name that resolves to it (DNS rebinding, as in CVE-2025-24010): so the names a request uses for
//! the server and for the page it comes from must be the preview's own.

use axum::http::{HeaderMap, Method, StatusCode, header};

/// The door of a preview on one port.
#[derive(Debug, Clone)]
pub(super) struct Door {
    names: [String; 2],
}

impl Door {
    /// The door of the preview on `port` of 127.0.0.1.
    pub(super) fn new(port: u16) -> Self {
        Self { names: [format!("127.0.0.1:{port}"), format!("localhost:{port}")] }
    }

    /// Lets a request pass, or says with which status to turn it away.
    pub(super) fn admit(&self, method: &Method, headers: &HeaderMap) -> Result<(), StatusCode> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let host = hosts.next().ok_or(StatusCode::FORBIDDEN)?.to_str().map_err(|_| StatusCode::FORBIDDEN)?;
        if hosts.next().is_some() || !self.is_own(host) {
            return Err(StatusCode::FORBIDDEN);
        }
        // A browser names the page behind every POST; whoever does not is no page of ours.
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
    fn only_the_previews_own_names_open_the_door() {
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
            assert_eq!(Door::new(4242).admit(&Method::GET, &headers), expected, "{pairs:?}");
        }
    }

    #[test]
    fn only_the_previews_own_pages_can_post() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "127.0.0.1:4242".parse().unwrap());
        assert_eq!(Door::new(4242).admit(&Method::POST, &headers), Err(StatusCode::FORBIDDEN));
        headers.insert(header::ORIGIN, "http://127.0.0.1:4242".parse().unwrap());
        for (method, expected) in [
            (Method::HEAD, Ok(())),
            (Method::POST, Ok(())),
            (Method::OPTIONS, Err(StatusCode::METHOD_NOT_ALLOWED)),
            (Method::CONNECT, Err(StatusCode::METHOD_NOT_ALLOWED)),
        ] {
            assert_eq!(Door::new(4242).admit(&method, &headers), expected, "{method}");
        }
    }
}
