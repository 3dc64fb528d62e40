//! Takes a message apart: what is said, the fields of a report, the header of the returned message.

use std::borrow::Cow;

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

use super::embedded::{dedented, end_of_statuses, is_header, is_report, is_status_line};

/// The largest message that is read, bytes.
const MOST_BYTES: usize = 10 << 20;
/// The most parts of a message that is read.
const MOST_PARTS: usize = 200;
/// The deepest nesting of a message that is read.
const MOST_DEPTH: usize = 10;
/// Text that is looked at, characters of each piece: reports say what they have to say at the beginning.
const MOST_TEXT: usize = 64 << 10;

/// A message taken apart.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    /// The header, unfolded below.
    pub(super) header: String,
    /// The subject, decoded.
    pub(super) subject: String,
    /// What is said to a person, as text.
    pub(super) prose: String,
    /// The fields of delivery reports (RFC 3464).
    pub(super) statuses: Vec<String>,
    /// The fields of a feedback report (RFC 5965).
    pub(super) feedback: Option<String>,
    /// The headers of returned messages.
    pub(super) returned: Vec<String>,
}

/// The reason a message is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It has no header.
    NoHeader,
    /// It is larger than 10 MiB, has more than 200 parts, or is nested deeper than 10.
    TooLarge,
}

impl Pieces {
    /// Takes `bytes` apart.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        if bytes.len() > MOST_BYTES {
            return Err(Unreadable::TooLarge);
        }
        let bytes = &*with_line_ends(without_mbox_line(bytes));
        // Each part needs its own: a cheap upper bound, before anything is built from it.
        if count_types(bytes) > 2 * MOST_PARTS {
            return Err(Unreadable::TooLarge);
        }
        let message = MessageParser::default().parse(bytes).ok_or(Unreadable::NoHeader)?;
        let mut pieces = Self {
            header: header_of(&message),
            subject: message.subject().unwrap_or_default().to_owned(),
            ..Self::default()
        };
        if pieces.header.is_empty() {
            return Err(Unreadable::NoHeader);
        }
        let mut html = None;
        let mut parts = 0;
        pieces.add(&message, 0, &mut parts, &mut html)?;
        if let Some(html) = html.filter(|_| pieces.prose.trim().is_empty()) {
            pieces.add_prose(&html);
        }
        // Parts that nothing marks: a boundary that is not the header's, or none. The text is there all the same.
        if pieces.prose.trim().is_empty() && pieces.statuses.is_empty() && pieces.feedback.is_none() {
            let body = message.root_part().offset_body as usize;
            pieces.add_prose(&String::from_utf8_lossy(bytes.get(body..).unwrap_or_default()));
        }
        Ok(pieces)
    }

    fn add(
        &mut self,
        message: &Message<'_>,
        depth: usize,
        parts: &mut usize,
        html: &mut Option<String>,
    ) -> Result<(), Unreadable> {
        *parts += message.parts.len();
        if *parts > MOST_PARTS || depth > MOST_DEPTH || nesting(message) > MOST_DEPTH {
            return Err(Unreadable::TooLarge);
        }
        for part in &message.parts {
            let subtype = part.content_type().and_then(|kind| kind.subtype()).unwrap_or_default().to_ascii_lowercase();
            let file = part.attachment_name().is_some() && !matches!(part.body, PartType::Message(_));
            match (&part.body, subtype.as_str()) {
                (PartType::Message(inner), _) => {
                    let header = header_of(inner);
                    // A report that a gateway passes on within its own: this is the report.
                    if is_report(&header) && is_report(&self.header) {
                        self.add(inner, depth + 1, parts, html)?;
                        continue;
                    }
                    self.returned.push(header);
                    bounded(inner, depth + 1, parts)?;
                }
                (_, "delivery-status" | "global-delivery-status") => self.statuses.push(text_of(part.contents())),
                (_, "feedback-report") => self.feedback = Some(text_of(part.contents())),
                (_, "rfc822-headers" | "rfc822-header" | "rfc822" | "global-headers") => {
                    self.returned.push(text_of(part.contents()));
                }
                (PartType::Text(text), "plain" | "") if !file || self.prose.is_empty() => self.add_prose(text),
                (PartType::Html(text), _) if html.is_none() => {
                    *html = Some(mail_parser::decoders::html::html_to_text(shortened(text)));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Adds a text. Reports without parts have everything in it: first what is said, then fields of a delivery report,
    /// then the returned message.
    fn add_prose(&mut self, text: &str) {
        let text = shortened(text);
        let lines: Vec<&str> = text.lines().collect();
        let mut at = 0;
        while at < lines.len() {
            if is_status_line(lines[at]) {
                let end = end_of_statuses(&lines, at);
                self.statuses.push(dedented(&lines[at..end]));
                // The words are kept, too: gateways write their own fields into them.
                at = end;
            } else if is_header(&lines, at) {
                let end =
                    (at..lines.len()).find(|&line| line > at && lines[line].trim().is_empty()).unwrap_or(lines.len());
                let header = dedented(&lines[at..end]);
                // A report within the text, passed on by a person or a gateway, is read like this one.
                if is_report(&header) {
                    at = end;
                    continue;
                }
                self.returned.push(header);
                // What follows is the body of the returned message.
                break;
            } else {
                self.prose.push_str(lines[at]);
                self.prose.push('\n');
                at += 1;
            }
        }
        self.prose.push('\n');
    }
}

/// Checks the nesting and number of parts of a message within a message.
fn bounded(message: &Message<'_>, depth: usize, parts: &mut usize) -> Result<(), Unreadable> {
    *parts += message.parts.len();
    if *parts > MOST_PARTS || depth > MOST_DEPTH || nesting(message) > MOST_DEPTH {
        return Err(Unreadable::TooLarge);
    }
    for part in &message.parts {
        if let PartType::Message(inner) = &part.body {
            bounded(inner, depth + 1, parts)?;
        }
    }
    Ok(())
}

/// The depth of the multipart structure of one message.
fn nesting(message: &Message<'_>) -> usize {
    let mut depth = vec![0usize; message.parts.len()];
    for (at, part) in message.parts.iter().enumerate() {
        if let PartType::Multipart(children) = &part.body {
            for &child in children {
                let child = child as usize;
                // A parent stands before its parts.
                if child > at && child < depth.len() {
                    depth[child] = depth[at] + 1;
                }
            }
        }
    }
    depth.into_iter().max().unwrap_or(0)
}

/// The header of `message`, as written.
fn header_of(message: &Message<'_>) -> String {
    let mut header = String::new();
    for (name, value) in message.headers_raw() {
        header.push_str(name);
        header.push(':');
        header.push_str(value.trim_end_matches(['\r', '\n']));
        header.push('\n');
    }
    header
}

fn text_of(contents: &[u8]) -> String {
    shortened(&String::from_utf8_lossy(contents)).replace('\r', "")
}

fn shortened(text: &str) -> &str {
    let mut end = text.len().min(MOST_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Old Mac line ends become new ones; a message with a single `\n` has none of the old.
fn with_line_ends(bytes: &[u8]) -> Cow<'_, [u8]> {
    if bytes.contains(&b'\n') || !bytes.contains(&b'\r') {
        return Cow::Borrowed(bytes);
    }
    Cow::Owned(bytes.iter().map(|&byte| if byte == b'\r' { b'\n' } else { byte }).collect())
}

/// Without the line `From sender date` of mbox files.
fn without_mbox_line(bytes: &[u8]) -> &[u8] {
    if !bytes.starts_with(b"From ") {
        return bytes;
    }
    let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')).map_or(bytes.len(), |at| at + 1);
    let rest = &bytes[end..];
    if bytes[end - 1] == b'\r' { rest.strip_prefix(b"\n").unwrap_or(rest) } else { rest }
}

/// The number of times a content type could begin.
fn count_types(bytes: &[u8]) -> usize {
    bytes.windows(12).filter(|window| window.eq_ignore_ascii_case(b"content-type")).count()
}
