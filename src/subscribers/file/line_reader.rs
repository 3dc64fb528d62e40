//! Reads the text of a list block by block. A list may have a million rows, so no row is kept.

use std::io::{self, Read};
use std::mem;

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;

use crate::diagnostic::line_ends;
use crate::subscribers::file::decode;
use crate::subscribers::file::decode::Decoded;
use crate::subscribers::file::source::Source;

/// The number of bytes read at once.
const BLOCK: usize = 64 * 1024;

/// The text of a list from its start, with line ends `\n` or `\r\n`.
pub(in crate::subscribers) struct LineReader<'a> {
    content: &'a Source,
    /// The number of bytes read so far.
    read: u64,
    ended: bool,
    /// The start of a line that has not been read completely.
    partial_line: Vec<u8>,
    /// The current block; its first `consumed` bytes have been returned by reads.
    block: String,
    consumed: usize,
    /// The number of line ends before the block.
    lines: usize,
    digest: digest::Context,
    guessed: Option<GuessedLines>,
}

/// Lines that were not UTF-8 and were read as windows-1252.
#[derive(Debug, Clone)]
pub(in crate::subscribers) struct GuessedLines {
    /// The number of the first of them, from 1.
    pub(in crate::subscribers) line: usize,
    /// Its text.
    pub(in crate::subscribers) text: String,
    /// The number of refusals.
    pub(in crate::subscribers) count: usize,
}

impl<'a> LineReader<'a> {
    pub(in crate::subscribers) fn new(content: &'a Source) -> Self {
        Self {
            content,
            read: 0,
            ended: false,
            partial_line: Vec::new(),
            block: String::new(),
            consumed: 0,
            lines: 0,
            digest: digest::Context::new(&digest::SHA256),
            guessed: None,
        }
    }

    /// Returns the reader after the first lines `heading`; `None` if the list does not begin with
    /// them.
    pub(in crate::subscribers) fn after(content: &'a Source, heading: &str) -> io::Result<Option<Self>> {
        let mut text = Self::new(content);
        text.next_block()?;
        text.consumed = heading.len();
        Ok(text.block.starts_with(heading).then_some(text))
    }

    /// Returns the first lines, and whether there are no others.
    pub(in crate::subscribers) fn first_lines(mut self) -> io::Result<(String, bool)> {
        self.next_block()?;
        Ok((self.block, self.ended))
    }

    /// The SHA-256 of the bytes read so far, in hex.
    pub(in crate::subscribers) fn digest(&self) -> String {
        HEXLOWER.encode(self.digest.clone().finish().as_ref())
    }

    /// The lines so far that were not UTF-8.
    pub(in crate::subscribers) fn guessed(&self) -> Option<&GuessedLines> {
        self.guessed.as_ref()
    }

    /// Reads the next complete lines, or the rest.
    fn next_block(&mut self) -> io::Result<()> {
        let is_first = self.read == 0;
        self.lines += line_ends(&self.block);
        let whole = loop {
            let old = self.partial_line.len();
            self.partial_line.resize(old + BLOCK, 0);
            let read = self.content.read_at(&mut self.partial_line[old..], self.read)?;
            self.partial_line.truncate(old + read);
            self.digest.update(&self.partial_line[old..]);
            self.read += read as u64;
            self.ended = read < BLOCK;
            if self.ended {
                break self.partial_line.len();
            }
            // A carriage return at the very end may be half of a line end.
            let from = old.saturating_sub(1);
            let new = &self.partial_line[from..self.partial_line.len() - 1];
            if let Some(at) = new.iter().rposition(|&byte| byte == b'\n' || byte == b'\r') {
                // A carriage return before a line feed is not a line end of its own.
                let at = from + at;
                break if self.partial_line[at..].starts_with(b"\r\n") { at + 2 } else { at + 1 };
            }
        };
        let rest = self.partial_line.split_off(whole);
        let mut block = mem::replace(&mut self.partial_line, rest);
        if is_first {
            decode::remove_mark(&mut block);
        }
        let Decoded { text, guessed } = decode::decode(block);
        if let Some((span, count)) = guessed {
            let line = self.lines + line_ends(&text[..span.start]) + 1;
            let first =
                self.guessed.get_or_insert_with(|| GuessedLines { line, text: text[span].to_owned(), count: 0 });
            first.count += count;
        }
        (self.block, self.consumed) = (text, 0);
        Ok(())
    }
}

impl Read for LineReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.consumed == self.block.len() && !self.ended {
            self.next_block()?;
        }
        let rest = &self.block.as_bytes()[self.consumed..];
        let some = rest.len().min(buffer.len());
        buffer[..some].copy_from_slice(&rest[..some]);
        self.consumed += some;
        Ok(some)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Returns the complete text of a list, and the lines read as windows-1252.
    fn read(bytes: &[u8]) -> (String, Option<(usize, String, usize)>) {
        let content = Source::from_bytes(bytes.to_vec()).unwrap();
        let (mut text, mut read) = (LineReader::new(&content), String::new());
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
