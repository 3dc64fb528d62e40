//! Holds a string of a TOML file: its value, the place of each of its bytes, and the characters it may contain.

use std::ops::Range;
use std::sync::OnceLock;

use super::{escapes, indent};
use crate::diagnostic::Problem;

/// The most wrong characters of one text that are worth a diagnostic each.
const MAX_PROBLEMS: usize = 3;

/// Whether a text may have line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    One,
    Many,
}

/// A string of the file. Line ends are `\n`, however the file ends its own.
#[derive(Debug, Clone)]
pub(crate) struct Text<'a> {
    /// Its text.
    pub(crate) value: String,
    /// Where it stands, quotes included.
    pub(crate) span: Range<usize>,
    /// The same as it is written, quotes included.
    raw: &'a str,
    /// How many bytes were trimmed from the start of the value.
    trimmed: usize,
    /// Where each line of the value begins, and how many bytes of indents were cut from it and the lines above it.
    cuts: Vec<(usize, usize)>,
    /// Places in the value and where those are written, [`STRIDE`] characters apart, once a place is asked for.
    milestones: OnceLock<Vec<(usize, usize)>>,
}

/// Characters between two places that are known without counting: a text may have as many wrong places as letters.
const STRIDE: usize = 64;

impl<'a> Text<'a> {
    /// The text whose value is `value`, written at `span` of `file`.
    pub(crate) fn new(value: &str, span: Range<usize>, file: &'a str) -> Self {
        let raw = file.get(span.clone()).unwrap_or_default();
        Self {
            value: value.replace("\r\n", "\n"),
            span,
            raw,
            trimmed: 0,
            cuts: Vec::new(),
            milestones: OnceLock::new(),
        }
    }

    /// The same without white space around it.
    pub(crate) fn trimmed(mut self) -> Self {
        self.trimmed += self.value.len() - self.value.trim_start().len();
        self.value = self.value.trim().to_owned();
        self
    }

    /// The same without the indent that all its lines have, if it begins on a line of its own: it was indented with the
    /// file around it, and Markdown would take it for code.
    pub(crate) fn without_indent(mut self) -> Self {
        let begins_below = ["'''", "\"\"\""]
            .iter()
            .any(|quotes| self.raw.strip_prefix(quotes).is_some_and(|rest| rest.starts_with(['\n', '\r'])));
        if begins_below && let Some((value, cuts)) = indent::cut(&self.value) {
            (self.value, self.cuts) = (value, cuts);
        }
        self
    }

    /// Returns the escapes in it that may be meant as backslashes, by byte range of the file.
    pub(super) fn doubtful_escapes(&self) -> Vec<(Range<usize>, Problem)> {
        let found = escapes::doubtful_escapes(self.raw).into_iter();
        found.map(|(range, problem)| (self.span.start + range.start..self.span.start + range.end, problem)).collect()
    }

    /// That there is nothing in it to see, in words.
    pub(crate) fn why_blank(&self) -> Option<&'static str> {
        match self.value.as_str() {
            "" => Some("is empty"),
            value if value.chars().all(is_invisible) => Some("has only invisible characters"),
            _ => None,
        }
    }

    /// Returns where in the file the bytes `range` of the value stand.
    pub(crate) fn place(&self, range: Range<usize>) -> Range<usize> {
        let wanted = self.before_cuts(range.start) + self.trimmed..self.before_cuts(range.end) + self.trimmed;
        let milestones = self.milestones.get_or_init(|| checkpoints(self.raw));
        let passed = milestones.partition_point(|&(value, _)| value <= wanted.start);
        let (mut at, written) = milestones[passed.saturating_sub(1)];
        let mut place: Option<Range<usize>> = None;
        for (written, character) in (RawCharacters { at: written, ..RawCharacters::new(self.raw) }) {
            if at >= wanted.end && place.is_some() {
                break;
            }
            at += character.len_utf8();
            if at > wanted.start {
                place = Some(place.map_or(written.start, |place| place.start)..written.end);
            }
        }
        // Past the last character: before the closing quotes.
        let end = RawCharacters::new(self.raw).end;
        let place = place.unwrap_or(end..end);
        self.span.start + place.start..self.span.start + if range.is_empty() { place.start } else { place.end }
    }

    /// Returns where the byte `at` of the value was before indents were cut.
    fn before_cuts(&self, at: usize) -> usize {
        let lines = self.cuts.partition_point(|&(start, _)| start <= at);
        at + lines.checked_sub(1).map_or(0, |line| self.cuts[line].1)
    }

    /// Returns what is wrong with its characters. `name` is what it is called in messages.
    pub(crate) fn invalid_characters(&self, name: &str, lines: Lines) -> Vec<(Range<usize>, Problem)> {
        let wrong = |(at, character)| {
            let kind = name_of_forbidden(character, lines)?;
            let problem = match character {
                '\n' => Problem::new(format!("{name} has more than one line")).help("write it in one line"),
                _ => Problem::new(format!("{kind} U+{:04X} in {name}", u32::from(character))).help("delete it"),
            };
            let place = self.place(at..at + character.len_utf8());
            let help = escapes::escape_help(self.raw, place.start - self.span.start);
            let problem = if let Some(help) = help { problem.help(help) } else { problem };
            Some((place, problem))
        };
        // A line end before the closing quotes is how multi-line strings are written, not a second line.
        let value = if lines == Lines::One { self.value.trim_end_matches('\n') } else { &self.value };
        value.char_indices().filter_map(wrong).take(MAX_PROBLEMS).collect()
    }
}

/// Returns where every [`STRIDE`]th character of the string written as `raw` stands in its value, and where it is written.
fn checkpoints(raw: &str) -> Vec<(usize, usize)> {
    let mut written = RawCharacters::new(raw);
    let mut milestones = vec![(0, written.at)];
    let (mut count, mut at) = (0, 0);
    while let Some((_, character)) = written.next() {
        at += character.len_utf8();
        count += 1;
        if count % STRIDE == 0 {
            milestones.push((at, written.at));
        }
    }
    milestones
}

/// Returns whether nobody sees `character`: spaces, joiners, marks of direction, fillers (Unicode's `Default_Ignorable_Code_Point`).
pub(crate) fn is_invisible(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Returns the name of `character` if no text may contain it.
pub(crate) fn name_of_forbidden(character: char, lines: Lines) -> Option<&'static str> {
    match character {
        '\n' | '\t' if lines == Lines::Many => None,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Some("text direction override"),
        '\u{F8FF}' => Some("private-use character (the Apple sign on Apple's devices, a box on all others)"),
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

/// The characters a TOML string as written stands for, each with where it is written: escapes undone, CRLF as one `\n`.
///
/// It follows the grammar of strings that parsed without errors; for others it returns something near.
struct RawCharacters<'a> {
    raw: &'a str,
    at: usize,
    end: usize,
    escapes: bool,
}

impl<'a> RawCharacters<'a> {
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

    /// Returns how many bytes the quotes on each side have.
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

impl Iterator for RawCharacters<'_> {
    type Item = (Range<usize>, char);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let start = self.raw.ceil_char_boundary(self.at);
            let character = self.raw.get(start..self.end)?.chars().next()?;
            self.at = start + character.len_utf8();
            if self.escapes && character == '\\' {
                match self.escape(start) {
                    Some('\r') if self.follows("\\n") => {}
                    Some(escaped) => return Some((start..self.raw.ceil_char_boundary(self.at), escaped)),
                    None => {}
                }
            } else if character != '\r' || !self.follows("\n") {
                return Some((start..self.at, character));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use toml::de::{DeTable, DeValue};

    use super::*;

    /// Returns what stands in `toml` where the bytes of `part` stand in the value of `key`.
    fn place_of<'t>(toml: &'t str, part: &str) -> &'t str {
        let table = DeTable::parse(toml).unwrap();
        let value = table.get_ref().get("key").unwrap();
        let DeValue::String(string) = value.get_ref() else { panic!("{toml} is no text") };
        let text = Text::new(string, value.span(), toml).trimmed();
        let start = text.value.find(part).unwrap();
        &toml[text.place(start..start + part.len())]
    }

    #[test]
    fn every_way_to_write_a_string_keeps_its_places() {
        let cases = [
            ("key = 'a bc'", "bc", "bc"),
            ("key = \"a \\\" bc\"", "bc", "bc"),
            ("key = \"\\u00e9\\n\\tbc\"", "bc", "bc"),
            ("key = \"a\\u00e9c\"", "é", "\\u00e9"),
            ("key = '''\na\n bc'''", "bc", "bc"),
            ("key = '''\r\na\r\n bc\r\n'''", "bc", "bc"),
            ("key = \"\"\"\na \\\n   bc \\r\\n d\"\"\"", "d", "d"),
            ("key = \"\"\"a\"\"bc\"\"\"", "bc", "bc"),
            ("key = '  bc'", "bc", "bc"),
            ("key = ''''bc''''", "bc", "bc"),
        ];
        for (toml, part, written) in cases {
            assert_eq!(place_of(toml, part), written, "{toml}");
        }
    }

    #[test]
    fn characters_that_do_harm_are_named_and_found() {
        let problems = |value: &str, lines| {
            let raw = format!("'{value}'");
            let text = Text::new(value, 0..raw.len(), &raw);
            let problems = text.invalid_characters("`title`", lines);
            problems.into_iter().map(|(range, problem)| (range, problem.message)).collect::<Vec<_>>()
        };
        let cases = [
            ("a\u{7}", 2..3, "control character U+0007 in `title`"),
            ("\u{7f}", 1..2, "control character U+007F in `title`"),
            ("\u{85}", 1..3, "control character U+0085 in `title`"),
            ("é\u{202e}", 3..6, "text direction override U+202E in `title`"),
            ("\u{2066}", 1..4, "text direction override U+2066 in `title`"),
            ("\u{e000}", 1..4, "private-use character U+E000 in `title`"),
            (
                "\u{f8ff}",
                1..4,
                "private-use character (the Apple sign on Apple's devices, a box on all others) U+F8FF in `title`",
            ),
            ("\u{10fffd}", 1..5, "private-use character U+10FFFD in `title`"),
            ("\u{ffff}", 1..4, "noncharacter U+FFFF in `title`"),
            ("\u{fffd}", 1..4, "replacement character (some program lost a letter here) U+FFFD in `title`"),
        ];
        for (value, place, message) in cases {
            assert_eq!(problems(value, Lines::Many), [(place, message.to_owned())]);
        }
        assert_eq!(problems("a\nb\tc", Lines::Many), []);
        assert_eq!(problems("a\n", Lines::One), []);
        assert_eq!(problems("a\nb", Lines::One), [(2..3, "`title` has more than one line".to_owned())]);
        assert_eq!(problems("\u{1}\u{1}\u{1}\u{1}", Lines::One).len(), MAX_PROBLEMS);
    }

    proptest! {
        #[test]
        fn places_never_panic_and_stay_inside(raw in "(['\"]{0,3}|\\\\.|\\\\u[0-9a-f]{0,4}|\r\n|\n|é|[a-z ]){0,20}", at in 0_usize..40) {
            let text = Text::new("whatever it may be", 0..raw.len(), &raw);
            prop_assert!(raw.get(text.place(at..at + 1)).is_some());
        }
    }
}
