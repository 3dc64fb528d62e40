//! Invariants of the body: its parts, their encoding, and what the text part says.

use data_encoding::BASE64_MIME;

use super::message::{Token, unescaped};
use super::{Damage, Invariant, Specimen, ensure};
use newsletter::model::Word;

pub(super) const INVARIANTS: &[Invariant] = &[
    Invariant {
        former_rule: "mime-alternative",
        check: alternative,
        damage: &[
            Damage::Bytes("multipart/alternative", "multipart/mixed"),
            Damage::Bytes("Content-Type: text/plain", "Content-Type: text/html"),
        ],
    },
    Invariant {
        former_rule: "mime-charset",
        check: charset,
        damage: &[Damage::Bytes("text/html; charset=utf-8", "text/html; charset=iso-8859-1")],
    },
    Invariant {
        former_rule: "mime-cte",
        check: encoding,
        damage: &[
            Damage::Bytes("Content-Transfer-Encoding: quoted-printable", "Content-Transfer-Encoding: 8bit"),
            Damage::Bytes("Exactly-once", "Exactly-öncé"),
        ],
    },
    Invariant {
        former_rule: "mime-base64",
        check: base64_where_it_is_shorter,
        damage: &[Damage::Bytes("Content-Transfer-Encoding: quoted-printable", "Content-Transfer-Encoding: base64")],
    },
    Invariant { former_rule: "mime-line", check: line, damage: &[Damage::Bytes("=\r\n", "")] },
    Invariant { former_rule: "mime-line-qp", check: encoded_line, damage: &[Damage::Bytes("=\r\n", "")] },
    Invariant {
        former_rule: "mime-bare-lf",
        check: no_bare_line_end,
        damage: &[Damage::Bytes("Exactly-once", "Exactly\nonce"), Damage::Bytes("Exactly-once", "Exactly\ronce")],
    },
    Invariant {
        former_rule: "mime-boundary",
        check: boundary,
        damage: &[
            Damage::Bytes("newsletter-", "newsletter!"),
            Damage::Bytes("newsletter-", "a-boundary-of-more-than-seventy-characters-is-not-valid-in-any-message"),
            Damage::Text("Exactly-once", "\n--newsletter-07070707070707070707070707070707"),
        ],
    },
    Invariant {
        former_rule: "text-present",
        check: text_present,
        damage: &[Damage::Text("Exactly-once", "Exactly twice"), Damage::Text("What survives a retry\n", "")],
    },
    Invariant {
        former_rule: "text-links",
        check: text_links,
        damage: &[Damage::Text("https://www.morling.dev/", "https://www.\nmorling.dev/")],
    },
];

fn alternative(specimen: &Specimen<'_>) -> Result<(), String> {
    let kind = specimen.message.value("Content-Type")?;
    ensure(kind.starts_with("multipart/alternative;"), || kind)?;
    let parts = specimen.message.parts()?;
    let kinds: Vec<&str> = parts.iter().map(|(header, _)| header.as_str()).collect();
    let is_right = kinds.len() == 2
        && kinds[0].starts_with("Content-Type: text/plain;")
        && kinds[1].starts_with("Content-Type: text/html;");
    ensure(is_right, || format!("{kinds:?}"))
}

fn charset(specimen: &Specimen<'_>) -> Result<(), String> {
    let parts = specimen.message.parts()?;
    let wrong = parts.iter().find(|(header, _)| !header.contains("; charset=utf-8\r\n"));
    wrong.map_or(Ok(()), |(header, _)| Err(header.clone()))
}

fn encoding(specimen: &Specimen<'_>) -> Result<(), String> {
    for (header, body) in specimen.message.parts()? {
        let encodings = ["quoted-printable", "base64"].map(|name| format!("\r\nContent-Transfer-Encoding: {name}"));
        ensure(encodings.iter().any(|encoding| header.ends_with(encoding)), || header)?;
        ensure(body.is_ascii(), || "a part has characters outside ASCII".to_owned())?;
    }
    Ok(())
}

/// Where fewer than a twelfth of the bytes need it, `=C3` (9 for 3) is shorter than base64 (4 for 3), whatever a subscriber is called.
fn base64_where_it_is_shorter(specimen: &Specimen<'_>) -> Result<(), String> {
    for (header, body) in specimen.message.parts()? {
        if header.ends_with("base64") {
            let bytes = BASE64_MIME.decode(body.as_bytes()).map_err(|error| error.to_string())?;
            let escaped = bytes.iter().filter(|byte| !byte.is_ascii() || **byte == b'=').count();
            ensure(12 * escaped > bytes.len(), || format!("{escaped} of {} bytes need encoding", bytes.len()))?;
        }
    }
    Ok(())
}

fn longest(text: &str) -> usize {
    text.split("\r\n").map(str::len).max().unwrap_or(0)
}

fn line(specimen: &Specimen<'_>) -> Result<(), String> {
    let longest = longest(&specimen.message.body);
    ensure(longest <= 998, || format!("a line of {longest} bytes"))
}

fn encoded_line(specimen: &Specimen<'_>) -> Result<(), String> {
    for (_, body) in specimen.message.parts()? {
        let longest = longest(&body);
        ensure(longest <= 76, || format!("a line of {longest} bytes"))?;
    }
    Ok(())
}

fn no_bare_line_end(specimen: &Specimen<'_>) -> Result<(), String> {
    let rest = specimen.message.raw.replace("\r\n", "");
    ensure(!rest.contains(['\r', '\n']), || "a CR or LF alone".to_owned())
}

fn boundary(specimen: &Specimen<'_>) -> Result<(), String> {
    let kind = specimen.message.value("Content-Type")?;
    let boundary = kind.split_once("boundary=\"").and_then(|(_, rest)| rest.split_once('"')).ok_or("no boundary")?.0;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=?".contains(&byte);
    ensure(boundary.len() <= 70 && boundary.bytes().all(allowed), || boundary.to_owned())?;
    let delimiter = format!("--{boundary}");
    let parts = [&specimen.message.text, &specimen.message.html];
    let is_inside = parts.iter().any(|part| part.lines().any(|line| line.starts_with(&delimiter)));
    ensure(!is_inside, || format!("a line of a part starts with {delimiter}"))
}

/// Every text of the HTML is in the text part, apart from line breaks, indentation and signs for emphasis. The text part
/// leaves out what only the HTML can use: the preheader, the tags of a link, the links to all issues
/// and to a friend.
fn text_present(specimen: &Specimen<'_>) -> Result<(), String> {
    let letters = |text: &str| -> String { text.chars().filter(|letter| letter.is_alphanumeric()).collect() };
    let text = letters(&specimen.message.text);
    let words_of_links = [Word::AllIssues, Word::Friend].map(|word| specimen.publication.words.of(word));
    let body = specimen
        .message
        .tokens
        .iter()
        .skip_while(|token| !matches!(token, Token::Start { name, .. } if name == "body"));
    for token in body {
        let Token::Text(words) = token else { continue };
        let words = unescaped(words);
        let is_left_out = words_of_links.contains(&words.trim())
            || words.trim() == specimen.issue.preheader
            || words.trim().starts_with('#');
        ensure(is_left_out || text.contains(&letters(&words)), || format!("the text part lacks {words:?}"))?;
    }
    Ok(())
}

fn text_links(specimen: &Specimen<'_>) -> Result<(), String> {
    let words: Vec<&str> = specimen.message.text.split_whitespace().collect();
    let missing = specimen.issue.links().filter_map(|link| link.url.as_deref()).find(|url| !words.contains(url));
    ensure(missing.is_none(), || format!("{missing:?} is not in the text part"))
}
