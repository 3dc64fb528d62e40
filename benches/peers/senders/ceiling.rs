//! The ceiling: ten connections that compose the same messages and write them, and do nothing else. No list is read, no
//! ledger kept, nothing signed; of a reply only the code is looked at. Nothing that delivers can be faster.

mod material;

use std::io::{self, BufRead, BufReader, IoSlice, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::thread;

use anyhow::{Context, ensure};

use material::{CONNECTIONS, FROM, Material, Recipient};

/// The longest line of quoted-printable (RFC 2045, section 6.7), its soft line break included.
const LINE: usize = 76;

/// A piece of a message.
enum Piece {
    Literal(Vec<u8>),
    Address,
    Link,
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let material = Material::read(&arguments)?;
    ensure!(material.key.is_none(), "the ceiling does not sign");
    let pieces = pieces(&material);
    thread::scope(|scope| {
        let connections = (0..CONNECTIONS).map(|first| {
            let recipients = material.recipients.iter().skip(first).step_by(CONNECTIONS);
            let pieces = &pieces;
            scope.spawn(move || send(material.port, pieces, recipients))
        });
        let connections: Vec<_> = connections.collect();
        connections.into_iter().try_for_each(|connection| connection.join().expect("no connection panics"))
    })
}

fn send<'a>(port: u16, pieces: &[Piece], mut recipients: impl Iterator<Item = &'a Recipient>) -> anyhow::Result<()> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_nodelay(true)?;
    let (mut replies, mut stream) = (BufReader::new(stream.try_clone()?), stream);
    let mut line = Vec::new();
    reply(&mut replies, &mut line, *b"220")?;
    stream.write_all(b"EHLO bench\r\n")?;
    reply(&mut replies, &mut line, *b"250")?;
    let Some(mut recipient) = recipients.next() else { return Ok(()) };
    let mut envelope = Vec::new();
    begin(recipient, &mut envelope);
    stream.write_all(&envelope)?;
    loop {
        for code in [*b"250", *b"250", *b"354"] {
            reply(&mut replies, &mut line, code)?;
        }
        let next = recipients.next();
        envelope.clear();
        envelope.extend_from_slice(b".\r\n");
        if let Some(next) = next {
            begin(next, &mut envelope);
        }
        let bytes = pieces.iter().map(|piece| match piece {
            Piece::Literal(bytes) => bytes.as_slice(),
            Piece::Address => recipient.address.as_bytes(),
            Piece::Link => recipient.link.as_bytes(),
        });
        let mut slices: Vec<_> = bytes.chain([envelope.as_slice()]).map(IoSlice::new).collect();
        write_all(&mut stream, &mut slices)?;
        reply(&mut replies, &mut line, *b"250")?;
        let Some(next) = next else { break };
        recipient = next;
    }
    stream.write_all(b"QUIT\r\n")?;
    Ok(())
}

fn write_all(stream: &mut TcpStream, mut slices: &mut [IoSlice<'_>]) -> io::Result<()> {
    while !slices.is_empty() {
        let written = stream.write_vectored(slices)?;
        IoSlice::advance_slices(&mut slices, written);
    }
    Ok(())
}

/// Reads a reply of any number of lines into `line`, of which the last is left.
fn reply(replies: &mut impl BufRead, line: &mut Vec<u8>, code: [u8; 3]) -> anyhow::Result<()> {
    loop {
        line.clear();
        replies.read_until(b'\n', line).context("the server is gone")?;
        ensure!(line.starts_with(&code), "the server said `{}`", String::from_utf8_lossy(line).trim_end());
        if line.get(3) != Some(&b'-') {
            return Ok(());
        }
    }
}

fn begin(recipient: &Recipient, envelope: &mut Vec<u8>) {
    let parts = ["MAIL FROM:<", FROM.1, ">\r\nRCPT TO:<", &recipient.address, ">\r\nDATA\r\n"];
    for part in parts {
        envelope.extend_from_slice(part.as_bytes());
    }
}

fn pieces(material: &Material) -> Vec<Piece> {
    let head = format!(
        "From: {} <{}>\r\nSubject: {}\r\nDate: Tue, 24 Nov 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n\
         List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\
         Content-Type: multipart/alternative; boundary=\"part\"\r\nTo: ",
        FROM.0, FROM.1, material.subject
    );
    let part = |kind: &str| {
        format!(
            "\r\n--part\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        )
    };
    let mut pieces = vec![Piece::Literal(head.into_bytes()), Piece::Address];
    pieces.push(Piece::Literal(b"\r\nList-Unsubscribe: <".to_vec()));
    pieces.push(Piece::Link);
    pieces.push(Piece::Literal([b">\r\n", part("plain").as_bytes()].concat()));
    quoted(&material.text, &mut pieces);
    pieces.push(Piece::Literal(part("html").into_bytes()));
    quoted(&material.html, &mut pieces);
    pieces.push(Piece::Literal(b"\r\n--part--\r\n".to_vec()));
    pieces
}

/// Adds `part`, with a line of its own for every value.
fn quoted(part: &str, pieces: &mut Vec<Piece>) {
    let mut rest = part;
    while let Some(at) = rest.find("{{") {
        pieces.push(Piece::Literal([encoded(&rest[..at]), b"=\r\n".to_vec()].concat()));
        let (piece, name) = if rest[at..].starts_with("{{address}}") {
            (Piece::Address, "{{address}}")
        } else {
            (Piece::Link, "{{unsubscribe}}")
        };
        pieces.push(piece);
        pieces.push(Piece::Literal(b"=\r\n".to_vec()));
        rest = &rest[at + name.len()..];
    }
    pieces.push(Piece::Literal(encoded(rest)));
}

fn encoded(text: &str) -> Vec<u8> {
    let mut encoded = Vec::new();
    let mut column = 0;
    for byte in text.bytes() {
        if byte == b'\n' {
            // A space before the end of a line would be lost.
            if encoded.last() == Some(&b' ') {
                encoded.extend_from_slice(b"=\r\n");
            }
            encoded.extend_from_slice(b"\r\n");
            column = 0;
            continue;
        }
        let is_printable = matches!(byte, b' '..=b'~') && byte != b'=';
        if column + 3 >= LINE {
            encoded.extend_from_slice(b"=\r\n");
            column = 0;
        }
        if is_printable && (byte != b'.' || column > 0) {
            encoded.push(byte);
            column += 1;
        } else {
            encoded.extend_from_slice(format!("={byte:02X}").as_bytes());
            column += 3;
        }
    }
    encoded
}
