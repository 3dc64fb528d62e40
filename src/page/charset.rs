//! Decodes the bytes of a page as browsers do: byte order mark, `Content-Type`, what the page declares, UTF-8,
//! what its bytes look like.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The bytes of a page in which a declaration counts (WHATWG HTML, "prescan a byte stream").
const PRESCAN: usize = 1024;

/// The bytes in which a late declaration counts, in a page that is not UTF-8.
const LATE_PRESCAN: usize = 64 * 1024;

/// Returns the text of `bytes`, a page that was served with the media type `content_type`. What is not text in the
/// encoding becomes U+FFFD.
pub fn decode(bytes: &[u8], content_type: Option<&str>) -> String {
    let declared = || content_type.and_then(charset_of).or_else(|| prescan(bytes, PRESCAN));
    // `decode` looks for a byte order mark first.
    let encoding = declared().unwrap_or_else(|| undeclared(bytes));
    encoding.decode(bytes).0.into_owned()
}

/// Returns the encoding of a page that declares none: UTF-8 if it is valid, the last sequence aside, which may be cut.
fn undeclared(bytes: &[u8]) -> &'static Encoding {
    match std::str::from_utf8(bytes) {
        // Its characters are escapes in ASCII.
        Ok(_) if bytes.windows(2).any(|pair| matches!(pair, b"\x1b$" | b"\x1b(")) => guessed(bytes),
        Ok(_) => UTF_8,
        Err(error) if error.error_len().is_none() && !bytes.is_empty() => UTF_8,
        // A declaration further down makes a browser read the page again.
        Err(_) => prescan(bytes, LATE_PRESCAN).unwrap_or_else(|| guessed(bytes)),
    }
}

/// Guesses the encoding by its bytes, as Firefox does.
fn guessed(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(LATE_PRESCAN)], true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Returns the encoding that `text/html; charset="…"` names.
fn charset_of(content_type: &str) -> Option<&'static Encoding> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        name.trim().eq_ignore_ascii_case("charset").then(|| Encoding::for_label(value.as_bytes()))?
    })
}

/// Returns the encoding that the beginning of a page declares in `<meta>` or in an XML declaration.
fn prescan(bytes: &[u8], length: usize) -> Option<&'static Encoding> {
    if let Some(encoding) = utf_16_without_mark(bytes) {
        return Some(encoding);
    }
    let beginning = &bytes[..bytes.len().min(length)];
    // Every encoding that can be declared so has ASCII at its place.
    let beginning: String = beginning.iter().map(|&byte| char::from(byte)).collect::<String>().to_ascii_lowercase();
    let mut rest = beginning.as_str();
    if rest.starts_with("<?xml") {
        let declaration = &rest[..rest.find("?>").unwrap_or(rest.len())];
        if let Some(encoding) = attribute(declaration, "encoding").and_then(|label| for_meta(&label)) {
            return Some(encoding);
        }
    }
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        if rest.starts_with("<!--") {
            rest = &rest[rest.find("-->")?..];
        } else if rest.starts_with("<meta") {
            let tag = &rest[..rest.find('>').unwrap_or(rest.len())];
            let named = attribute(tag, "charset").filter(|_| !tag.contains("http-equiv"));
            let named = named.or_else(|| {
                let content = attribute(tag, "content").filter(|_| tag.contains("content-type"))?;
                let value = &content[content.find("charset")? + "charset".len()..];
                let value = value.trim_start().strip_prefix('=')?.trim();
                Some(value.trim_matches(['"', '\'']).split([';', ' ']).next()?.to_owned())
            });
            if let Some(encoding) = named.and_then(|label| for_meta(&label)) {
                return Some(encoding);
            }
            rest = &rest[1..];
        } else {
            rest = &rest[1..];
        }
    }
    None
}

/// Returns the encoding of a declaration that was read as ASCII, so that it is not UTF-16 whatever it says.
fn for_meta(label: &str) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label(label.as_bytes())?;
    Some(if [UTF_16LE, UTF_16BE].contains(&encoding) { UTF_8 } else { encoding })
}

/// Recognizes an XML declaration in UTF-16 (WHATWG HTML, "xml declaration").
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.starts_with(b"<\0?\0x\0") || bytes.starts_with(b"<\0!\0") || bytes.starts_with(b"<\0h\0") {
        return Some(UTF_16LE);
    }
    (bytes.starts_with(b"\0<\0?\0x") || bytes.starts_with(b"\0<\0!") || bytes.starts_with(b"\0<\0h"))
        .then_some(UTF_16BE)
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag;
    loop {
        let start = rest.find(name)?;
        let before = rest[..start].chars().next_back();
        rest = &rest[start + name.len()..];
        let Some(value) = rest.trim_start().strip_prefix('=') else { continue };
        if before.is_some_and(|before| !before.is_whitespace() && !"\"'/".contains(before)) {
            continue;
        }
        let value = value.trim_start();
        return Some(match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split(quote).next()?.to_owned(),
            _ => value.split([' ', '/', '\t', '\n', '\r', ';']).next()?.to_owned(),
        });
    }
}
