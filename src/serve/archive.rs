//! Serves the files of the web archive.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use axum::http::{StatusCode, header};
use axum::response::Response;

use super::reply::{plain, with};

/// The archive shows pictures of other sites, and its pages have the accent in a style element.
const POLICY: &str = "default-src 'self'; img-src 'self' https: data:; style-src 'self' 'unsafe-inline'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The largest file served.
const LARGEST: u64 = 32 << 20;

/// Returns the file that `target` names below `folder`; `None` if there is none.
pub(super) async fn file(folder: &Path, base: &str, target: &str) -> Option<Response> {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let path = folder.join(relative(path.strip_prefix(base)?)?);
    let kind = kind(&path)?;
    let bytes = tokio::task::spawn_blocking(move || read(&path)).await.ok()??;
    let response = with(plain(StatusCode::OK, kind, bytes), header::CONTENT_SECURITY_POLICY, POLICY);
    let response = with(response, header::CACHE_CONTROL, "max-age=300");
    Some(with(response, header::HeaderName::from_static("x-robots-tag"), "all"))
}

/// Returns the path of the file for `path`: no parent folders, no hidden files, no escapes.
fn relative(path: &str) -> Option<PathBuf> {
    let mut relative = PathBuf::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        if part.starts_with('.') || !part.bytes().all(is_plain) {
            return None;
        }
        relative.push(part);
    }
    if path.is_empty() || path.ends_with('/') {
        relative.push("index.html");
    }
    Some(relative)
}

fn kind(path: &Path) -> Option<&'static str> {
    Some(match path.extension()?.to_str()? {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "atom" => "application/atom+xml; charset=utf-8",
        "json" => "application/feed+json; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        _ => return None,
    })
}

/// Reads a regular file; neither a link nor a pipe.
fn read(path: &Path) -> Option<Vec<u8>> {
    let found = fs::symlink_metadata(path).ok()?;
    if !found.is_file() || found.len() > LARGEST {
        return None;
    }
    match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        read => read.ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_folder_is_named() {
        let shown = |path| relative(path).map(|path| path.display().to_string());
        assert_eq!(shown("").as_deref(), Some("index.html"));
        assert_eq!(shown("42-slug/").as_deref(), Some("42-slug/index.html"));
        assert_eq!(shown("feed.atom").as_deref(), Some("feed.atom"));
        for path in ["../x", "a/../b", ".git/config", "a%2e%2e", "a\\b", "a/.hidden", "a b"] {
            assert_eq!(shown(path), None, "{path}");
        }
    }
}
