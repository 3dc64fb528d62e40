//! A string of a TOML file: its value, where each byte of it stands, and which characters it may hold.

use std::ops::Range;

use super::table::Fault;

/// The most wrong characters of one text that are worth a diagnostic each.
const MOST_FAULTS: usize = 3;

/// Whether a text may have line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    One,
    Many,
}

/// A string of the file. Line ends are `\n`, however the file ends its own.
#[derive(Debug, Clone)]
pub(super) struct Text<'a> {
    /// What it says.
    pub(super) value: String,
    /// Where it stands, quotes included.
    pub(super) span: Range<usize>,
    /// The same as it is written, quotes included.
    raw: &'a str,
    /// How many bytes were trimmed from the start of the value.
    trimmed: usize,
}

impl<'a> Text<'a> {
    /// The text whose value is `value`, written at `span` of `file`.
    pub(super) fn new(value: &str, span: Range<usize>, file: &'a str) -> Self {
        let raw = file.get(span.clone()).unwrap_or_default();
        Self { value: value.replace("\r\n", "\n"), span, raw, trimmed: 0 }
    }

    /// The same without white space around it.
    pub(super) fn trimmed(mut self) -> Self {
        self.trimmed += self.value.len() - self.value.trim_start().len();
        self.value = self.value.trim().to_owned();
        self
    }

    /// Where in the file the bytes `range` of the value stand.
    pub(super) fn place(&self, range: Range<usize>) -> Range<usize> {
        let start = self.offset(range.start);
        let end = if range.is_empty() { start } else { self.offset(range.end) };
        start..end.max(start)
    }

    fn offset(&self, wanted: usize) -> usize {
        let wanted = wanted + self.trimmed;
        let mut at = 0;
        for (offset, character) in Written::new(self.raw) {
            if at >= wanted {
                return self.span.start + offset;
            }
            at += character.len_utf8();
        }
        self.span.end - Written::delimiter(self.raw).min(self.span.len())
    }

    /// What is wrong with its characters. `name` is what it is called in messages.
    pub(super) fn character_faults(&self, name: &str, lines: Lines) -> Vec<(Range<usize>, Fault)> {
        let wrong = |(at, character)| {
            let kind = forbidden(character, lines)?;
            let fault = match character {
                '\n' => Fault::new(format!("{name} has more than one line")).help("write it in one line"),
                _ => Fault::new(format!("{kind} U+{:04X} in {name}", u32::from(character))).help("delete it"),
            };
            Some((self.place(at..at + character.len_utf8()), fault))
        };
        // A line end before the closing quotes is how multi-line strings are written, not a second line.
        let value = if lines == Lines::One { self.value.trim_end_matches('\n') } else { &self.value };
        value.char_indices().filter_map(wrong).take(MOST_FAULTS).collect()
    }
}

/// What `character` is called, when it may not stand in a text.
fn forbidden(character: char, lines: Lines) -> Option<&'static str> {
    match character {
        '\n' | '\t' if lines == Lines::Many => None,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Some("text direction override"),
        // Letters mark their slots with these.
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}' => {
            Some("private-use character")
        }
        '\u{FFFD}' => Some("replacement character (some program lost a letter here)"),
        // XML, and so the feed, cannot carry them.
        '\u{FDD0}'..='\u{FDEF}' => Some("noncharacter"),
        _ if u32::from(character) & 0xFFFE == 0xFFFE => Some("noncharacter"),
        _ if character.is_control() => Some("control character"),
        _ => None,
    }
}

/// The characters a TOML string as written stands for, each with its offset: escapes undone, CRLF as one `\n`.
///
/// It follows the grammar of strings that parsed without errors; for others it answers something near.
struct Written<'a> {
    raw: &'a str,
    at: usize,
    end: usize,
    escapes: bool,
}

impl<'a> Written<'a> {
    fn new(raw: &'a str) -> Self {
        let delimiter = Self::delimiter(raw);
        let mut at = delimiter;
        if delimiter == 3 {
            // The first line end after the opening quotes is not part of the value.
            at += raw[at..].strip_prefix("\r\n").map_or_else(|| usize::from(raw[at..].starts_with('\n')), |_| 2);
        }
        let end = raw.floor_char_boundary(raw.len() - delimiter).max(at);
        Self { raw, at, end, escapes: raw.starts_with('"') }
    }

    /// How many bytes the quotes on each side have.
    fn delimiter(raw: &str) -> usize {
        if raw.len() >= 6 && (raw.starts_with("'''") || raw.starts_with("\"\"\"")) {
            3
        } else {
            usize::from(raw.len() >= 2 && raw.starts_with(['\'', '"']))
        }
    }

    fn follows(&self, text: &str) -> bool {
        self.raw.get(self.at..).is_some_and(|rest| rest.starts_with(text))
    }

    /// The character of the escape sequence whose backslash stands at `start`; `None` for an escaped line end.
    fn escape(&mut self, start: usize) -> Option<char> {
        let rest = &self.raw[start + 1..self.end];
        let kind = rest.chars().next()?;
        let digits = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            ' ' | '\t' | '\r' | '\n' => {
                self.at = self.end - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
                return None;
            }
            _ => 0,
        };
        self.at = (start + 1 + kind.len_utf8() + digits).min(self.end);
        match kind {
            'b' => Some('\u{8}'),
            't' => Some('\t'),
            'n' => Some('\n'),
            'f' => Some('\u{c}'),
            'r' => Some('\r'),
            'e' => Some('\u{1b}'),
            'x' | 'u' | 'U' => {
                rest.get(1..=digits).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32)
            }
            other => Some(other),
        }
    }
}

impl Iterator for Written<'_> {
    type Item = (usize, char);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let start = self.raw.ceil_char_boundary(self.at);
            let character = self.raw.get(start..self.end)?.chars().next()?;
            self.at = start + character.len_utf8();
            if self.escapes && character == '\\' {
                match self.escape(start) {
                    Some('\r') if self.follows("\\n") => {}
                    Some(escaped) => return Some((start, escaped)),
                    None => {}
                }
            } else if character != '\r' || !self.follows("\n") {
                return Some((start, character));
            }
        }
    }
}
