//! Brings path and fragment into the form that is compared.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// Files that servers return for the folder they are in.
const INDEX_FILES: [&str; 12] = [
    "index.html",
    "index.htm",
    "index.xhtml",
    "index.shtml",
    "index.php",
    "index.asp",
    "index.aspx",
    "index.jsp",
    "default.asp",
    "default.aspx",
    "default.htm",
    "default.html",
];

/// Hosts whose `amp` is a name like any other.
const NAMED_AMP: [&str; 9] = [
    "github.com",
    "gitlab.com",
    "codeberg.org",
    "bitbucket.org",
    "npmjs.com",
    "pypi.org",
    "crates.io",
    "docs.rs",
    "amp.dev",
];

/// Returns the segments of `path`, percent-encoded in one way, without the name of an index file, without a session and
/// without the marks of a version for small screens.
pub(super) fn segments(path: &str, host: &str) -> Vec<String> {
    let mut segments: Vec<String> = path.split('/').filter(|segment| !segment.is_empty()).map(encoded).collect();
    if let Some(last) = segments.last_mut()
        && let Some(start) = last.to_ascii_lowercase().find(";jsessionid=")
    {
        last.truncate(start);
    }
    if segments.last().is_some_and(|last| INDEX_FILES.contains(&last.to_ascii_lowercase().as_str())) {
        segments.pop();
    }
    if !NAMED_AMP.contains(&host) {
        remove_amp(&mut segments);
    }
    segments
}

/// Removes `amp` from `/2026/11/a-title/amp`, `/amp/a-title` and `/a-title.amp.html`. A page about amplifiers, `/guitars/amp`,
/// is recognized by the missing title.
fn remove_amp(segments: &mut Vec<String>) {
    let is_title = |segment: &String| segment.len() > 8 && segment.contains(['-', '_']) || is_number(segment);
    match segments.as_slice() {
        [.., title, last] if last.eq_ignore_ascii_case("amp") && is_title(title) => drop(segments.pop()),
        [first, rest @ ..] if first.eq_ignore_ascii_case("amp") && rest.iter().any(is_title) => {
            drop(segments.remove(0));
        }
        _ => {}
    }
    if let Some(last) = segments.last_mut() {
        if let Some(stem) = last.strip_suffix(".amp.html") {
            *last = format!("{stem}.html");
        } else if let Some(stem) = last.strip_suffix(".amp") {
            *last = stem.to_owned();
        }
    }
}

fn is_number(segment: &str) -> bool {
    segment.len() > 4 && segment.bytes().all(|byte| byte.is_ascii_digit())
}

/// Writes a segment with the percent-encodings it needs and no others (RFC 3986, 6.2.2): `%7E` is `~`, `%2f` is `%2F`.
fn encoded(segment: &str) -> String {
    let mut written = String::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let decoded = (byte == b'%').then(|| hex(after)).flatten();
        rest = if decoded.is_some() { &after[2..] } else { after };
        match decoded {
            Some(decoded) if must_be_encoded(decoded) => push_encoded(&mut written, decoded),
            Some(decoded) => written.push(char::from(decoded)),
            // What a browser leaves as it is, such as `|`, others encode.
            None if byte != b'%' && must_be_encoded(byte) => push_encoded(&mut written, byte),
            None => written.push(char::from(byte)),
        }
    }
    written
}

fn push_encoded(text: &mut String, byte: u8) {
    let digit = |value: u8| char::from(b"0123456789ABCDEF"[usize::from(value)]);
    text.extend(['%', digit(byte >> 4), digit(byte & 15)]);
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(digits.get(..2)?).ok()?;
    // `from_str_radix` takes a sign.
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u8::from_str_radix(digits, 16).ok())?
}

/// Returns whether `byte` means something else, or nothing, in a segment when it is not encoded. Colon, at sign and the
/// sub-delimiters mean nothing special there, and both spellings of them are used.
fn must_be_encoded(byte: u8) -> bool {
    !(byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte))
}

/// Returns the part of a fragment that selects what a site of a single page shows: the one after `#!` or `#/`.
pub(super) fn fragment(fragment: &str) -> String {
    let place = fragment.split(":~:").next().unwrap_or_default();
    let is_page = place.starts_with(['!', '/']) && place.len() > 1 && place != "!/";
    if is_page { place.trim_end_matches('/').to_owned() } else { String::new() }
}

/// Decodes every percent-encoding.
pub(super) fn percent_decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}
