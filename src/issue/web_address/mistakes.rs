//! Finds what copying and typing leave in a URL, so that it leads nowhere, and what was meant.

use url::Url;

use crate::diagnostic::suggestion::{closest, quote};
use crate::toml::is_invisible;

/// Something that is wrong with a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UrlMistake {
    /// The mistake, as the message of a finding.
    pub(crate) message: String,
    /// The URL without it, if that is one.
    pub(crate) meant: Option<String>,
}

/// Characters in pairs around a pasted URL.
const AROUND: [char; 16] = ['<', '>', '"', '\'', '`', '“', '”', '„', '‘', '’', '«', '»', '「', '」', '（', '）'];

/// Characters that no URL ends with.
const NEVER_LAST: [&str; 17] =
    ["…", "...", "\"", "<", ">", "`", "“", "”", "„", "‘", "’", "«", "»", "\\", "**", "。", "，"];

/// Characters that end a sentence, or a part of it, rather than a URL.
const SELDOM_LAST: [char; 9] = ['.', ',', ';', ':', '!', '?', '\'', '*', '|'];

/// Entities that stand for `&` and its like where HTML was copied.
const ENTITIES: [(&str, &str); 6] =
    [("&amp;", "&"), ("&#38;", "&"), ("&#038;", "&"), ("&#x26;", "&"), ("&quot;", ""), ("&nbsp;", "")];

/// Returns the mistake with which `text` is certain to lead nowhere, if it has one.
pub(super) fn certain(text: &str) -> Option<UrlMistake> {
    let message = certain_message(text)?;
    Some(UrlMistake { message, meant: meant(text) })
}

fn certain_message(text: &str) -> Option<String> {
    if let Some(hidden) = hidden_characters(text).next() {
        return Some(format!("the invisible character U+{:04X} in a URL", u32::from(hidden)));
    }
    let (_, rest) = split_scheme(text)?;
    if rest.starts_with(['/', '\\']) {
        return Some(format!("{} has no host", quote(text)));
    }
    if split_scheme(rest).is_some_and(|(_, inner)| inner.contains('.')) {
        return Some(format!("{} has two schemes", quote(text)));
    }
    if let Some(last) = NEVER_LAST.iter().find(|last| text.ends_with(**last)) {
        return Some(format!("{} at the end of a URL", quote(last)));
    }
    if let Some((entity, _)) = ENTITIES.iter().find(|(entity, _)| text.contains(entity)) {
        return Some(format!("the HTML entity {} in a URL", quote(entity)));
    }
    // White space has a message of its own.
    if text.contains(char::is_whitespace) { None } else { host_message(host(rest)) }
}

/// Returns the invisible characters of a URL that no spelling needs.
fn hidden_characters(text: &str) -> impl Iterator<Item = char> {
    let before = std::iter::once(' ').chain(text.chars());
    let pairs = before.zip(text.chars()).filter(|(_, letter)| is_invisible(*letter) && !letter.is_whitespace());
    // Persian words, Indic ones and emoji are joined by these.
    let is_joined = |(before, letter): &(char, char)| {
        !before.is_ascii() && matches!(letter, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}')
    };
    pairs.filter(move |pair| !is_joined(pair)).map(|(_, letter)| letter)
}

/// Returns what is wrong with a host.
fn host_message(host: &str) -> Option<String> {
    if host.starts_with('[') || host.is_empty() {
        return None;
    }
    let is_wrong = |letter: &char| letter.is_ascii() && !letter.is_ascii_alphanumeric() && !".-_".contains(*letter);
    if let Some(wrong) = host.chars().find(is_wrong) {
        return Some(format!("{} in the host {}", quote(wrong.encode_utf8(&mut [0; 4])), quote(host)));
    }
    let labels = host.strip_suffix('.').unwrap_or(host);
    if labels.split('.').any(str::is_empty) {
        return Some(format!("the host {} has an empty part", quote(host)));
    }
    // A rule is about names of this machine and this network.
    let is_alone = !labels.contains(['.', '。', '．']) && !labels.eq_ignore_ascii_case("localhost");
    let is_number = labels.chars().all(|letter| letter.is_ascii_hexdigit() || letter == 'x');
    (is_alone && !is_number).then(|| format!("the host {} has no dot", quote(host)))
}

/// Returns the mistake that `text`, a URL, is likely to have.
pub(crate) fn url_doubt(text: &str) -> Option<UrlMistake> {
    let (scheme, rest) = split_scheme(text)?;
    let doubt = |message: String, meant: String| Some(UrlMistake { message, meant: Some(meant) });
    let is_text_fragment = text.contains("#:~:");
    if let Some(last) = text.chars().next_back().filter(|_| !is_text_fragment)
        && (SELDOM_LAST.contains(&last) || is_unbalanced(text, last))
    {
        let meant = without_ending(text);
        return doubt(format!("{} at the end of a URL", quote(last.encode_utf8(&mut [0; 4]))), meant.to_owned());
    }
    if text.contains('…') {
        return Some(UrlMistake { message: "`…` in a URL: it was shortened".to_owned(), meant: None });
    }
    if let Some(second) = ["http://", "https://"].iter().filter_map(|scheme| rest.find(scheme)).min()
        && rest[..second].ends_with(|before: char| before.is_alphanumeric() || ",;|".contains(before))
    {
        let first = rest[..second].trim_end_matches([',', ';', '|']);
        return doubt("two URLs in one".to_owned(), format!("{scheme}://{first}"));
    }
    let host = host(rest);
    if let Some(correct) = host.strip_prefix("wwww.").or_else(|| host.strip_prefix("ww.")) {
        return doubt(format!("the host {}", quote(host)), text.replacen(host, &format!("www.{correct}"), 1));
    }
    if let Some(correct) = host.strip_suffix('.') {
        return doubt(format!("a dot at the end of the host {}", quote(host)), text.replacen(host, correct, 1));
    }
    percent_doubt(text)
}

/// Returns what is wrong with the percent-encoding of a URL.
fn percent_doubt(text: &str) -> Option<UrlMistake> {
    let is_byte = |rest: &str| rest.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    if let Some((at, _)) = text.match_indices('%').find(|(at, _)| !is_byte(&text[at + 1..])) {
        let meant = Some(format!("{}%25{}", &text[..at], &text[at + 1..]));
        return Some(UrlMistake { message: "a `%` in a URL that encodes nothing".to_owned(), meant });
    }
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let (at, _) = path.match_indices("%25").find(|(at, _)| is_byte(&path[at + 3..]))?;
    let piece = &path[at..at + 5];
    let meant = format!("{}%{}", &text[..at], &text[at + 3..]);
    Some(UrlMistake { message: format!("{} in a URL is encoded twice", quote(piece)), meant: Some(meant) })
}

/// Returns whether `text` ends with the closing bracket `last` of a pair that it does not open.
fn is_unbalanced(text: &str, last: char) -> bool {
    let Some(opening) = [(')', '('), (']', '['), ('}', '{'), ('）', '（')].iter().find(|(closing, _)| *closing == last)
    else {
        return false;
    };
    text.matches(last).count() > text.matches(opening.1).count()
}

/// Returns the URL that was meant by `text`; `None` when nothing like one is found.
pub(super) fn meant(text: &str) -> Option<String> {
    let written = text;
    let visible = hidden_characters(text).fold(text.to_owned(), |text, hidden| text.replace(hidden, ""));
    let mut text = visible.trim();
    // `[text](https://…)`.
    if let Some((_, target)) = text.split_once("](").filter(|_| text.starts_with('[')) {
        text = target.split([')', ' ']).next().unwrap_or_default();
    }
    let mut url = text.trim_matches(AROUND).trim_matches(['*', '_', '(']).to_owned();
    if url.to_ascii_lowercase().starts_with("http%3a%2f%2f") || url.to_ascii_lowercase().starts_with("https%3a%2f%2f") {
        let encoded =
            [("%3A", ":"), ("%3a", ":"), ("%2F", "/"), ("%2f", "/"), ("%3F", "?"), ("%3D", "="), ("%26", "&")];
        url = encoded.iter().fold(url, |url, (code, letter)| url.replace(code, letter));
    }
    url = ENTITIES.iter().fold(url, |url, (entity, letter)| url.replace(entity, letter));
    url = with_one_scheme(&url)?;
    let (scheme, rest) = url.split_once("://")?;
    let host = host(rest);
    let mut correct = host.replace([',', ';', '。', '，'], ".");
    while correct.contains("..") {
        correct = correct.replace("..", ".");
    }
    let correct = correct.trim_matches('.');
    let rest = rest[host.len()..].replace('\\', "/");
    let mut meant = format!("{scheme}://{correct}{rest}");
    while let Some(last) = NEVER_LAST.iter().find(|last| meant.ends_with(**last)) {
        meant.truncate(meant.len() - last.len());
    }
    let meant = without_ending(&meant);
    let parsed = Url::parse(meant).ok()?;
    let is_whole = parsed.host_str().is_some_and(|host| host.contains('.')) && !meant.contains(char::is_whitespace);
    (meant != written && is_whole && parsed.username().is_empty() && certain_message(meant).is_none())
        .then(|| meant.to_owned())
}

/// `url` without what ends a sentence.
fn without_ending(url: &str) -> &str {
    let mut url = url;
    while let Some(last) =
        url.chars().next_back().filter(|&last| SELDOM_LAST.contains(&last) || is_unbalanced(url, last))
    {
        url = &url[..url.len() - last.len_utf8()];
    }
    url
}

/// Returns the scheme and what follows `://`, if the scheme is http or https.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")).then_some((scheme, rest))
}

/// Returns the host at the start of `rest`, without user and port.
fn host(rest: &str) -> &str {
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    if authority.contains('@') || authority.starts_with('[') {
        return "";
    }
    match authority.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|digit| digit.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// `url` with one scheme, well written, in place of those that it begins with; with `https` if it has none.
fn with_one_scheme(url: &str) -> Option<String> {
    let mut scheme: Option<&str> = None;
    let mut rest = url;
    loop {
        let letters = rest.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(rest.len());
        let marks = rest[letters..].find(|mark: char| !":;./\\".contains(mark)).unwrap_or(0);
        let between = &rest[letters..letters + marks];
        // `http.example.org` and `https.dev/x` are hosts.
        let is_separator = between.contains([':', ';', '/', '\\']) && !between.ends_with('.');
        let word = &rest[..letters];
        let known = closest(word, ["https", "http"]).filter(|_| (4..=6).contains(&word.len()));
        match known.filter(|_| is_separator) {
            Some(known) => {
                scheme = Some(known);
                rest = &rest[letters + marks..];
            }
            None => break,
        }
    }
    let rest = rest.trim_start_matches([':', '/', '\\']);
    let host = host(rest);
    let is_host = host.contains('.') && !host.contains([':', ' ']) && !rest.contains("://");
    // `javascript:alert(1)`, `ada@example.org`.
    (is_host || scheme.is_some() && !rest.is_empty()).then(|| format!("{}://{rest}", scheme.unwrap_or("https")))
}
