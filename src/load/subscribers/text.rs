//! The text of a list, read block by block: a list may have a million rows, and none of them is kept.

use std::io::{self, Read};
use std::mem;

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;

use super::content::Content;
use super::decode::{self, Decoded};
use crate::diagnostic::line_ends;

/// Bytes read at once.
const BLOCK: usize = 64 * 1024;

/// A list's text from its start on, its lines ended by `\n` or `\r\n`.
pub(super) struct Text<'a> {
    content: &'a Content,
    /// Bytes read so far.
    read: u64,
    ended: bool,
    /// The start of a line whose end has not been read yet.
    begun: Vec<u8>,
    /// The block that is given out, as far as it has been `given`.
    block: String,
    given: usize,
    /// Line ends before the block.
    lines: usize,
    digest: digest::Context,
    guessed: Option<Guessed>,
}

/// Lines that were not UTF-8 and were read as windows-1252.
#[derive(Debug, Clone)]
pub(super) struct Guessed {
    /// The number of the first of them, from 1.
    pub(super) line: usize,
    /// What it says.
    pub(super) text: String,
    /// How many there are.
    pub(super) count: usize,
}

impl<'a> Text<'a> {
    pub(super) fn new(content: &'a Content) -> Self {
        Self {
            content,
            read: 0,
            ended: false,
            begun: Vec::new(),
            block: String::new(),
            given: 0,
            lines: 0,
            digest: digest::Context::new(&digest::SHA256),
            guessed: None,
        }
    }

    /// What comes after the first lines `heading`; `None` when it does not begin with them.
    pub(super) fn after(content: &'a Content, heading: &str) -> io::Result<Option<Self>> {
        let mut text = Self::new(content);
        text.next_block()?;
        text.given = heading.len();
        Ok(text.block.starts_with(heading).then_some(text))
    }

    /// Its first lines, and whether there are no others.
    pub(super) fn first_lines(mut self) -> io::Result<(String, bool)> {
        self.next_block()?;
        Ok((self.block, self.ended))
    }

    /// The SHA-256 of the bytes read so far, in hex.
    pub(super) fn digest(&self) -> String {
        HEXLOWER.encode(self.digest.clone().finish().as_ref())
    }

    /// The lines so far that were not UTF-8.
    pub(super) fn guessed(&self) -> Option<&Guessed> {
        self.guessed.as_ref()
    }

    /// Reads the next whole lines, or the rest.
    fn next_block(&mut self) -> io::Result<()> {
        let is_first = self.read == 0;
        self.lines += line_ends(&self.block);
        let whole = loop {
            let old = self.begun.len();
            self.begun.resize(old + BLOCK, 0);
            let read = self.content.read_at(&mut self.begun[old..], self.read)?;
            self.begun.truncate(old + read);
            self.digest.update(&self.begun[old..]);
            self.read += read as u64;
            self.ended = read < BLOCK;
            if self.ended {
                break self.begun.len();
            }
            // A carriage return at the very end may be half of a line end.
            let from = old.saturating_sub(1);
            let new = &self.begun[from..self.begun.len() - 1];
            if let Some(at) = new.iter().rposition(|&byte| byte == b'\n' || byte == b'\r') {
                // Nor is one before a line feed a line end.
                let at = from + at;
                break if self.begun[at..].starts_with(b"\r\n") { at + 2 } else { at + 1 };
            }
        };
        let rest = self.begun.split_off(whole);
        let mut block = mem::replace(&mut self.begun, rest);
        if is_first {
            decode::remove_mark(&mut block);
        }
        let Decoded { text, guessed } = decode::decode(block);
        if let Some((span, count)) = guessed {
            let line = self.lines + line_ends(&text[..span.start]) + 1;
            let first = self.guessed.get_or_insert_with(|| Guessed { line, text: text[span].to_owned(), count: 0 });
            first.count += count;
        }
        (self.block, self.given) = (text, 0);
        Ok(())
    }
}

impl Read for Text<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.block.len() && !self.ended {
            self.next_block()?;
        }
        let rest = &self.block.as_bytes()[self.given..];
        let some = rest.len().min(buffer.len());
        buffer[..some].copy_from_slice(&rest[..some]);
        self.given += some;
        Ok(some)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The whole text of a list, and the lines guessed at.
    fn read(bytes: &[u8]) -> (String, Option<(usize, String, usize)>) {
        let content = Content::held(bytes.to_vec()).unwrap();
        let (mut text, mut read) = (Text::new(&content), String::new());
        text.read_to_string(&mut read).unwrap();
        let guessed = text.guessed().map(|guessed| (guessed.line, guessed.text.clone(), guessed.count));
        (read, guessed)
    }

    #[test]
    fn every_encoding_of_a_list_gives_the_same_text() {
        let text = "email,name\nmina@example.org,Mïna €\n";
        let utf_16 = |encode: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(encode).collect::<Vec<u8>>();
        let little = utf_16(u16::to_le_bytes);
        let big = utf_16(u16::to_be_bytes);
        let cases = [
            text.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            [b"\xFF\xFE", little.as_slice()].concat(),
            [b"\xFE\xFF", big.as_slice()].concat(),
            little,
            big,
            text.replace('\n', "\r").into_bytes(),
        ];
        for bytes in cases {
            assert_eq!(read(&bytes), (text.to_owned(), None), "{bytes:?}");
        }
    }

    #[test]
    fn the_first_line_that_is_not_utf_8_is_counted_over_all_blocks() {
        let mut list = "a@example.org,J\u{fc}rgen\r\n".repeat(BLOCK / 10).into_bytes();
        list.extend(b"b@example.org,J\xFCrgen\r".repeat(2));
        let (_, guessed) = read(&list);
        assert_eq!(guessed, Some((BLOCK / 10 + 1, "b@example.org,J\u{fc}rgen".to_owned(), 2)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn blocks_cut_no_line(
            first in 0..6_usize,
            line in "[a-zé]{0,9}",
            end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
            blocks in 1..4_usize,
        ) {
            let list = "x".repeat(first) + &format!("{line}{end}").repeat(blocks * BLOCK / (line.len() + end.len()));
            let lines = if end == "\r\n" { list.clone() } else { list.replace('\r', "\n") };
            prop_assert_eq!(read(list.as_bytes()), (lines, None));
        }

        #[test]
        fn a_line_longer_than_a_block_is_one_line(length in BLOCK - 2..3 * BLOCK, end in prop::sample::select(vec!["\n", "\r\n", "\r"])) {
            let list = "\u{e9}".repeat(length / 2) + end + "second";
            let expected = list.replace(end, if end == "\r" { "\n" } else { end });
            prop_assert_eq!(read(list.as_bytes()), (expected, None));
        }
    }
}
