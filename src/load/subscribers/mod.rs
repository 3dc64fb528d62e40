//! Subscriber lists: CSV as spreadsheets and other newsletter services write it.
//!
//! Nothing is dropped in silence: every row of the file becomes a subscriber, a skip, a merge or a rejection, each with its
//! line. Suppressions are not known here; the ledger has the last word.

mod audience;
mod cells;
mod columns;
mod decode;
mod rows;
mod status;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::PathBuf;
use std::sync::Arc;

use aws_lc_rs::digest;
use csv::StringRecord;
use data_encoding::HEXLOWER;

use self::cells::Cells;
use self::columns::Columns;
use super::{Newsletter, Problems};
use crate::diagnostic::{Diagnostic, Severity, SourceFile};

pub use audience::{Audience, Fate};
pub use rows::{Entry, Row, Rows};
pub use status::SkipReason;

/// A subscriber list: decoded, its heading understood, its rows not yet read.
#[derive(Debug)]
pub struct SubscriberList {
    source: Arc<SourceFile>,
    columns: Columns,
    delimiter: u8,
    /// Where the rows start.
    body: usize,
    warnings: Vec<Diagnostic>,
}

/// Reads the newsletter's list of subscribers and sorts it into an audience.
///
/// Errors when the file is not there or its heading makes no sense; bad rows are part of the answer.
pub fn audience(newsletter: &Newsletter) -> Result<Audience, Problems> {
    Ok(subscriber_list(newsletter)?.audience())
}

/// Reads the newsletter's list of subscribers.
///
/// Errors when the file is not there or its heading makes no sense.
pub fn subscriber_list(newsletter: &Newsletter) -> Result<SubscriberList, Problems> {
    let path = &newsletter.settings.subscribers;
    let shown = path.strip_prefix(&newsletter.root).unwrap_or(path).to_path_buf();
    let bytes = std::fs::read(path).map_err(|error| {
        let diagnostic = if error.kind() == ErrorKind::NotFound {
            let message = format!("there is no list of subscribers at `{}`", shown.display());
            let copy = format!("start with `cp subscribers.example.csv {}`", shown.display());
            Diagnostic::new(Severity::Error, message, None)
                .help(format!("{copy}, or write `email` and an address a line"))
        } else {
            Diagnostic::new(Severity::Error, format!("cannot read `{}`: {error}", shown.display()), None)
        };
        Problems(vec![diagnostic])
    })?;
    SubscriberList::read(shown, bytes)
}

/// The SHA-256 of the newsletter's list of subscribers, in hex.
///
/// Errors when it cannot be read.
pub fn list_digest(newsletter: &Newsletter) -> io::Result<String> {
    let mut file = File::open(&newsletter.settings.subscribers)?;
    let (mut context, mut block) = (digest::Context::new(&digest::SHA256), vec![0; 64 * 1024]);
    loop {
        match file.read(&mut block)? {
            0 => return Ok(HEXLOWER.encode(context.finish().as_ref())),
            read => context.update(&block[..read]),
        }
    }
}

impl SubscriberList {
    /// Decodes a list and reads its heading. `path` is what diagnostics show.
    ///
    /// Errors when it is empty, broken UTF-16, or has no column of addresses.
    pub fn read(path: PathBuf, bytes: Vec<u8>) -> Result<Self, Problems> {
        let decoded = match decode::decode(bytes) {
            Ok(decoded) => decoded,
            Err(message) => {
                let message = format!("cannot read `{}`: {message}", path.display());
                let help = "save it again as \"CSV UTF-8\"";
                return Err(Problems(vec![Diagnostic::new(Severity::Error, message, None).help(help)]));
            }
        };
        let source = Arc::new(SourceFile { path, text: decoded.text });
        let mut warnings = Vec::new();
        if let Some((span, lines)) = decoded.guessed {
            let more = if lines == 1 { String::new() } else { format!(", nor are {} after it", lines - 1) };
            let message = format!("this line is not UTF-8{more}; read as windows-1252");
            warnings
                .push(Diagnostic::warning(message, &source, span).help("save the list as UTF-8 to be sure of names"));
        }
        let (start, said) = separator_line(&source.text);
        let rest = &source.text[start..];
        let start = start + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let delimiter = said.unwrap_or_else(|| cells::delimiter(source.text[start..].lines().next().unwrap_or("")));
        let mut reader = rows::reader(&source.text[start..], delimiter);
        let mut heading = StringRecord::new();
        if source.text[start..].trim().is_empty() || !rows::read(&mut reader, &mut heading) {
            let help = "the first line names the columns, such as `email,name`";
            return Err(Problems(vec![Diagnostic::error("the list is empty", &source, 0..0).help(help)]));
        }
        let body = start + usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        let line = source.text[start..body].trim_end_matches(['\r', '\n']);
        let spans: Vec<_> = Cells::find(line, delimiter)
            .ranges
            .into_iter()
            .map(|range| start + range.start..start + range.end)
            .collect();
        let (columns, odd) = Columns::read(&heading, &spans, &source)?;
        warnings.extend(odd);
        if source.text[body..].trim().is_empty() {
            let message = "the list has a heading and nobody under it";
            let line = start..start + line.len();
            return Err(Problems(vec![Diagnostic::error(message, &source, line).help("add a subscriber a line")]));
        }
        Ok(Self { source, columns, delimiter, body, warnings })
    }

    /// The file as it was read.
    pub fn source(&self) -> &Arc<SourceFile> {
        &self.source
    }

    /// The rows, in order, one at a time.
    pub fn rows(&self) -> Rows<'_> {
        Rows::new(self)
    }
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
