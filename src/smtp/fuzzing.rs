//! Fuzzes the SMTP client with arbitrary bytes from the server; see [`crate::fuzzing`].

#![expect(clippy::missing_panics_doc, reason = "a panic is how a target says that a promise is broken")]

use super::capabilities::Capabilities;
use super::channel::Machine;
use super::chunks::Chunks;
use super::client_line::ClientLine;
use super::command::Envelope;
use super::content::Content;
use super::opening::{Opening, OpeningStep};
use super::outcome::{FinalReply, GoAhead, TransactionResult};
use super::reply::Reply;
use super::reply_reader::{Malformed, ReplyReader};
use super::server::{ConversationLog, Credentials, Server, Tls};
use super::server_facts::{Fact, ServerFacts};
use super::session::Session;
use crate::secret::Secret;

const ENVELOPE: Envelope<'static> = Envelope { sender: "letter@example.org", recipient: "ada@example.org", size: 7 };
const MESSAGE: &[u8] = b"hello\r\n";
const COMMANDS: &str = "MAIL FROM:<letter@example.org>\r\nRCPT TO:<ada@example.org>\r\n";

/// Replies are the same however the bytes are split, and safe to print. The first byte is the size
/// of the pieces.
pub fn replies(data: &[u8]) {
    let Some((&size, bytes)) = data.split_first() else { return };
    let (replies, error) = read(bytes.chunks(bytes.len().max(1)));
    assert_eq!((&replies, &error), (&read(bytes.chunks(usize::from(size.max(1)))).0, &error));
    for reply in &replies {
        assert!((200..600).contains(&reply.code), "{reply:?}");
        assert!(!reply.to_string().chars().any(char::is_control), "{reply:?}");
    }
}

fn read<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<Reply>, Option<Malformed>) {
    let (mut reader, mut replies) = (ReplyReader::default(), Vec::new());
    for piece in pieces {
        reader.feed(piece);
        loop {
            match reader.next_reply() {
                Ok(Some(reply)) => replies.push(reply),
                Ok(None) => break,
                Err(malformed) => return (replies, Some(malformed)),
            }
        }
    }
    (replies, None)
}

/// An opening with STARTTLS and a password: the password is sent only inside TLS, and never shown.
pub fn opening(data: &[u8]) {
    let credentials = Credentials { user: "ada".to_owned(), password: Secret::new("hunter2"), mechanism: None };
    let server = Server { credentials: Some(credentials), ..Server::new("mail.example.org", 587, Tls::StartTls) };
    let mut opening = Opening::new(&server);
    let mut encrypted = false;
    let said = |line: &ClientLine, encrypted: bool| {
        let bytes = line.bytes.expose();
        assert!(bytes.ends_with(b"\r\n") && bytes.iter().filter(|byte| b"\r\n".contains(byte)).count() == 2);
        assert!(encrypted || bytes.starts_with(b"EHLO ") || bytes == b"STARTTLS\r\n", "said in clear: {}", line.shown);
        assert!(!line.shown.contains("hunter2"));
    };
    let mut reader = ReplyReader::hiding(server.credentials.as_ref());
    reader.feed(data);
    while let Ok(Some(reply)) = reader.next_reply() {
        match opening.on_reply(reply) {
            Ok(OpeningStep::Send(line)) => said(&line, encrypted),
            Ok(OpeningStep::Encrypt) => {
                encrypted = true;
                said(&opening.on_encrypted(), encrypted);
            }
            Ok(OpeningStep::Done(_)) => return assert!(encrypted),
            Err(error) => return assert!(!error.to_string().contains("hunter2"), "{error}"),
        }
    }
}

/// A session with a server that sends `data`: no final dot without its 354, no acceptance without a
/// 2xx, and nothing on the wire but complete commands and messages. The first byte decides whether
/// PIPELINING is offered, the second is the size of the pieces.
pub fn conversation(data: &[u8]) {
    let [pipelining, size, bytes @ ..] = data else { return };
    let extension = if pipelining % 2 == 1 { "PIPELINING" } else { "" };
    let mut session = Session::new(
        capabilities(&[extension]),
        ReplyReader::default(),
        ServerFacts::default(),
        ConversationLog::default(),
    );
    let (mut heard, mut wire, mut accepted, mut under_way) = (Vec::new(), Vec::new(), 0, false);
    let mut pieces = bytes.chunks(usize::from(*size).max(1));
    if session.begin(&ENVELOPE).is_err() {
        return;
    }
    loop {
        let queued = session.outgoing().to_vec();
        wire.extend_from_slice(&queued);
        session.outgoing().advance(queued.len());
        let go_on = if under_way {
            session.final_reply().map(|final_reply| {
                under_way = final_reply.is_none();
                accepted += usize::from(matches!(final_reply, Some(FinalReply::Accepted(_))));
                final_reply.is_some()
            })
        } else {
            session.go_ahead().map(|go_ahead| match go_ahead {
                Some(GoAhead::Ready) => {
                    under_way = session.finish(&Content::from(MESSAGE), Some(&ENVELOPE)).is_ok();
                    under_way
                }
                Some(GoAhead::Refused(_)) => session.begin(&ENVELOPE).is_ok(),
                None => false,
            })
        };
        match go_on {
            Err(_) => break,
            Ok(true) => {}
            Ok(false) => {
                let Some(piece) = pieces.next() else { break };
                heard.extend_from_slice(piece);
                session.receive(piece);
            }
        }
    }
    let wire = String::from_utf8(wire).expect("what we say is ASCII");
    assert!(wire.ends_with("\r\n") && wire.replace("\r\n", "").find(['\r', '\n']).is_none());
    let known = |line: &str| ["RSET", "DATA", "hello", "."].contains(&line) || COMMANDS.contains(line);
    assert!(wire.trim_end().split("\r\n").all(known), "{wire}");
    let said = |code: &[u8]| heard.split(|&byte| byte == b'\n').filter(|line| line.starts_with(code)).count();
    assert!(wire.matches("\r\n.\r\n").count() <= said(b"354"), "a dot without a go-ahead: {wire}");
    assert!(accepted <= said(b"2"));
}

/// Several messages in flight to a server that sends `data`: nothing on the wire but complete
/// transactions, none accepted without a 2xx of its own, and only those in doubt that were written
/// completely. The first byte is the number in flight, the second the size of the pieces read and
/// written.
pub fn pipeline(data: &[u8]) {
    let [depth, size, bytes @ ..] = data else { return };
    let (depth, size) = (usize::from(depth % 16) + 1, usize::from(*size).max(1));
    let offered = capabilities(&["PIPELINING", "CHUNKING"]);
    let facts = ServerFacts::default();
    for fact in [Fact::PipelinesEnvelopes, Fact::PipelinesMessages, Fact::AcceptsChunks] {
        facts.record(fact);
    }
    let mut chunks = Chunks::new(offered, ReplyReader::default(), facts, ConversationLog::default());
    let (mut heard, mut wire, mut accepted, mut answered) = (Vec::new(), Vec::new(), 0, 0);
    let mut pieces = bytes.chunks(size);
    'conversation: loop {
        while chunks.in_flight() < depth {
            if chunks.send(&ENVELOPE, &Content::from(MESSAGE)).is_err() {
                break 'conversation;
            }
        }
        let mut queued = chunks.outgoing().to_vec();
        queued.truncate(size * 8);
        wire.extend_from_slice(&queued);
        chunks.outgoing().advance(queued.len());
        let out = String::from_utf8_lossy(&wire).matches("BDAT 7 LAST\r\nhello\r\n").count();
        assert_eq!(chunks.in_doubt(), out - answered, "in doubt is what is out and not answered");
        match chunks.next_result() {
            Ok(Some(answer)) => {
                answered += 1;
                assert!(answered <= out, "an answer to what is not out");
                accepted += usize::from(matches!(answer, TransactionResult::Accepted(_)));
            }
            Ok(None) => {
                let Some(piece) = pieces.next() else { break };
                heard.extend_from_slice(piece);
                chunks.receive(piece);
            }
            Err(_) => break,
        }
    }
    let said = |code: &[u8]| heard.split(|&byte| byte == b'\n').filter(|line| line.starts_with(code)).count();
    assert!(3 * accepted <= said(b"2"), "MAIL, RCPT and BDAT are each accepted");
    let transaction = format!("{COMMANDS}BDAT 7 LAST\r\nhello\r\n");
    let wire = String::from_utf8(wire).expect("what we say is ASCII");
    let rest = wire.replace(&format!("RSET\r\n{transaction}"), "").replace(&transaction, "");
    assert!(format!("RSET\r\n{transaction}").starts_with(&rest) || transaction.starts_with(&rest), "{rest}");
}

fn capabilities(extensions: &[&str]) -> Capabilities {
    let lines = [&["host"], extensions].concat().into_iter().map(str::to_owned).collect();
    Capabilities::of(&Reply { code: 250, enhanced: None, lines })
}
