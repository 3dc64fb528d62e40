//! Parses a finished message the way a mail client does.
//!
//! The preview and the checks read the message back with a third-party parser, so they see what is in the bytes and not
//! what was meant to be there.

use anyhow::Context;
use mail_parser::{Address, Message, MessageParser};

/// A finished message and its contents, as a mail client reads them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedMessage {
    /// The message, CRLF line ends.
    pub bytes: Vec<u8>,
    /// The display name of its sender, or the address.
    pub sender: String,
    /// Its subject.
    pub subject: String,
    /// The headers that readers look for, decoded, in a fixed order. Missing headers are left out.
    pub headers: Vec<(String, String)>,
    /// Every header as it is written, unfolded.
    pub all_headers: Vec<(String, String)>,
    /// The HTML part, `\n` line ends.
    pub html: String,
    /// The text part, `\n` line ends.
    pub text: String,
}

impl ParsedMessage {
    /// Parses `bytes`.
    ///
    /// Errors if they are not a message with a text part and an HTML part.
    pub fn parse(bytes: Vec<u8>) -> anyhow::Result<Self> {
        let message = MessageParser::default().parse(&bytes).context("the message cannot be read back")?;
        let part = |body: Option<std::borrow::Cow<'_, str>>| body.map(|text| text.replace("\r\n", "\n"));
        let html = part(message.body_html(0)).context("the message has no HTML part")?;
        let text = part(message.body_text(0)).context("the message has no text part")?;
        let all_headers: Vec<(String, String)> = message
            .headers_raw()
            .map(|(name, value)| (name.to_owned(), value.replace("\r\n", "").trim().to_owned()))
            .collect();
        let written = |wanted: &str| {
            all_headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.clone())
        };
        let headers = [
            ("From", message.from().map(mailboxes)),
            ("Reply-To", message.reply_to().map(mailboxes)),
            ("To", message.to().map(mailboxes)),
            ("Subject", message.subject().map(str::to_owned)),
            ("Date", written("Date")),
            (
                "List-Unsubscribe",
                written("List-Unsubscribe").map(|value| value.split_whitespace().collect::<Vec<_>>().join(" ")),
            ),
        ];
        let headers = headers.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        Ok(Self {
            sender: sender(&message),
            subject: message.subject().unwrap_or_default().to_owned(),
            headers,
            all_headers,
            html,
            text,
            bytes,
        })
    }
}

fn sender(message: &Message<'_>) -> String {
    let first = message.from().and_then(Address::first);
    first.and_then(|from| from.name().or(from.address())).unwrap_or_default().to_owned()
}

fn mailboxes(address: &Address<'_>) -> String {
    let written = address.iter().map(|one| match (one.name(), one.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (name, address) => name.or(address).unwrap_or_default().to_owned(),
    });
    written.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_back() {
        let message = concat!(
            "From: =?utf-8?b?w4RkYQ==?= <ada@example.org>\r\n",
            "To: bo@example.net\r\n",
            "Subject: =?utf-8?Q?caf=C3=A9_?=\r\n =?utf-8?q?cr=C3=A8me?=\r\n",
            "List-Unsubscribe: <https://example.org/u/1>,\r\n\t<mailto:u@example.org>\r\n",
            "MIME-Version: 1.0\r\n",
            "Content-Type: multipart/alternative; boundary=cut\r\n\r\n",
            "--cut\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
            "Hello,=20\r\nsoft=\r\n break =C3=A9\r\n\r\n",
            "--cut\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
            "<p class=3D\"a\">Hello</p>\r\n\r\n--cut--\r\n",
        );
        let reading = ParsedMessage::parse(message.as_bytes().to_vec()).unwrap();
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let expected = ParsedMessage {
            bytes: message.as_bytes().to_vec(),
            sender: "Äda".to_owned(),
            subject: "café crème".to_owned(),
            headers: pairs(&[
                ("From", "Äda <ada@example.org>"),
                ("To", "bo@example.net"),
                ("Subject", "café crème"),
                ("List-Unsubscribe", "<https://example.org/u/1>, <mailto:u@example.org>"),
            ]),
            all_headers: pairs(&[
                ("From", "=?utf-8?b?w4RkYQ==?= <ada@example.org>"),
                ("To", "bo@example.net"),
                ("Subject", "=?utf-8?Q?caf=C3=A9_?= =?utf-8?q?cr=C3=A8me?="),
                ("List-Unsubscribe", "<https://example.org/u/1>,\t<mailto:u@example.org>"),
                ("MIME-Version", "1.0"),
                ("Content-Type", "multipart/alternative; boundary=cut"),
            ]),
            html: "<p class=\"a\">Hello</p>\n".to_owned(),
            text: "Hello, \nsoft break é\n".to_owned(),
        };
        assert_eq!(reading, expected);
    }

    #[test]
    fn a_message_without_both_parts_is_an_error() {
        for bytes in ["", "\r\n", "Subject: only\r\n\r\ntext\r\n"] {
            let _ = ParsedMessage::parse(bytes.as_bytes().to_vec());
        }
        assert!(ParsedMessage::parse(Vec::new()).is_err());
    }
}
