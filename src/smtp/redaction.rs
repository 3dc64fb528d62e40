//! Hides passwords that a server repeats: in the clear, in base64 at any offset, in hexadecimal,
//! over several lines. They are never logged, shown or stored.

use std::collections::HashSet;
use std::fmt;

use data_encoding::{BASE64, HEXLOWER};

use super::auth::{bearer_response, plain_response};
use super::reply::Reply;
use super::server::Credentials;

/// The number of consecutive characters of a secret, plain or encoded, that count as a part of it.
/// Shorter secrets must match completely.
const PART: usize = 8;

/// Replaces a line that repeats a secret.
const HIDDEN: &str = "(a line that repeats the password)";

/// Recognizes a secret by its parts.
pub(super) struct Redaction {
    parts: HashSet<[u8; PART]>,
    /// A bit for each pair of bytes that begins a part. Every reply is examined, and this filter
    /// rules out most of it quickly.
    begins: Vec<u64>,
    /// Forms shorter than a part.
    short: Vec<Vec<u8>>,
}

impl Redaction {
    /// A redaction of all forms in which the password of `credentials` may be repeated.
    pub(super) fn of(credentials: &Credentials) -> Self {
        let Credentials { user, password, .. } = credentials;
        let password = password.expose();
        let mut redaction = Self { parts: HashSet::new(), begins: vec![0; 1 << 10], short: Vec::new() };
        if password.is_empty() {
            return redaction;
        }
        redaction.learn(password);
        redaction.learn(HEXLOWER.encode(password).as_bytes());
        for said in [password, &plain_response(user, password), &bearer_response(user, password)] {
            redaction.learn(BASE64.encode(said).trim_end_matches('=').as_bytes());
        }
        // In a longer text, its base64 form depends on the offset modulo three.
        for before in 1..3 {
            let shifted = BASE64.encode(&[&vec![0; before], password].concat());
            let certain = &shifted.trim_end_matches('=')[before + 1..];
            let certain =
                if (before + password.len()).is_multiple_of(3) { certain } else { &certain[..certain.len() - 1] };
            redaction.learn(certain.as_bytes());
        }
        redaction
    }

    fn learn(&mut self, form: &[u8]) {
        let form: Vec<u8> = form.iter().map(|&byte| plain(byte)).collect();
        for part in form.array_windows() {
            let (word, bit) = place(*part);
            self.begins[word] |= bit;
            self.parts.insert(*part);
        }
        // A few characters of base64 prove nothing.
        if (4..PART).contains(&form.len()) {
            self.short.push(form);
        }
    }

    /// Returns `reply` without the lines that repeat a secret, or without any line if a secret
    /// spans several.
    pub(super) fn of_reply(&self, mut reply: Reply) -> Reply {
        let mut is_shown = false;
        for line in reply.lines.iter_mut().filter(|line| self.is_in(line)) {
            HIDDEN.clone_into(line);
            is_shown = true;
        }
        if !is_shown && reply.lines.len() > 1 && self.is_in(&reply.lines.concat()) {
            reply.lines = vec![HIDDEN.to_owned()];
        }
        reply
    }

    /// Returns `text`, or a substitute if it repeats a secret.
    pub(super) fn of_text(&self, text: String) -> String {
        if self.is_in(&text) { HIDDEN.to_owned() } else { text }
    }

    fn is_in(&self, text: &str) -> bool {
        let text: Vec<u8> = text.bytes().map(plain).collect();
        let is_known = |part: &[u8; PART]| {
            let (word, bit) = place(*part);
            self.begins[word] & bit != 0 && self.parts.contains(part)
        };
        text.array_windows().any(|part| is_known(part) || is_known(&part.map(|byte| byte.to_ascii_lowercase())))
            || self.short.iter().any(|form| text.windows(form.len()).any(|part| part == form))
    }
}

/// Returns the position of the bit for the first two bytes of a part.
fn place(part: [u8; PART]) -> (usize, u64) {
    let begin = usize::from(u16::from_be_bytes([part[0], part[1]]));
    (begin / 64, 1 << (begin % 64))
}

/// Maps the URL-safe alphabet to the standard one.
fn plain(byte: u8) -> u8 {
    match byte {
        b'-' => b'+',
        b'_' => b'/',
        byte => byte,
    }
}

impl fmt::Debug for Redaction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Redaction(***)")
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::{BASE64URL_NOPAD, HEXUPPER};
    use proptest::prelude::*;

    use super::*;
    use crate::secret::Secret;

    const TOKEN: &str = "ya29.a0AfH6SMBx7-abcdefghijklmnopqrstuvwxyz_0123456789";

    fn redaction(password: &str) -> Redaction {
        Redaction::of(&Credentials { user: "ada".to_owned(), password: Secret::new(password), mechanism: None })
    }

    fn shown(password: &str, lines: &[&str]) -> Vec<String> {
        let lines = lines.iter().map(|&line| line.to_owned()).collect();
        redaction(password).of_reply(Reply { code: 535, enhanced: None, lines }).lines
    }

    #[test]
    fn what_repeats_a_token_or_a_part_of_it_is_not_shown() {
        let bearer = BASE64.encode(&bearer_response("ada", TOKEN.as_bytes()));
        let json = format!("{{\"status\":\"401\",\"token\":\"{TOKEN}\"}}");
        for line in [
            format!("no: {TOKEN}"),
            format!("no: {}...", &TOKEN[..12]),
            format!("AUTH XOAUTH2 {bearer}"),
            format!("cannot decode `{}`", &bearer[..40]),
            format!("...{}", &bearer[30..]),
            BASE64.encode(TOKEN.as_bytes()),
            BASE64.encode(json.as_bytes()),
            BASE64.encode(format!(" {json}").as_bytes()),
            BASE64URL_NOPAD.encode(format!("  {json}").as_bytes()),
            HEXLOWER.encode(TOKEN.as_bytes()),
            HEXUPPER.encode(TOKEN.as_bytes()),
        ] {
            assert_eq!(shown(TOKEN, &[&line, "goodbye"]), [HIDDEN, "goodbye"], "{line}");
        }
        let pieces: Vec<_> = bearer.as_bytes().chunks(7).map(|piece| std::str::from_utf8(piece).unwrap()).collect();
        assert_eq!(shown(TOKEN, &pieces), [HIDDEN]);
    }

    #[test]
    fn short_passwords_are_looked_for_whole() {
        for line in ["bad `pa ss`", "cGEgc3M=", "AGFkYQBwYSBzcw== is wrong", "7061207373"] {
            assert_eq!(shown("pa ss", &[line]), [HIDDEN], "{line}");
        }
        for line in ["authentication failed for ada", "pass", "550 5.1.1 no such user here", ""] {
            assert_eq!(shown("pa ss", &[line]), [line]);
            assert_eq!(shown("", &[line]), [line]);
            assert_eq!(shown(TOKEN, &[line]), [line]);
        }
    }

    #[test]
    fn what_is_no_reply_is_not_shown_either() {
        assert_eq!(redaction(TOKEN).of_text(format!("AUTH PLAIN {TOKEN}")), HIDDEN);
        assert_eq!(redaction(TOKEN).of_text("HTTP/1.1 400".to_owned()), "HTTP/1.1 400");
        assert_eq!(format!("{:?}", redaction(TOKEN)), "Redaction(***)");
    }

    proptest! {
        #[test]
        fn a_password_is_found_wherever_it_stands_in_what_is_encoded(
            password in "[!-~]{12,40}", before in "[ -~]{0,20}", after in "[ -~]{0,20}",
        ) {
            let text = format!("{before}{password}{after}");
            for line in [BASE64.encode(text.as_bytes()), BASE64URL_NOPAD.encode(text.as_bytes()), text] {
                prop_assert_eq!(shown(&password, &[&line]), [HIDDEN]);
            }
        }
    }
}
