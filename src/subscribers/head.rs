//! Reads the first lines of a list: its separator and its headings.

use std::io::{self, ErrorKind};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use csv::StringRecord;

use crate::diagnostic::{Diagnostic, Problems, Severity, SourceFile};
use crate::subscribers::file::cells::Cells;
use crate::subscribers::file::format::OtherFile;
use crate::subscribers::file::line_reader::LineReader;
use crate::subscribers::file::source::Source;
use crate::subscribers::file::{cells, format};

/// The most columns a list may have.
const MOST_COLUMNS: usize = 1000;

/// The heading of a list.
pub(super) struct Head {
    /// The text above the rows.
    pub(super) source: Arc<SourceFile>,
    pub(super) names: StringRecord,
    /// Where each name stands in the text.
    pub(super) spans: Vec<Range<usize>>,
    pub(super) delimiter: u8,
    /// The line of the names.
    line: Range<usize>,
    has_rows: bool,
}

impl Head {
    /// Reads the heading of `content`. Diagnostics show `path`.
    ///
    /// Errors when it is not text or empty, has too many columns, or has a quote that is never closed.
    pub(super) fn read(path: PathBuf, content: &Source) -> Result<Self, Problems> {
        let mut start = [0; 4096];
        let length = content.read_at(&mut start, 0).map_err(|error| unreadable(&path, &error))?;
        if let Some(other) = format::other_than_text(&start[..length]) {
            let (what, help) = match other {
                OtherFile::Packed(what) => (what, "unpack it, and name the files that are in it"),
                OtherFile::Document(what) => (what, "open it in a spreadsheet and save it as \"CSV UTF-8\""),
            };
            let message = format!("`{}` is {what}, not a list", path.display());
            return Err(Problems(vec![Diagnostic::new(Severity::Error, message, None).help(help)]));
        }
        let first_lines = LineReader::new(content).first_lines();
        let (text, is_whole) = first_lines.map_err(|error| unreadable(&path, &error))?;
        let (start, said) = separator_line(&text);
        let rest = &text[start..];
        let start = start + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let delimiter = said.unwrap_or_else(|| cells::delimiter(text[start..].lines().next().unwrap_or("")));
        let mut reader = cells::reader(&text.as_bytes()[start..], delimiter);
        let mut names = StringRecord::new();
        let read = reader.read_record(&mut names).expect("text in memory is UTF-8 and has no I/O errors");
        if text[start..].trim().is_empty() || !read {
            let help = "start with a line of column names, such as `email,name`";
            let source = Arc::new(SourceFile::new(path, text));
            return Err(Problems(vec![Diagnostic::error("the list is empty", &source, 0..0).help(help)]));
        }
        if names.len() > MOST_COLUMNS {
            let message =
                format!("`{}` has {} columns, more than the limit of {MOST_COLUMNS}", path.display(), names.len());
            let help = "export the list with fewer columns; `email` is enough";
            return Err(Problems(vec![Diagnostic::new(Severity::Error, message, None).help(help)]));
        }
        let body = start + usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        let has_rows = !(is_whole && text[body..].trim().is_empty());
        let source = Arc::new(SourceFile::new(path, &text[..body]));
        let line = source.text[start..].trim_end_matches(['\r', '\n']);
        let cells = Cells::find(line, delimiter);
        if let Some(at) = cells.open_quote {
            // The quote has swallowed rows: all of them, or those of the first block.
            let quote = start + at..start + at + 1;
            let problem = Diagnostic::error("this quote in the heading is never closed", &source, quote);
            return Err(Problems(vec![problem.help(cells::CLOSE_QUOTE)]));
        }
        let spans = cells.ranges.into_iter().map(|range| start + range.start..start + range.end).collect();
        let line = start..start + line.len();
        Ok(Self { source, names, spans, delimiter, line, has_rows })
    }

    /// Returns whether no rows follow.
    pub(super) fn is_alone(&self) -> bool {
        !self.has_rows
    }

    /// The error for a list without rows.
    pub(super) fn nobody(&self) -> Diagnostic {
        let message = "the list has a heading but no subscribers";
        let help = "add one subscriber per line; or delete the file, if your readers are in the ledger";
        Diagnostic::error(message, &self.source, self.line.clone()).help(help)
    }
}

/// Returns the error for a list at `path` that cannot be read.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> Problems {
    let message = format!("cannot read `{}`: {error}", path.display());
    let problem = Diagnostic::new(Severity::Error, message, None);
    Problems(vec![match error.kind() {
        // An error about the content, not about reading it.
        ErrorKind::InvalidData => problem.help("save it again as \"CSV UTF-8\""),
        _ => problem,
    }])
}

/// Returns the end of Excel's first line `sep=;` and the separator it names.
fn separator_line(text: &str) -> (usize, Option<u8>) {
    let line = text.lines().next().unwrap_or("");
    match line.trim_matches('"').as_bytes() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter @ (b',' | b';' | b'\t' | b'|')] => {
            (text.find('\n').map_or(text.len(), |at| at + 1), Some(*delimiter))
        }
        _ => (0, None),
    }
}
