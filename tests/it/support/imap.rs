//! Speaks as much IMAP (RFC 9051) as reading a mailbox takes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Every message of the `INBOX` of `user`, oldest first, byte for byte.
pub(super) fn messages(port: u16, user: &str, password: &str) -> Vec<Vec<u8>> {
    let mut session = Session::open(port);
    session.ask(&format!("LOGIN \"{user}\" \"{password}\""));
    let exists = session.ask("EXAMINE INBOX").lines.iter().find_map(|line| {
        let count = line.strip_prefix("* ")?.strip_suffix(" EXISTS")?;
        count.parse::<usize>().ok()
    });
    let messages = match exists.expect("EXAMINE tells how many there are") {
        0 => Vec::new(), // `1:*` would name a message that is not there
        _ => session.ask("FETCH 1:* BODY.PEEK[]").literals,
    };
    session.ask("LOGOUT");
    messages
}

struct Session {
    stream: BufReader<TcpStream>,
    commands: u32,
}

#[derive(Default)]
struct Answer {
    /// The lines without their ends.
    lines: Vec<String>,
    /// What the lines announced with `{length}`.
    literals: Vec<Vec<u8>>,
}

impl Session {
    fn open(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let mut session = Self { stream: BufReader::new(stream), commands: 0 };
        let greeting = session.line();
        assert!(greeting.starts_with("* OK"), "{greeting}");
        session
    }

    /// Says one command and reads up to its tagged answer, which must be OK.
    fn ask(&mut self, command: &str) -> Answer {
        self.commands += 1;
        let tag = format!("a{} ", self.commands);
        write!(self.stream.get_mut(), "{tag}{command}\r\n").unwrap();
        let mut answer = Answer::default();
        loop {
            let line = self.line();
            if let Some(verdict) = line.strip_prefix(&tag) {
                assert!(verdict.starts_with("OK"), "{command}: {verdict}");
                return answer;
            }
            if let Some((_, length)) = line.strip_suffix('}').and_then(|line| line.rsplit_once('{')) {
                let mut literal = vec![0; length.parse().unwrap()];
                self.stream.read_exact(&mut literal).unwrap();
                answer.literals.push(literal);
            }
            answer.lines.push(line);
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        line.trim_end_matches("\r\n").to_owned()
    }
}
