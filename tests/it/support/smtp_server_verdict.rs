//! Reads from a local part how the scripted SMTP server treats that recipient.
//!
//! | local part | what happens |
//! |---|---|
//! | `refuse-550`, `refuse-554-5.7.1`, `defer-451` | RCPT is answered with that |
//! | `refuse-POINT-550` and so on | the same at another point: `mail`, `rcpt`, `data` or `dot` |
//! | `answer-POINT-354` | any answer, however wrong |
//! | `defer-once`, `defer-mail-once` | 451 the first time, accepted the next |
//! | `hangup-POINT-550` | the same, and the connection is closed |
//! | `cut-POINT-550` | the same, with what came in unread, so that the client is cut off |
//! | `goodbye-POINT-550` | the same with a 421 behind it in one segment, and the connection is closed |
//! | `421-POINT` | 421, and the connection is closed |
//! | `drop-POINT` | the connection is closed without an answer |
//! | `drop-before-dot` | the same in the middle of the message |
//! | `421-before-dot` | 421 in the middle of the message, and the connection is closed |
//! | `stall-before-dot` | nothing is read any more in the middle of the message |
//! | `drop-after-dot-kept`, `drop-after-dot-lost` | the same at the dot, the message accepted or not |
//! | `stall-POINT` | no answer at all |
//! | `drip-POINT` | an answer that never ends, a byte every ten milliseconds |
//! | `garbage`, `garbage-POINT` | an answer that is not SMTP |
//! | `garbage-before-dot` | the same in the middle of the message, and the connection is closed |
//! | `unasked-POINT` | accepted, and behind that a 421 nobody asked for |
//! | `rekey-POINT` | accepted, under new keys where there is TLS |
//! | `wait-POINT` | accepted, once the test says so |
//! | anything else | accepted |
//!
//! Everything from a `+` on is left out, so that many addresses can behave alike. `mail` is looked up in the local part
//! of the sender, the rest in the recipient's.

/// Where something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Point {
    Mail,
    Rcpt,
    Data,
    /// In the middle of the message.
    Body,
    Dot,
}

/// What happens there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    /// This answer.
    Answer(String),
    /// This answer the first time only.
    AnswerOnce(String),
    /// This answer, and the connection is closed.
    Close(String),
    /// This answer, and the connection is cut.
    Cut(String),
    /// The connection is closed; a message is thrown away.
    Drop,
    /// The connection is closed; a message is kept.
    DropKept,
    /// Nothing, for ever.
    Stall,
    /// A byte at a time, for ever.
    Drip,
    /// The usual answer, and another that nobody asked for.
    Unasked,
    /// The usual answer under new keys.
    Rekey,
    /// The usual answer, once the test says so.
    Wait,
}

impl Action {
    /// Whether a message it happens to is the server's.
    pub(super) fn accepts(&self) -> bool {
        matches!(self, Self::DropKept | Self::Unasked | Self::Rekey | Self::Wait)
    }
}

/// What `address` asks for, if it asks for anything.
pub(super) fn of(address: &str) -> Option<(Point, Action)> {
    let local = address.split(['@', '+']).next().unwrap_or_default();
    match local {
        "defer-once" => return Some((Point::Rcpt, Action::AnswerOnce(String::from("451 4.7.1 come back later")))),
        "defer-mail-once" => return Some((Point::Mail, Action::AnswerOnce(String::from("451 4.3.2 come back later")))),
        "garbage-before-dot" => return Some((Point::Body, Action::Close(String::from("HTTP/1.1 400 Bad Request")))),
        "drop-before-dot" => return Some((Point::Body, Action::Drop)),
        "421-before-dot" => return Some((Point::Body, Action::Close(String::from("421 4.3.2 closing as scripted")))),
        "stall-before-dot" => return Some((Point::Body, Action::Stall)),
        "drop-after-dot-kept" => return Some((Point::Dot, Action::DropKept)),
        "drop-after-dot-lost" => return Some((Point::Dot, Action::Drop)),
        "garbage" => return of("garbage-rcpt"),
        _ => {}
    }
    let (verb, rest) = local.split_once('-')?;
    let (point, rest) = match rest.split_once('-').unwrap_or((rest, "")) {
        ("mail", rest) => (Point::Mail, rest),
        ("rcpt", rest) => (Point::Rcpt, rest),
        ("data", rest) => (Point::Data, rest),
        ("dot", rest) => (Point::Dot, rest),
        _ => (Point::Rcpt, rest),
    };
    let scripted = format!("{} as scripted", rest.replacen('-', " ", 1));
    let action = match verb {
        "hangup" => Action::Close(scripted),
        "cut" => Action::Cut(scripted),
        "goodbye" => Action::Close(format!("{scripted}\r\n421 4.3.2 closing as scripted")),
        "refuse" | "defer" | "answer" => Action::Answer(scripted),
        "421" => Action::Close(String::from("421 4.3.2 closing as scripted")),
        "drop" => Action::Drop,
        "stall" => Action::Stall,
        "drip" => Action::Drip,
        "unasked" => Action::Unasked,
        "rekey" => Action::Rekey,
        "wait" => Action::Wait,
        "garbage" => Action::Answer(String::from("HTTP/1.1 400 Bad Request")),
        _ => return None,
    };
    Some((point, action))
}
