//! Reads responses (RFC 9051 7), as far as reading a mailbox needs them.

use super::error::Malformed;
use super::value::{Value, values};

/// What a server says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// It waits for the rest of a command, in base64 or in words.
    Continue(String),
    /// The end of a command.
    Done {
        /// The tag of the command.
        tag: String,
        /// How it ended.
        status: Status,
    },
    /// A status outside commands.
    Status(Status),
    /// What it can do, in upper case.
    Capability(Vec<String>),
    /// The messages a search found.
    Search(Vec<u32>),
    /// The number of messages in the folder.
    Exists(u32),
    /// A message, by its unique identifier. Without a body it is a notice about flags.
    Message {
        /// The identifier.
        uid: Option<u32>,
        /// The bytes that were asked for.
        body: Option<Vec<u8>>,
    },
    /// How names of the user's own folders begin (RFC 2342).
    Namespace(String),
    /// Anything else.
    Other,
}

/// A status, with its code and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The verdict.
    pub verdict: Verdict,
    /// What stands in brackets, in upper case where it is a keyword: `UIDVALIDITY 7`.
    pub code: String,
    /// The words, on one line, without control characters.
    pub text: String,
}

/// A verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Done.
    Ok,
    /// Refused.
    No,
    /// Not understood.
    Bad,
    /// Logged in already.
    Preauth,
    /// The server closes the connection.
    Bye,
}

impl Status {
    /// Returns the capabilities in the code, if it lists them.
    pub fn capabilities(&self) -> Option<Vec<String>> {
        let list = self.code.strip_prefix("CAPABILITY ")?;
        Some(list.split_whitespace().map(str::to_owned).collect())
    }

    /// Returns the number of the code `name`.
    pub fn number(&self, name: &str) -> Option<u32> {
        self.code.strip_prefix(name)?.trim().parse().ok()
    }
}

impl Response {
    /// Reads a complete response, without its line end.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        if let Some(rest) = bytes.strip_prefix(b"+") {
            return Ok(Self::Continue(words(rest)));
        }
        let Some(rest) = bytes.strip_prefix(b"* ") else {
            let (tag, rest) = word(bytes);
            let is_tag = !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let status = status(rest).filter(|_| is_tag).ok_or(Malformed::Syntax)?;
            return Ok(Self::Done { tag, status });
        };
        if let Some(status) = status(rest) {
            return Ok(Self::Status(status));
        }
        let (name, arguments) = word(rest);
        match name.to_ascii_uppercase().as_str() {
            "CAPABILITY" => Ok(Self::Capability(
                words(arguments).to_ascii_uppercase().split_whitespace().map(str::to_owned).collect(),
            )),
            "SEARCH" => Ok(Self::Search(values(arguments)?.iter().filter_map(Value::number).collect())),
            "NAMESPACE" => Ok(namespace(values(arguments)?).map_or(Self::Other, Self::Namespace)),
            _ => match name.parse() {
                Ok(number) => about_message(number, arguments),
                Err(_) => Ok(Self::Other),
            },
        }
    }
}

/// `12 EXISTS`, `12 FETCH (...)`.
fn about_message(number: u32, rest: &[u8]) -> Result<Response, Malformed> {
    let (name, arguments) = word(rest);
    match name.to_ascii_uppercase().as_str() {
        "EXISTS" => Ok(Response::Exists(number)),
        "FETCH" => {
            let (mut uid, mut body) = (None, None);
            let Some(Value::List(items)) = values(arguments)?.into_iter().next() else { return Err(Malformed::Syntax) };
            let mut items = items.into_iter();
            while let (Some(name), Some(value)) = (items.next(), items.next()) {
                let Value::Atom(name) = name else { return Err(Malformed::Syntax) };
                let name = name.to_ascii_uppercase();
                if name == "UID" {
                    uid = value.number();
                } else if name.starts_with("BODY[]") {
                    body = value.into_bytes();
                }
            }
            Ok(Response::Message { uid, body })
        }
        _ => Ok(Response::Other),
    }
}

/// The beginning of the first namespace of the user's own: `(("INBOX." ".")) NIL NIL`.
fn namespace(values: Vec<Value>) -> Option<String> {
    let Value::List(own) = values.into_iter().next()? else { return None };
    let Value::List(first) = own.into_iter().next()? else { return None };
    String::from_utf8(first.into_iter().next()?.into_bytes()?).ok()
}

fn status(rest: &[u8]) -> Option<Status> {
    let (name, rest) = word(rest);
    let verdict = match name.to_ascii_uppercase().as_str() {
        "OK" => Verdict::Ok,
        "NO" => Verdict::No,
        "BAD" => Verdict::Bad,
        "PREAUTH" => Verdict::Preauth,
        "BYE" => Verdict::Bye,
        _ => return None,
    };
    let text = words(rest);
    let (code, text) = match text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        Some((code, text)) => (code.to_ascii_uppercase(), text.trim_start().to_owned()),
        None => (String::new(), text),
    };
    Some(Status { verdict, code, text })
}

/// The bytes up to the next space, and what follows it.
fn word(bytes: &[u8]) -> (String, &[u8]) {
    let end = bytes.iter().position(|&byte| byte == b' ').unwrap_or(bytes.len());
    let rest = bytes.get(end + 1..).unwrap_or_default();
    (String::from_utf8_lossy(&bytes[..end]).into_owned(), rest)
}

/// Words for people: without control characters.
fn words(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Response {
        Response::read(text.as_bytes()).unwrap()
    }

    fn status(verdict: Verdict, code: &str, text: &str) -> Status {
        Status { verdict, code: code.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn responses_of_real_servers_are_read() {
        let greeting = read(
            "* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN] Dovecot ready.",
        );
        let Response::Status(greeting) = greeting else { panic!("a status") };
        let capabilities = greeting.capabilities().unwrap();
        assert_eq!((capabilities.len(), capabilities[7].as_str()), (8, "AUTH=PLAIN"));
        assert_eq!(
            read("* CAPABILITY IMAP4rev1 Literal+ QUOTA=RES-STORAGE  RIGHTS=kxten I18NLEVEL=1 AUTH=PLAIN"),
            Response::Capability(
                ["IMAP4REV1", "LITERAL+", "QUOTA=RES-STORAGE", "RIGHTS=KXTEN", "I18NLEVEL=1", "AUTH=PLAIN"]
                    .map(str::to_owned)
                    .to_vec()
            )
        );
        assert_eq!(read("* SEARCH"), Response::Search(vec![]));
        assert_eq!(read("* SEARCH 4 7 (MODSEQ 9)"), Response::Search(vec![4, 7]));
        assert_eq!(read("* 12 EXISTS"), Response::Exists(12));
        assert_eq!(
            read("* 3 FETCH (UID 9 FLAGS (\\Seen) BODY[]<0> {4}\r\na\r\nb)"),
            Response::Message { uid: Some(9), body: Some(b"a\r\nb".to_vec()) }
        );
        assert_eq!(
            read("* 3 FETCH (BODY[] \"hm\" UID 9)"),
            Response::Message { uid: Some(9), body: Some(b"hm".to_vec()) }
        );
        assert_eq!(read("* 3 FETCH (BODY[] NIL UID 9)"), Response::Message { uid: Some(9), body: None });
        assert_eq!(read("* 3 FETCH (FLAGS (\\Seen))"), Response::Message { uid: None, body: None });
        assert_eq!(read("* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL"), Response::Namespace("INBOX.".to_owned()));
        assert_eq!(read("* NAMESPACE NIL NIL NIL"), Response::Other);
        assert_eq!(read("* LIST (\\HasNoChildren) \"/\" INBOX"), Response::Other);
        assert_eq!(read("* BYE [UNAVAILABLE] later"), Response::Status(status(Verdict::Bye, "UNAVAILABLE", "later")));
        assert_eq!(
            read("a7 no [TRYCREATE] Mailbox doesn't exist: X\u{7}"),
            Response::Done {
                tag: "a7".to_owned(),
                status: status(Verdict::No, "TRYCREATE", "Mailbox doesn't exist: X ")
            }
        );
        assert_eq!(read("+"), Response::Continue(String::new()));
        assert_eq!(status(Verdict::Ok, "UIDVALIDITY 77", "").number("UIDVALIDITY"), Some(77));
    }

    #[test]
    fn what_is_no_imap_is_refused() {
        for text in
            ["", "220 smtp.example.org ESMTP", "HTTP/1.1 400 Bad Request", "* 1 FETCH (UID", "* 1 FETCH 7", "a1"]
        {
            assert_eq!(Response::read(text.as_bytes()), Err(Malformed::Syntax), "{text}");
        }
    }
}
