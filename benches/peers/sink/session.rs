//! One connection: commands read as they come, answered together when nothing more is there to read, as RFC 2920
//! asks of a server.

use std::io::{self, Read};
use std::net::TcpStream;
use std::os::linux::net::TcpStreamExt as _;
use std::sync::LazyLock;
use std::time::Duration;

use memchr::memmem::{self, Finder};

use crate::messages::Messages;
use crate::replies::Replies;

/// Five messages of 50 KB at a time.
const BUFFER: usize = 256 * 1024;

/// The longest command line taken; RFC 5321 4.5.3.1.4 asks for 512 octets, extensions for more.
const LINE_LIMIT: usize = 4096;

/// The end of a message, RFC 5321 4.1.1.4. Its first line end may be that of the DATA command.
const END_OF_CONTENT: &[u8] = b"\r\n.\r\n";

static FIND_END: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(END_OF_CONTENT));

/// What EHLO offers beside SIZE and 8BITMIME.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extensions {
    /// RFC 2920.
    pub(crate) pipelining: bool,
    /// RFC 3030.
    pub(crate) chunking: bool,
}

/// One connection.
pub(crate) struct Session<'messages> {
    stream: TcpStream,
    replies: Replies,
    messages: &'messages Messages,
    offered: Extensions,
    buffer: Vec<u8>,
    /// What of `buffer` is read and not yet dealt with.
    unread: std::ops::Range<usize>,
    expects: Expects,
    answer: Vec<u8>,
    transaction: Transaction,
}

/// What the next bytes are.
#[derive(Debug, Clone, Copy)]
enum Expects {
    Command,
    /// A message up to its final dot; the unread bytes begin with a line end that is not part of it.
    Content,
    /// So many bytes of a BDAT chunk.
    Chunk {
        left: usize,
        last: bool,
    },
    Nothing,
}

/// From MAIL to the end of the message.
#[derive(Debug, Default)]
struct Transaction {
    sender: bool,
    recipients: Vec<u8>,
    content: Vec<u8>,
    length: u64,
}

impl<'messages> Session<'messages> {
    /// A connection just accepted.
    ///
    /// Errors when it is already gone.
    pub(crate) fn new(
        stream: TcpStream,
        messages: &'messages Messages,
        offered: Extensions,
        delay: Duration,
    ) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self {
            replies: Replies::new(stream.try_clone()?, delay),
            stream,
            messages,
            offered,
            buffer: vec![0; BUFFER],
            unread: 0..0,
            expects: Expects::Command,
            answer: b"220 sink ESMTP\r\n".to_vec(),
            transaction: Transaction::default(),
        })
    }

    /// Serves the connection to its end.
    ///
    /// Errors when the client is gone, or a message cannot be kept.
    pub(crate) fn serve(mut self) -> io::Result<()> {
        loop {
            while self.step()? {}
            if !self.answer.is_empty() {
                self.replies.send(&mut self.answer)?;
            }
            if matches!(self.expects, Expects::Nothing) || self.read()? == 0 {
                return Ok(());
            }
        }
    }

    fn read(&mut self) -> io::Result<usize> {
        self.buffer.copy_within(self.unread.clone(), 0);
        self.unread = 0..self.unread.len();
        if matches!(self.expects, Expects::Content | Expects::Chunk { .. }) {
            // A client that wrote the end of its message apart, without TCP_NODELAY, holds it back until the rest is
            // acknowledged, by default 40 ms later. The kernel forgets this option again and again.
            self.stream.set_quickack(true)?;
        }
        let count = self.stream.read(&mut self.buffer[self.unread.end..])?;
        self.unread.end += count;
        Ok(count)
    }

    /// Deals with the next command or the next piece of a message. False when there is too little to go on.
    fn step(&mut self) -> io::Result<bool> {
        match self.expects {
            Expects::Command => Ok(self.command()),
            Expects::Content => self.content(),
            Expects::Chunk { left, last } => self.chunk(left, last),
            Expects::Nothing => Ok(false),
        }
    }

    fn command(&mut self) -> bool {
        let unread = &self.buffer[self.unread.clone()];
        let Some(end) = memmem::find(unread, b"\r\n") else {
            if unread.len() > LINE_LIMIT {
                self.reply("500 line too long");
                self.expects = Expects::Nothing;
            }
            return false;
        };
        let line = unread[..end].to_vec();
        let verb = line.split(|byte| *byte == b' ').next().unwrap_or_default().to_ascii_uppercase();
        if verb == b"DATA" && !self.transaction.recipients.is_empty() {
            // The line end stays unread: a message of no lines at all ends with the dot right behind it.
            self.unread.start += end;
            self.expects = Expects::Content;
            self.reply("354 go on");
            return true;
        }
        self.unread.start += end + 2;
        match verb.as_slice() {
            b"EHLO" => self.hello(),
            b"HELO" | b"NOOP" => self.reply("250 ok"),
            b"RSET" => {
                self.transaction = Transaction::default();
                self.reply("250 ok");
            }
            b"MAIL" => {
                self.messages.mail_begins();
                self.transaction = Transaction { sender: true, ..Transaction::default() };
                self.reply("250 2.1.0 ok");
            }
            b"RCPT" if self.transaction.sender => match path(&line) {
                Some(recipient) => {
                    if !self.transaction.recipients.is_empty() {
                        self.transaction.recipients.push(b' ');
                    }
                    self.transaction.recipients.extend_from_slice(recipient);
                    self.reply("250 2.1.5 ok");
                }
                None => self.reply("501 5.5.4 no <address>"),
            },
            b"BDAT" if self.offered.chunking && !self.transaction.recipients.is_empty() => self.begin_chunk(&line),
            b"RCPT" | b"DATA" | b"BDAT" => self.reply("503 5.5.1 not now"),
            b"QUIT" => {
                self.reply("221 2.0.0 bye");
                self.expects = Expects::Nothing;
            }
            _ => self.reply("500 5.5.2 what"),
        }
        true
    }

    fn hello(&mut self) {
        self.transaction = Transaction::default();
        let mut lines = vec!["sink", "SIZE 104857600", "8BITMIME", "ENHANCEDSTATUSCODES"];
        if self.offered.pipelining {
            lines.push("PIPELINING");
        }
        if self.offered.chunking {
            lines.push("CHUNKING");
        }
        let last = lines.len() - 1;
        for (index, line) in lines.into_iter().enumerate() {
            self.reply(&format!("250{}{line}", if index == last { ' ' } else { '-' }));
        }
    }

    fn begin_chunk(&mut self, line: &[u8]) {
        let mut words = line.split(|byte| *byte == b' ').skip(1);
        let length = words.next().and_then(|word| str::from_utf8(word).ok()?.parse().ok());
        let last = words.next().is_some_and(|word| word.eq_ignore_ascii_case(b"LAST"));
        if let Some(left) = length {
            self.expects = Expects::Chunk { left, last };
        } else {
            // How many bytes to skip is not known: nothing after this can be understood.
            self.reply("501 5.5.4 no length");
            self.expects = Expects::Nothing;
        }
    }

    fn content(&mut self) -> io::Result<bool> {
        let unread = &self.buffer[self.unread.clone()];
        let found = FIND_END.find(unread);
        // Without an end in sight the last bytes may be the beginning of one.
        let taken = found.unwrap_or_else(|| unread.len().saturating_sub(END_OF_CONTENT.len() - 1));
        if self.messages.keeps() {
            self.transaction.content.extend_from_slice(&unread[..taken]);
        }
        self.transaction.length += taken as u64;
        self.unread.start += taken;
        if found.is_none() {
            return Ok(false);
        }
        self.unread.start += END_OF_CONTENT.len();
        // The first line end of the end belongs to the message, the one the content began with does not.
        let mut content = std::mem::take(&mut self.transaction.content);
        content.extend_from_slice(b"\r\n");
        self.take(&without_dot_stuffing(content.get(2..).unwrap_or_default()))?;
        Ok(true)
    }

    fn chunk(&mut self, left: usize, last: bool) -> io::Result<bool> {
        let taken = left.min(self.unread.len());
        if self.messages.keeps() {
            self.transaction.content.extend_from_slice(&self.buffer[self.unread.start..self.unread.start + taken]);
        }
        self.transaction.length += taken as u64;
        self.unread.start += taken;
        if taken < left {
            self.expects = Expects::Chunk { left: left - taken, last };
            return Ok(false);
        }
        if last {
            let content = std::mem::take(&mut self.transaction.content);
            self.take(&content)?;
        } else {
            self.expects = Expects::Command;
            self.reply("250 2.0.0 go on");
        }
        Ok(true)
    }

    fn take(&mut self, content: &[u8]) -> io::Result<()> {
        let Transaction { recipients, length, .. } = std::mem::take(&mut self.transaction);
        self.messages.take(&recipients, content, length)?;
        self.expects = Expects::Command;
        self.reply("250 2.0.0 taken");
        Ok(())
    }

    fn reply(&mut self, line: &str) {
        self.answer.extend_from_slice(line.as_bytes());
        self.answer.extend_from_slice(b"\r\n");
    }
}

/// The address between `<` and `>`.
fn path(line: &[u8]) -> Option<&[u8]> {
    let start = memchr::memchr(b'<', line)? + 1;
    let end = memchr::memrchr(b'>', line)?;
    (start < end).then(|| &line[start..end])
}

/// Takes away the dots RFC 5321 4.5.2 put before lines that begin with one.
fn without_dot_stuffing(content: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(content.len());
    for line in content.split_inclusive(|byte| *byte == b'\n') {
        plain.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
    }
    plain
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::net::{Ipv4Addr, TcpListener};

    use super::*;

    /// What the sink answers, and keeps, when a client says `pieces`, each when the one before was certainly read.
    fn conversation(pieces: &[&[u8]]) -> (String, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let messages = Messages::new(Some(folder.path().to_owned()), 9, None).unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let offered = Extensions { pipelining: true, chunking: true };
        let mut session = Session::new(listener.accept().unwrap().0, &messages, offered, Duration::ZERO).unwrap();
        for piece in pieces {
            client.write_all(piece).unwrap();
            let mut left = piece.len();
            while left > 0 {
                left -= session.read().unwrap();
                while session.step().unwrap() {}
            }
        }
        session.replies.send(&mut session.answer).unwrap();
        drop(session);
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        let kept = (1..).map_while(|number| fs::read_to_string(folder.path().join(format!("{number:04}.eml"))).ok());
        (answer, kept.collect())
    }

    const ENVELOPE: &[u8] = b"MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\n";

    #[test]
    fn a_message_is_the_same_wherever_it_is_cut() {
        let said = [ENVELOPE, b"DATA\r\n..\r\n...a\r\n\r\n.\r\n", ENVELOPE, b"DATA\r\n.\r\nQUIT\r\n"].concat();
        let answer = "220 sink ESMTP\r\n\
            250 2.1.0 ok\r\n250 2.1.5 ok\r\n354 go on\r\n250 2.0.0 taken\r\n\
            250 2.1.0 ok\r\n250 2.1.5 ok\r\n354 go on\r\n250 2.0.0 taken\r\n\
            221 2.0.0 bye\r\n";
        let kept = vec![".\r\n..a\r\n\r\n".to_owned(), String::new()];
        for cut in 0..said.len() {
            let (before, after) = said.split_at(cut);
            assert_eq!(conversation(&[before, after]), (answer.to_owned(), kept.clone()), "cut at {cut}");
        }
    }

    #[test]
    fn chunks_are_taken_as_they_are_wherever_they_are_cut() {
        let said = [ENVELOPE, b"BDAT 5\r\n.\r\na\nBDAT 3 LAST\r\nb\r\nNOOP\r\n"].concat();
        let answer =
            "220 sink ESMTP\r\n250 2.1.0 ok\r\n250 2.1.5 ok\r\n250 2.0.0 go on\r\n250 2.0.0 taken\r\n250 ok\r\n";
        for cut in 0..said.len() {
            let (before, after) = said.split_at(cut);
            let kept = vec![".\r\na\nb\r\n".to_owned()];
            assert_eq!(conversation(&[before, after]), (answer.to_owned(), kept), "cut at {cut}");
        }
    }

    #[test]
    fn commands_out_of_order_are_refused() {
        let (answer, kept) =
            conversation(&[b"DATA\r\nRCPT TO:<b@example.org>\r\nBDAT 3\r\nMAIL\r\nRCPT TO:<>\r\nDATA\r\nHO\r\n"]);
        let expected = "220 sink ESMTP\r\n503 5.5.1 not now\r\n503 5.5.1 not now\r\n503 5.5.1 not now\r\n\
            250 2.1.0 ok\r\n501 5.5.4 no <address>\r\n503 5.5.1 not now\r\n500 5.5.2 what\r\n";
        assert_eq!((answer.as_str(), kept), (expected, vec![]));
    }
}
