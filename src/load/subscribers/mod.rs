//! Subscriber lists: CSV as spreadsheets and other newsletter services write it.
//!
//! Nothing is dropped in silence: every row of the file becomes a subscriber, a skip, a merge or a rejection, each with its
//! line. Suppressions are not known here; the ledger has the last word.

mod audience;
mod cells;
mod columns;
mod content;
mod decode;
mod rows;
mod status;
#[cfg(test)]
mod tests;
mod text;
mod window;

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use csv::StringRecord;

use self::cells::Cells;
use self::columns::Columns;
use self::content::Content;
use self::text::Text;
use super::{Newsletter, Problems};
use crate::diagnostic::{Diagnostic, Place, Severity, SourceFile};

pub use audience::{Audience, Fate};
pub use rows::{Entry, Row, Rows};
pub use status::SkipReason;

/// A subscriber list: its heading understood, its rows not yet read.
#[derive(Debug)]
pub struct SubscriberList {
    /// As people should see it.
    path: PathBuf,
    content: Content,
    /// The text above the rows.
    heading: String,
    columns: Columns,
    delimiter: u8,
    warnings: Vec<Diagnostic>,
}

/// Reads the newsletter's list of subscribers and sorts it into an audience.
///
/// Errors when the file is not there or its heading makes no sense; bad rows are part of the answer.
pub fn audience(newsletter: &Newsletter) -> Result<Audience, Problems> {
    subscriber_list(newsletter)?.audience()
}

/// Opens the newsletter's list of subscribers and reads its heading.
///
/// Errors when the file is not there or its heading makes no sense.
pub fn subscriber_list(newsletter: &Newsletter) -> Result<SubscriberList, Problems> {
    let path = &newsletter.settings.subscribers;
    let shown = path.strip_prefix(&newsletter.root).unwrap_or(path).to_path_buf();
    match File::open(path).and_then(Content::of) {
        Ok(content) => SubscriberList::begin(shown, content),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let message = format!("there is no list of subscribers at `{}`", shown.display());
            let copy = format!("start with `cp subscribers.example.csv {}`", shown.display());
            let help = format!("{copy}, or write `email` and an address a line");
            Err(Problems(vec![Diagnostic::new(Severity::Error, message, None).help(help)]))
        }
        Err(error) => Err(unreadable(&shown, &error)),
    }
}

/// The SHA-256 of the newsletter's list of subscribers, in hex.
///
/// Errors when it cannot be read.
pub fn list_digest(newsletter: &Newsletter) -> io::Result<String> {
    let content = Content::of(File::open(&newsletter.settings.subscribers)?)?;
    let mut text = Text::new(&content);
    io::copy(&mut text, &mut io::sink())?;
    Ok(text.digest())
}

impl SubscriberList {
    /// A list of these `bytes`. `path` is what diagnostics show.
    ///
    /// Errors when it is empty, broken UTF-16, or its heading makes no sense.
    pub fn read(path: PathBuf, bytes: Vec<u8>) -> Result<Self, Problems> {
        match Content::held(bytes) {
            Ok(content) => Self::begin(path, content),
            Err(error) => Err(unreadable(&path, &error)),
        }
    }

    /// Reads the heading of a list.
    fn begin(path: PathBuf, content: Content) -> Result<Self, Problems> {
        let first_lines = Text::new(&content).first_lines();
        let (text, is_whole) = first_lines.map_err(|error| unreadable(&path, &error))?;
        let (start, said) = separator_line(&text);
        let rest = &text[start..];
        let start = start + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let delimiter = said.unwrap_or_else(|| cells::delimiter(text[start..].lines().next().unwrap_or("")));
        let mut reader = rows::reader(&text.as_bytes()[start..], delimiter);
        let mut heading = StringRecord::new();
        let read = reader.read_record(&mut heading).expect("text in memory is UTF-8 and has no I/O errors");
        if text[start..].trim().is_empty() || !read {
            let help = "the first line names the columns, such as `email,name`";
            let source = Arc::new(SourceFile::new(path, text));
            return Err(Problems(vec![Diagnostic::error("the list is empty", &source, 0..0).help(help)]));
        }
        let body = start + usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        let nobody = is_whole && text[body..].trim().is_empty();
        let source = Arc::new(SourceFile::new(path.clone(), &text[..body]));
        let line = source.text[start..].trim_end_matches(['\r', '\n']);
        let cells = Cells::find(line, delimiter);
        if let Some(at) = cells.open_quote {
            // It has swallowed rows: all of them, or those of the first block.
            let quote = start + at..start + at + 1;
            let problem = Diagnostic::error("this quote in the heading is never closed", &source, quote);
            return Err(Problems(vec![problem.help(rows::CLOSE_QUOTE)]));
        }
        let spans: Vec<_> = cells.ranges.into_iter().map(|range| start + range.start..start + range.end).collect();
        let (columns, warnings) = Columns::read(&heading, &spans, &source)?;
        if nobody {
            let message = "the list has a heading and nobody under it";
            let line = start..start + line.len();
            return Err(Problems(vec![Diagnostic::error(message, &source, line).help("add a subscriber a line")]));
        }
        Ok(Self { path, content, heading: source.text.clone(), columns, delimiter, warnings })
    }

    /// The rows, in order, one at a time.
    ///
    /// Errors when the list cannot be read.
    pub fn rows(&self) -> Result<Rows<'_>, Problems> {
        Rows::of(self)
    }

    /// Where `row` stands.
    pub fn place(&self, row: &Row) -> Place {
        Place { source: self.part(row.line, &row.text), span: 0..row.text.len() }
    }

    /// The part of the list that says `text` from `line` on.
    fn part(&self, line: usize, text: &str) -> Arc<SourceFile> {
        Arc::new(SourceFile::part(self.path.clone(), line, text))
    }

    /// That it cannot be read on.
    fn broken_off(&self, error: &io::Error) -> Problems {
        unreadable(&self.path, error)
    }

    /// That somebody wrote to it between two readings.
    fn changed(&self) -> Problems {
        let message = format!("`{}` was changed while it was read", self.path.display());
        let help = "save it, and type the command again";
        Problems(vec![Diagnostic::new(Severity::Error, message, None).help(help)])
    }
}

/// That the list at `path` cannot be read.
fn unreadable(path: &Path, error: &io::Error) -> Problems {
    let message = format!("cannot read `{}`: {error}", path.display());
    let problem = Diagnostic::new(Severity::Error, message, None);
    Problems(vec![match error.kind() {
        // Of what was read, and not of reading.
        ErrorKind::InvalidData => problem.help("save it again as \"CSV UTF-8\""),
        _ => problem,
    }])
}

/// Excel's own first line, `sep=;`: where the list goes on after it, and the separator it names.
fn separator_line(text: &str) -> (usize, Option<u8>) {
    let line = text.lines().next().unwrap_or("");
    match line.trim_matches('"').as_bytes() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter @ (b',' | b';' | b'\t')] => {
            (text.find('\n').map_or(text.len(), |at| at + 1), Some(*delimiter))
        }
        _ => (0, None),
    }
}
